"""`itil policy holidays`: the dates of a country's holidays, and how they get into a calendar of the policy.

- The dates come from the `holidays` package, which is no part of an installation unless asked for.
- Only dates that are yet to come are written: what was counted stays counted (S5).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from itil_cli.cli.answers.records.amending import amend
from itil_cli.cli.context import App
from itil_cli.errors import NotFound, did_you_mean
from itil_cli.process.time.zones import zone
from itil_cli.store.files.names import POLICY

if TYPE_CHECKING:
    from itil_cli.process.settings.values import CalendarSpec
    from itil_cli.store.transaction import Transaction


class Asked(NamedTuple):
    """Which holidays, and the calendar that they are for."""

    place: str
    year: int
    calendar: str


class Pinned(NamedTuple):
    """The commit, and the dates that it added; those of the past that it left out."""

    commit: str | None
    added: tuple[str, ...]
    past: tuple[str, ...]


def dates(place: str, year: int) -> dict[str, str]:
    """The holidays of `FR` or `DE-BY` in a year: their names by date. Raises NotFound."""
    try:
        import holidays
    except ImportError:
        raise NotFound(
            "The package `holidays` is not installed.",
            code="holidays",
            remedy="Install it: `pip install 'itil-cli[holidays]'`; or write the dates into the policy by hand.",
        ) from None
    country, _, region = place.partition("-")
    known = holidays.list_supported_countries()
    if country.upper() not in known:
        hint = did_you_mean(country.upper(), known) or "Write its two letters, such as FR, DE-BY or US-CA."
        raise NotFound(f"There is no country {country!r}.", code="holidays", remedy=hint)
    regions = {name.upper(): name for name in known[country.upper()]}
    if region and region.upper() not in regions:
        hint = did_you_mean(region.upper(), regions) or f"There are: {', '.join(regions) or 'none'}."
        raise NotFound(f"{country.upper()} has no region {region!r}.", code="holidays", remedy=hint)
    found = holidays.country_holidays(country.upper(), subdiv=regions.get(region.upper()), years=year)
    return {day.isoformat(): name for day, name in sorted(found.items())}


def calendar_of(app: App, name: str) -> CalendarSpec:
    """The calendar that is meant. Raises NotFound."""
    known = app.snapshot.policy.calendars
    if name in known:
        return known[name]
    hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
    raise NotFound(f"There is no calendar {name!r}.", remedy=hint)


def pin(app: App, asked: Asked, found: Mapping[str, str]) -> Pinned:
    """Write the dates to come into the policy's calendar, in one commit; nothing where all are there."""
    found_now = Pinned(None, (), ())

    def change(transaction: Transaction) -> bytes | None:
        nonlocal found_now
        known = calendar_of(app, asked.calendar)
        today = datetime.fromtimestamp(app.now, zone(known.zone)).date().isoformat()
        missing = [day for day in found if day not in known.holidays]
        added = tuple(day for day in missing if day > today)
        found_now = Pinned(None, added, tuple(day for day in missing if day <= today))
        return _with_dates(transaction, asked, {day: found[day] for day in added}) if added else None

    commit = amend(app, POLICY, f"policy: holidays of {asked.place} in {asked.year} close {asked.calendar}", change)
    return found_now._replace(commit=commit)


def _with_dates(transaction: Transaction, asked: Asked, added: Mapping[str, str]) -> bytes:
    from itil_cli.store.files.amendsettings import with_items, with_value

    path = ("calendars", asked.calendar, "holidays")
    data = with_items(transaction.read(POLICY) or b"", path, list(added), remarks=added)
    return with_value(data, ("version",), transaction.policy.version + 1)
