"""The shared conformance cases, with the answers of trusted software (conformance/README.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import cases_of, judge, main


@pytest.mark.parametrize("name", ["calendar.jsonl", "clocks.jsonl"])
def test_every_case_gives_the_expected_answer(shared: Path, name: str) -> None:
    cases = list(cases_of(shared / "conformance" / name))
    assert cases
    assert [(case["id"], why) for case in cases if (why := judge(case))] == []


def test_a_case_that_fails_is_named_and_the_rest_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = '{"id": "x-%d", "op": "is_open", "timezone": "UTC", "hours": {}, "start": "2026-03-09T09:00:00+00:00", "expected": %s}'
    (tmp_path / "cases.jsonl").write_text(
        "\n".join([case % (1, "true"), case % (2, "false"), '{"id": "y", "op": "?"}'])
    )
    assert main([str(tmp_path / "cases.jsonl")]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed == ["x-1: expected True, got False", "y: KeyError: '?'", "1 passed, 2 failed"]
