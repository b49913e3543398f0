"""Jobs as systemd's units, cron's lines and launchd's agents: what is quoted, how often, and what else stays."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from itil_cli.deliver.schedule import cron, launchd, systemd
from itil_cli.deliver.schedule.jobs import DAY, HOUR, MINUTE, Job, Plan, fits

UGLY = '/srv/it\'s 100% $HOME "x"\\y'
PLAN = Plan("/srv/incidents", (Job("sweep", ("/usr/bin/itil", "-C", "/srv/incidents", "sweep"), 5 * MINUTE),))
ODD = Plan(UGLY, (Job("sweep", ("/bin/true", "-C", UGLY), HOUR),), "/opt/git/bin:/usr/bin:/bin")
NAME = "itil-incidents-" + PLAN.name[-6:]


def plan(*every: int) -> Plan:
    return PLAN._replace(jobs=tuple(Job(f"job{place}", ("/bin/true",), one) for place, one in enumerate(every)))


@pytest.mark.parametrize(
    ("every", "fit"),
    [(60, True), (300, True), (1800, True), (HOUR, True), (6 * HOUR, True), (DAY, True)]
    + [(0, False), (30, False), (90, False), (7 * MINUTE, False), (45 * MINUTE, False), (5 * HOUR, False), (2 * DAY, False)],
)  # fmt: skip
def test_how_often_is_a_part_of_an_hour_or_of_a_day(every: int, fit: bool) -> None:
    assert fits(every) == fit


def test_stores_of_one_name_in_two_places_are_two() -> None:
    other = PLAN._replace(store="/home/incidents")
    assert PLAN.name == NAME and other.name != PLAN.name and PLAN._replace(store="/srv/Ünï/").name.startswith("itil-n-")


def test_a_job_is_a_service_and_a_timer() -> None:
    assert systemd.units(PLAN) == {
        f"{NAME}-sweep.service": (
            "# Written by `itil schedule install`; `itil schedule remove` takes it away.\n"
            "[Unit]\nDescription=itil sweep in /srv/incidents\n\n"
            "[Service]\nType=oneshot\nEnvironmentFile=-%E/itil/schedule.env\n"
            'ExecStart="/usr/bin/itil" "-C" "/srv/incidents" "sweep"\n'
        ),
        f"{NAME}-sweep.timer": (
            "# Written by `itil schedule install`; `itil schedule remove` takes it away.\n"
            "[Unit]\nDescription=itil sweep in /srv/incidents\n\n"
            "[Timer]\nOnCalendar=*:0/5\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
        ),
    }


def test_what_systemd_would_expand_is_doubled() -> None:
    service = systemd.units(ODD)[f"{ODD.name}-sweep.service"]
    assert 'ExecStart="/bin/true" "-C" "/srv/it\'s 100%% $$HOME \\"x\\"\\\\y"\n' in service
    assert 'Environment="PATH=/opt/git/bin:/usr/bin:/bin"\n' in service


@pytest.mark.parametrize(
    ("every", "timer", "line", "starts"),
    [
        (2 * MINUTE, "*:0/2", "*/2 * * * *", 30),
        (HOUR, "0/1:00", "0 */1 * * *", 24),
        (6 * HOUR, "0/6:00", "0 */6 * * *", 4),
        (DAY, "daily", "0 0 * * *", 1),
    ],
)
def test_each_says_how_often_in_its_own_words(every: int, timer: str, line: str, starts: int) -> None:
    (unit,) = [text for name, text in systemd.units(plan(every)).items() if name.endswith(".timer")]
    assert f"OnCalendar={timer}\n" in unit
    assert f"\n{line} /bin/true\n" in cron.block(plan(every))
    (agent,) = launchd.agents(plan(every)).values()
    assert len(plistlib.loads(agent.encode())["StartCalendarInterval"]) == starts


def test_of_a_crontab_only_our_lines_change() -> None:
    own = "MAILTO=me\n5 4 * * * backup"
    table = cron.replaced(own, PLAN)
    assert table == (
        f"{own}\n# {NAME} begin: written by `itil schedule install`; `itil schedule remove` takes it away\n"
        f"*/5 * * * * /usr/bin/itil -C /srv/incidents sweep\n# {NAME} end\n"
    )
    assert cron.replaced(table, PLAN) == table
    assert cron.replaced(table + "@daily x\n", PLAN._replace(jobs=())) == f"{own}\n@daily x\n"
    assert cron.replaced("", PLAN._replace(jobs=())) == ""


@pytest.mark.parametrize("lines", ["{begin}\n", "{end}\n", "{begin}\n{begin}\n{end}\n", "{begin}\n{end}\n{end}\n"])
def test_a_crontab_whose_marks_are_damaged_is_not_touched(lines: str) -> None:
    begin, _, end, _ = cron.block(PLAN).split("\n")
    with pytest.raises(ValueError, match=NAME):
        cron.replaced(lines.format(begin=begin, end=end), PLAN)


def test_the_shell_that_cron_starts_gets_the_words_as_they_are(tmp_path: Path) -> None:
    line = cron.block(ODD).split("\n")[1]
    command = line.removeprefix("0 */1 * * * ").replace("\\%", "%")  # which is what cron makes of it
    shown = command.replace("/bin/true", "/usr/bin/printf '%s|'")
    done = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, text=True, check=True)
    assert done.stdout == f"-C|{UGLY}|"


def test_an_agent_of_launchd_holds_the_words_as_they_are() -> None:
    (text,) = launchd.agents(ODD).values()
    said = plistlib.loads(text.encode())
    assert said["ProgramArguments"] == ["/bin/true", "-C", UGLY] and said["Label"] == f"{ODD.name}-sweep"
    assert said["EnvironmentVariables"] == {"PATH": "/opt/git/bin:/usr/bin:/bin"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_finds_the_units_good(tmp_path: Path) -> None:
    files = systemd.units(ODD) | systemd.units(plan(MINUTE, 2 * MINUTE, HOUR, 6 * HOUR, DAY))
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "run").mkdir(mode=0o700)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *(str(tmp_path / name) for name in files)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path / "run")},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("every", [2 * MINUTE, HOUR, 6 * HOUR, DAY])
def test_what_is_installed_is_read_back(every: int) -> None:
    one = ODD._replace(jobs=(ODD.jobs[0]._replace(every=every),))
    wanted = (every, "sweep")
    assert [found[1:] for found in systemd.installed(systemd.units(one), one)] == [wanted]
    assert [found[1:] for found in launchd.installed(launchd.agents(one), one)] == [wanted]
    (line,) = cron.installed(f"@daily backup\n{cron.block(one)}@weekly more\n", one)
    assert line.every == every and shlex.split(line.command)[1:] == ["/bin/true", "-C", UGLY]
    assert launchd.installed(launchd.agents(one), one)[0].command == shlex.join(one.jobs[0].words)


def test_what_somebody_has_changed_by_hand_is_shown_as_it_stands() -> None:
    table = cron.block(PLAN).replace("*/5 * * * *", "7 3 * * 1")
    assert [found.every for found in cron.installed(table, PLAN)] == [None]
    assert cron.installed(table.replace(" end", ""), PLAN) == []
    files = {name: text.replace("*:0/5", "Mon *-*-* 03:07") for name, text in systemd.units(PLAN).items()}
    assert [(found.every, found.name) for found in systemd.installed(files, PLAN)] == [(None, "sweep")]
    assert launchd.installed({f"{NAME}-sweep.plist": "no plist"}, PLAN) == []
