"""`itil people add|retire|away|duty|digest`: an entry of people.yaml is written or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from itil_cli.cli.answers.records.amending import amend
from itil_cli.cli.context import App
from itil_cli.process.incident import Value
from itil_cli.process.time.instants import format_instant
from itil_cli.store.files.names import PEOPLE

if TYPE_CHECKING:
    from itil_cli.process.settings.people import Person
    from itil_cli.store.transaction import Transaction


def add(app: App, email: str, said: Mapping[str, Any]) -> None:
    """Somebody new; `said` has the keys of people.yaml. Raises Malformed for an address that is there already."""
    from itil_cli.store.files.amendsettings import with_items

    entry: Value = {"email": email} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
    }

    def change(transaction: Transaction) -> bytes:
        return with_items(transaction.read(PEOPLE) or b"", ("people",), [entry])

    amend(app, PEOPLE, f"people: add {email}", change)


def retire(app: App, person: Person, day: str | None) -> None:
    """Without roles from a day on (an ISO date; None: today)."""
    from itil_cli.store.files.amendsettings import with_value

    first = day or format_instant(app.now)[:10]

    def change(transaction: Transaction) -> bytes | None:
        now = transaction.people.get(person.email)
        if now.retired == first:
            return None
        return with_value(transaction.read(PEOPLE) or b"", (*_place(transaction, person), "retired"), first)

    amend(app, PEOPLE, f"people: {person.email} retires on {first}", change)


def away(app: App, person: Person, first: str, last: str, deputy: Person | None) -> None:
    """Not there from a day to another, both of them too (ISO dates)."""
    entry: dict[str, Value] = {"from": first, "until": last}
    if deputy is not None:
        entry["deputy"] = deputy.email
    _also(app, person, "away", entry, f"people: {person.email} is away, {first} to {last}")


def duty(app: App, person: Person, group: str, first: str, last: str) -> None:
    """The one whom a group's messages go to, from a day to another, both of them too (ISO dates)."""
    entry: dict[str, Value] = {"group": group, "from": first, "until": last}
    _also(app, person, "duty", entry, f"people: {person.email} is on duty for {group}, {first} to {last}")


def digest(app: App, person: Person, wanted: bool) -> None:
    """Whether messages that may wait come as one letter."""
    from itil_cli.store.files.amendsettings import with_value

    def change(transaction: Transaction) -> bytes | None:
        if transaction.people.get(person.email).digest is wanted:
            return None
        return with_value(transaction.read(PEOPLE) or b"", (*_place(transaction, person), "digest"), wanted)

    amend(app, PEOPLE, f"people: {person.email} gets {'a digest' if wanted else 'each message by itself'}", change)


def _also(app: App, person: Person, key: str, entry: dict[str, Value], subject: str) -> None:
    from itil_cli.store.files.amendsettings import with_items

    def change(transaction: Transaction) -> bytes:
        return with_items(transaction.read(PEOPLE) or b"", (*_place(transaction, person), key), [entry])

    amend(app, PEOPLE, subject, change)


def _place(transaction: Transaction, person: Person) -> tuple[str | int, ...]:
    """Where the person's entry stands in the file."""
    everybody = transaction.people.all()
    return "people", next(index for index, one in enumerate(everybody) if one.email == person.email)
