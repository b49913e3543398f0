"""Problems, known errors, articles, models, services and matching on the command line."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from shell import Shell

DONE = ("--code", "workaround", "-m", "Index was locked; restarted the search service.")
FACTS = ("--category", "application", "--impact", "medium", "--urgency", "high")


def resolved(company: Shell, title: str, *more: str) -> str:
    incident_id = company.id("log", "-t", title, *FACTS, *more, "--take")
    assert company("resolve", incident_id, *DONE).code == 0
    return incident_id


def test_a_problem_from_proposal_to_closure_in_json(company: Shell) -> None:
    incident_id = resolved(company, "Search finds nothing")
    (problem,) = company("problem", "list", "--json").json["problems"]
    assert (problem["status"], problem["incidents"]) == ("proposed", [incident_id])
    for verb, status in (("accept", "accepted"), ("resolve", "resolved"), ("close", "closed")):
        answer = company("problem", verb, "PRB", "-m", "x", "--json").json
        assert (answer["schema"], answer["kind"], answer["id"], answer["status"]) == (
            "itil/1", "problem", problem["id"], status,
        )  # fmt: skip
    assert company("problem", "list", "--status", "proposed", "--json").json["problems"] == []
    assert company("problem", "list", "--status", "open").code == 4
    assert company("problem", "show", "PRB", "--json").json["events"][0]["do"] == "proposed"
    assert company("check").code == 0


def test_known_errors_and_articles_in_json(company: Shell) -> None:
    incident_id = resolved(company, "Search finds nothing")
    known = company("known-error", "new", "--from", incident_id[-5:], "--fix", "New backup", "--json").json
    assert known["kind"] == "known-error"
    assert (known["workaround"], known["fix"], known["incidents"]) == (DONE[3], "New backup", [incident_id])
    article = company("article", "new", "--from", incident_id[-5:], "--json").json
    assert (article["kind"], article["status"]) == ("article", "draft")
    for words in (("known-error", "publish", "KE"), ("article", "review", "KB"), ("article", "publish", "KB")):
        assert company(*words).code == 0
    assert company("known-error", "list", "--json").json["known_errors"][0]["status"] == "published"
    assert company("article", "list", "--json").json["articles"][0]["status"] == "published"
    assert company("show", known["id"], "--json").json["kind"] == "known-error"


def test_a_known_error_is_edited_by_command_and_by_hand_and_the_audit_finds_it_right(company: Shell) -> None:
    incident_id = resolved(company, "Search finds nothing")
    known = company.id("known-error", "new", "--from", incident_id[-5:])
    edited = company("known-error", "edit", known[-5:], "--fix", "New backup", "-t", "Search is locked", "--json").json
    assert (edited["title"], edited["fix"], edited["workaround"]) == ("Search is locked", "New backup", DONE[3])
    file = company.file(known)
    by_hand = "title: Search locks   # since May\nx-floor: 3"
    file.write_text(file.read_text().replace("title: Search is locked", by_hand, 1))  # the header's, not the event's
    refused = company("known-error", "publish", known)
    assert refused.code == 6 and f"Take the changes in with `itil adopt {known}`" in refused.err
    taken = company("adopt", known[-5:])
    assert (taken.code, taken.out.splitlines()[0]) == (0, f"{known}  draft  Search locks")
    assert "title: Search locks   # since May\nx-floor: 3\n" in file.read_text()
    assert company("known-error", "show", known, "--json").json["events"][-1]["title"] == "Search locks"
    assert company("known-error", "publish", known).code == 0
    assert company("check").code == 0
    told = company("audit").out.splitlines()
    assert [line for line in told if known in line and "too-late" not in line] == []  # this clock stands in March


def test_an_unknown_id_says_what_there_is(company: Shell) -> None:
    assert company("problem", "show", "uuu").code == 4
    error = company("known-error", "publish", "uuu", "--json").error
    assert (error["code"], error["text"]) == ("not-found", "There is no known error 'uuu'.")


def test_what_is_alike_is_shown_recorded_and_offered(company: Shell) -> None:
    first = company.id("log", "-t", "Search finds nothing", *FACTS, "--requestor", "alice")
    answer = company("log", "-t", "Shop search finds nothing", "--requestor", "alice", "--json")
    assert answer.json["events"][0]["candidates"] == [first]
    assert f"duplicate: itil link {answer.json['id']} duplicate-of {first}" in answer.err
    other = company("log", "-t", "Suche findet nothing, too", "--requestor", "carl", "--json")
    assert f"child: itil link {other.json['id']} child-of {first}" in other.err
    assert first in other.json["events"][0]["candidates"]
    nothing = company("log", "-t", "Printer jams", "--json")
    assert "candidates" not in nothing.json["events"][0] and nothing.err == ""


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A person at a terminal who types this."""

    def types(answers: str) -> None:
        terminal = io.StringIO(answers)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)

    return types


