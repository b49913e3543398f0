"""SIGKILL, Ctrl-C, a full disk and a damaged one at the moments of `itil resolve` and of its git children (promise 1).

Whatever happens, it is the old or the new state, never between; the user's own files are as they were, and the next
command works. `ITIL_FAULTS=all` (make faults-all) tries every moment that changes something; else some of them by seed.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.ground import NOW, Shop
from tests.faults.injecting import (
    BREAK,
    DAMAGED,
    FULL,
    KILL,
    OTHER_CALLS,
    Injector,
    Moment,
    can_trace,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")]
SEED = 20_260_309
ALL = os.environ.get("ITIL_FAULTS") == "all"
SOME = {KILL: 80, BREAK: 30, FULL: 30, DAMAGED: 30}  # moments, where not all are tried
OTHERS = 50  # moments more that change nothing, in the full sweep


def moments(shop: Shop, injector: Injector, fault: str) -> list[Moment]:
    """Those to be tried."""
    every = injector.moments(shop.copy(), fault)
    picker = random.Random(SEED)
    if not ALL:
        return sorted(picker.sample(every, min(len(every), SOME[fault])))
    others = injector.moments(shop.copy(), fault, OTHER_CALLS) if fault == KILL else []
    return every + picker.sample(others, min(len(others), OTHERS))


@pytest.mark.parametrize("fault", [KILL, BREAK, FULL, DAMAGED])
def test_a_fault_at_any_moment_leaves_the_old_or_the_new_state(tmp_path: Path, fault: str) -> None:
    shop = Shop(tmp_path)
    injector = Injector(tmp_path, "--now", NOW, *shop.resolve)
    tried = moments(shop, injector, fault)
    codes: dict[int, int] = {}
    for moment in tried:
        store = shop.copy()
        done = injector.run(store, moment, fault)
        codes[done.returncode] = codes.get(done.returncode, 0) + 1
        where = f"{moment} {fault}: exit {done.returncode}\n{done.stderr}"
        assert fault in (KILL, BREAK) or done.returncode in (0, 6), where
        assert fault == BREAK or "Traceback" not in done.stderr, where  # Ctrl-C may meet Python as it starts
        assert "our bug" not in done.stderr, where
        assert shop.judge(store, where) or done.returncode, where
    print(f"seed {SEED}: {len(tried)} moments, exit codes {codes}")
    assert len(codes) > 1, "no fault arrived"
