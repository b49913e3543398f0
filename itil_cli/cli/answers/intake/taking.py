"""Bodies of monitoring and CI taken in: read, decided one after another, and committed together.

- A body is taken whole or not at all; one that is refused does not hold up the others.
- All of them are one commit, under one lock. Where somebody's git moves the branch meanwhile, all is decided again.
- What an incident with very many events holds back is counted in a file beside the lock, once the commit is safe.
- The actor is a bot: whoever acts, if he is one, else the only bot of people.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from itil_cli.cli.answers.intake.damping import Damped
from itil_cli.cli.bench import Bench
from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, carry_out, decided_again, record
from itil_cli.errors import GitTrouble, ItilError, Malformed, NotFound, NotYourRole, Refused
from itil_cli.intake.monitoring import alertmanager, github, mapped
from itil_cli.intake.monitoring.alert import CI, Alert
from itil_cli.intake.monitoring.responding import DAMPED, Response, Scene, Standing, respond
from itil_cli.process.incident import Record
from itil_cli.process.lifecycle import Command
from itil_cli.process.settings.monitoring import Monitoring
from itil_cli.process.settings.people import Person
from itil_cli.process.transitions import BOT
from itil_cli.store.git.repository import Identity
from itil_cli.store.keys import key_path

if TYPE_CHECKING:
    from itil_cli.store.sync.borrowed import Borrowed

MADE = "made"
EARLIER = 3  # incidents that had the key before, and are looked at


@dataclass(frozen=True, slots=True)
class Body:
    """What a sender posted; or alerts that the program itself makes, with the sender MADE.

    `name` is the sender of JSON, or GitHub's kind of event."""

    sender: str
    value: Any
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an alert, and the incident that it is about (None: there is none)."""

    result: str
    incident: str | None
    title: str


Outcome = list[Taken] | ItilError


def acting_bot(app: App) -> str:
    """The bot's address; from now on it is the one who acts. Raises NotYourRole where there is none to choose."""
    person = _acting(app)
    if person is None or BOT not in person.roles:
        bots = _bots(app)
        if app.as_person or len(bots) != 1:
            raise _no_bot(f"{person.email} is no bot" if person else "git knows no user here", bots)
        app.as_person = bots[0]
        for name in ("person", "actor"):
            app.__dict__.pop(name, None)
    app.store.git.stand_in(Identity(app.person.name, app.actor))
    return app.actor


def _acting(app: App) -> Person | None:
    """Who acts; None where git knows no user, as on machines of CI."""
    try:
        return app.person
    except GitTrouble as trouble:
        if trouble.code != "identity":
            raise
        return None


def _bots(app: App) -> list[str]:
    people = app.snapshot.people
    return [known.email for known in people.all() if BOT in people.at(known.email, app.now).roles]


def _no_bot(why: str, bots: Sequence[str]) -> NotYourRole:
    if bots:
        remedy = f"Say which one acts: `--as {bots[0]}` (there are {', '.join(bots)})."
    else:
        remedy = "Add one: `itil people add monitoring@example.com --role bot --answers-for support`."
    return NotYourRole(f"{why}, and only a bot takes alerts in.", code="D2", who=(BOT,), remedy=remedy)


def take(app: App, bodies: Sequence[Body]) -> list[Outcome]:
    """Take all of them in with one commit; what each came to, in order. Raises GitTrouble where nothing was written."""
    return decided_again(lambda: _once(app, bodies))


def _once(app: App, bodies: Sequence[Body]) -> list[Outcome]:
    with bench(app, one_commit=True, committing="receive") as desk:
        child = app.child(desk)
        child.borrowed = app.borrowed
        damped = Damped(app.store.folder)
        outcomes = [_body(child, desk, damped, body) for body in bodies]
        if desk.decided:
            record(app, desk, desk.decision(), "receive")
        damped.save()
    return outcomes


def _body(app: App, desk: Bench, damped: Damped, body: Body) -> Outcome:
    try:
        with desk.whole(), damped.whole():
            return [_alert(app, desk, damped, alert) for alert in read(body, desk.transaction.policy.monitoring)]
    except GitTrouble:
        raise
    except ItilError as refusal:
        return refusal


