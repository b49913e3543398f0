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


def test_incidents_are_listed_by_whether_the_requestor_was_informed(company: Shell) -> None:
    level = ["--category", "network", "--requestor", "alice@example.com"]
    grave = ["--impact", "critical", "--urgency", "critical"]
    log = ("log", "-t", "Down")
    late = company.id(*log, *level, *grave, now="2026-03-10T09:00:00Z", who="dana")
    in_time = company.id(*log, *level, *grave, now="2026-03-10T09:30:00Z", who="dana")
    low = company.id(*log, *level, "--impact", "low", "--urgency", "low", now="2026-03-10T09:00:00Z", who="dana")
    now = "2026-03-10T10:10:00Z"

    def listed(*words: str, now: str = now) -> list[str]:
        answer = company("list", *words, "--sort", "id", "--json", now=now)
        assert answer.code == 0, answer.err
        return sorted(one["id"] for one in answer.json["incidents"])

    assert listed("informed:late") == listed("--informed", "late") == [late]
    assert listed("informed:in-time") == [in_time]
    assert listed("informed:none") == [low]
    assert listed("informed:late,in-time") == sorted([late, in_time]) == listed("NOT", "informed:none")
    assert listed("NOT", "informed:late") == sorted([in_time, low])
    assert listed("informed:late", "NOT", "informed:late") == []
    assert listed("informed:late", now="2026-03-10T09:59:00Z") == []
    company("tell", late, "-m", "Soon.", now="2026-03-10T10:40:00Z", who="dana")
    assert listed("informed:late") == [late], "as it was then"
    assert listed("informed:late", now="2026-03-10T10:41:00Z") == [in_time]
    assert company("list", "informed:lat", now=now).err == (
        "error[not-found]: There is no informed 'lat'. Did you mean late?\n"
    )
    assert company("list", "informed:soon", now=now).err == (
        "error[not-found]: There is no informed 'soon'. There are: late, in-time, none.\n"
    )
    bulk = ["bulk", "tell", "--where", "informed:late", "-m", "Still at it.", "--json"]
    done = company(*bulk, now="2026-03-10T10:42:00Z", who="dana")
    assert (done.json["matched"], done.json["done"]) == (1, 1)
    assert company("show", in_time, "--json", now="2026-03-10T10:43:00Z").json["events"][-1]["do"] == "told"


def test_the_desk_sees_how_many_requestors_wait_for_a_word(company: Shell) -> None:
    level = ["--impact", "critical", "--urgency", "critical", "--category", "network"]
    for at in ("09:00", "09:10"):
        words = ["log", "-t", "Down", "--requestor", "alice@example.com", *level]
        company.id(*words, now=f"2026-03-10T{at}:00Z", who="dana")
    one = "1 requestor should have heard from us by now: `itil list informed:late`.\n"
    assert one in company(now="2026-03-10T10:05:00Z", who="dana").out
    assert one.replace("1 requestor", "2 requestors") in company(now="2026-03-10T10:11:00Z", who="ines").out
    assert "should have heard" not in company(now="2026-03-10T10:11:00Z", who="bob").out
    assert "should have heard" not in company(now="2026-03-10T10:00:00Z", who="dana").out
