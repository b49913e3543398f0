"""Incident models: predefined handling for recurring incidents, `models/NAME.md` as values.

- What a model says holds where the command says nothing; its group is assigned by rule.
- A task is a text, or `{text, mandatory}`; a mandatory one is done before the incident is resolved (R1).
- `targets` (response, resolution, calendar) are promised at logging instead of the priority's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from itil_cli.errors import did_you_mean
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.incident import LEVELS, Record, Value, texts
from itil_cli.process.time.instants import parse_seconds

if TYPE_CHECKING:
    from itil_cli.process.settings.policy import Policy
    from itil_cli.process.settings.services import Services

FOLDER = "models"
_TEXTS = ("title", "category", "impact", "urgency", "group", "service", "product", "article")
# What an option of `log` takes from the model, where it is not given.
_OPTIONS = ("title", "category", "impact", "urgency", "service", "product")
_KEYS = (*_TEXTS, "cis", "tasks", "targets")
_TARGETS = ("response", "resolution", "calendar")


@dataclass(frozen=True, slots=True)
class Model:
    """A model; `id` is its file's name, `text` its body."""

    id: str
    title: str = ""
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None
    group: str | None = None
    service: str | None = None
    product: str | None = None
    article: str | None = None
    cis: tuple[str, ...] = ()
    tasks: tuple[Value, ...] = ()
    targets: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def model_of(record: Record) -> Model:
    """The model that a file says; what is not as it should be is left out (`problems` tells)."""
    said = {name: value for name in _TEXTS if isinstance(value := record.fields.get(name), str)}
    tasks, targets = record.fields.get("tasks"), record.fields.get("targets")
    given = targets.items() if isinstance(targets, dict) else ()
    plain = {name: value for name, value in given if isinstance(value, str)}
    kept = tuple(task for task in tasks if _is_task(task)) if isinstance(tasks, list) else ()
    return Model(
        record.id,
        **said,
        cis=texts(record.fields.get("cis")),
        tasks=kept,
        targets=plain,
        text=record.description,
    )


def _is_task(value: Value) -> bool:
    if isinstance(value, dict):
        known = isinstance(value.get("text"), str) and isinstance(value.get("mandatory", False), bool)
        return known and set(value) <= {"text", "mandatory"}
    return isinstance(value, str) and bool(value.strip())


def filled(options: Mapping[str, object], model: Model) -> dict[str, object]:
    """The options of `log` with what the model gives; what the command says itself stays."""
    given = {name: getattr(model, name) for name in _OPTIONS if not options.get(name)}
    if not options.get("cis"):
        given["cis"] = model.cis
    return {**options, **given, "model": model.id, "model_value": model}


def problems(
    name: str, record: Record, policy: Policy, services: Services, known: Callable[[str], bool]
) -> Iterator[Finding]:
    """What is wrong with the model of a file called `name`; `known` tells whether a record exists."""
    model = model_of(record)
    if record.id != name:
        yield Finding("P01", f"the id says {record.id!r}, the file's name says {name!r}.", key=("id",))
    if not model.title:
        yield Finding("D3", "a model needs a title.")
    yield from _names(model, policy, services)
    if (model.impact is None) != (model.urgency is None):
        yield Finding("C3", "impact and urgency go together.", key=("impact" if model.impact else "urgency",))
    if model.article and not known(model.article):
        yield Finding("F5", f"there is no article {model.article}.", key=("article",))
    yield from _misspelt(record)
    yield from _tasks(record.fields.get("tasks"))
    yield from _targets(record.fields.get("targets"), policy)


def _misspelt(record: Record) -> Iterator[Finding]:
    """A key that nearly is one of a model's; any other is somebody's own."""
    for key in record.fields:
        hint = "" if key in _KEYS else did_you_mean(key, _KEYS)
        if hint:
            yield Finding("D3", f"a model has no {key!r}. {hint}", WARNING, key=(key,))


def _names(model: Model, policy: Policy, services: Services) -> Iterator[Finding]:
    if model.category and not policy.category_known(model.category):
        yield _unknown("C1", "category", model.category, policy.categories)
    for code, key, there in (
        ("C6", "group", tuple(policy.groups)),
        ("C4", "service", services.names()),
        ("C3", "impact", LEVELS),
        ("C3", "urgency", LEVELS),
    ):
        value = getattr(model, key)
        if value and there and value not in there:
            yield _unknown(code, key, value, there)


def _unknown(code: str, key: str, value: str, there: tuple[str, ...]) -> Finding:
    return Finding(code, f"the policy knows no {key} {value!r}. {did_you_mean(value, there)}".strip(), key=(key,))


def _tasks(tasks: Value) -> Iterator[Finding]:
    if tasks is not None and not isinstance(tasks, list):
        yield Finding("R1", "tasks must be a list.", key=("tasks",))
        return
    for place, task in enumerate(tasks or ()):
        if not _is_task(task):
            yield Finding("R1", "a task is a text, or {text, mandatory: true}.", key=("tasks", place))


def _targets(targets: Value, policy: Policy) -> Iterator[Finding]:
    if targets is None:
        return
    if not isinstance(targets, dict) or set(targets) != set(_TARGETS):
        yield Finding("S5", f"targets need {', '.join(_TARGETS)}, and nothing else.", key=("targets",))
        return
    for name in ("response", "resolution"):
        try:
            parse_seconds(str(targets[name]))
        except ValueError as wrong:
            yield Finding("S5", f"{wrong}.", key=("targets", name))
    if targets["calendar"] not in policy.calendars:
        yield Finding("S5", f"there is no calendar {targets['calendar']!r}.", key=("targets", "calendar"))
