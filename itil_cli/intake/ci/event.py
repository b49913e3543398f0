"""The event of a job: what the spool keeps and the store takes in, as JSON.

A job's event carries everything that it needs, masked, since it may be delivered by another run much later. Its `id`
makes it count once, however often it is delivered.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itil_cli.intake.ci.environments import Place
from itil_cli.intake.ci.masking import Masker
from itil_cli.intake.monitoring.alert import CI, Alert, lines, name_of, one_line, told

VERSION = 1  # of what an event holds
LONGEST = 4_096  # characters of a secret
FIRST, AGAIN = (60, 6_000), (10, 800)  # lines and characters of output, when it opens an incident and when it repeats
_COLOURS = re.compile(r"\x1b(?:\[[0-9;:?]{0,20}[ -/]?[@-~]|\][^\x07\x1b\n]{0,300}(?:\x07|\x1b\\)?|[@-Z\\^_])")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the command line says about a job, beside where it runs."""

    key: str | None = None
    title: str | None = None
    message: str | None = None
    service: str | None = None
    impact: str | None = None
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the job's command ended: the command as one line, its exit code, the last of its output as it came.

    `is_cut`: the output begins within a line, perhaps within a secret, of which the rest has no mask."""

    command: str
    code: int
    output: bytes = b""
    is_cut: bool = False

    @property
    def words(self) -> str:
        """`failed with exit code 2`."""
        if self.code > 128 and self.code < 160:
            return f"was ended by signal {self.code - 128}"
        return f"failed with exit code {self.code}" if self.code else "succeeded"


def of_run(place: Place, facts: Facts, outcome: Outcome, mask: Masker, at: str) -> dict[str, Any]:
    """The event of a command that has ended at the instant `at`."""
    firing = outcome.code != 0
    said = f"`{outcome.command}` {outcome.words}."
    last, few = (tail(outcome.output, mask, *size, is_cut=outcome.is_cut) if firing else "" for size in (FIRST, AGAIN))
    titled = place.named(job=place.job or outcome.command)
    title = facts.title or titled.title("failed" if firing else "succeeded")
    more = {"command": outcome.command, "exit-code": str(outcome.code)}
    return _event(place, facts, firing, title, _parts(said, last), _parts(said, few), mask, at, more)


def of_word(place: Place, facts: Facts, firing: bool, mask: Masker, at: str) -> dict[str, Any]:
    """The event of `ci open` and `ci resolve`."""
    title = facts.title or place.title("failed" if firing else "succeeded")
    said = facts.message or ""
    return _event(place, facts, firing, title, said, said or title, mask, at, {})


def _event(
    place: Place,
    facts: Facts,
    firing: bool,
    title: str,
    first: str,
    again: str,
    mask: Masker,
    at: str,
    more: Mapping[str, str],
) -> dict[str, Any]:
    labels = {name: one_line(mask(value)) for name, value in _labels(place, at, more).items() if value}
    where = [f"{name}: {labels[name]}" for name in ("commit", "actor") if name in labels]
    where += [f"run: {mask(place.run)}"] if place.run else []
    event = {
        "version": VERSION,
        "id": secrets.token_hex(8),
        "key": name_of(facts.key or place.key),
        "firing": firing,
        "title": one_line(mask(title)) or place.system,
        "text": told(mask(first), labels, [("run", mask(place.run))]),
        "again": lines("\n\n".join(part for part in (mask(again), ", ".join(where)) if part)),
        "labels": labels,
        "service": facts.service,
        "impact": facts.impact,
        "urgency": facts.urgency,
    }
    return {name: value for name, value in event.items() if value is not None}


def _labels(place: Place, at: str, more: Mapping[str, str]) -> dict[str, str]:
    return {
        "system": place.system,
        "repository": place.repository,
        "pipeline": place.pipeline,
        "job": place.job,
        "branch": place.branch,
        "event": "pull_request" if place.is_pull else "",
        "commit": place.commit,
        "actor": place.actor,
        "at": at,
        **more,
    }


def _parts(said: str, output: str) -> str:
    return f"{said} Its last lines:\n\n{output}" if output else said


def tail(output: bytes, mask: Masker, most: int, size: int, *, is_cut: bool = False) -> str:
    """The last lines of an output, masked, without colours, indented as Markdown wants it; `most` lines, `size`
    characters. Of a line that was written over, the last state counts; where the output `is_cut` within a line, so much
    of its beginning is left out, once it is masked, as a secret may be long."""
    plain = _COLOURS.sub("", output.decode("utf-8", "replace").replace("\r\n", "\n"))
    over = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n"))
    kept: list[str] = []
    masked = mask(over)
    if is_cut and "\r" not in plain.partition("\n")[0].rstrip("\r"):
        masked = f"…{masked[LONGEST:]}"
    for line in reversed(masked.rstrip().split("\n")[-most:]):
        row = f"    {_short(line.rstrip())}".rstrip()
        size -= len(row) + 1
        if size < 0:
            break
        kept.insert(0, row)
    return "\n".join(kept)


def _short(line: str, most: int = 400) -> str:
    return line if len(line) <= most else line[: most - 1] + "…"


def command_line(words: Sequence[str], mask: Masker, most: int = 200) -> str:
    """The command as it is told: as typed, masked, on one line; of `sh -c SCRIPT` the script, which tells more."""
    from shlex import join

    return one_line(mask(words[-1] if _is_script(words) else join(words)), most).replace("`", "'")


def _is_script(words: Sequence[str]) -> bool:
    shell = words[0].rpartition("/")[2] in ("sh", "bash", "dash", "zsh")
    return shell and len(words) > 2 and words[-2].startswith("-") and words[-2].endswith("c")


def alert_of(event: Mapping[str, Any], *, is_new: bool) -> Alert:
    """The alert that an event is; `is_new` where it was not sent before."""
    labels = event["labels"]
    repository = labels.get("repository", "")
    return Alert(
        key=event["key"],
        fingerprint=event["key"],
        since=event["id"],
        firing=event["firing"],
        title=event["title"],
        text=event["text"],
        again=event["again"],
        labels=labels,
        services=tuple(filter(None, (event.get("service"), repository, repository.rpartition("/")[2]))),
        impact=event.get("impact"),
        urgency=event.get("urgency"),
        channel=CI,
        is_new=is_new,
        told_at=labels.get("at"),
    )
