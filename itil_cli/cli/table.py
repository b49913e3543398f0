"""Every command: its family, its one-line help, and where it lives. `itil --help` prints this table."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """Where a command lives."""

    family: str
    module: str
    attribute: str
    help: str


def _family(family: str, module: str, *rows: tuple[str, str]) -> dict[str, Entry]:
    return {name: Entry(family, module, f"{name.replace('-', '_')}_command", help_text) for name, help_text in rows}


COMMANDS: dict[str, Entry] = (
    _family(
        "Start",
        "settings.start",
        ("init", "Make a store, or turn this repository into one."),
        ("rules", "The rules of the process and what to do about each."),
        ("completion", "The script that makes a shell complete."),
    )
    | _family(
        "Start",
        "settings.policy",
        ("policy", "Show, check and describe the settings."),
    )
    | _family("Start", "settings.people", ("people", "Who is who, and who may do what."))
    | _family(
        "Record",
        "incidents.record",
        ("log", "Record a new incident."),
        ("contact", "The requestor was heard again."),
        ("note", "Write into the work log."),
        ("tell", "Write to the requestor."),
        ("edit", "Change title or description."),
        ("adopt", "Take in what was edited by hand."),
    )
    | _family(
        "Route",
        "incidents.route",
        ("classify", "Category, impact and urgency; the priority follows."),
        ("assign", "To a support group, or a person of it."),
        ("return", "Back to the desk."),
        ("accept", "Take on what is assigned to your group."),
        ("take", "Assign to me and accept."),
        ("escalate", "To a higher group, or up the chain."),
        ("acknowledge", "Answer an escalation."),
    )
    | _family(
        "Work",
        "incidents.work",
        ("pend", "Wait for the requestor or something outside."),
        ("resume", "The wait is over."),
        ("vendor", "A vendor's ticket: opened, answered."),
        ("apply", "A known error or article was used."),
    )
    | _family(
        "Finish",
        "incidents.finish",
        ("resolve", "Resolved: code, notes, category."),
        ("reopen", "It was not resolved after all."),
        ("close", "The requestor confirmed."),
        ("cancel", "The requestor wants no more, or it was no incident."),
        ("correct", "The incident manager mends what an event says."),
        ("redact", "The incident manager takes a text out."),
    )
    | _family(
        "Relate",
        "incidents.relate",
        ("link", "Child, duplicate, problem, known error, …"),
        ("unlink", "Take a link out again."),
    )
    | _family(
        "Work",
        "incidents.follow",
        ("task", "The tasks of the incident's model."),
        ("review", "A review of an incident or of the process."),
        ("action", "Actions that follow, tracked to done."),
    )
    | _family("Major", "incidents.major", ("major", "Major incidents: the war room, and every step."))
    | _family("Know", "knowledge.problem", ("problem", "Problems: proposed, decided, resolved; candidates."))
    | _family("Know", "knowledge.known_error", ("known-error", "Known errors: workarounds and fixes."))
    | _family("Know", "knowledge.article", ("article", "Knowledge articles."))
    | _family("Know", "knowledge.models", ("model", "Incident models: predefined handling."))
    | _family("Know", "knowledge.matching", ("similar", "What is like it: incidents, known errors, articles."))
    | _family("Know", "knowledge.services", ("service", "Services: list, show, import."))
    | _family(
        "See",
        "reading.see",
        ("list", "Incidents, open ones by default."),
        ("show", "One incident."),
        ("timeline", "What happened, in order."),
        ("history", "The commits of an incident."),
        ("search", "Full text over incidents."),
        ("check", "Is every file what its events say?"),
    )
    | _family("See", "reading.sla", ("sla", "The clocks: due, breached, explained, split, what if."))
    | _family("Keep time", "duties.sweep", ("sweep", "Do what the clock demands now."))
    | _family("Keep time", "duties.deliver", ("deliver", "Send what people are to be told."))
    | _family("Keep time", "duties.schedule", ("schedule", "Have sweep, deliver, mail and reports run by the clock."))
    | _family("Keep time", "reading.calc", ("calc", "Business time between two instants, or after a duration."))
    | _family("Keep time", "incidents.batch", ("batch", "Many commands under one lock."))
    | _family("Keep time", "incidents.bulk", ("bulk", "One command for every incident that fits."))
    | _family("Report", "reading.report", ("report", "Figures over a period, in many formats."))
    | _family("Report", "reading.export", ("export", "Incidents and events for other programs."))
    | _family("Ledger", "ledger.audit", ("audit", "Was every commit legal, by the policy and people of its time?"))
    | _family(
        "Ledger",
        "ledger.hook",
        ("hook", "Let git ask itil before it commits, or takes a push."),
        ("server", "Prepare a bare repository that takes only what is legal."),
    )
    | _family("Take in", "intake.takein", ("import", "Load incidents from another system."))
    | _family("Take in", "intake.receive", ("receive", "Take in what others send: mail, monitoring, CI."))
    | _family("Take in", "intake.ci", ("ci", "Jobs of CI: run one, open and resolve its incident."))
    | _family("Take in", "intake.serve", ("serve", "Receive what monitoring and CI post over HTTP."))
    | _family(
        "Ledger",
        "ledger.sync",
        ("sync", "Bring this clone and its remote together."),
        ("setup", "Tell git in this clone how records are merged."),
    )
    | _family(
        "Ledger",
        "ledger.merging",
        ("merge", "Merge two versions of a record."),
        ("merge-driver", "What git calls to merge a record."),
    )
    | _family("Ledger", "ledger.doctor", ("doctor", "Is this clone in order: git, locks, clock, index?"))
)