def read(body: Body, monitoring: Monitoring) -> list[Alert]:
    """The alerts of a body. Raises Malformed for the body, NotFound for a sender of JSON that the policy lacks."""
    if body.sender == MADE:
        return list(body.value)
    if body.sender == alertmanager.SOURCE:
        return alertmanager.alerts(body.value, grouped=monitoring.grouping == "group")
    if body.sender == github.SOURCE:
        return github.alerts(body.value, body.name)
    name = body.name or ""
    if name not in monitoring.json:
        known = ", ".join(monitoring.json) or "none"
        raise NotFound(
            f"the policy has no sender of JSON called {name!r}.",
            code="sender",
            remedy=f"Add it under `monitoring: json:` in itil.yaml (there are: {known}).",
        )
    return mapped.alerts(body.value, name, monitoring.json[name])


def _alert(app: App, desk: Bench, damped: Damped, alert: Alert) -> Taken:
    standing = _standing(app, desk, damped, alert)
    scene = Scene(desk.transaction.policy, desk.transaction.services, app.actor, app.now)
    response = respond(alert, standing, scene)
    holder = standing.holder.id if standing.holder else ""
    if response.result == DAMPED and alert.firing:
        damped.add(holder, alert.fingerprint, alert.since)
    if response.command is None:
        about = next(standing.records, None)
        return Taken(response.result, about.id if about else None, alert.title)
    result, ids = _carried_out(app, response, response.command)
    damped.told(holder, alert.fingerprint)
    return Taken(result, ids[0], alert.title)


def _carried_out(app: App, response: Response, command: Command) -> tuple[str, tuple[str, ...]]:
    """The command, or what is done where the process refuses it."""
    try:
        return response.result, carry_out(app, command).ids
    except (Refused, NotYourRole):
        if response.otherwise is None:
            raise
        return "noted", carry_out(app, response.otherwise).ids


def _standing(app: App, desk: Bench, damped: Damped, alert: Alert) -> Standing:
    holder = desk.holder(alert.key)
    found = list(_earlier(app, desk, alert, holder))
    held_back = damped.of(holder or "", alert.fingerprint)
    return Standing(desk.records[holder] if holder else None, found, held_back)


def _earlier(app: App, desk: Bench, alert: Alert, holder: str | None) -> Iterator[Record]:
    """Those that held the key before, of this batch first."""
    key = alert.key
    here = [known for known, one in desk.decided.items() if one.events and one.events[0].str("dedup-key") == key]
    before = _borrowed(app.borrowed, alert, holder) if app.borrowed else desk.transaction.index.of_key(key, EARLIER + 1)
    found = [one for one in dict.fromkeys([*reversed(here), *before]) if one != holder]
    return (desk.records[one] for one in found[:EARLIER] if one in desk.records)


def _borrowed(store: Borrowed, alert: Alert, holder: str | None) -> list[str]:
    """A borrowed store has no index; its history tells, where the alert may have been taken before at all. An alert of
    monitoring is told apart from an earlier one by the times of the open incident alone."""
    since = alert.known_from
    if since is None or (holder and alert.channel != CI):
        return []
    return store.held_before(key_path(alert.key), since)


def receive(app: App, body: Body) -> None:
    """Take one body in and say what became of its alerts. Raises what refused it."""
    acting_bot(app)
    (outcome,) = take(app, [body])
    if isinstance(outcome, ItilError):
        raise outcome
    app.emit(document(outcome), "\n".join(map(_line, outcome)) or "There is nothing in it to take in.")


def document(taken: Sequence[Taken]) -> dict[str, Any]:
    """The answer as JSON, for the command line and for senders."""
    results = [{"result": one.result, "incident": one.incident, "title": one.title} for one in taken]
    return {"schema": "itil/1", "kind": "received", "results": results}


def _line(one: Taken) -> str:
    return f"{one.incident or '-'} {one.result}: {one.title}"


def parse_body(sender: str, data: bytes, name: str | None, where: str) -> Body:
    """What the bytes of a body say. Raises Malformed."""
    from itil_cli.intake.monitoring.bodies import parse

    if not data.strip():
        raise Malformed(f"{where}: it is empty.", remedy="Send the body of the webhook.")
    return Body(sender, parse(data, where), name)
