"""Problems, known errors and articles: the commands that may have written their events."""

from __future__ import annotations

from collections.abc import Callable

from itil_cli.process.auditing.replaying.scene import Candidates, Scene, plain
from itil_cli.process.lifecycle.case import Command

_FACTS = ("title", "service", "category", "cis")


def _drafted(verb: str) -> Callable[[Scene], Candidates]:
    """A known error or an article begins: its body is free, so only what the event says is decided again."""

    def found(scene: Scene) -> Candidates:
        facts: dict[str, object] = {name: scene.after.fields.get(name) for name in _FACTS}
        said = {"from": scene.event.get("incident"), "problem": scene.event.get("problem")}
        body = {"description": scene.after.description, "workaround": "as the file says"}
        return [Command(verb, (), facts | said | body)]

    return found


def _problem_new(scene: Scene) -> Candidates:
    facts: dict[str, object] = {name: scene.after.fields.get(name) for name in _FACTS}
    said = {"incidents": scene.event.get("incidents"), "description": scene.after.description}
    return [Command("problem new", (), facts | said)]


def _problem_resolved(scene: Scene) -> Candidates:
    """With the incidents that wait for it, if the commit resolves these, too."""
    return [scene.command("problem resolve", resolve_incidents=True), scene.command("problem resolve")]


def _edited(verb: str) -> Callable[[Scene], Candidates]:
    """The body is free here too; that it was changed is what the event says."""

    def found(scene: Scene) -> Candidates:
        facts: dict[str, object] = {name: scene.event.get(name) for name in (*_FACTS, "problem")}
        body = scene.after.description if scene.event.get("description") else None
        return [scene.command(verb, **facts, description=body)]

    return found


KNOWLEDGE: dict[str, dict[str, Callable[[Scene], Candidates]]] = {
    "PRB": {
        "proposed": _problem_new,
        "edited": _edited("problem edit"),
        "accepted": plain("problem accept"),
        "rejected": plain("problem reject"),
        "investigated": plain("problem investigate"),
        "resolved": _problem_resolved,
        "closed": plain("problem close"),
    },
    "KE": {
        "drafted": _drafted("known-error new"),
        "edited": _edited("known-error edit"),
        "published": plain("known-error publish", "offered"),
        "retired": plain("known-error retire"),
    },
    "KB": {
        "drafted": _drafted("article new"),
        "edited": _edited("article edit"),
        "reviewed": plain("article review"),
        "published": plain("article publish", "offered"),
        "retired": plain("article retire"),
    },
}
