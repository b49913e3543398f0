"""Names in an incident that the policy or the people do not know, for `check` and for figures alike.

- An imported incident may have any names: they are the source's (S17).
- An assignee, an owner and, where the policy takes known ones only, a requestor must be somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from itil_cli.process.settings.people import People
    from itil_cli.process.settings.policy import Policy

RULE_CODES = frozenset({"by-parent", "by-problem", "recovered"})  # closure codes that rules write, not people


class Named(Protocol):
    """What an incident, and the facts about one, say of names."""

    @property
    def imported(self) -> bool: ...
    @property
    def group(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def code(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def requestor(self) -> str | None: ...


class Unknown(NamedTuple):
    """A name that nobody knows: the rule, what it is a name of, and which there are."""

    rule: str
    what: str
    name: str
    known: Iterable[str]


def unknown_names(one: Named, policy: Policy, people: People) -> Iterator[Unknown]:
    """Those of one incident."""
    if one.imported:
        return
    if one.group and one.group not in policy.groups:
        yield Unknown("C6", "group", one.group, policy.groups)
    if one.category and not policy.category_known(one.category):
        yield Unknown("C1", "category", one.category, policy.categories)
    if one.code and one.code not in policy.codes and one.code not in RULE_CODES:
        yield Unknown("R4", "closure code", one.code, policy.codes)
    if one.reason and one.reason not in policy.pending:
        yield Unknown("P12", "reason", one.reason, policy.pending)
    requestor = one.requestor if policy.requestors == "known" else None
    for what, address in (("assignee", one.assignee), ("owner", one.owner), ("requestor", requestor)):
        if address and address not in policy.groups and people.person(address) is None:
            yield Unknown("P01", what, address, [person.email for person in people.all()])
