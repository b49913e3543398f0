"""Policy, people and services (S17, S5): changed by the incident manager alone, and never backwards.

- The policy's version only grows: less than before is an error, the same with another meaning a warning.
- A calendar changes only after the commit's own time: windows and holidays of days that have begun stay.
- Settings that cannot be read are an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from itil_cli.errors import Broken
from itil_cli.process.auditing.findings import NOTE, WARNING, Finding
from itil_cli.process.auditing.values import Facts, Ground
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.values import CalendarSpec
from itil_cli.process.time.zones import zone
from itil_cli.process.transitions import IM

FILES = ("itil.yaml", "people.yaml", "services.yaml")


def changed(facts: Facts, before: Ground, after: Ground | Broken, paths: list[str]) -> Iterator[Finding]:
    """The findings of a commit that changes settings."""
    actor, standing = before.actor(facts.author, facts.at), before.standing(facts)
    if IM not in standing:
        roles = ", ".join(sorted(standing)) or "none"
        said = f"{facts.author} (roles: {roles}) changed {', '.join(paths)}; only the incident manager may."
        yield Finding("settings-role", said, path=paths[0], person=actor.email)
    if isinstance(after, Broken):
        yield Finding(after.code, after.text, path=after.path, line=after.line, column=after.column)
    elif "itil.yaml" in paths:
        yield from _policy(facts, before.policy, after.policy)


def _policy(facts: Facts, old: Policy, new: Policy) -> Iterator[Finding]:
    path = FILES[0]
    if new.version < old.version:
        yield Finding("policy-version", f"the version went back from {old.version} to {new.version}.", path=path)
    elif new.version == old.version and new != old:
        said = f"the policy says something else, and its version is still {new.version}."
        yield Finding("policy-version", said, WARNING, path=path)
    if new.sandbox and not old.sandbox:
        yield Finding("sandbox", "from here on this is a sandbox: committer times may be any.", NOTE, path=path)
    if old.sandbox:
        return
    for name, spec in old.calendars.items():
        if name not in new.calendars:
            yield Finding("calendar-past", f"the calendar {name} was taken out.", path=path)
        elif _past(spec, facts.known_at) != _past(new.calendars[name], facts.known_at):
            said = (
                f"the calendar {name} was changed for days that have begun already; new hours begin with `from: DATE`."
            )
            yield Finding("calendar-past", said, path=path)


def _past(spec: CalendarSpec, now: int) -> tuple[object, ...]:
    """What a calendar says of the days up to `now`, its own day included."""
    today = datetime.fromtimestamp(now, zone(spec.zone)).date().isoformat()
    hours = tuple((week.start, tuple(sorted(week.weekly.items()))) for week in spec.hours if week.start <= today)
    holidays = tuple(sorted(date for date in spec.holidays if date <= today))
    special = tuple(sorted((date, windows) for date, windows in spec.special.items() if date <= today))
    return spec.zone, hours, holidays, special
