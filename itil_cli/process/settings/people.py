"""Who is who: `people.yaml` as values.

- A person is known by one address and any number of aliases, whatever their case; each belongs to one person.
- Everybody known is a requestor, but a bot is not. Somebody unknown is a requestor, and not known.
- From the date on which a person is retired (UTC) there are no roles and no groups; the name stays known.
- Who is away on a day (UTC, the last day too) is reached through the deputy, and so on; without one, or where
  deputies go round in a circle, in person.
- A group is reached through those who are on duty for it that day, else through its members; who is away without a
  deputy is left out where others are there. Bots are told nothing.
- Instead of an assignee who is away without a deputy, or has retired, the group hears of it; where nobody else of it
  is there, he does.
- Groups are those of the policy, where it is at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from itil_cli.process.settings import schema
from itil_cli.process.settings.kinds import EMAIL, Choice, Date, Flag, Text
from itil_cli.process.settings.schema import REQUIRED, Field, ListOf, Path, Struct, Wrong, missing_name
from itil_cli.process.time.instants import format_instant, parse_instant
from itil_cli.process.transitions import BOT, REQUESTOR, ROLES

_DAYS = {"from": Field(Date(), "The first day.", REQUIRED), "until": Field(Date(), "The last day.", REQUIRED)}
AWAY = Struct({**_DAYS, "deputy": Field(EMAIL, "Who gets the messages meanwhile.")}, words="an absence")
DUTY = Struct({"group": Field(Text(), "For this group.", REQUIRED), **_DAYS}, words="a duty")
PERSON = Struct(
    {
        "email": Field(EMAIL, "The address that events and commits name.", REQUIRED),
        "name": Field(Text(), "The name in commits; the address's first part unless given."),
        "aliases": Field(ListOf(EMAIL), "Other addresses of the same person."),
        "roles": Field(ListOf(Choice(*ROLES)), "What this person may do (`itil rules S10`)."),
        "groups": Field(ListOf(Text()), "The groups that this person works in."),
        "tenant": Field(Text(), "Whom this person belongs to."),
        "keys": Field(
            ListOf(Text()), "Keys that sign this person's commits: SSH public keys, `openpgp4fpr:FINGERPRINT`."
        ),
        "answers-for": Field(Text(), "For a bot: the person or group that gets its messages and confirms."),
        "retired": Field(Date(), "From this date on there are no roles."),
        "away": Field(ListOf(AWAY), "When this person is not there."),
        "duty": Field(ListOf(DUTY), "When this person is the one whom a group's messages go to."),
        "vip": Field(Flag(), "Marked where it is shown."),
        "digest": Field(Flag(), "Whether messages that may wait come as one letter (`messages.digest`)."),
    },
    words="a person",
)
PEOPLE = Struct({"people": Field(ListOf(PERSON), "Everybody who is known.", REQUIRED)}, words="a mapping")


class Days(NamedTuple):
    """From a day to another, which is one of them: ISO dates. `name` is the deputy's address, or the group."""

    first: str
    last: str
    name: str | None = None

    def holds(self, day: str) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody. `answers_for` is an address or a group's name; `retired` an ISO date."""

    email: str
    name: str
    aliases: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset({REQUESTOR})
    groups: tuple[str, ...] = ()
    tenant: str | None = None
    keys: tuple[str, ...] = ()
    answers_for: str | None = None
    retired: str | None = None
    vip: bool = False
    away: tuple[Days, ...] = ()
    duty: tuple[Days, ...] = ()
    digest: bool | None = None
    known: bool = True

    def at(self, now: int) -> Person:
        """The same person at `now` (epoch seconds): without roles and groups once retired."""
        if self.retired is None or _day(now) < self.retired:
            return self
        return replace(self, roles=frozenset(), groups=())

    def absence(self, now: int) -> Days | None:
        """The absence that `now` (epoch seconds) falls into."""
        return next((days for days in self.away if days.holds(_day(now))), None)

    def is_here(self, now: int) -> bool:
        """Whether messages reach somebody who reads them: neither away nor retired at `now` (epoch seconds)."""
        return self.absence(now) is None and (self.retired is None or _day(now) < self.retired)


