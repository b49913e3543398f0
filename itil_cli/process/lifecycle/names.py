"""Names that a command mentions, looked up: people, groups, categories, services, reasons, records.

Every look-up raises NotFound (exit 4) with what is meant or what there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from itil_cli.errors import NotFound, did_you_mean
from itil_cli.process.lifecycle.case import Case
from itil_cli.process.settings.people import Person


def person(case: Case, name: str) -> Person:
    """The person of an address, an alias, or a unique first part of an address; strangers need an `@`.

    Roles and groups are those held now."""
    if "@" in name:
        return case.people.at(name, case.now)
    folded = name.casefold()
    near = [
        known
        for known in case.people.all()
        if known.email.casefold().split("@")[0] == folded or known.name.casefold() == folded
    ]
    if len(near) == 1:
        return near[0].at(case.now)
    error = unknown("person", name, [known.email for known in case.people.all()])
    hint = did_you_mean(folded, {known.email.casefold().split("@")[0] for known in case.people.all()})
    raise NotFound(error.text, remedy=hint or error.remedy)


def unknown(what: str, name: str, known: Iterable[str]) -> NotFound:
    """`There is no group 'netwrok'. Did you mean network?` or the list of what there is, in the order of the policy."""
    names = sorted(known) if isinstance(known, Set) else list(known)
    hint = did_you_mean(name, names)
    return NotFound(f"There is no {what} {name!r}.", remedy=hint or f"There are: {', '.join(names) or 'none'}.")


def choice(what: str, name: str, known: Iterable[str]) -> str:
    """The name itself when it is one of the known ones."""
    names = list(known)
    if name not in names:
        raise unknown(what, name, names)
    return name


def group(case: Case, name: str) -> str:
    """A group of the policy."""
    return choice("group", name, case.policy.groups)


def category(case: Case, name: str) -> str:
    """A category of the policy, or a sub-category of one (`network/vpn`)."""
    if not case.policy.category_known(name):
        raise unknown("category", name, case.policy.categories)
    return name


def service(case: Case, name: str) -> str:
    """A service of services.yaml; any name will do where that file names none."""
    known = case.services.names()
    return choice("service", name, known) if known else name


def ci(case: Case, name: str) -> str:
    """A configuration item of services.yaml; any name will do where that file names none."""
    known = case.services.cis()
    return choice("configuration item", name, known) if known else name


def known_record(case: Case, record_id: str, kind: str, what: str) -> str:
    """The id of an existing problem, known error or article. Raises NotFound."""
    wanted = record_id.upper()
    if not wanted.startswith(f"{kind}-") or (wanted not in case.after and wanted not in case.records):
        raise NotFound(f"There is no {what} {record_id!r}.", remedy=f"`itil search` finds it by its text ({kind}-…).")
    return wanted