def test_at_a_terminal_the_same_requestors_is_a_contact_with_the_open_one(
    company: Shell, at_a_terminal: Callable[[str], None]
) -> None:
    first = company.id("log", "-t", "Search finds nothing", *FACTS, "--requestor", "alice")
    at_a_terminal("7\n1\n")
    answer = company("log", "-t", "Search still finds nothing", "--requestor", "alice", "--channel", "email")
    assert answer.code == 0 and answer.out.startswith(f"{first}  new")
    assert f'contact: itil contact {first} -m "…"' in answer.err
    assert "The same as 1? Enter logs it as a new one: Error: '7' is not one of '', '1'.\n" in answer.err
    assert company("list", "--json").json["incidents"][0]["contacts"] == 1
    assert "Search still finds nothing" in company.file(first).read_text(encoding="utf-8")


def test_at_a_terminal_another_requestors_is_a_child(company: Shell, at_a_terminal: Callable[[str], None]) -> None:
    first = company.id("log", "-t", "Search finds nothing", *FACTS, "--requestor", "alice")
    at_a_terminal("1\n")
    assert company("log", "-t", "Search finds nothing", *FACTS, "--requestor", "carl").code == 0
    (child,) = (one for one in company("list", "--json").json["incidents"] if one["id"] != first)
    assert (child["parent"], child["requestor"]) == (first, "carl@example.com")


def test_at_a_terminal_enter_logs_a_new_one(company: Shell, at_a_terminal: Callable[[str], None]) -> None:
    first = company.id("log", "-t", "Search finds nothing", *FACTS, "--requestor", "alice")
    at_a_terminal("\n")
    assert company("log", "-t", "Search finds nothing", *FACTS, "--requestor", "alice").code == 0
    found = company("list", "--json").json["incidents"]
    assert [one["parent"] for one in found] == [None, None] and first in [one["id"] for one in found]


def test_similar_by_id_by_text_and_explained(company: Shell) -> None:
    first = company.id("log", "-t", "Search finds nothing", *FACTS, "--service", "shop", "--requestor", "alice")
    second = company.id(
        "log", "-t", "Nothing is found by the search", *FACTS, "--service", "shop", "--requestor", "alice"
    )
    company("log", "-t", "Printer jams", *FACTS)
    found = company("similar", second[-5:], "--json").json
    assert (found["id"], [one["id"] for one in found["candidates"]]) == (second, [first])
    (one,) = found["candidates"]
    assert one["offer"] == {"kind": "duplicate", "command": f"itil link {second} duplicate-of {first}"}
    assert set(one["boosts"]) == {"service", "category", "recent"} and set(one["words"]) == {"search", "nothing"}
    text = company("similar", "search", "broken", "--explain").out
    assert text.startswith("1. ") and "boosts: recent +20 %" in text
    assert company("similar", "elevator").out == "Nothing is like it.\n"
    assert company("similar", "elevator", "--json").json["candidates"] == []
    assert company("similar", "INC-20260309-ZZZZZ").code == 4


def test_an_id_without_a_digit_is_an_id(company: Shell) -> None:
    found = company.id("log", "-t", "Search finds nothing", *FACTS)
    wordy = f"{found[:-5]}YHYNA"
    old = company.file(found)
    old.with_name(f"{wordy}.md").write_text(old.read_text(encoding="utf-8").replace(found, wordy), encoding="utf-8")
    old.unlink()
    company.git("add", "-A")
    company.git("commit", "-q", "-m", "Another id")
    assert company("similar", "yhyna", "--json").json["id"] == wordy
    assert company("similar", "plans", "--json").json["id"] is None


