"""`python -m tests.mutants`: break the program in known ways, and see at least one test fail for each (`make mutants`).

A mutant is a text of a module and what it becomes, with the tests that should notice. Each is tried in a copy
of the project; one that no test notices, or whose text is no longer there, is printed and ends the run with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Mutant:
    """What is broken, where, how, and which tests should see it."""

    what: str
    module: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "the branch moves without comparing",
        "itil_cli/store/git/repository.py",
        "ref, new, old or self.no_oid)",
        "ref, new)",
        ("tests/store/git/test_repository.py",),
    ),
    Mutant(
        "a short write is taken for a whole one",
        "itil_cli/store/git/objects.py",
        "        rest = rest[os.write(handle, rest) :]",
        "        os.write(handle, rest)\n        return",
        ("tests/store/git/test_objects.py",),
    ),
    Mutant(
        "links are followed in the work tree",
        "itil_cli/store/checkout/worktree.py",
        "_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC",
        "_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC",
        ("tests/store/checkout/test_worktree.py",),
    ),
    Mutant(
        "aliases are allowed",
        "itil_cli/store/yaml/yamlsafe.py",
        "        if isinstance(event, AliasEvent):",
        "        if isinstance(event, AliasEvent) and False:",
        ("tests/store/test_yamlsafe.py", "tests/store/test_broken_files.py"),
    ),
    Mutant(
        "lines are split where only people see an end",
        "itil_cli/store/files/worklog.py",
        'for line in text.split("\\n")',
        "for line in text.splitlines()",
        ("tests/store/test_codec.py", "tests/store/test_amend.py"),
    ),
    Mutant(
        "the journal is skipped",
        "itil_cli/store/transaction.py",
        "        self._following.owe(steps)\n",
        "",
        ("tests/faults/test_injected.py",),
    ),
    Mutant(
        "an interrupted command empties the journal",
        "itil_cli/store/checkout/following.py",
        "        if self._to_follow:\n            return\n",
        "",
        ("tests/store/checkout/test_following.py",),
    ),
    Mutant(
        "what git cannot read counts as absent",
        "itil_cli/store/git/repository.py",
        ' or self._by_trees(*spec.partition(":")[::2])',
        "",
        ("tests/store/git/test_repository.py",),
    ),
    Mutant(
        "merges are judged against one parent",
        "itil_cli/store/ledger/compared.py",
        'in parents or ("",)',
        'in parents[:1] or ("",)',
        ("tests/audit/test_tamperings.py::test_a_tampering_is_found_and_refused[a_merge_that_drops_the_other_side]",),
    ),
    Mutant(
        "trees are taken as git shows them",
        "itil_cli/store/ledger/walk.py",
        "if not side.odd:",
        "if side.odd or not side.odd:",
        ("tests/audit/test_forgeries.py::test_a_forgery_is_found_and_refused[the_people_twice]",),
    ),
    Mutant(
        "what another ref of the server has is not judged (--not --all)",
        "itil_cli/store/gate/guard.py",
        "[] if empty else [push.old]",
        '[] if empty else [push.old, *git.run("for-each-ref", "--format=%(objectname)").decode().split()]',
        ("tests/audit/test_gate_refs.py",),
    ),
    Mutant(
        "the author's name is taken on trust",
        "itil_cli/process/auditing/timing.py",
        "        if event.by != author and ground.person(event.by).email != author:",
        "        if False:",
        ("tests/audit/test_tamperings.py::test_a_tampering_is_found_and_refused[an_event_in_somebody_elses_name]",),
    ),
    Mutant(
        "races lost are counted",
        "itil_cli/store/sync/race.py",
        "if tip != self._tip or self.tries == 1:",
        "if self.tries == 1:",
        ("tests/store/test_race.py",),
    ),
    Mutant(
        "a git that was killed counts as done",
        "itil_cli/store/git/process.py",
        "    if code < 0:",
        "    if code < -1000:",
        ("tests/store/git/test_process.py",),
    ),
    Mutant(
        "the caller's GIT_ variables reach git",
        "itil_cli/store/git/process.py",
        'if not name.startswith("GIT_")',
        'if not name.startswith("GITX_")',
        ("tests/store/git/test_process.py",),
    ),
    Mutant(
        "the user's own changes are written over",
        "itil_cli/store/transaction.py",
        "            if there not in known and not absent:",
        "            if False:",
        ("tests/cli/test_by_hand.py",),
    ),
    Mutant(
        "met is only what is below the target",
        "itil_cli/process/clocks/meter.py",
        "if promise and self.breached_at is None and self.elapsed > promise.target:",
        "if promise and self.breached_at is None and self.elapsed >= promise.target:",
        ("tests/process/test_clock.py", "tests/process/test_conformance.py"),
    ),
    Mutant(
        "support hands over without agreement",
        "itil_cli/process/lifecycle/verbs/routing.py",
        "    _check_agreement(case, incident, wanted)\n",
        "",
        ("tests/process",),
    ),
    Mutant(
        "any token opens a door",
        "itil_cli/intake/monitoring/doors.py",
        "any(_same(keys.token, given) for given in _tokens(environ))",
        "any(_tokens(environ))",
        ("tests/intake/test_receiver.py",),
    ),
    Mutant(
        "an alert that is sent twice is taken twice",
        "itil_cli/intake/monitoring/responding.py",
        "since == alert.since or _is_later",
        "_is_later",
        ("tests/intake/test_responding.py",),
    ),
)


def main() -> int:
    """Try every mutant; 1 when one lives."""
    lived = [mutant.what for mutant in MUTANTS if not _dies(mutant)]
    for what in lived:
        print(f"LIVES: {what}")
    print(f"{len(MUTANTS) - len(lived)} passed, {len(lived)} failed")
    return 1 if lived else 0


def _dies(mutant: Mutant) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "itil"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "demo", ".*_cache", "*.egg-info"))
        module = copy / mutant.module
        text = module.read_text(encoding="utf-8")
        if mutant.old not in text:
            print(f"the text of this mutant is gone from {mutant.module}: {mutant.what}")
            return False
        module.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests]
        environment = {"PYTHONPATH": str(copy)}
        done = subprocess.run(command, cwd=copy, env={**os.environ, **environment}, capture_output=True)
        died = done.returncode == 1
        print(f"{'dies ' if died else 'lives'}: {mutant.what}", flush=True)
        return died


if __name__ == "__main__":
    sys.exit(main())
