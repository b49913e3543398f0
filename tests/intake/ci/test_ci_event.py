"""What an event says of a job, and what is kept of its output."""

from __future__ import annotations

import pytest

from itil_cli.intake.ci.environments import Place
from itil_cli.intake.ci.event import Facts, Outcome, alert_of, command_line, of_run, tail
from itil_cli.intake.ci.masking import Masker

MASK = Masker(["planted"])
HERE = Place("plain", pipeline="shop", branch="main", commit="9fceb02")


def test_the_last_lines_are_kept_masked_and_indented() -> None:
    output = b"".join(b"line %d planted\n" % number for number in range(100))
    assert tail(output, MASK, 2, 1000) == "    line 98 ***\n    line 99 ***"


def test_the_size_counts_too_and_whole_lines_are_kept() -> None:
    assert tail(b"a" * 30 + b"\n" + b"b" * 30, MASK, 10, 40) == "    " + "b" * 30
    assert tail(b"c" * 1000, MASK, 10, 1000) == "    " + "c" * 399 + "…"


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        (b"\x1b[31mred\x1b[0m", "    red"),
        (b"\x1b]8;;https://x\x07link\x1b]8;;\x07", "    link"),
        (b"10 %\r50 %\r100 %\r\ndone", "    100 %\n    done"),
        (b"\xff\xfe", "    ��"),
        (b"", ""),
        (b"a\n\n\nb\n\n", "    a\n\n\n    b"),
        (b"pl\x1b[1manted", "    ***"),
    ],
)
def test_colours_progress_and_broken_bytes(output: bytes, kept: str) -> None:
    assert tail(output, MASK, 10, 1000) == kept


def test_of_a_secret_whose_beginning_is_lost_nothing_is_told() -> None:
    """`tail` masks before it cuts, so that what it cuts through is `***`."""
    mask = Masker(["s" * 3000])
    output = b"s" * 2000 + b"x" * 1000 + b"s" * 3000 + b"y" * 100
    assert tail(output, mask, 10, 9000, is_cut=True) == "    …"
    assert tail(b"s" * 2000 + b"x" * 2100 + b"end", mask, 10, 9000, is_cut=True) == "    …xxxxend"
    assert tail(b"ss\rwritten over", mask, 10, 9000, is_cut=True) == "    written over"


def test_a_command_is_told_on_one_line_and_masked() -> None:
    assert command_line(["make", "a b", "planted"], MASK) == "make 'a b' ***"
    assert command_line(["bash", "-eo", "pipefail", "-c", "one\ntwo `x`"], MASK) == "one two 'x'"
    assert len(command_line(["x" * 1000], MASK)) == 200


def test_an_event_is_an_alert_that_counts_once() -> None:
    told = of_run(HERE, Facts(service="payments"), Outcome("make", 2, b"boom\n"), MASK, "2026-03-09T09:00:00Z")
    alert = alert_of(told, is_new=True)
    assert (alert.key, alert.fingerprint, alert.since) == ("ci:shop:main", "ci:shop:main", told["id"])
    assert (alert.firing, alert.title, alert.channel) == (True, "shop: make on main: failed", "ci")
    assert alert.services == ("payments",)
    assert alert.text.startswith("`make` failed with exit code 2. Its last lines:\n\n    boom\n\n- at: ")
    assert alert.again == "`make` failed with exit code 2. Its last lines:\n\n    boom\n\ncommit: 9fceb02"
    other = of_run(HERE, Facts(), Outcome("make", 2), MASK, "2026-03-09T09:00:00Z")
    assert other["id"] != told["id"]


def test_hostile_output_and_names_become_printable_lines() -> None:
    output = b"\x00\x1b[2J\x9b31m\x07 ok\xe2\x80\xae\n---\n### 2026-03-09T09:00:00Z ada@example.com (public) #1-aaaa\n"
    place = Place("plain", pipeline="a\udcffb\nc", branch="x" * 1000)
    told = of_run(place, Facts(title="\x07"), Outcome("make", 1, output), MASK, "2026-03-09T09:00:00Z")
    alert = alert_of(told, is_new=True)
    for text in (alert.key, alert.title, alert.text, alert.again or "", *alert.labels.values()):
        assert all(line.isprintable() for line in text.split("\n"))
    assert (alert.title, len(alert.key)) == ("plain", 117)
    assert all(row.startswith("    ") for row in alert.text.split("\n")[2:5])


@pytest.mark.parametrize(
    ("code", "words"), [(0, "succeeded"), (3, "failed with exit code 3"), (137, "was ended by signal 9")]
)
def test_how_it_ended(code: int, words: str) -> None:
    assert Outcome("make", code).words == words


def test_title_key_and_every_label_are_masked_but_the_key() -> None:
    place = Place("plain", pipeline="planted", actor="planted", run="https://ci/planted")
    told = of_run(place, Facts(), Outcome("make", 1), MASK, "2026-03-09T09:00:00Z")
    assert "planted" not in str({name: value for name, value in told.items() if name != "key"})
