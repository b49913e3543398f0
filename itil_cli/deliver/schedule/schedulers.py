"""What runs things at times on this machine: systemd, cron or launchd. Each knows what it runs of a plan."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from itil_cli.deliver.schedule import cron, launchd, systemd
from itil_cli.deliver.schedule.jobs import Installed, Plan
from itil_cli.errors import GitTrouble, NotFound

SECONDS = 60
LINGER = Path("/var/lib/systemd/linger")
OTHERWISE = "Nothing is changed; another --with may do, and --print shows what it would be."


class Units:
    """Files in a folder of the user's, which a program is then told of; those of systemd."""

    name, program = "systemd", "systemctl"

    def folder(self) -> Path:
        """Where its files lie."""
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"

    def files(self, plan: Plan) -> Mapping[str, str]:
        """The files of a plan, by name."""
        return systemd.units(plan)

    def text(self, plan: Plan) -> str:
        """What would be written, as text."""
        return "\n".join(f"# {self.folder() / name}\n{text}" for name, text in self.files(plan).items())

    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        return shutil.which(self.program) is not None and Path("/run/systemd/system").is_dir()

    def put(self, plan: Plan) -> bool:
        """Have exactly the plan's jobs run; whether anything changed. Raises GitTrouble; nothing is changed then."""
        wanted, there = self.files(plan), self._there(plan)
        if wanted == there:
            return False
        gone = [name for name in there if name not in wanted]
        self._let_go(gone)
        try:
            self._write(wanted, gone)
            self._take_on([name for name in wanted if there.get(name) != wanted[name]])
        except GitTrouble:
            self._write(there, [name for name in wanted if name not in there])
            raise
        return True

    def installed(self, plan: Plan) -> list[Installed]:
        """The plan's jobs as they are installed, whatever they are."""
        return systemd.installed(self._there(plan), plan)

    def remark(self) -> str | None:
        """What keeps its jobs from running all the time: a user's units end when he logs out, unless he may linger."""
        user = getpass.getuser()
        if (LINGER / user).exists():
            return None
        return (
            f"systemd runs them only while {user} is logged in; `loginctl enable-linger {user}` lets them run always."
        )

    def _there(self, plan: Plan) -> dict[str, str]:
        found = sorted(self.folder().glob(f"{plan.name}-*"))
        return {one.name: one.read_text(encoding="utf-8") for one in found if one.is_file()}

    def _write(self, wanted: Mapping[str, str], gone: list[str]) -> None:
        try:
            self.folder().mkdir(parents=True, exist_ok=True)
            for name, text in wanted.items():
                (self.folder() / name).write_text(text, encoding="utf-8")
            for name in gone:
                (self.folder() / name).unlink(missing_ok=True)
        except OSError as wrong:
            raise GitTrouble(f"{self.folder()}: {wrong.strerror}.", code="schedule", remedy=OTHERWISE) from None

    def _let_go(self, names: list[str]) -> None:
        timers = [name for name in names if name.endswith(".timer")]
        if timers:
            _run("systemctl", "--user", "disable", "--now", *timers)

    def _take_on(self, names: list[str]) -> None:
        _run("systemctl", "--user", "daemon-reload")
        timers = [name for name in names if name.endswith(".timer")]
        if timers:
            _run("systemctl", "--user", "enable", *timers)
            _run("systemctl", "--user", "restart", *timers)


class Agents(Units):
    """The files of launchd."""

    name, program = "launchd", "launchctl"

    def folder(self) -> Path:
        """Where its files lie."""
        return Path.home() / "Library" / "LaunchAgents"

    def files(self, plan: Plan) -> Mapping[str, str]:
        """The files of a plan, by name."""
        return launchd.agents(plan)

    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        return sys.platform == "darwin"

    def installed(self, plan: Plan) -> list[Installed]:
        """The plan's jobs as they are installed, whatever they are."""
        return launchd.installed(self._there(plan), plan)

    def remark(self) -> str | None:
        """Nothing of the kind."""
        return None

    def _let_go(self, names: list[str]) -> None:
        for name in names:
            _run("launchctl", "bootout", f"gui/{os.getuid()}", str(self.folder() / name))

    def _take_on(self, names: list[str]) -> None:
        for name in names:
            subprocess.run(
                ["launchctl", "bootout", f"gui/{os.getuid()}", str(self.folder() / name)], capture_output=True
            )
            _run("launchctl", "bootstrap", f"gui/{os.getuid()}", str(self.folder() / name))


class Crontab:
    """The user's crontab, of which only our own lines are touched."""

    name, program = "cron", "crontab"

    def text(self, plan: Plan) -> str:
        """What would be written, as text."""
        return cron.block(plan).rstrip("\n")

    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        return shutil.which(self.program) is not None

    def put(self, plan: Plan) -> bool:
        """Have exactly the plan's jobs run; whether anything changed. Raises GitTrouble."""
        table = self._table()
        try:
            wanted = cron.replaced(table, plan)
        except ValueError as mark:
            text = f"the crontab has the line {str(mark)!r} without its other one."
            raise GitTrouble(text, code="schedule", remedy="Mend it with `crontab -e`.") from None
        if wanted == table:
            return False
        _run("crontab", *(["-"] if wanted else ["-r"]), given=wanted)
        return True

    def installed(self, plan: Plan) -> list[Installed]:
        """The plan's jobs as they are installed, whatever they are. Raises GitTrouble."""
        return cron.installed(self._table(), plan)

    def remark(self) -> str | None:
        """Nothing keeps its jobs from running."""
        return None

    def _table(self) -> str:
        done = subprocess.run(["crontab", "-l"], capture_output=True, text=True, timeout=SECONDS, check=False)
        if done.returncode and "no crontab" not in done.stderr:
            raise _failed(("crontab", "-l"), done.stderr)
        return "" if done.returncode else done.stdout


Scheduler = Units | Crontab
ALL: Mapping[str, Scheduler] = {one.name: one for one in (Units(), Crontab(), Agents())}


def chosen(name: str | None) -> Scheduler:
    """The one of that name, else what this machine has. Raises NotFound where it has none."""
    if name:
        return ALL[name]
    for one in (ALL["launchd"], ALL["systemd"], ALL["cron"]):
        if one.is_here():
            return one
    raise NotFound(
        "neither systemd nor cron is on this machine.",
        code="schedule",
        remedy="See what would run with `itil schedule install --with cron --print`.",
    )


def _run(*words: str, given: str | None = None) -> None:
    try:
        done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise _failed(words, str(trouble)) from None
    if done.returncode:
        raise _failed(words, done.stderr)


def _failed(words: tuple[str, ...], said: str) -> GitTrouble:
    first = " ".join(said.split())[:300] or "it does not say why"
    return GitTrouble(f"`{' '.join(words[:3])}` failed: {first}.", code="schedule", remedy=OTHERWISE)
