"""What the shell completes after an option: groups, people, reasons, codes and levels, as HEAD's settings have them.

Only a run that completes asks for this; outside of a store, or in a broken one, nothing is completed and nothing said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem
from click.types import StringParamType

from itil_cli.cli.context import App
from itil_cli.process.family import RELATIONS
from itil_cli.process.incident import LEVELS, PRIORITIES, STATUSES

Values = Callable[[App], Iterable[str]]


def _people(app: App) -> Iterable[str]:
    return [one.email for one in app.snapshot.people.all()]


def _groups(app: App) -> Iterable[str]:
    return app.snapshot.policy.groups


def _cancel_reasons(app: App) -> Iterable[str]:
    from itil_cli.process.lifecycle.verbs.finishing import CANCEL_REASONS

    return CANCEL_REASONS


def _escalation_reasons(app: App) -> Iterable[str]:
    from itil_cli.process.lifecycle.verbs.escalating import REASONS

    return REASONS


_PEOPLE = ("to", "agreed_with", "requestor", "from_", "confirmed_by", "requested_by", "owner", "assignee",
           "decided_by", "presented_to", "global_as_person")  # fmt: skip
VALUES: dict[str, Values] = {
    **dict.fromkeys(_PEOPLE, _people),
    "group": _groups,
    "code": lambda app: app.snapshot.policy.codes,
    "category": lambda app: app.snapshot.policy.categories,
    "service": lambda app: app.snapshot.services.names(),
    "ci": lambda app: app.snapshot.services.cis(),
    "cis": lambda app: app.snapshot.services.cis(),
    "calendar": lambda app: app.snapshot.policy.calendars,
    "relation": lambda app: RELATIONS,
    "impact": lambda app: LEVELS,
    "urgency": lambda app: LEVELS,
    "status": lambda app: STATUSES,
    "priority": lambda app: PRIORITIES,
}
# Where an option's name says another thing for one command.
OF_COMMAND: dict[tuple[str, str], Values] = {
    ("pend", "reason"): lambda app: app.snapshot.policy.pending,
    ("cancel", "reason"): _cancel_reasons,
    ("escalate", "reason"): _escalation_reasons,
    ("escalate", "to"): _groups,
}


class Known(StringParamType):
    """A text that is, most of the time, one of these."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Those that begin as what was typed."""
        try:
            found = [one for one in self._values(ctx.ensure_object(App)) if one.startswith(incomplete)]
        except Exception:  # completion never speaks
            return []
        return [CompletionItem(one) for one in found]


def complete_values(command: click.Command, name: str) -> None:
    """Let every option and word of the command, and of those below it, complete."""
    if isinstance(command, click.Group):
        for below, child in command.commands.items():
            complete_values(child, below)
    for parameter in command.params:
        values = OF_COMMAND.get((name, parameter.name or "")) or VALUES.get(parameter.name or "")
        if values is not None and type(parameter.type) is StringParamType:
            parameter.type = Known(values)