def test_retired_and_unpublished_knowledge_is_not_offered(company: Shell) -> None:
    company("known-error", "new", "-t", "Search finds nothing", "--workaround", "Restart it")
    assert company("similar", "search finds nothing").out == "Nothing is like it.\n"
    company("known-error", "publish", "KE")
    assert "apply: itil apply NEW KE-" in company("similar", "search finds nothing").out
    company("known-error", "retire", "KE", "-m", "Mended")
    assert company("similar", "search finds nothing").out == "Nothing is like it.\n"


def test_what_is_published_is_offered_to_open_incidents_that_are_like_it(company: Shell) -> None:
    open_one = company.id("log", "-t", "Search finds nothing", *FACTS, "--group", "support")
    company.id("log", "-t", "Printer jams", *FACTS, "--group", "support")
    resolved(company, "Search finds nothing at all")
    known = company.id(
        "known-error", "new", "-t", "The search index is locked", "--workaround", "It finds nothing. Restart it"
    )
    answer = company("known-error", "publish", "KE")
    assert answer.out.splitlines()[-1] == (
        f"  It may help {open_one}: Search finds nothing. `itil apply {open_one} {known}`"
    )
    assert company("show", known, "--json").json["events"][-1]["offered"] == [open_one]
    home = company("--json", who="bob@example.com").json["may_help"]
    assert home == [{"id": open_one, "record": known, "title": "The search index is locked"}]
    assert (
        f"May help (1)\n  {open_one}  Search finds nothing: `itil show {known}`" in company(who="bob@example.com").out
    )
    assert company("--json", who="nora@example.com").json["may_help"] == []
    company("take", open_one)
    company("apply", open_one, known, "--did-not-help")
    assert "did not help" in company("show", open_one).out
    assert company("--json", who="bob@example.com").json["may_help"] == []


def test_what_waits_for_a_problem_names_it_by_any_part_of_its_id(company: Shell) -> None:
    problem = company.id("problem", "new", "-t", "Locked index")
    incident_id = company.id("log", "-t", "Search finds nothing", *FACTS, "--take")
    wait = ("--reason", "awaiting-problem", "-m", "Tonight")
    assert company("pend", incident_id, *wait, "--ref", problem[-5:].lower()).code == 0
    assert company("show", incident_id, "--json").json["links"] == [{"relation": "problem", "target": problem}]
    assert company("pend", incident_id, *wait, "--ref", "JIRA-12").code == 0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("adopt", "uuu"), "There is no record 'uuu'. `itil search --kind all` finds it by its text."),
        (
            ("apply", "INC", "uuu"),
            "There is no known error or article 'uuu'. `itil search --kind all` finds it by its text.",
        ),
        (("article", "show", "INC"), "There is no article 'INC'. `itil article list` shows what there is."),
        (("problem", "accept", "uuu"), "There is no problem 'uuu'. `itil problem list` shows what there is."),
    ],
)
def test_where_to_look_for_what_is_not_there(company: Shell, words: tuple[str, ...], text: str) -> None:
    company.id("log", "-t", "Search finds nothing")
    answer = company(*words)
    assert (answer.code, answer.err) == (4, f"error[not-found]: {text}\n")


def test_adopt_says_which_records_a_part_fits(company: Shell) -> None:
    ids = [company.id("known-error", "new", "-t", title, "--workaround", "x") for title in ("One", "Two")]
    error = company("adopt", "KE", "--json").error
    assert (error["code"], error["text"]) == ("ambiguous", f"'KE' fits 2 records: {', '.join(sorted(ids))}.")


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ((), ["incident"]),
        (("--kind", "KE"), ["known-error"]),
        (("--kind", "all"), ["incident", "known-error", "problem"]),
    ],
)
def test_search_takes_kinds_and_marks_the_words(company: Shell, words: tuple[str, ...], kinds: list[str]) -> None:
    incident_id = resolved(company, "Café search empty")
    company("known-error", "new", "-t", "Cafe search empty", "--workaround", "Restart it")
    answer = company("search", "cafe", *words, "--json").json
    listed = answer["incidents"] if not words else answer["results"]
    assert [one.get("kind", "incident") for one in listed] == kinds
    assert listed[0]["highlights"]["title"] in ("«Café» search empty", "«Cafe» search empty")
    assert incident_id in company("search", "cafe").out


