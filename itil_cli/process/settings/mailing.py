"""The settings of mail and messages: kinds for `table.py`, values for `policy.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itil_cli.process.settings.kinds import EMAIL, SECONDS, Choice, DurationText, Flag, Integer, Matching, Text
from itil_cli.process.settings.parts import by_priority
from itil_cli.process.settings.schema import Field, ListOf, MapOf, Struct
from itil_cli.process.time.instants import parse_duration

MIB = 1 << 20
MOST_FILES = 50  # attachments of one event
MESSAGES = (
    "receipt", "pending", "told", "resolved", "closing", "closed", "reopened", "canceled", "contacted", "assigned",
    "escalated", "problem", "known-error", "major-proposed", "major-update", "synopsis", "called-in", "action",
)  # fmt: skip
DIGEST = "digest"  # as the name of its template
WANT_AN_ANSWER = ("resolved", "closing")  # the answer to the very message counts
_MAY_WAIT = tuple(one for one in MESSAGES if one not in WANT_AN_ANSWER)
_DIGEST = Struct(
    {
        "at": Field(
            ListOf(Matching(r"([01][0-9]|2[0-3]):[0-5][0-9]", "a time such as 09:00")),
            "When digests go out, by the clock of the store's zone; none: no digests.",
            ["09:00"],
        ),
        "to": Field(
            ListOf(Text()),
            "Who gets one: addresses, roles and groups; `digest` in people.yaml counts more.",
            [],
        ),
        "what": Field(
            ListOf(Choice(*_MAY_WAIT)),
            "The messages that it gathers; the others go out by themselves.",
            ["assigned", "contacted", "problem", "known-error", "synopsis"],
        ),
    },
    words="what digests are",
)
_TEMPLATE = Struct(
    {
        "subject": Field(Text(), "The subject behind the id in brackets; `{title}` and the like are filled in."),
        "text": Field(Text(), "The text; `{title} {status} {text} {by} …` are filled in."),
    },
    words="a template",
)
MAIL = Struct(
    {
        "address": Field(EMAIL, "The address that messages come from and that mail is written to.", "itil@localhost"),
        "max-message": Field(Integer(1, 100), "The largest mail that is taken in, in MiB.", 25),
        "max-attachment": Field(Integer(0, 100), "The largest attachment that is kept, in MiB; 0 keeps none.", 5),
        "keep-raw": Field(Flag(), "Whether the mail as it came is kept as an attachment.", False),
        "confirms": Field(ListOf(Text()), "First words of an answer that confirm a resolution.", ["confirmed"]),
        "rejects": Field(ListOf(Text()), "First words of an answer that reject it.", ["rejected"]),
    }
)
MESSAGE_SETTINGS = Struct(
    {
        "within": Field(DurationText(SECONDS), "How long after its event a message is still sent.", "168h"),
        "closing-ahead": Field(DurationText(SECONDS), "How long before it closes the requestor is told.", "24h"),
        "hours": Field(Text(), "The calendar in whose hours messages go out; what may wait waits for it.", "always"),
        "any-time": Field(
            ListOf(Choice(*MESSAGES)),
            "Messages that do not wait for these hours.",
            ["escalated", "major-proposed", "major-update", "called-in"],
        ),
        "longest-wait": Field(
            by_priority(DurationText(SECONDS)),
            "The longest wait until what could not be sent is tried again; without a priority, the longest of these.",
            {"P1": "15m", "P2": "30m", "P3": "2h", "P4": "12h", "P5": "12h"},
        ),
        "digest": Field(_DIGEST, "One letter with many messages, for who wants that."),
        "templates": Field(
            MapOf(_TEMPLATE, keys=(*MESSAGES, DIGEST), what="message"), "Other words for a message, or a digest.", {}
        ),
    }
)


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """How mail is taken in. Sizes are bytes."""

    address: str
    max_message: int
    max_attachment: int
    keep_raw: bool
    confirms: tuple[str, ...]
    rejects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigestPolicy:
    """When digests go out (`HH:MM`), to whom (addresses, roles, groups), and what they gather."""

    at: tuple[str, ...]
    to: tuple[str, ...]
    what: tuple[str, ...]

    @property
    def times(self) -> tuple[tuple[int, int], ...]:
        """Hours and minutes, the earliest first."""
        return tuple(sorted((int(one[:2]), int(one[3:])) for one in self.at))


@dataclass(frozen=True, slots=True)
class MessagePolicy:
    """How messages go out. Times are seconds; `longest_wait` is by priority, a template is its `subject` and `text`."""

    within: int
    closing_ahead: int
    hours: str
    any_time: tuple[str, ...]
    longest_wait: Mapping[str, int]
    digest: DigestPolicy
    templates: Mapping[str, Mapping[str, str]]


def mail_policy(spec: Mapping[str, Any]) -> MailPolicy:
    """The value of `mail:`."""
    return MailPolicy(
        spec["address"],
        spec["max-message"] * MIB,
        spec["max-attachment"] * MIB,
        spec["keep-raw"],
        tuple(spec["confirms"]),
        tuple(spec["rejects"]),
    )


def message_policy(spec: Mapping[str, Any]) -> MessagePolicy:
    """The value of `messages:`."""
    within, ahead = (parse_duration(spec[name]).amount for name in ("within", "closing-ahead"))
    digest = DigestPolicy(**{name: tuple(said) for name, said in spec["digest"].items()})
    waits = {priority: parse_duration(said).amount for priority, said in spec["longest-wait"].items()}
    return MessagePolicy(within, ahead, spec["hours"], tuple(spec["any-time"]), waits, digest, spec["templates"])
