"""What an alert asks for, with the verbs that carry it out: opened, repeated, resolved, noted, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from world import World

from itil_cli.intake.monitoring.alert import Alert
from itil_cli.intake.monitoring.responding import MANY_EVENTS, HeldBack, Scene, Standing, respond
from itil_cli.process.incident import Incident, Record

BOT = {"email": "mon@example.com", "name": "Monitoring", "roles": ["bot"], "answers-for": "support"}


class Monitored(World):
    """A world in which a bot takes alerts in, as the command line does."""

    def __init__(self, **policy: Any) -> None:
        super().__init__(people=[BOT], **policy)

    def standing(self, key: str) -> Standing:
        own = [one for one in self.records.values() if self.see(one.id).dedup_key == key]
        own.sort(key=lambda record: record.events[0].at, reverse=True)
        holders = [one for one in own if self.see(one.id).is_open]
        return Standing(holders[0] if holders else None, [one for one in own if one not in holders])

    def take(self, alert: Alert, who: str = "mon") -> str:
        """What becomes of an alert, a minute after the last command."""
        scene = Scene(self.policy, self.services, f"{who}@example.com", self.now + 60)
        response = respond(alert, self.standing(alert.key), scene)
        if response.command:
            self.do(who, response.command.verb, *response.command.ids, **response.command.options)
        else:
            self.now += 60
        return response.result

    def only(self) -> Incident:
        (record,) = self.records.values()
        return self.see(record.id)


def at(minute: int) -> str:
    return f"2026-03-09T09:{minute:02d}:00.000Z"


def fires(minute: int = 0, **more: Any) -> Alert:
    labels = {"alertname": "Down", "severity": "critical", "service": "shop", "instance": "web-1"}
    return Alert("k", "f", at(minute), True, "web-1 is down", "It is down.", labels, **more)


def recovers(minute: int = 0, **more: Any) -> Alert:
    return replace(fires(minute, **more), firing=False)


def test_d2_what_fires_opens_an_incident_with_the_support_group() -> None:
    world = Monitored()
    assert world.take(fires()) == "opened"
    incident = world.only()
    assert (incident.status, incident.group, incident.owner) == ("new", "support", "service-desk")
    assert (incident.channel, incident.requestor) == ("monitoring", "mon@example.com")
    assert (incident.impact, incident.urgency, incident.priority) == ("high", "high", "P2")
    assert (incident.service, incident.cis) == ("shop", ("web-1",))
    assert world.records[incident.id].description == "It is down."
    assert world.event(incident.id, 0)["alert"] == "f@2026-03-09T09:00:00.000Z"


def test_sent_twice_it_is_taken_once() -> None:
    world = Monitored()
    assert [world.take(fires()), world.take(fires()), world.take(recovers()), world.take(recovers())] == [
        "opened",
        "known",
        "resolved",
        "known",
    ]
    assert world.take(fires()) == "known"  # late, when it is over
    assert len(world.records) == 1


def test_d5_what_fires_again_is_counted_on_the_open_incident() -> None:
    world = Monitored()
    world.take(fires(0))
    world.do("bob", "classify", world.only().id, category="network")
    world.do("bob", "take", world.only().id)
    assert [world.take(recovers(0)), world.take(fires(5)), world.take(fires(5))] == ["noted", "repeated", "known"]
    incident = world.only()
    assert incident.recurrences == 1 and incident.status == "in-progress"
    assert world.does(incident.id)[-2:] == ["noted", "recurred"]
    assert world.records[incident.id].events[-2].text == (
        "It has recovered; the incident is in-progress, so people resolve it."
    )


def test_what_recovers_before_anybody_accepted_is_resolved_as_recovered() -> None:
    world = Monitored()
    world.take(fires())
    assert world.take(recovers()) == "resolved"
    incident = world.only()
    assert (incident.status, incident.code, incident.kind) == ("resolved", "recovered", "recovered")
    event = world.event(incident.id)
    assert event["recovered"] == "f@2026-03-09T09:00:00.000Z" and "alert" not in event


def test_what_was_assigned_but_not_accepted_is_resolved_too() -> None:
    world = Monitored(routing=[{"channel": "monitoring", "group": "database"}])
    world.take(fires())
    assert world.only().status == "assigned" and world.take(recovers()) == "resolved"


def test_after_a_resolution_a_new_start_opens_a_new_incident() -> None:
    world = Monitored()
    assert [world.take(fires(0)), world.take(recovers(0)), world.take(fires(7))] == ["opened", "resolved", "opened"]


def test_an_older_alert_than_what_is_known_changes_nothing() -> None:
    world = Monitored()
    world.take(fires(5))
    assert world.take(fires(1)) == "known"
    assert world.take(recovers(1)) == "noted"  # of the earlier time, which came late
    assert world.only().status == "new"
    assert world.take(recovers(5)) == "resolved"


def test_a_digest_in_place_of_a_time_is_neither_older_nor_newer() -> None:
    world = Monitored()
    first, second = replace(fires(), since="ffff"), replace(fires(), since="aaaa")
    assert [world.take(first), world.take(second), world.take(first)] == ["opened", "repeated", "known"]
    assert world.take(replace(recovers(), since="bbbb")) == "resolved"


def test_what_recovers_without_an_open_incident_is_ignored() -> None:
    world = Monitored()
    assert world.take(recovers()) == "ignored" and world.records == {}


@pytest.mark.parametrize(("policy", "result"), [("note", "noted"), ("nothing", "ignored"), ("resolve", "resolved")])
def test_the_policy_says_what_a_recovery_does(policy: str, result: str) -> None:
    world = Monitored(monitoring={"on-recovery": policy})
    world.take(fires())
    assert world.take(recovers()) == result


def test_a_policy_without_a_code_for_recovered_gets_a_note() -> None:
    world = Monitored(closure={"codes": {"recovered": "off"}})
    world.take(fires())
    assert world.take(recovers()) == "noted"


def test_a_group_resolves_with_its_last_alert() -> None:
    world = Monitored()
    world.take(fires())
    assert world.take(replace(fires(), fingerprint="g", title="web-2 is down")) == "repeated"
    assert world.records[world.only().id].events[-1].text == "web-2 is down"
    assert world.take(recovers(others_firing=True)) == "noted"
    assert world.take(replace(recovers(), fingerprint="g")) == "resolved"


def test_a_flapping_alert_keeps_its_incident_open_and_counts() -> None:
    world = Monitored(monitoring={"flapping": {"times": 3, "within": "1h"}})
    found = [world.take(alert) for minute in range(5) for alert in (fires(minute), recovers(minute))]
    assert found == ["opened", "resolved"] * 2 + ["opened", "noted"] + ["repeated", "noted"] * 2
    last = list(world.records)[-1]
    assert world.see(last).recurrences == 2 and world.see(last).status == "new"
    assert world.records[last].events[-1].text == "It has recovered; it is flapping, 5 times within 60 minutes."
    world.now += 3600
    assert [world.take(fires(40)), world.take(recovers(40))] == ["repeated", "resolved"]


def job(name: str, *, firing: bool = True, **more: Any) -> Alert:
    """A run of a job: no time tells runs apart, only their names do."""
    return Alert("ci:k", "ci:k", name, firing, "build fails", "It fails.", channel="ci", **more)


def test_a_job_that_fails_often_does_not_flap() -> None:
    world = Monitored(monitoring={"flapping": {"times": 2, "within": "1h"}})
    taken = [world.take(job(name)) for name in "abc"]
    assert [*taken, world.take(job("d", firing=False))] == ["opened", "repeated", "repeated", "resolved"]


def test_a_run_counts_once_and_the_order_of_runs_counts_nothing() -> None:
    world = Monitored()
    assert [world.take(job(name)) for name in ("b", "a", "b", "a")] == ["opened", "repeated", "known", "known"]


def test_only_the_first_success_after_a_failure_is_noted() -> None:
    known = {"impact": "medium", "urgency": "high", "category": "application"}
    world = Monitored(routing=[{"channel": "ci", "group": "support", **known}])
    world.take(job("a"))
    world.do("bob", "accept", world.only().id)
    assert [world.take(job(name, firing=False)) for name in "bcd"] == ["noted", "known", "known"]
    assert [world.take(job("e")), world.take(job("f", firing=False))] == ["repeated", "noted"]


def test_what_is_said_of_a_repetition_and_a_recovery_is_recorded() -> None:
    world = Monitored()
    world.take(job("a"))
    world.take(job("b", again="It fails again."))
    world.take(job("c", firing=False, again="It is well."))
    (record,) = world.records.values()
    assert [event.text for event in record.events[-2:]] == [
        "It fails again.",
        "It has recovered: build fails\n\nIt is well.",
    ]


def test_what_the_sender_says_of_impact_and_urgency_counts_more_than_a_rule() -> None:
    world = Monitored(monitoring={"rules": [{"match": {}, "impact": "low", "urgency": "low"}]})
    world.take(job("a", impact="high", urgency="high"))
    assert world.only().priority == "P2"


def test_many_alerts_of_a_group_are_no_flapping() -> None:
    world = Monitored(monitoring={"flapping": {"times": 3, "within": "1h"}})
    members = [replace(fires(), fingerprint=f"f{place}") for place in range(5)]
    assert [world.take(one) for one in members] == ["opened"] + ["repeated"] * 4
    assert world.take(replace(recovers(), fingerprint="f4")) == "resolved"


def test_flapping_can_be_switched_off() -> None:
    world = Monitored(monitoring={"flapping": {"times": "off"}})
    assert [world.take(one) for n in range(4) for one in (fires(n), recovers(n))] == ["opened", "resolved"] * 4


def test_an_incident_with_very_many_events_takes_one_an_hour() -> None:
    world = Monitored()
    world.take(fires())
    record = world.records[world.only().id]
    event = replace(record.events[-1], do="recurred", data={"alert": "f@2026-03-09T09:00:00.000Z"})
    many = [replace(event, n=f"{place}-aaaa") for place in range(2, MANY_EVENTS + 2)]
    world.records[record.id] = Record(record.id, record.fields, (*record.events, *many), record.description)
    assert [world.take(fires(1)), world.take(recovers(1))] == ["damped", "damped"]
    world.now += 3600
    assert [world.take(fires(2)), world.take(fires(3))] == ["repeated", "damped"]


def scene_of(world: Monitored) -> Scene:
    return Scene(world.policy, world.services, "mon@example.com", world.now + 60)


def test_what_was_held_back_is_counted_by_the_next_event() -> None:
    world = Monitored()
    world.take(fires())
    standing = replace(world.standing("k"), held_back=HeldBack(41, at(7)))
    again = respond(fires(8), standing, scene_of(world))
    assert again.command is not None and again.command.options["times"] == 42
    world.do("mon", "contact", *again.command.ids, **again.command.options)
    assert world.only().recurrences == 42
    assert world.does(world.only().id)[-2:] == ["recurred", "escalated"]  # so many are escalated (D6)
    assert world.event(world.only().id, -2)["times"] == 42
    known = [respond(fires(minute), standing, scene_of(world)).result for minute in (6, 7)]
    assert known == ["known", "known"]  # sent again, they are not counted again
    over = respond(recovers(8), replace(standing, held_back=HeldBack(1, at(7))), scene_of(world))
    assert over.command is not None and over.command.verb == "resolve"
    assert str(over.command.options["message"]).endswith("Before that it fired once without an entry of its own.")


def test_what_resolves_a_very_full_incident_is_not_held_back() -> None:
    world = Monitored(monitoring={"flapping": {"times": "off"}})
    world.take(fires())
    record = world.records[world.only().id]
    event = replace(record.events[-1], do="recurred", data={"alert": "f@2026-03-09T09:00:00.000Z"})
    many = [replace(event, n=f"{place}-aaaa") for place in range(2, MANY_EVENTS + 2)]
    world.records[record.id] = Record(record.id, record.fields, (*record.events, *many), record.description)
    assert [world.take(fires(1)), world.take(recovers(1))] == ["damped", "resolved"]


def test_somebody_elses_incident_under_the_key_gets_notes() -> None:
    world = Monitored()
    world.do("dana", "log", title="web-1 is down", dedup_key="k")
    assert [world.take(fires()), world.take(fires()), world.take(recovers())] == ["noted", "known", "noted"]
    assert world.does(world.only().id) == ["logged", "noted", "noted"]


def test_a_rule_says_more_than_the_labels() -> None:
    rule = {"match": {"service": "shop"}, "service": "till", "ci": "db-1", "category": "network/dns"}
    world = Monitored(monitoring={"rules": [rule, {"match": {}, "ignore": True}]})
    assert world.take(fires()) == "opened"
    incident = world.only()
    assert (incident.service, incident.cis, incident.category) == ("till", ("db-1",), "network/dns")
    assert world.take(replace(fires(), key="other", labels={})) == "ignored"


def test_a_rules_levels_come_before_the_severitys() -> None:
    world = Monitored(monitoring={"rules": [{"match": {}, "impact": "low", "urgency": "low"}]})
    world.take(fires())
    assert world.only().priority == "P5"


@pytest.mark.parametrize(("severity", "priority"), [("WARNING", "P4"), ("none", None), (None, "P2")])
def test_a_severity_gives_impact_and_urgency_in_any_case_of_letters(severity: str, priority: str) -> None:
    world = Monitored()
    world.take(fires(severity=severity))
    assert world.only().priority == priority


def test_the_senders_own_service_counts_before_the_labels() -> None:
    world = Monitored()
    world.take(fires(services=("till",), cis=("web-9",)))
    assert (world.only().service, world.only().cis) == ("till", ("web-9", "web-1"))


def test_what_services_yaml_does_not_know_is_left_out() -> None:
    world = Monitored()
    from itil_cli.process.settings.services import parse

    world.services = parse({"services": {"till": {"cis": ["web-1"]}}})
    world.take(fires(services=("front-end", "till"), cis=("web-9",)))
    assert (world.only().service, world.only().cis) == ("till", ("web-1",))
    world.take(replace(fires(), key="other"))
    assert [world.see(one).service for one in world.records] == ["till", None]
