"""Incident models and services for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from itil_cli.process.knowledge.models import Model
from itil_cli.process.majors.actions import Task
from itil_cli.process.settings.services import Service, Services
from itil_cli.render.majors.major import task_document, task_lines
from itil_cli.render.text import one_line, safe

_FACTS = ("category", "impact", "urgency", "group", "service", "product", "article")


def _tasks(model: Model) -> list[Task]:
    return [
        Task(number, str(item["text"]), item.get("mandatory") is True)
        if isinstance(item, dict)
        else Task(number, str(item), False)
        for number, item in enumerate(model.tasks, start=1)
    ]


def model_document(model: Model) -> dict[str, Any]:
    """A model for a program."""
    tasks = [{key: task_document(task)[key] for key in ("number", "text", "mandatory")} for task in _tasks(model)]
    said = {name: getattr(model, name) for name in _FACTS}
    more = {"cis": list(model.cis), "tasks": tasks, "targets": dict(model.targets) or None, "text": model.text}
    return {"id": model.id, "title": model.title} | said | more


def model_lines(models: Sequence[Model]) -> str:
    """One line a model."""
    wide = max((len(model.id) for model in models), default=0)
    return "\n".join(one_line(f"{model.id:<{wide}}  {model.title}") for model in models)


def model_card(model: Model) -> str:
    """A model: what it gives, its tasks, its text."""
    lines = [one_line(f"{model.id}  {model.title}")]
    lines += [one_line(f"  {name} {said}") for name in _FACTS if (said := getattr(model, name))]
    lines += [one_line(f"  {name} {said}") for name, said in model.targets.items()]
    lines += [f"  {line}" for line in task_lines(_tasks(model))]
    return "\n\n".join(block for block in ("\n".join(lines), safe(model.text)) if block)


def service_document(service: Service, services: Services) -> dict[str, Any]:
    """A service for a program."""
    return {
        "name": service.name,
        "owner": service.owner,
        "criticality": service.criticality,
        "group": service.group,
        "cis": list(service.cis),
        "depends_on": list(service.depends_on),
        "downstream": list(services.downstream(service.name)),
        "product": service.product,
    }


def service_lines(services: Services) -> str:
    """One line a service."""
    known = list(services.known.values())
    wide = max((len(one.name) for one in known), default=0)
    return "\n".join(one_line(f"{one.name:<{wide}}  {' · '.join(_facts(one))}") for one in known)


def _facts(service: Service) -> Iterator[str]:
    for name in ("criticality", "group", "owner", "product"):
        if said := getattr(service, name):
            yield f"{name} {said}"


def service_card(service: Service, services: Services) -> str:
    """A service, what it needs and what needs it."""
    rows = [
        *(_facts(service)),
        *([f"cis {' '.join(service.cis)}"] if service.cis else []),
        *([f"depends on {', '.join(service.depends_on)}"] if service.depends_on else []),
    ]
    below = services.downstream(service.name)
    rows += [f"downstream {', '.join(below)}"] if below else []
    return "\n".join([service.name, *(one_line(f"  {row}") for row in rows)])
