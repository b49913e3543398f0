"""`itil sync` between clones and a bare repository, sentence by sentence (S16)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.cli.main import run as itil

FACTS = ("--impact", "low", "--urgency", "low", "--category", "hardware")
Clone = Callable[[str], Shell]


DELAYS = {"too-late", "late-verdict"}  # the commands' --now lies months before the machine's clock


def run(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def hub(company: Shell, tmp_path: Path) -> Path:
    """A bare repository, which `company` has as its remote."""
    bare = tmp_path / "hub.git"
    run(tmp_path, "init", "-q", "--bare", str(bare))
    company.git("remote", "add", "origin", str(bare))
    assert company("sync").code == 0
    return bare


@pytest.fixture
def clone(hub: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clone:
    """Makes clones of the bare repository."""

    def make(name: str) -> Shell:
        run(tmp_path, "clone", "-q", str(hub), name)
        shell = Shell(tmp_path / name, capsys)
        shell("setup")
        return shell

    return make


def taken(shell: Shell) -> str:
    """An incident that support works on, published."""
    incident = shell.id("log", "-t", "Printer jams", *FACTS)
    assert shell("assign", incident, "--group", "support").code == 0
    assert shell("accept", incident, who="bob").code == 0
    assert shell("sync").code == 0
    return incident


def texts(shell: Shell, incident: str) -> list[str]:
    return [entry["text"] for entry in shell("show", incident, "--json").json["worklog"]]


def sound(*shells: Shell) -> None:
    """All clones are the same, clean, and what their events say; history is a line whose clock never goes back."""
    assert len({shell.git("rev-parse", "HEAD") for shell in shells}) == 1
    for shell in shells:
        assert shell.git("status", "--porcelain") == ""
        assert shell("check").code == 0, shell("check").out
        findings = shell("audit", "--json").json["findings"]
        wrong = [one["text"] for one in findings if one["severity"] == "error" and one["code"] not in DELAYS]
        assert wrong == []
    log = shells[0].git("log", "--reverse", "--format=%ct %P").splitlines()
    assert all(len(line.split()) <= 2 for line in log)
    times = [int(line.split()[0]) for line in log]
    assert times == sorted(times)


def test_what_was_done_here_and_there_is_all_there(company: Shell, clone: Clone) -> None:
    incident = taken(company)
    other = clone("other")
    company("note", incident, "-m", "here")
    other("note", incident, "-m", "there")
    assert company("sync").out == "Synced with origin: no commits came, 1 commit went.\n"
    assert other("sync").out == "Synced with origin: 1 commit came, 1 commit went.\n"
    assert company("sync").out == "Synced with origin: 1 commit came, no commits went.\n"
    assert company("sync").out == "Nothing to exchange with origin.\n"
    assert set(texts(company, incident)) == {"here", "there"}
    sound(company, other)


def test_a_text_that_was_taken_out_here_stays_out(company: Shell, clone: Clone) -> None:
    incident = taken(company)
    company("note", incident, "-m", "The password is 123.")
    company("sync")
    other = clone("other")
    entry = company("show", incident, "--json").json["events"][-1]["n"]
    assert company("redact", incident, "--event", entry, "-m", "A password.", who="ines").code == 0
    other("note", incident, "-m", "there")
    for shell in (other, company, other):
        assert shell("sync").code == 0
    assert set(texts(other, incident)) == {"[redacted]", "A password.", "there"}
    sound(company, other)


def test_s16_a_published_event_is_never_made_void_a_late_one_becomes_a_work_log_entry(
    company: Shell, clone: Clone
) -> None:
    incident = taken(company)
    other = clone("other")
    resolve = ("resolve", incident, "--code", "fixed", "-m")
    assert other(*resolve, "there, earlier", who="bob", now="2026-03-09T10:00:00Z").code == 0
    assert company(*resolve, "here, later", who="bob", now="2026-03-09T11:00:00Z").code == 0
    published = company.git("show", f"HEAD:{company.file(incident).relative_to(company.store)}")
    company("sync", now="2026-03-09T12:00:00Z")
    answer = other("sync", "--json", now="2026-03-09T12:00:00Z")
    assert answer.code == 0
    (void,) = answer.json["void"]
    assert (void["id"], void["do"], void["by"]) == (incident, "resolved", "bob@example.com")
    assert "which is published: resolved does not fit the status resolved" in void["why"]
    shown = other("show", incident, "--json").json
    late = next(event for event in shown["events"] if event["n"] == void["n"])
    assert (late["do"], late["rule"], late["was"]["do"], late["at"]) == (
        "noted", "sync", "resolved", "2026-03-09T10:00:00Z",
    )  # fmt: skip
    assert texts(other, incident)[0] == f"resolved is void: {void['why']}.\n\nthere, earlier"
    file = other.file(incident).read_text()
    assert all(line in file.split("\n") for line in published.split("\n"))  # nothing published has changed
    company("sync")
    sound(company, other)


def test_s16_what_fits_goes_in_by_its_own_time(company: Shell, clone: Clone) -> None:
    incident = taken(company)
    other = clone("other")
    other("note", incident, "-m", "there, earlier", now="2026-03-09T10:00:00Z")
    company("note", incident, "-m", "here, later", now="2026-03-09T11:00:00Z")
    company("sync")
    other("sync", now="2026-03-09T12:00:00Z")
    assert texts(other, incident) == ["there, earlier", "here, later"]


def test_s16_beyond_the_offline_limit_the_time_is_the_syncs_and_the_old_one_is_kept(
    company: Shell, clone: Clone
) -> None:
    incident = taken(company)
    other = clone("other")
    other("note", incident, "-m", "long ago", now="2026-03-09T10:00:00Z")
    answer = other("sync", "--json", now="2026-03-17T10:00:00Z")
    assert [(one["id"], one["said"]) for one in answer.json["late"]] == [(incident, "2026-03-09T10:00:00Z")]
    event = other("show", incident, "--json").json["events"][-1]
    assert (event["at"], event["said"]) == ("2026-03-17T10:00:00Z", "2026-03-09T10:00:00Z")
    assert other.git("log", "-1", "--format=%at") == f"{1773741600}\n"
    company("sync")
    sound(company, other)


def test_author_and_author_time_stay(company: Shell, clone: Clone) -> None:
    incident = taken(company)
    other = clone("other")
    other("note", incident, "-m", "x", who="dana")
    before = other.git("log", "-1", "--format=%an %ae %at %B")
    company("note", incident, "-m", "y")
    company("sync")
    other("sync")
    assert other.git("log", "-1", "--format=%an %ae %at %B") == before


def test_s11_a_link_that_lost_falls_on_both_sides(company: Shell, clone: Clone) -> None:
    child, first, second = (company.id("log", "-t", title, *FACTS) for title in ("child", "first", "second"))
    company("sync")
    other = clone("other")
    company("link", child, "child-of", first)
    company("sync")
    other("link", child, "child-of", second)
    answer = other("sync", "--json")
    assert {one["id"] for one in answer.json["void"]} == {child, second}
    assert other("show", child, "--json").json["parent"] == first
    assert other("show", second, "--json").json["children"] == []
    company("sync")
    sound(company, other)


def test_s10_what_is_not_his_to_do_any_more_does_not_stand(company: Shell, clone: Clone) -> None:
    incident = taken(company)
    other = clone("other")
    company("assign", incident, "--group", "network", now="2026-03-09T10:00:00Z")
    company("sync")
    done = other("classify", incident, "--category", "network", "-m", "x", who="bob", now="2026-03-09T11:00:00Z")
    assert done.code == 0, done.err
    answer = other("sync", "--json", now="2026-03-09T12:00:00Z")
    assert [one["why"] for one in answer.json["void"]] == ["it is not bob@example.com's to do any more"]


def test_two_incidents_that_drew_one_id_the_one_not_published_gets_a_new_one_and_links_follow(
    company: Shell, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = clone("other")
    monkeypatch.setenv("ITIL_SEED", "same")
    mine, yours = company.id("log", "-t", "mine", *FACTS), other.id("log", "-t", "yours", "-d", "of others", *FACTS)
    monkeypatch.delenv("ITIL_SEED")
    assert mine == yours
    third = other.id("log", "-t", "third", *FACTS)
    other("link", third, "related", yours)
    company("sync")
    answer = other("sync", "--json")
    assert answer.code == 0, answer.err
    (renamed,) = answer.json["renamed"]
    assert renamed["from"] == mine != renamed["to"]
    assert other("show", mine, "--json").json["title"] == "mine"
    assert other("show", renamed["to"], "--json").json["title"] == "yours"
    assert other("show", third, "--json").json["links"] == [{"relation": "related", "target": renamed["to"]}]
    assert mine not in other.git("log", "-4", "--format=%B", "--grep", "yours")
    company("sync")
    sound(company, other)


def test_s11_a_key_that_is_open_there_makes_the_one_here_a_double_entry(company: Shell, clone: Clone) -> None:
    other = clone("other")
    mine = company.id("log", "-t", "disk full", "--dedup-key", "disk")
    yours = other.id("log", "-t", "disk full", "--dedup-key", "disk")
    company("sync")
    answer = other("sync", "--json")
    assert answer.json["duplicates"] == [{"id": yours, "of": mine}]
    shown = other("show", yours, "--json").json
    assert shown["status"] == "canceled" and {"relation": "duplicate-of", "target": mine} in shown["links"]
    assert other.id("log", "-t", "disk full", "--dedup-key", "disk") == mine
    company("sync")
    sound(company, other)


def test_settings_of_both_sides_are_merged_as_text(company: Shell, clone: Clone) -> None:
    other = clone("other")
    for shell, old, new in ((company, "Dana Desk", "Dana Doe"), (other, "name: Carl", "name: Carlo")):
        file = shell.store / "people.yaml"
        file.write_text(file.read_text().replace(old, new))
        shell.git("commit", "-qam", "people")
    company("sync")
    assert other("sync").code == 0
    text = (other.store / "people.yaml").read_text()
    assert "Dana Doe" in text and "name: Carlo" in text


def test_settings_that_clash_refuse_and_nothing_changes(company: Shell, clone: Clone, hub: Path) -> None:
    incident = taken(company)
    other = clone("other")
    for shell, new in ((company, "Dana One"), (other, "Dana Two")):
        file = shell.store / "people.yaml"
        file.write_text(file.read_text().replace("Dana Desk", new))
        shell.git("commit", "-qam", "people")
    other("note", incident, "-m", "kept")
    company("sync")
    before, there = other.git("rev-parse", "HEAD"), run(hub, "rev-parse", "main")
    answer = other("sync", "--json")
    assert (answer.code, answer.error["code"]) == (6, "conflict")
    assert answer.error["text"].startswith("people.yaml was changed here and there")
    assert (other.git("rev-parse", "HEAD"), run(hub, "rev-parse", "main")) == (before, there)
    assert other.git("status", "--porcelain") == ""


def test_a_description_changed_here_and_there_refuses_and_names_the_incident(company: Shell, clone: Clone) -> None:
    incident = company.id("log", "-t", "Printer jams", "-d", "It jams.", *FACTS)
    company("sync")
    other = clone("other")
    company("edit", incident, "-d", "It jams daily.")
    other("edit", incident, "-d", "It jams hourly.")
    company("sync")
    answer = other("sync")
    assert answer.code == 6 and f"the description of {incident} was changed here and there" in answer.err


def test_files_changed_by_hand_refuse_before_anything_is_pushed(company: Shell, clone: Clone, hub: Path) -> None:
    incident = taken(company)
    other = clone("other")
    company("note", incident, "-m", "here")
    company("sync")
    other("note", incident, "-m", "there")
    file = other.file(incident)
    file.write_text(file.read_text() + "\nby hand\n")
    there = run(hub, "rev-parse", "main")
    answer = other("sync")
    assert answer.code == 6 and "differs from what is committed" in answer.err
    assert run(hub, "rev-parse", "main") == there and file.read_text().endswith("by hand\n")


def test_other_work_of_the_users_stays(company: Shell, clone: Clone) -> None:
    incident = taken(company)
    other = clone("other")
    (other.store / "staged.txt").write_text("staged\n")
    other.git("add", "staged.txt")
    (other.store / "loose.txt").write_text("loose\n")
    company("note", incident, "-m", "here")
    company("sync")
    other("note", incident, "-m", "there")
    assert other("sync").code == 0
    assert other.git("status", "--porcelain") == "A  staged.txt\n?? loose.txt\n"


def test_without_a_connection_it_says_what_waits(company: Shell, clone: Clone, hub: Path) -> None:
    incident = taken(company)
    company("note", incident, "-m", "one")
    company("note", incident, "-m", "two")
    hub.rename(hub.with_name("gone.git"))
    answer = company("sync", "--json")
    assert (answer.code, answer.error["code"], answer.out) == (6, "offline", "")
    assert answer.error["text"].startswith("origin cannot be reached: ")
    assert answer.error["text"].endswith(" 2 commits wait here.")


def test_without_a_remote_it_says_so(shell: Shell) -> None:
    answer = shell("sync")
    assert (answer.code, answer.err) == (
        4,
        "error[not-found]: There is no remote to sync with. Add one: `git remote add origin URL`.\n",
    )
    assert shell("sync", "--remote", "x").err.startswith("error[not-found]: There is no remote 'x'.")


def test_a_remote_that_refuses_is_told_with_its_words(company: Shell, hub: Path) -> None:
    incident = taken(company)
    company("note", incident, "-m", "one")
    hook = hub / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'P12: not like this' >&2\nexit 1\n")
    hook.chmod(0o755)
    before = company.git("rev-parse", "HEAD")
    answer = company("sync")
    assert answer.code == 6 and "P12: not like this" in answer.err and "1 commit waits here" in answer.err
    assert company.git("rev-parse", "HEAD") == before


def test_a_sync_that_was_cut_off_after_the_push_is_finished_by_the_next_one(company: Shell, clone: Clone) -> None:
    incident = taken(company)
    other = clone("other")
    company("note", incident, "-m", "here")
    company("sync")
    other("note", incident, "-m", "there")
    before = other.git("rev-parse", "HEAD").strip()
    other("sync")
    after = other.git("rev-parse", "HEAD").strip()
    other.git("reset", "-q", "--hard", before)  # as if the branch had not followed
    answer = other("sync", "--json").json
    assert (answer["commit"], answer["pushed"]) == (after, 0)
    company("sync")
    sound(company, other)


def test_a_shallow_clone_may_write_and_sync(company: Shell, hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    incident = taken(company)
    run(hub.parent, "clone", "-q", "--depth", "1", hub.as_uri(), "shallow")
    shallow = Shell(hub.parent / "shallow", capsys)
    company("note", incident, "-m", "here")
    company("sync")
    assert shallow("note", incident, "-m", "there").code == 0
    answer = shallow("sync")
    assert answer.code == 0, answer.err
    assert set(texts(shallow, incident)) == {"here", "there"}


def test_the_first_write_in_a_clone_sets_up_the_driver_and_says_so_once(
    company: Shell, hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    incident = taken(company)
    run(hub.parent, "clone", "-q", str(hub), "fresh")
    fresh = Shell(hub.parent / "fresh", capsys)
    assert (
        fresh("note", incident, "-m", "x").err == "This clone now merges records with itil (`itil setup` says how).\n"
    )
    assert fresh("note", incident, "-m", "y").err == ""
    assert fresh("setup").out == "git in this clone merges records with itil already.\n"
    assert fresh.git("config", "merge.itil.driver").strip().endswith(" merge-driver %O %A %B %P")


def test_a_clone_may_sync_by_itself(company: Shell, clone: Clone, hub: Path) -> None:
    incident = taken(company)
    assert company("sync", "--auto", "on").out == "Sync after each write: on.\n"
    done = company("note", incident, "-m", "x")
    assert done.err == "Synced with origin: no commits came, 1 commit went.\n"
    assert run(hub, "rev-parse", "main") == company.git("rev-parse", "HEAD").strip()
    company("sync", "--auto", "off")
    assert company("note", incident, "-m", "y").err == ""


def test_itil_store_writes_without_a_clone(
    company: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    incident = taken(company)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run(hub, "config", "uploadpack.allowFilter", "true")
    monkeypatch.chdir(tmp_path)
    assert itil(["--store", str(hub), "note", incident, "-m", "from CI", "--now", "2026-03-09T12:00:00Z"]) == 0
    monkeypatch.setenv("ITIL_STORE", hub.as_uri())
    assert itil(["log", "-t", "red", "--dedup-key", "k", "-q", "--now", "2026-03-09T12:01:00Z"]) == 0
    capsys.readouterr()
    assert itil(["log", "-t", "red", "--dedup-key", "k", "--now", "2026-03-09T12:02:00Z"]) == 0
    assert "nothing new is logged" in capsys.readouterr().out
    assert int(run(hub, "rev-list", "--count", "main")) == int(company.git("rev-list", "--count", "HEAD")) + 2
    company("sync")
    assert texts(company, incident)[-1] == "from CI"
    assert itil(["--store", str(tmp_path / "nowhere"), "list"]) == 6


def test_what_a_killed_run_left_in_the_cache_is_no_obstacle(
    company: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ITIL_STORE", hub.as_uri())
    assert itil(["log", "-t", "red", "-q", "--now", "2026-03-09T12:01:00Z"]) == 0
    (cache,) = (tmp_path / "cache/itil").glob("*/.git")
    (cache / "shallow.lock").touch()
    (cache / "refs/heads/main.lock").touch()
    assert itil(["log", "-t", "blue", "-q", "--now", "2026-03-09T12:02:00Z"]) == 0
    assert company("sync").out == "Synced with origin: 2 commits came, no commits went.\n"
    subjects = run(hub, "log", "-2", "--format=%s").splitlines()
    assert [subject.partition(": ")[2] for subject in subjects] == ["blue", "red"]


def test_s16_after_a_plain_merge_check_finds_the_link_that_lost_and_fix_takes_it_out(shell: Shell) -> None:
    child, first, second = (shell.id("log", "-t", title, *FACTS) for title in ("child", "first", "second"))
    shell.git("switch", "-qc", "other")
    shell("link", child, "child-of", second, now="2026-03-09T11:00:00Z")
    shell.git("switch", "-q", "main")
    shell("link", child, "child-of", first, now="2026-03-09T10:00:00Z")
    shell.git("merge", "-q", "--no-edit", "other")
    found = shell("check")
    assert f"linked parent-of {child} is void there: it has a parent already." in found.out
    assert shell("check", "--fix", now="2026-03-09T12:00:00Z").code == 0
    assert shell("show", second, "--json").json["children"] == []
    assert shell("show", first, "--json").json["children"] == [child]
