"""A team of one, from `itil init` to a closed incident, as the issue tells it."""

from __future__ import annotations

from shell import Shell


def test_from_an_empty_folder_to_a_closed_incident(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Card payments fail with 502")
    refused = shell("accept", incident)
    assert refused.code == 3 and refused.out == ""
    assert refused.err.startswith(f"error[I1]: {incident} is new; accept needs assigned. Allowed from here: ")
    assert shell("classify", incident, "--priority", "P1").code == 2
    seen = shell("classify", incident, "--impact", "high", "--urgency", "high", "--category", "application", "--json")
    assert seen.json["priority"] == "P2"
    assert shell("assign", incident, "--group", "support").code == 0
    assert shell("accept", incident).code == 0
    pend = shell("pend", incident, "--reason", "awaiting-requestor")
    assert pend.code == 3 and pend.err.startswith("error[P12]: pending needs a message to the requestor. Add -m")
    assert shell("pend", incident, "--reason", "awaiting-requestor", "-m", "Which shop?").code == 0
    assert shell("resume", incident).code == 0
    assert shell("resolve", incident).code == 3
    assert shell("resolve", incident, "--code", "workaround").code == 3
    resolved = shell("resolve", incident, "--code", "workaround", "-m", "Old gateway", "--json")
    assert [link["relation"] for link in resolved.json["links"]] == ["problem"]
    assert shell("reopen", incident).code == 3
    assert shell("reopen", incident, "-m", "Fails again").code == 0
    assert shell("accept", incident).code == 0
    assert shell("resolve", incident, "--code", "fixed", "-m", "Certificate renewed").code == 0
    closed = shell("close", incident, "--confirmed-by", "alice@example.com", "--json")
    assert closed.json["status"] == "closed"
    subjects = shell.git("log", "--format=%s").splitlines()
    verbs = [
        "close",
        "resolve",
        "accept",
        "reopen",
        "resolve",
        "resume",
        "pend",
        "accept",
        "assign",
        "classify",
        "log",
    ]
    assert subjects[:-1] == [f"{incident} {verb}: Card payments fail with 502" for verb in verbs]
    assert shell.git("status", "--porcelain") == ""
    assert shell("check").code == 0


def test_a_team_of_one_is_done_in_three_commands(shell: Shell) -> None:
    facts = ("--impact", "low", "--urgency", "low", "--category", "hardware")
    incident = shell.id("log", "-t", "Printer jams", *facts)
    assert shell("take", incident[-5:].lower()).code == 0
    done = shell(
        "resolve",
        incident,
        "--code",
        "fixed",
        "-m",
        "New roller",
        "--confirmed-by",
        "ada@example.com",
        "--json",
    )
    assert done.json["status"] == "closed"


def test_a_commit_names_incident_events_and_actor(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    trailers = shell.git("log", "-1", "--format=%(trailers:only,unfold)").split("\n")
    assert trailers[0] == f"Incident: {incident}"
    assert trailers[1].startswith("Event: 1-") and trailers[2] == "Actor: ada@example.com"


def test_the_wrong_role_exits_7_and_says_who_may(company: Shell) -> None:
    incident = company.id("log", "-t", "Slow", who="alice@example.com")
    wrong = company("classify", incident, "--impact", "high", "--urgency", "high", who="alice@example.com")
    assert wrong.code == 7
    assert wrong.err == (
        f"error[S10]: alice@example.com (roles: requestor) may not classify {incident}. "
        "Who may: service-desk; support (own); incident-manager.\n"
    )
    as_json = company("classify", incident, "--impact", "high", "--json", who="alice")
    assert as_json.out == "" and as_json.error["exit"] == 7
    assert as_json.error["who"] == ["service-desk", "support", "incident-manager"]


def test_p09_and_p03_through_the_command_line(company: Shell) -> None:
    facts = ("--impact", "low", "--urgency", "low", "--category", "hardware")
    first, second, third = (company.id("log", "-t", title, *facts) for title in ("A", "B", "C"))
    company("assign", first, "--group", "support", who="dana")
    company("accept", first, who="bob")
    refused = company("assign", first, "--group", "network", who="bob")
    assert refused.code == 3 and refused.err.startswith("error[P09]: handing")
    assert company("assign", first, "--group", "network", "--agreed-with", "nora", who="bob").code == 0
    assert company("link", second, "child-of", first).code == 0
    grandchild = company("link", third, "child-of", second)
    assert grandchild.code == 3 and grandchild.err.startswith("error[P03]")


def test_users_own_work_is_left_alone(shell: Shell) -> None:
    (shell.store / "staged.txt").write_text("staged")
    (shell.store / "loose.txt").write_text("loose")
    shell.git("add", "staged.txt")
    (shell.store / "README").write_text("x")
    shell.id("log", "-t", "Printer jams")
    assert shell.git("status", "--porcelain") == "A  staged.txt\n?? README\n?? loose.txt\n"


def test_an_unknown_verb_and_an_unknown_id(shell: Shell) -> None:
    assert shell("lst").err == "error[usage]: there is no command 'lst'. Did you mean list?\n"
    assert shell("show", "zzzzz").code == 4
