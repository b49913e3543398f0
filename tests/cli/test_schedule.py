"""`itil schedule`: what is written where, twice the same, taken away again; with programs that stand in for systemd's
and cron's, and with the real crontab."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.deliver.schedule import schedulers
from itil_cli.deliver.schedule.schedulers import ALL, Crontab, Units

CRONTAB = """#!/bin/sh
table="$HOME/table"
case "$1" in
  -l) [ -f "$table" ] && exec cat "$table"; echo "no crontab for you" >&2; exit 1 ;;
  -r) rm "$table" ;;
  -) cat > "$table" ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
[ -f "$HOME/no-bus" ] && { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
echo "$@" >> "$HOME/systemctl"
"""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home in which nothing is scheduled; `crontab` and `systemctl` work in it alone."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name, text in (("crontab", CRONTAB), ("systemctl", SYSTEMCTL)):
        (bin_ / name).write_text(text)
        (bin_ / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    monkeypatch.setattr(Units, "is_here", lambda self: self.name == "systemd")
    monkeypatch.setattr(schedulers, "LINGER", tmp_path / "linger")
    (tmp_path / "linger").mkdir()
    (tmp_path / "linger" / getpass.getuser()).touch()
    return Path(os.environ["HOME"])


def units(home: Path) -> dict[str, str]:
    folder = home / ".config/systemd/user"
    return {one.name: one.read_text() for one in sorted(folder.glob("*"))}


def program() -> str:
    """What runs, as the schedule names it."""
    beside = Path(sys.executable).with_name("itil")
    return str(beside) if beside.exists() else str(shutil.which("itil"))


def test_cron_runs_what_there_is_work_for(shell: Shell, home: Path) -> None:
    done = shell("schedule", "install", "--with", "cron")
    assert done.code == 0 and done.err == (
        "left out: sync (there is no remote).\nleft out: mail (--mail says where mail is).\n"
        f"left out: deliver (there is no {home}/.config/itil/deliver.toml).\n"
    )
    head = f"{program()} -q -C {shell.store}"
    assert done.out == f"cron runs:\n  sweep      5m  {head} sweep\n  reports    1h  {head} report --due\n"
    lines = (home / "table").read_text().split("\n")
    assert lines[1:3] == [f"*/5 * * * * {head} sweep", f"0 */1 * * * {head} report --due"]


def test_run_again_it_changes_nothing_and_other_words_change_the_rest(shell: Shell, home: Path) -> None:
    (home / "table").write_text("@daily backup\n")
    shell("schedule", "install", "--with", "cron", "--job", "sweep")
    before = (home / "table").read_text()
    again = shell("schedule", "install", "--with", "cron", "--job", "sweep")
    assert again.out.startswith("cron runs, as before:\n") and (home / "table").read_text() == before
    done = shell("schedule", "install", "--with", "cron", "--job", "deliver", "--every", "deliver=10m", "--json")
    assert (done.json["changed"], done.json["with"], done.json["jobs"][0]["every"]) == (True, "cron", 600)
    table = (home / "table").read_text()
    assert table.startswith("@daily backup\n# itil-shop-") and "*/10 * * * *" in table and "sweep" not in table
    assert shell("schedule", "remove").out == "Removed from cron.\n"
    assert (home / "table").read_text() == "@daily backup\n"
    assert shell("schedule", "remove").out == "Nothing ran.\n"


def test_every_job_with_its_own_words(company: Shell, home: Path) -> None:
    company.git("remote", "add", "origin", "https://git.example.com/acme/incidents.git")
    (home / ".config/itil").mkdir(parents=True)
    (home / ".config/itil/deliver.toml").write_text("")
    words = ("--mail", str(home / "Maildir"), "--every", "sync=30m", "--every", "mail=1m")
    done = company("schedule", "install", "--with", "cron", *words, "--json", who="ci")
    assert done.err == ""
    head = [program(), "-q", "-C", str(company.store), "--as", "ci@example.com"]
    assert [(job["name"], job["every"], job["command"]) for job in done.json["jobs"]] == [
        ("sync", 1800, [*head, "sync"]),
        ("mail", 60, [*head, "receive", "mail", str(home / "Maildir")]),
        ("sweep", 300, [*head, "sweep"]),
        ("deliver", 120, [*head, "deliver"]),
        ("reports", 3600, [*head, "report", "--due"]),
    ]
    imap = company("schedule", "install", "--mail", "imaps://x@mail.example.com/INBOX", "--job", "mail", "--print")
    assert imap.out.count('receive" "mail" "--imap" "imaps://x@mail.example.com/INBOX"') == 1


def test_the_mailbox_of_receive_toml_is_fetched_from_by_itself(shell: Shell, home: Path) -> None:
    (home / ".config/itil").mkdir(parents=True)
    (home / ".config/itil/receive.toml").write_text('[imap]\nurl = "imaps://x@mail.example.com"\npassword = "secret"\n')
    done = shell("schedule", "install", "--with", "cron")
    assert "mail (" not in done.err
    line = next(one for one in (home / "table").read_text().split("\n") if "receive" in one)
    assert line == f"*/2 * * * * {program()} -q -C {shell.store} receive mail --imap"
    assert "  mail     cron         2m  has not run here\n" in shell("schedule", "show").out


def test_systemd_is_told_of_its_units_once(shell: Shell, home: Path) -> None:
    done = shell("schedule", "install", "--job", "sweep")
    assert done.out.startswith("systemd runs:\n")
    service, timer = units(home)
    assert (service, timer) == (f"{service[:-8]}.service", f"{service[:-8]}.timer")
    asked = (home / "systemctl").read_text()
    assert asked == f"--user daemon-reload\n--user enable {timer}\n--user restart {timer}\n"
    assert shell("schedule", "install", "--job", "sweep").out.startswith("systemd runs, as before:\n")
    assert (home / "systemctl").read_text() == asked
    other = shell("schedule", "install", "--job", "deliver")
    assert other.code == 0 and [name for name in units(home) if "sweep" in name] == []
    assert f"--user disable --now {timer}\n" in (home / "systemctl").read_text()
    assert shell("schedule", "remove").out == "Removed from systemd.\n" and units(home) == {}


def test_from_cron_to_systemd_nothing_runs_twice(shell: Shell, home: Path) -> None:
    shell("schedule", "install", "--with", "cron", "--job", "sweep")
    done = shell("schedule", "install", "--job", "sweep")
    assert done.err == "cron runs them no more.\n" and not (home / "table").exists() and len(units(home)) == 2


def test_where_systemd_does_not_answer_nothing_is_left_behind(shell: Shell, home: Path) -> None:
    (home / "no-bus").touch()
    failed = shell("schedule", "install", "--job", "sweep")
    assert (failed.code, failed.err) == (
        6,
        "error[schedule]: `systemctl --user daemon-reload` failed: Failed to connect to bus: No medium found. "
        "Nothing is changed; another --with may do, and --print shows what it would be.\n",
    )
    assert units(home) == {}


def test_printed_nothing_is_written(shell: Shell, home: Path) -> None:
    said = shell("schedule", "install", "--print", "--job", "sweep").out
    assert said.startswith(f"# {home}/.config/systemd/user/itil-shop-") and "\nOnCalendar=*:0/5\n" in said
    assert "*/5 * * * *" in shell("schedule", "install", "--print", "--with", "cron", "--job", "sweep").out
    assert "<key>ProgramArguments</key>" in shell("schedule", "install", "--print", "--with", "launchd").out
    assert units(home) == {} and not (home / "table").exists() and not (home / "systemctl").exists()
    shell("schedule", "install", "--with", "cron", "--job", "sweep")
    assert "would be removed" in shell("schedule", "remove", "--print").out and (home / "table").exists()


def test_show_tells_what_runs_when_it_ran_last_and_what_could(shell: Shell, home: Path) -> None:
    before = shell("schedule", "show", now="2026-03-09T09:00:00Z")
    assert before.out == (
        "Nothing runs by the clock.\n\nThese do not:\n"
        "  sync     (there is no remote)  has not run here\n"
        "  mail     (--mail says where mail is)  has not run here\n"
        "  sweep    (`itil schedule install`)  has not run here\n"
        f"  deliver  (there is no {home}/.config/itil/deliver.toml)  has not run here\n"
        "  reports  (`itil schedule install`)  has not run here\n"
    )
    shell("schedule", "install", "--with", "cron", "--job", "sweep", "--job", "deliver", "--every", "sweep=10m")
    assert shell("sweep", "--dry-run", now="2026-03-09T08:00:00Z").code == 0  # which is no run
    assert shell("sweep", now="2026-03-09T09:00:00Z").code == 0
    assert shell("deliver", now="2026-03-09T09:01:00Z").code == 4
    shown = shell("schedule", "show", now="2026-03-09T09:30:00Z")
    head = f"{program()} -q -C {shell.store}"
    assert shown.out.startswith(
        f"These run by the clock:\n  sweep    cron        10m  last 2026-03-09T09:00:00Z, done\n           {head} sweep\n"
        "  deliver  cron         2m  LATE, last 2026-03-09T09:01:00Z, exit 4: not-found: There is no "
        f"{home}/.config/itil/deliver.toml.\n           {head} deliver\n\nThese do not:\n  sync     (there is no remote)"
    )
    jobs = {one["name"]: one for one in shell("schedule", "show", "--json", now="2026-03-09T09:30:01Z").json["jobs"]}
    assert jobs["sweep"] == {
        "name": "sweep", "with": "cron", "every": 600, "command": f"{head} sweep", "lacks": None,
        "last": {"at": "2026-03-09T09:00:00Z", "code": 0, "trouble": None}, "late": True,
    }  # fmt: skip
    assert (jobs["reports"]["with"], jobs["reports"]["last"]) == (None, None)


def test_show_reads_systemds_units_and_says_what_stops_with_the_session(
    shell: Shell, home: Path, tmp_path: Path
) -> None:
    shell("schedule", "install", "--job", "sweep", "--job", "reports")
    (tmp_path / "linger" / getpass.getuser()).unlink()
    said = (
        f"systemd runs them only while {getpass.getuser()} is logged in; "
        f"`loginctl enable-linger {getpass.getuser()}` lets them run always.\n"
    )
    shown = shell("schedule", "show", "--json")
    assert shown.err == said and shell("schedule", "install", "--job", "sweep").err == said
    jobs = {one["name"]: (one["with"], one["every"]) for one in shown.json["jobs"]}
    assert (jobs["sweep"], jobs["reports"], jobs["mail"]) == (("systemd", 300), ("systemd", 3600), (None, None))


def test_each_job_notes_its_run_and_a_note_that_is_broken_is_none(company: Shell, home: Path, tmp_path: Path) -> None:
    mbox = tmp_path / "empty"
    (mbox / "new").mkdir(parents=True)
    company("report", "--due")
    company("receive", "mail", str(mbox))
    company("sync")
    last = {one["name"]: one["last"] for one in company("schedule", "show", "--json").json["jobs"]}
    assert {name: said and said["code"] for name, said in last.items()} == {
        "sync": 4, "mail": 0, "sweep": None, "deliver": None, "reports": 0
    }  # fmt: skip
    (company.store / ".git/itil/ran/sync").write_text("[")
    (company.store / ".git/itil/ran/mail").write_text('{"at": null}')
    last = {one["name"]: one["last"] for one in company("schedule", "show", "--json").json["jobs"]}
    assert last["sync"] is last["mail"] is None


def test_a_run_that_cannot_be_noted_is_a_run_all_the_same(shell: Shell, home: Path) -> None:
    (shell.store / ".git/itil").mkdir(exist_ok=True)
    (shell.store / ".git/itil/ran").write_text("no folder")
    assert shell("sweep").code == 0 and "sweep    (`itil schedule install`)  has not" in shell("schedule", "show").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--every", "sweep"), 2, "'--every': 'sweep': '' is not a duration"),
        (("--every", "nap=5m"), 2, "'nap=5m' is not JOB=DURATION, such as sweep=10m. Jobs: sync, mail, sweep, deliver"),
        (("--every", "sweep=1bd"), 2, "'sweep=1bd' is not JOB=DURATION"),
        (
            ("--every", "sweep=7m"), 2,
            "error[usage]: --every sweep: an hour is not so many times that long, nor a day. "
            "Write 1m, 2m, 5m, 10m, 15m, 30m, 1h, 6h, 12h or 24h.\n",
        ),
        (("--every", "sync=5m"), 2, "error[usage]: --every sync: there is no such job here. There are: sweep, reports.\n"),
        (("--job", "mail"), 2, "error[usage]: the job `mail` needs to know where mail is. Add --mail FOLDER"),
        (("--store", "."), 2, "error[usage]: schedule needs a clone of its own. Clone the store, and run it there.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_scheduled_is_told(
    shell: Shell, home: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    where = tuple(str(shell.store) if word == "." else word for word in words)
    answer = shell("schedule", "install", "--with", "cron", *where)
    assert answer.code == code and said in answer.err, answer.err
    assert not (home / "table").exists()


def test_a_machine_without_any_of_them_is_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (Units, Crontab):
        monkeypatch.setattr(kind, "is_here", lambda self: False)
    monkeypatch.setattr("itil_cli.deliver.schedule.schedulers.Agents.is_here", lambda self: False)
    answer = shell("schedule", "install")
    assert (answer.code, answer.err) == (
        4,
        "error[schedule]: neither systemd nor cron is on this machine. "
        "See what would run with `itil schedule install --with cron --print`.\n",
    )


def test_a_crontab_with_damaged_marks_is_left_alone(shell: Shell, home: Path) -> None:
    shell("schedule", "install", "--with", "cron", "--job", "sweep")
    table = (home / "table").read_text().split("\n")
    (home / "table").write_text("\n".join(table[:2]) + "\n")
    answer = shell("schedule", "remove")
    assert answer.code == 6 and "without its other one. Mend it with `crontab -e`." in answer.err
    assert (home / "table").read_text() == "\n".join(table[:2]) + "\n"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("crontab") is None, reason="crontab (Debian: cron) is not on this machine")
def test_the_real_crontab_takes_our_lines_and_gives_them_back(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    if subprocess.run(["crontab", "-l"], capture_output=True).returncode == 0:
        pytest.skip("this user has a crontab, which a test does not touch")
    monkeypatch.setattr(Units, "is_here", lambda self: False)
    try:
        assert shell("schedule", "install", "--job", "sweep").out.startswith("cron runs:\n")
        table = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=True).stdout
        assert f"*/5 * * * * {program()} -q -C {shell.store} sweep\n" in table
        assert ALL["cron"].is_here() and shell("schedule", "install", "--job", "sweep").out.startswith("cron runs, as")
        line = table.split("\n")[1].removeprefix("*/5 * * * * ")
        assert subprocess.run(["/bin/sh", "-c", line], env={"HOME": os.environ["HOME"]}).returncode == 0
        assert shell("schedule", "remove").out == "Removed from cron.\n"
    finally:
        subprocess.run(["crontab", "-r"], capture_output=True)
