"""What senders write becomes plain: times that sort, one line where one is wanted, bodies that say what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from itil_cli.errors import Malformed
from itil_cli.intake.monitoring import bodies
from itil_cli.intake.monitoring.alert import TEXT, TITLE, lines, moment, name_of, one_line, told


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2026-11-25T06:00:00.123456789Z", "2026-11-25T06:00:00.123Z"),
        ("2026-11-25T06:00:00Z", "2026-11-25T06:00:00.000Z"),
        ("2026-11-25T07:00:00+01:00", "2026-11-25T06:00:00.000Z"),
        ("2026-11-25 06:00:00", "2026-11-25T06:00:00.000Z"),
        (1764050400, "2025-11-25T06:00:00.000Z"),
        (1764050400500, "2025-11-25T06:00:00.500Z"),
        ("1764050400500", "2025-11-25T06:00:00.500Z"),
        ("0001-01-01T00:00:00Z", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_senders_time_becomes_utc_text_that_sorts(given: Any, wanted: str) -> None:
    assert moment(given) == wanted


@pytest.mark.parametrize("given", ["yesterday", True, [1], 1e30, "99999999999999999"])
def test_what_is_no_time_is_said(given: Any) -> None:
    with pytest.raises(ValueError, match="is no time"):
        moment(given)


def test_a_title_is_one_printable_line_and_not_too_long() -> None:
    assert one_line("a\x1b[31m\r\n b\t\u202ec\u2028d") == "a [31m b c d"
    assert one_line("x" * 500) == "x" * (TITLE - 1) + "…"


def test_a_name_for_machines_stays_short_and_tells_two_apart() -> None:
    assert name_of("a/b c") == "a/b c"
    long, other = "x" * 5000, "x" * 5001
    assert len(name_of(long)) < TITLE and name_of(long) != name_of(other)
    assert name_of("a\ud800\n").isprintable() and name_of("a\ud800") != name_of("a\ud801")


def test_a_text_keeps_its_lines_and_loses_control_characters() -> None:
    assert lines("a\r\nb\x00 \n\n") == "a\nb"
    assert len(lines("y\n" * TEXT)) <= TEXT


def test_a_description_tells_text_labels_and_links() -> None:
    said = told("It is down.", {"b": "2", "a": "1\n2"}, [("run", "https://ci/1"), ("none", "")])
    assert said == "It is down.\n\n- a: 1 2\n- b: 2\n\n- run: https://ci/1"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"{", "body: not JSON: Expecting property name enclosed in double quotes (line 1, column 2)."),
        (b"\xff", "body: not UTF-8 at byte 0."),
        (b"NaN", "body: not JSON: NaN is no JSON."),
        (b"[" * 65 + b"]" * 65, "body: not JSON: it is nested too deeply."),
        (b"[" * 100_000, "body: not JSON: it is nested too deeply."),
        (b"9" * 5000, "body: not JSON: "),
    ],
)
def test_a_body_that_is_no_json_says_where(data: bytes, text: str) -> None:
    with pytest.raises(Malformed) as found:
        bodies.parse(data, "body")
    assert found.value.text.startswith(text)