class People:
    """Everybody who is known, found by address or alias."""

    def __init__(self, people: Collection[Person]) -> None:
        self._people = tuple(people)
        self._by_address = {
            address.casefold(): person for person in people for address in (person.email, *person.aliases)
        }

    def all(self) -> tuple[Person, ...]:
        """Everybody, in the order of the file."""
        return self._people

    def person(self, email: str) -> Person | None:
        """The person of an address or alias; None for somebody unknown."""
        return self._by_address.get(email.casefold())

    def get(self, email: str) -> Person:
        """The same; somebody unknown is a requestor with `known` False."""
        return self.person(email) or Person(email, email.partition("@")[0], known=False)

    def changes(self) -> tuple[int, ...]:
        """When somebody retires (epoch seconds): the roles that people hold change by themselves at no other time."""
        return tuple(parse_instant(f"{one.retired}T00:00:00Z") for one in self._people if one.retired is not None)

    def at(self, email: str, now: int) -> Person:
        """The person with the roles held at `now` (epoch seconds)."""
        return self.get(email).at(now)

    def members(self, group: str) -> tuple[str, ...]:
        """The addresses of a group's members, without those who retire or have retired."""
        return tuple(one.email for one in self._people if group in one.groups and one.retired is None)

    def reached(self, email: str, now: int) -> Person:
        """Who gets the messages for somebody at `now` (epoch seconds)."""
        person, seen = self.get(email), set[str]()
        while (absence := person.absence(now)) and absence.name and person.email not in seen:
            seen.add(person.email)
            person = self.get(absence.name)
        return self.get(email) if person.email in seen else person

    def told(self, group: str, now: int) -> tuple[str, ...]:
        """The addresses that a group's messages go to at `now` (epoch seconds)."""
        day = _day(now)
        held = [one for one in self._people if (roles := one.at(now).roles) and BOT not in roles]
        on_duty = [one for one in held if any(days.name == group and days.holds(day) for days in one.duty)]
        members = [one for one in held if group in one.groups]
        for wanted in (on_duty, members):
            here = self._here(wanted, now)
            if here:
                return here
        return tuple(dict.fromkeys(self.reached(one.email, now).email for one in on_duty or members))

    def _here(self, people: Collection[Person], now: int) -> tuple[str, ...]:
        """Those who are there, or whose deputies are."""
        reached = (self.reached(one.email, now) for one in people)
        return tuple(dict.fromkeys(one.email for one in reached if one.is_here(now)))

    def instead_of(self, email: str, group: str, now: int) -> tuple[str, ...]:
        """Who is told what an assignee is to hear, with the group that he works for, at `now` (epoch seconds)."""
        person = self.reached(email, now)
        if person.is_here(now):
            return (person.email,)
        others = [one for one in self.told(group, now) if self.get(one).is_here(now)]
        return tuple(others) or (person.email,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, People) and self._people == other._people

    def __hash__(self) -> int:
        return hash(self._people)


def parse(value: Any, groups: Collection[str] | None = None) -> People:
    """The people that the plain value of people.yaml says. Raises the first Wrong.

    `groups` are the policy's; None: they are not checked."""
    wrongs = problems(value, groups)
    if wrongs:
        raise wrongs[0]
    return People([_person(spec) for spec in value["people"]])


def problems(value: Any, groups: Collection[str] | None = None) -> list[Wrong]:
    """Everything that is wrong: each value by itself first, then addresses and groups."""
    wrongs = schema.problems(PEOPLE, value)
    if wrongs:
        return wrongs
    people = value["people"]
    found = [*_twice(people), *_answers(people, groups), *_days(people)]
    return found if groups is None else [*found, *_groups(people, groups)]


def _person(spec: dict[str, Any]) -> Person:
    email = spec["email"]
    roles = frozenset(spec.get("roles", ()))
    return Person(
        email=email,
        name=spec.get("name") or email.partition("@")[0],
        aliases=tuple(spec.get("aliases", ())),
        roles=roles if BOT in roles else roles | {REQUESTOR},
        groups=tuple(spec.get("groups", ())),
        tenant=spec.get("tenant"),
        keys=tuple(spec.get("keys", ())),
        answers_for=spec.get("answers-for"),
        retired=spec.get("retired"),
        vip=spec.get("vip", False),
        digest=spec.get("digest"),
        away=tuple(Days(one["from"], one["until"], one.get("deputy")) for one in spec.get("away", ())),
        duty=tuple(Days(one["from"], one["until"], one["group"]) for one in spec.get("duty", ())),
    )


@lru_cache(maxsize=64)
def _day(now: int) -> str:
    return format_instant(now)[:10]


def _addresses(people: list[dict[str, Any]]) -> Iterator[tuple[Path, str]]:
    for index, spec in enumerate(people):
        yield ("people", index, "email"), spec["email"]
        for place, alias in enumerate(spec.get("aliases", ())):
            yield ("people", index, "aliases", place), alias


def _twice(people: list[dict[str, Any]]) -> Iterator[Wrong]:
    taken: dict[str, Path] = {}
    for path, address in _addresses(people):
        first = taken.setdefault(address.casefold(), path)
        if first is not path:
            text = f"{address} stands at {schema.dotted(first)} already."
            yield Wrong(path, text, "An address belongs to one person, once.")


def _groups(people: list[dict[str, Any]], groups: Collection[str]) -> Iterator[Wrong]:
    for index, spec in enumerate(people):
        named: list[tuple[Path, str]] = [
            *((("groups", place), name) for place, name in enumerate(spec.get("groups", ()))),
            *((("duty", place, "group"), one["group"]) for place, one in enumerate(spec.get("duty", ()))),
        ]
        for path, name in named:
            if name not in groups:
                yield missing_name(("people", index, *path), "group", name, groups)


def _days(people: list[dict[str, Any]]) -> Iterator[Wrong]:
    known = {address.casefold() for _, address in _addresses(people)}
    for index, spec in enumerate(people):
        for what in ("away", "duty"):
            for place, one in enumerate(spec.get(what, ())):
                path: Path = ("people", index, what, place)
                if one["until"] < one["from"]:
                    text = f"{one['until']} is before {one['from']}."
                    yield Wrong((*path, "until"), text, "Give the last day.")
                deputy = one.get("deputy")
                if deputy and deputy.casefold() not in known:
                    yield missing_name((*path, "deputy"), "person", deputy, sorted(known))


def _answers(people: list[dict[str, Any]], groups: Collection[str] | None) -> Iterator[Wrong]:
    known = {address.casefold() for _, address in _addresses(people)}
    for index, spec in enumerate(people):
        name = spec.get("answers-for")
        path: Path = ("people", index, "answers-for")
        if name and "@" in name and name.casefold() not in known:
            yield missing_name(path, "person", name, sorted(known))
        elif name and "@" not in name and groups is not None and name not in groups:
            yield missing_name(path, "group", name, groups)