def test_search_shows_where_in_the_text(company: Shell) -> None:
    company("log", "-t", "Slow", "-d", "x" * 60 + " the gateway " + "y" * 60)
    said = company("search", "gate").out.splitlines()[1]
    assert said == f"    description: …{'x' * 35} the «gateway» {'y' * 39}…"


def test_search_narrows_by_fields(company: Shell) -> None:
    company("log", "-t", "Search slow", "--service", "shop")
    company("log", "-t", "Search slow", "--service", "intranet")
    assert len(company("search", "slow", "service:shop", "--json").json["incidents"]) == 1


def test_candidates_of_problems(company: Shell) -> None:
    one, other = resolved(company, "Search finds nothing"), resolved(company, "Search finds no books")
    (found,) = company("problem", "candidates", "--json").json["candidates"]
    assert (found["count"], found["incidents"]) == (2, [other, one])
    assert (found["first_resolved"], found["last_resolved"]) == ("2026-03-09T09:02:00Z", "2026-03-09T09:04:00Z")
    assert "  resolved from 2026-03-09 to 2026-03-09\n" in company("problem", "candidates").out
    assert company("problem", "candidates", "--at-least", "3").out == "No incidents are alike.\n"
    assert company("problem", "candidates", "--since", "2027-01-01").out == "No incidents are alike.\n"


MODEL = """\
---
id: till
title: A till does not print
category: hardware
impact: low
urgency: high
group: support
tasks: [Paper in?, {text: Test page, mandatory: true}]
---

Receipts.
"""


def test_a_model_from_file_to_resolution(company: Shell) -> None:
    (company.store / "models").mkdir(exist_ok=True)
    (company.store / "models" / "till.md").write_text(MODEL)
    company.git("add", "models")
    company.git("commit", "-qm", "model")
    assert company("check").code == 0
    assert company("model", "list", "--json").json["models"][0]["tasks"][1] == {
        "number": 2, "text": "Test page", "mandatory": True,
    }  # fmt: skip
    error = company("log", "--model", "tills", "--json").error
    assert (error["exit"], error["text"], error["remedy"]) == (4, "There is no model 'tills'.", "Did you mean till?")
    incident_id = company.id("log", "--model", "till", "--requestor", "alice")
    company("take", incident_id)
    assert company("resolve", incident_id, *DONE).code == 3
    assert company("task", incident_id, "--done", "2").code == 0
    assert [one["done_by"] for one in company("task", incident_id, "--json").json["tasks"]] == [None, "ada@example.com"]
    assert company("resolve", incident_id, *DONE).code == 0
    (company.store / "models" / "till.md").write_text(MODEL.replace("support", "suport"))
    company.git("commit", "-qam", "worse")
    answer = company("check")
    assert answer.code == 1
    assert answer.out == ("models/till.md:7:8: error[C6]: the policy knows no group 'suport'. Did you mean support?\n")
    refused = company("log", "--model", "till", "--requestor", "alice")
    assert (refused.code, refused.err) == (
        5,
        "error[C6]: models/till.md:7:8: the policy knows no group 'suport'. Did you mean support? "
        "`itil check` shows all that is wrong with it.\n",
    )


def test_a_model_that_cannot_be_read_hides_no_other(company: Shell) -> None:
    (company.store / "models").mkdir(exist_ok=True)
    (company.store / "models" / "till.md").write_text(MODEL)
    (company.store / "models" / "bad.md").write_text("tasks: []\n")
    company.git("add", "models")
    company.git("commit", "-qm", "models")
    answer = company("model", "list")
    assert (answer.code, answer.out) == (0, "till  A till does not print\n")
    assert answer.err.startswith("warning[front-open]: models/bad.md:1:1: ")
    assert company("model", "list", "--json").json["broken"][0]["path"] == "models/bad.md"
    assert company("model", "show", "bad").code == 5


