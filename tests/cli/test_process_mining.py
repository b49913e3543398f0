"""What pm4py makes of the exports of the sample store: as many cases, events and variants as `itil` counts."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from shell import Shell

ROOT = Path(__file__).resolve().parents[2]
Variants = Counter[tuple[str, ...]]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pm4py() -> Any:
    return pytest.importorskip("pm4py", reason='pm4py is not installed: pip install -e ".[slow]"')


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The sample store in one commit."""
    store = tmp_path / "sample"
    shutil.copytree(ROOT / "sample-repo", store)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "sample"]):
        subprocess.run(["git", *words], cwd=store, check=True)
    return Shell(store, capsys)


def ours(shop: Shell) -> Variants:
    """The events of each incident in their order, from the export for spreadsheets."""
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(shop("export", "--format", "csv", now="2026-11-25T12:00:00Z").out.splitlines()):
        found.setdefault(row["incident"], []).append(row["do"])
    return Counter(tuple(events) for events in found.values())


def exported(shop: Shell, form: str, name: str) -> str:
    file = shop.store.parent / name
    assert shop("export", "--format", form, "-o", str(file), now="2026-11-25T12:00:00Z").code == 0
    return str(file)


def theirs(pm4py: Any, log: Any) -> Variants:
    said = pm4py.get_variants(log)
    return Counter(
        {tuple(variant): len(cases) if isinstance(cases, list) else cases for variant, cases in said.items()}
    )


def test_our_cases_are_the_files_and_our_events_those_that_count(shop: Shell) -> None:
    variants = ours(shop)
    shown = shop("export", "--format", "jsonl", now="2026-11-25T12:00:00Z").out.splitlines()
    events = [one for line in shown for one in json.loads(line)["events"] if not one.get("void")]
    assert variants.total() == len(shown) == len(list(shop.store.glob("incidents/**/*.md"))) > 30
    assert sum(len(variant) * count for variant, count in variants.items()) == len(events) > 200
    assert len(variants) > 10


def test_xes_has_our_cases_events_and_variants(shop: Shell, pm4py: Any) -> None:
    log, variants = pm4py.read_xes(exported(shop, "xes", "log.xes")), ours(shop)
    assert log["case:concept:name"].nunique() == variants.total()
    assert len(log) == sum(len(variant) * count for variant, count in variants.items())
    assert theirs(pm4py, log) == variants
    assert {"org:resource", "org:group", "lifecycle:transition", "time:timestamp", "cost:total"} <= set(log.columns)


def test_ocel_has_our_cases_events_and_variants(shop: Shell, pm4py: Any) -> None:
    ocel, variants = pm4py.read_ocel2_json(exported(shop, "ocel", "log.json")), ours(shop)
    assert len(ocel.events) == sum(len(variant) * count for variant, count in variants.items())
    assert (ocel.objects["ocel:type"] == "incident").sum() == variants.total()
    assert {"incident", "person", "group", "service"} <= set(pm4py.ocel_get_object_types(ocel))
    flat = pm4py.format_dataframe(pm4py.ocel_flattening(ocel, "incident"))  # case by case, as variants want it
    assert flat["case:concept:name"].nunique() == variants.total()
    assert theirs(pm4py, flat) == variants


@pytest.mark.parametrize("words", [("priority:P1,P2",), ("category:application",), ("status:new,assigned,pending",)])
def test_pm4py_reads_a_selection_that_leads_nowhere_else(shop: Shell, pm4py: Any, words: tuple[str, ...]) -> None:
    file = shop.store.parent / "some.json"
    assert shop("export", *words, "--format", "ocel", "-o", str(file), now="2026-11-25T12:00:00Z").code == 0
    chosen = [json.loads(line) for line in shop("export", *words, "--format", "jsonl").out.splitlines()]
    log = pm4py.read_ocel2_json(str(file))
    objects = set(log.objects["ocel:oid"])
    assert {one for one in objects if one.startswith("INC-")} == {one["id"] for one in chosen}
    assert len(log.events) == sum(sum(event["void"] is None for event in one["events"]) for one in chosen) > 0
    assert set(log.relations["ocel:oid"]) <= objects
    assert set(log.o2o["ocel:oid"]) | set(log.o2o["ocel:oid_2"]) <= objects
