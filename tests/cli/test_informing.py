"""Who must hear from us next, as `show`, `list`, `itil` and the report on quality tell it (S14)."""

from __future__ import annotations

from shell import Shell


def test_the_next_message_is_shown_asked_for_and_counted(company: Shell) -> None:
    dana = "dana@example.com"
    level = ["--impact", "critical", "--urgency", "critical", "--category", "network"]
    words = ["log", "-t", "All down", "--requestor", "alice@example.com", *level]
    incident = company.id(*words, now="2026-03-10T09:00:00Z", who=dana)
    owed = {"since": "2026-03-10T09:00:00Z", "due": "2026-03-10T10:00:00Z", "every": 3600, "calendar": "always"}
    in_time, late = "2026-03-10T10:00:00Z", "2026-03-10T10:00:01Z"

    assert company("show", incident, "--json", now=in_time).json["next_message"] == {**owed, "late": False}
    assert company("show", incident, "--json", now=late).json["next_message"] == {**owed, "late": True}
    (listed,) = company("list", "--json", now=late).json["incidents"]
    assert listed["next_message"] == {**owed, "late": True}
    line = "next message to the requestor  LATE, it was due 2026-03-10 10:00Z; every 1h on always"
    assert line in company("show", incident, now=late).out
    assert "due 2026-03-10 10:00Z; every 1h on always" in company("show", incident, now=in_time).out
    assert "next message" not in company("show", incident, "--public", now=late).out
    assert company("show", incident, "--public", "--json", now=late).json["next_message"] is None

    assert company("--json", now=in_time, who=dana).json["uninformed"] == []
    assert company("--json", now=late, who=dana).json["uninformed"] == [incident]
    assert "All down  (inform the requestor)" in company(now=late, who=dana).out, "it is to be classified or so first"
    company("assign", incident, "--group", "support", now="2026-03-10T09:10:00Z", who=dana)
    assert "Inform the requestor (1)\n" in company(now=late, who=dana).out

    company("tell", incident, "-m", "Power is back.", now="2026-03-10T10:30:00Z", who=dana)
    assert company("show", incident, "--json", now="2026-03-10T10:31:00Z").json["next_message"]["late"] is False
    company("accept", incident, now="2026-03-10T10:40:00Z", who="bob@example.com")
    company("resolve", incident, "--code", "fixed", "-m", "Done.", now="2026-03-10T11:00:00Z", who="bob@example.com")
    assert company("show", incident, "--json", now="2026-03-10T11:01:00Z").json["next_message"] is None
    said = company("report", "quality", "--json", "--period", "2026-03", now="2026-03-12T12:00:00Z").json["figures"]
    assert (said["not_informed"]["numerator"], said["not_informed"]["denominator"]) == (1, 1)