def test_figures_by_model(company: Shell) -> None:
    (company.store / "models").mkdir(exist_ok=True)
    (company.store / "models" / "till.md").write_text(MODEL)
    company.git("add", "models")
    company.git("commit", "-qm", "model")
    incident_id = company.id("log", "--model", "till", "--requestor", "alice")
    resolved(company, "Search finds nothing")
    assert "model till · tasks 0 of 2 done" in company("show", incident_id).out
    company("take", incident_id)
    company("task", incident_id, "2")
    company("resolve", incident_id, *DONE)
    assert "model till · tasks 1 of 2 done" in company("show", incident_id).out
    groups = company("report", "model", "--period", "2026-03", "--by", "model", "--json").json["groups"]
    assert {name: row["resolved"]["value"] for name, row in groups.items()} == {"none": 1, "till": 1}
    said = company("report", "model", "--period", "2026-03").out
    assert "By model\nmodel  created  resolved  backlog  mttr_wall" in said and "\ntill   1        1" in said


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("nam,owner\nx,y\n", "there is no column 'nam'. Did you mean name?"),
        (
            "owner\ny\n",
            "the table has no column name. Its columns are: name, owner, criticality, group, cis, depends-on, product.",
        ),
        ("name,owner\n,y\n", "line 2 is no service. One service a line, its name first."),
        ("name\nx,y\n", "line 2 is no service. One service a line, its name first."),
        ("name,cis\nx,a\ny,\nx,b\n", "line 4: x stands in line 2 already. One line a service."),
    ],
)
def test_a_table_of_services_says_what_is_wrong(company: Shell, table: str, text: str) -> None:
    (company.store / "cmdb.csv").write_text(table)
    answer = company("service", "import", str(company.store / "cmdb.csv"))
    assert (answer.code, answer.err) == (2, f"error[usage]: {text}\n")


def test_a_table_changes_what_it_has_columns_for_and_may_be_a_spreadsheets(company: Shell) -> None:
    table = company.store.parent / "cmdb.csv"
    table.write_text("name,criticality,group,cis\npay,critical,support,gw-1;gw-2\nnet,,,\n")
    company("service", "import", str(table))
    table.write_bytes("\ufeffname;group;depends-on\r\npay;network;net\r\n".encode())
    assert company("service", "import", str(table)).code == 0
    pay = company("service", "show", "pay", "--json").json
    assert (pay["criticality"], pay["group"], pay["cis"], pay["depends_on"]) == (
        "critical", "network", ["gw-1", "gw-2"], ["net"],
    )  # fmt: skip
    table.write_text("name,criticality\npay,\n")
    company("service", "import", str(table))
    pay = company("service", "show", "pay", "--json").json
    assert (pay["criticality"], pay["group"]) == (None, "network")
    assert company("service", "show", "pa").err == "error[not-found]: There is no service 'pa'. Did you mean pay?\n"


def test_services_are_taken_in_by_one_commit_and_the_others_stay(company: Shell) -> None:
    table = company.store.parent / "cmdb.csv"
    table.write_text("name,criticality,group,cis,depends-on\npay,critical,support,gw-1;gw-2,\nshop,,,,pay\n")
    dry = company("service", "import", str(table), "--dry-run")
    assert dry.out == (
        "services:\n  pay: {criticality: critical, group: support, cis: [gw-1, gw-2]}\n  shop: {depends-on: [pay]}\n"
    )
    assert not (company.store / "services.yaml").exists()
    assert company("service", "import", str(table), "--json").json["services"] == ["pay", "shop"]
    table.write_text("name,criticality\nmail,low\n")
    assert company("service", "import", str(table)).out == "1 service taken into services.yaml.\n"
    assert company.git("log", "-1", "--format=%s").strip() == "service import: 1 service"
    assert [one["name"] for one in company("service", "list", "--json").json["services"]] == ["pay", "shop", "mail"]
    assert company("service", "show", "pay", "--json").json["downstream"] == ["shop"]
    assert company("service", "show", "pai").code == 4
    table.write_text("name,group\nmail,support\nvpn,netwrok\n")
    wrong = company("service", "import", str(table))
    said = f"error[policy]: {table}:3: vpn.group: there is no group 'netwrok'. Did you mean network?\n"
    assert (wrong.code, wrong.err) == (5, said)
    table.write_bytes(b"name,cis\nmail,caf\xe9\n")
    wrong = company("service", "import", str(table))
    assert (wrong.code, wrong.err) == (2, f"error[usage]: {table}:2: this is no UTF-8. Save the table as UTF-8.\n")
    assert company("service", "import", str(table), who="bob@example.com").code == 7
