"""Clones that push at once: nothing is lost, no conflict is left, and history stays sound (promise 2)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.faults.ground import FACTS, ITIL, git, itil_now

pytestmark = pytest.mark.slow
CLONES, WRITES = (10, 30) if os.environ.get("ITIL_FAULTS") == "all" else (6, 6)


def hub_with_clones(folder: Path, count: int, *, gate: bool = True) -> tuple[Path, list[Path], str]:
    """A bare repository, with the server's gate, clones of it, and the id of an incident that all of them have."""
    shop, hub = folder / "shop", folder / "hub.git"
    subprocess.run([*ITIL, "init", str(shop)], check=True, capture_output=True)
    incident = str(json.loads(itil_now(shop, "log", "-t", "Printer jams", *FACTS, "--json").stdout)["id"])
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(hub)], check=True)
    if gate:
        root = git(shop, "rev-list", "--max-parents=0", "HEAD").strip()
        itil_now(hub, "server", "setup", "--branch", "main", "--trust", root)
    git(shop, "push", "-q", str(hub), "HEAD:refs/heads/main")
    clones = [folder / f"clone{place}" for place in range(count)]
    for clone in clones:
        subprocess.run(["git", "clone", "-q", str(hub), str(clone)], check=True)
    return hub, clones, incident


def test_many_clones_with_a_sync_after_every_command_lose_nothing(tmp_path: Path) -> None:
    """How often a clone is overtaken hangs on the machine, what comes of it does not: whoever is late tries again."""
    hub, clones, incident = hub_with_clones(tmp_path, CLONES)
    run = " ".join(ITIL)
    script = (
        f"for i in $(seq {WRITES}); do "
        f'{run} -q -C "$1" note {incident} -m "$2 says $i" && {run} -q -C "$1" sync || exit 1; '
        "done"
    )
    writers = [subprocess.Popen(["sh", "-c", script, "sh", str(clone), clone.name]) for clone in clones]
    assert [writer.wait() for writer in writers] == [0] * CLONES
    for clone in clones:
        itil_now(clone, "sync")
    tips = {git(clone, "rev-parse", "HEAD") for clone in clones} | {git(hub, "rev-parse", "main")}
    assert len(tips) == 1
    last = clones[-1]
    said = [entry["text"] for entry in json.loads(itil_now(last, "show", incident, "--json").stdout)["worklog"]]
    wanted = {f"{clone.name} says {place + 1}" for clone in clones for place in range(WRITES)}
    assert set(said) == wanted and len(said) == CLONES * WRITES
    assert int(git(last, "rev-list", "--count", "HEAD")) == 2 + CLONES * WRITES
    assert git(last, "rev-list", "--merges", "HEAD") == ""
    for clone in clones:
        assert git(clone, "status", "--porcelain") == ""
        assert git(clone, "grep", "-c", "<<<<<<<", "HEAD", "--", "incidents", check=False) == ""
    assert itil_now(last, "check").returncode == 0
    assert itil_now(last, "audit").returncode == 0
    assert git(hub, "fsck", "--strict", "--no-dangling") == ""
    times = [int(line) for line in git(last, "log", "--reverse", "--format=%ct").split()]
    assert times == sorted(times)


def test_git_pull_of_two_clones_of_one_incident_merges_by_the_driver(tmp_path: Path) -> None:
    _, (one, other), incident = hub_with_clones(tmp_path, 2)
    for clone in (one, other):
        itil_now(clone, "note", incident, "-m", f"from {clone.name}")
        itil_now(clone, "resolve", incident, "--code", "fixed", "-m", f"by {clone.name}")
    git(one, "push", "-q")
    pulled = subprocess.run(["git", "pull", "--no-rebase", "--no-edit"], cwd=other, capture_output=True, text=True)
    assert pulled.returncode == 0 and "CONFLICT" not in pulled.stdout
    assert "is void: " in pulled.stderr
    said = [entry["text"] for entry in json.loads(itil_now(other, "show", incident, "--json").stdout)["worklog"]]
    assert sorted(said) == ["by clone0", "by clone1", "from clone0", "from clone1"]
    assert itil_now(other, "check").returncode == 0
    itil_now(other, "sync")
    git(one, "pull", "-q", "--ff-only")
    assert git(one, "rev-parse", "HEAD") == git(other, "rev-parse", "HEAD")


def test_runners_without_a_clone_log_each_key_once(tmp_path: Path) -> None:
    """Five CI runners, each with a cache of its own, meet the same failures at once; who was slower finds them logged."""
    hub, _, _ = hub_with_clones(tmp_path, 0)
    script = (
        f'for key in red blue green; do {" ".join(ITIL)} -q --store {hub} log -t "$key is broken" --dedup-key $key '
        "|| exit 1; done"
    )
    runners = [
        subprocess.Popen(["sh", "-c", script], env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / f"cache{place}")})
        for place in range(5)
    ]
    assert [runner.wait() for runner in runners] == [0] * 5
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(hub), str(clone)], check=True)
    titles = [one["title"] for one in json.loads(itil_now(clone, "list", "--json").stdout)["incidents"]]
    assert sorted(titles) == ["Printer jams", "blue is broken", "green is broken", "red is broken"]
    assert itil_now(clone, "check").returncode == 0
    assert itil_now(clone, "audit").returncode == 0
