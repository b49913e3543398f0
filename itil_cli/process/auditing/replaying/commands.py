"""From an event back to the commands that may have written it, so that the audit can decide again (S17).

- Each kind of event has a function that gives candidates, the likeliest first; none for what only a rule writes.
- Options are read from the event, and from those right behind it that the same command writes.
- An event with `rule:` that the clock demands is asked of `sweep`; one that follows another act comes with that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from itil_cli.process.auditing.replaying.drafts import KNOWLEDGE
from itil_cli.process.auditing.replaying.scene import Candidates, Scene, plain
from itil_cli.process.demands.owed import DEMAND
from itil_cli.process.family import RELATIONS
from itil_cli.process.incident import Event, Value, kind_of
from itil_cli.process.lifecycle.case import Command
from itil_cli.process.majors.actions import actions

_PROMISES = ("response", "resolution", "calendar")


def candidates(scene: Scene) -> Candidates:
    """What may have written the event; empty where only another act does."""
    event = scene.event
    rule, kind = event.str("rule"), kind_of(scene.id)
    if rule is not None:
        return _by_rule(scene, rule) if kind == "INC" else []
    if kind in ("PRB", "KE", "KB") and event.do in KNOWLEDGE[kind]:
        return KNOWLEDGE[kind][event.do](scene)
    table = _COMMANDS.get(event.do)
    return table(scene) if table else []


def _by_rule(scene: Scene, rule: str) -> Candidates:
    if (scene.event.do, rule) in (("accepted", "S4"), ("resumed", "resolve")):
        later = scene.next("resolved")
        return _resolved(scene, later) if later else []
    handed_over = scene.next("major-handed-over") if rule == "M10" else None
    if handed_over:
        return [scene.command("major handover", message=handed_over.text)]
    if rule.startswith(("by-parent", "by-problem")) or rule in ("contact", "duplicate-of", "M10"):
        return []
    return [scene.command("sweep")]


def _logged(scene: Scene) -> Candidates:
    event, assigned = scene.event, scene.next("assigned")
    classified = next((one for one in scene.rest if one.do == "classified"), None)
    facts: dict[str, object] = {name.replace("-", "_"): said for name, said in event.data.items() if name != "group"}
    known: dict[str, object] = {"description": scene.after.description, "message": event.text}
    known["model_value"] = scene.model
    levels: dict[str, object] = {}
    if classified:
        facts["product"] = classified.get("product")  # what the service gave stands in `logged` alone
        levels = {name: classified.get(name) for name in ("impact", "urgency")}
    own: dict[str, object] = {"take": True} if assigned and assigned.get("to") == event.by else {}
    groups = dict.fromkeys((None, assigned.str("group") if assigned else None, event.str("group")))
    found = [Command("log", (), facts | known | levels | own | {"group": group}) for group in groups]
    found += [Command("log", (), facts | known | levels | {"group": group}) for group in groups if own]
    found += [Command("log", (), facts | known | {"group": group}) for group in groups if levels]
    follows = scene.linked("follows")
    if follows:
        said = {"from": event.get("requestor"), "channel": event.get("channel"), **_brought_along(event)}
        said["escalate"] = any(one.get("trigger") == DEMAND for one in scene.rest)
        found.insert(0, Command("contact", (follows,), {"message": scene.after.description, **said}))
    return found


def _classified(scene: Scene) -> Candidates:
    event = scene.event
    given = {name: event.get(name) for name in ("impact", "urgency", "product", "service", "cis")}
    if event.get("category") != scene.incident.category:
        given["category"] = event.get("category")
    found = [scene.command("classify", **given)]
    accepted = scene.next("major-accepted")
    if accepted:
        found.insert(0, _major_accept(scene, accepted, impact=event.get("impact"), urgency=event.get("urgency")))
    return found


def _assigned(scene: Scene) -> Candidates:
    event = scene.event
    return [scene.command("assign", group=event.get("group"), to=event.get("to"), agreed_with=event.get("agreed-with"))]


def _escalated(scene: Scene) -> Candidates:
    event = scene.event
    if event.get("group"):
        said = {"to": event.get("group"), "agreed_with": event.get("agreed-with")}
    else:
        said = {"up": True, "for_decision": event.get("for-decision")}
    return [scene.command("escalate", reason=event.get("reason"), **said)]


def _acknowledged(scene: Scene) -> Candidates:
    last = scene.event
    for one in scene.rest:
        if one.do != "acknowledged":
            break
        last = one
    return [scene.command("acknowledge", decision=last.text, decided_by=last.get("decided-by"))]


def _pended(scene: Scene) -> Candidates:
    event = scene.event
    names = {"reason": "reason", "until": "until", "vendor": "vendor", "vendor_ticket": "vendor-ticket", "ref": "ref"}
    return [scene.command("pend", **{option: event.get(key) for option, key in names.items()}, message=event.text)]


def _vendor_opened(scene: Scene) -> Candidates:
    event, pended = scene.event, scene.next("pended")
    found = [scene.command("vendor", opened=event.get("vendor"), ticket=event.get("ticket"))]
    if pended and pended.get("vendor") == event.get("vendor"):
        found = [*_pended(replace(scene, event=pended, rest=())), *found]
    return found


def _applied(scene: Scene) -> Candidates:
    event = scene.event
    return [scene.command("apply", record=event.get("record"), did_not_help=event.get("helped") is not True)]


def _resolved(scene: Scene, event: Event | None = None) -> Candidates:
    event = event or scene.event
    code, kind = event.str("code") or "", event.str("kind")
    given: dict[str, object] = {
        "code": code,
        "kind": None if kind == scene.kind_of_code(code) else kind,
        "category": None if event.get("category") == scene.incident.category else event.get("category"),
        "no_problem": event.get("no-problem"),
        "recovered": event.get("recovered"),
        "message": event.text,
    }
    links = {"known_error": scene.linked("known-error"), "problem": scene.linked("problem")}
    article = {"article": True} if scene.linked("article") else {}
    said = given | links | article
    earlier = [scene.command("resolve", **said, propose_anyway=True)] if kind == "workaround" else []
    return [scene.command("resolve", **said), *earlier]


def _reopened(scene: Scene) -> Candidates:
    return [scene.command("reopen", requested_by=scene.event.get("requested-by"))]


def _closed(scene: Scene) -> Candidates:
    event = scene.event
    said = {"close_message": event.text, "waive_review": event.get("waived")}
    return [scene.command("close", confirmed_by=event.get("confirmed-by"), **said)]


def _canceled(scene: Scene) -> Candidates:
    names = {"reason": "reason", "requested_by": "requested-by", "rerouted_to": "rerouted-to"}
    return [scene.command("cancel", **{option: scene.event.get(key) for option, key in names.items()})]


def _contacted(scene: Scene) -> Candidates:
    event, flags = scene.event, dict[str, object]()
    if scene.next("closed", rule="contact"):
        flags = {"confirms": True}
    elif scene.next("reopened", rule="contact"):
        flags = {"rejects": True}
    elif any(one.get("trigger") == DEMAND for one in scene.rest):
        flags = {"escalate": True}
    said = {"from": event.get("from"), "channel": event.get("channel"), **_brought_along(event)}
    found = [scene.command("contact", **said, **flags)]
    return found if flags else [*found, scene.command("contact", **said, escalate=True)]


def _brought_along(event: Event) -> dict[str, Value]:
    """What came with a mail."""
    return {name.replace("-", "_"): event.get(name) for name in ("message-id", "attachments", "automatic")}


def _recurred(scene: Scene) -> Candidates:
    return [scene.command("contact", alert=scene.event.get("alert"), times=scene.event.get("times"))]


def _noted(scene: Scene) -> Candidates:
    event = scene.event
    more = {key.replace("-", "_"): said for key, said in event.data.items()}
    return [scene.command("note", **{**more, "public": event.get("public"), "minutes": event.get("minutes")})]


def _edited(scene: Scene) -> Candidates:
    description = scene.after.description if scene.event.get("description") else None
    return [scene.command("edit", title=scene.event.get("title"), description=description)]


def _linked(scene: Scene) -> Candidates:
    relation, target = scene.event.str("relation"), scene.event.str("target")
    if relation not in RELATIONS:
        return []
    canceled = scene.next("canceled", rule="duplicate-of")
    said = canceled.text if canceled and relation == "duplicate-of" else scene.event.text
    return [scene.command("link", relation=relation, target=target, message=said)]


def _unlinked(scene: Scene) -> Candidates:
    relation, target = scene.event.str("relation"), scene.event.get("target")
    return [scene.command("unlink", relation=relation, target=target)] if relation in RELATIONS else []


def _corrected(scene: Scene) -> Candidates:
    event = scene.event
    if event.get("accept-late") is not None:
        return [scene.command("correct", accept_late=event.get("accept-late"))]
    values = event.get("set")
    said: dict[str, Value] = values if isinstance(values, dict) else {}
    derived = {"priority", *_PROMISES, "update-every"} if {"impact", "urgency"} & said.keys() else set()
    pairs = [f"{key}={_written(value)}" for key, value in said.items() if key not in derived]
    return [scene.command("correct", event=event.get("event"), set=pairs)]


def _redacted(scene: Scene) -> Candidates:
    event = scene.event
    return [scene.command("redact", event=event.get("event"), description=event.get("description"))]


def _written(value: Value) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _task(scene: Scene) -> Candidates:
    return [scene.command("task", number=scene.event.get("task"))]


def _reviewed(scene: Scene) -> Candidates:
    event = scene.event
    return [scene.command("review", step=event.get("step"), presented_to=event.get("presented-to"))]


def _action_added(scene: Scene) -> Candidates:
    return [scene.command("action add", owner=scene.event.get("owner"), due=scene.event.get("due"))]


def _action_done(scene: Scene) -> Candidates:
    numbers = [one.number for one in actions(scene.record.events) if one.n == scene.event.get("action")]
    return [scene.command("action done", number=number) for number in numbers]


def _major_accept(scene: Scene, event: Event, **levels: object) -> Command:
    return scene.command("major accept", message=event.text, criterion=event.get("criterion"), **levels)


def _major_accepted(scene: Scene) -> Candidates:
    return [_major_accept(scene, scene.event)]


def _major_noted(scene: Scene) -> Candidates:
    event = scene.event
    plan = event.get("plan")
    bridge = event.str("bridge")
    ways: dict[str, tuple[str, dict[str, object]]] = {
        "bridge": ("major bridge", {"close": True} if bridge == "closed" else {"open": bridge}),
        "stakeholders": ("major stakeholder", {"people": event.get("stakeholders")}),
        "plan": ("major plan", dict(plan) if isinstance(plan, dict) else {}),
        "informed": ("major inform", {"group": event.get("informed")}),
        "rca": ("major rca", {"attended": event.get("rca")}),
        "milestone": ("major milestone", {"name": event.get("milestone"), "at": event.get("when")}),
    }
    return [scene.command(verb, **options) for key, (verb, options) in ways.items() if event.get(key) is not None]


def _handed_over(scene: Scene) -> Candidates:
    return [scene.command("major handover", problem=scene.event.get("problem")), scene.command("major handover")]


_COMMANDS: dict[str, Callable[[Scene], Candidates]] = {
    "logged": _logged,
    "contacted": _contacted,
    "recurred": _recurred,
    "noted": _noted,
    "told": plain("tell"),
    "edited": _edited,
    "classified": _classified,
    "assigned": _assigned,
    "returned": plain("return"),
    "accepted": plain("accept"),
    "escalated": _escalated,
    "acknowledged": _acknowledged,
    "pended": _pended,
    "resumed": plain("resume"),
    "vendor-opened": _vendor_opened,
    "vendor-answered": lambda scene: [scene.command("vendor", answered=True, vendor=scene.event.get("vendor"))],
    "applied": _applied,
    "resolved": _resolved,
    "reopened": _reopened,
    "closed": _closed,
    "canceled": _canceled,
    "linked": _linked,
    "unlinked": _unlinked,
    "corrected": _corrected,
    "redacted": _redacted,
    "task-done": _task,
    "reviewed": _reviewed,
    "action-added": _action_added,
    "action-done": _action_done,
    "major-proposed": plain("major propose", "criterion"),
    "major-accepted": _major_accepted,
    "major-rejected": plain("major reject"),
    "major-demoted": plain("major demote"),
    "major-updated": plain("major update", "status", "impact", "actions", "next-update", "audience"),
    "major-reviewed": plain("major review", "step", "presented-to"),
    "major-noted": _major_noted,
    "major-handed-over": _handed_over,
}
