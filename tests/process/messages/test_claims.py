"""Claims: what a file says, when a message may be tried again, and two versions of a file as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itil_cli.process.attachments import safe_name, stored_name
from itil_cli.process.messages.claims import (
    CLAIMED,
    FAILED,
    REFUSED,
    SENT,
    Claim,
    claims_path,
    merged,
    parse,
    written,
)
from itil_cli.process.messages.names import Token, message_id, named_in, thread_id, token, whom

CLAIMS = st.builds(
    Claim,
    n=st.sampled_from(["1-aaaa", "2-bbbb"]),
    what=st.sampled_from(["receipt", "resolved"]),
    to=st.sampled_from(["a@x", "b@x"]),
    state=st.sampled_from([CLAIMED, SENT, FAILED, REFUSED]),
    at=st.integers(0, 2_000_000_000),
    tries=st.integers(1, 9),
    run=st.sampled_from(["RUN1", "RUN2"]),
    why=st.sampled_from(["", "451 later"]),
)


@given(st.lists(CLAIMS, unique_by=lambda one: one.key))
def test_a_file_says_what_was_written(claims: list[Claim]) -> None:
    assert list(parse(written(claims)).values()) == claims


@given(st.lists(CLAIMS, unique_by=lambda one: one.key), st.lists(CLAIMS, unique_by=lambda one: one.key))
def test_of_two_files_no_message_is_lost_and_what_was_sent_stays_sent(mine: list[Claim], theirs: list[Claim]) -> None:
    both = parse(merged(written(mine), written(theirs)))
    assert both.keys() == {one.key for one in (*mine, *theirs)}
    for one in (*mine, *theirs):
        assert one.state != SENT or both[one.key].state == SENT


def test_the_claim_published_first_holds() -> None:
    mine, theirs = (Claim("1-aaaa", "receipt", "a@x", CLAIMED, 10, 1, run) for run in ("MINE", "THEIRS"))
    assert parse(merged(written([mine]), written([theirs])))[mine.key].run == "THEIRS"


@pytest.mark.parametrize(
    ("state", "tries", "wait"), [(CLAIMED, 1, 900), (FAILED, 1, 300), (FAILED, 2, 1200), (FAILED, 99, 43_200)]
)
def test_it_may_be_tried_again_after_a_while(state: str, tries: int, wait: int) -> None:
    claim = Claim("1-aaaa", "receipt", "a@x", state, 1000, tries, "RUN")
    assert claim.next_try(43_200) == 1000 + wait


@pytest.mark.parametrize("state", [SENT, REFUSED])
def test_what_was_sent_or_refused_is_done(state: str) -> None:
    assert Claim("1-aaaa", "receipt", "a@x", state, 0, 1, "RUN").next_try(43_200) is None


def test_a_line_that_is_none_is_left_out() -> None:
    assert parse(b"what is this\n1-aaaa receipt a@x sent yesterday 1 RUN\n\xff\n") == {}


def test_the_file_lies_beside_the_record() -> None:
    assert claims_path("INC-20260309-7KQF2") == "deliveries/incidents/2026/03/09/INC-20260309-7KQF2"


def test_a_message_id_says_what_it_is_about() -> None:
    said = message_id("INC-20260309-7KQF2", "6-q9ta", "resolved", "Alice@example.com", "example.com")
    assert token(said, "example.com") == Token("INC-20260309-7KQF2", "6-q9ta", "resolved", whom("alice@example.com"))
    assert token(thread_id("INC-20260309-7KQF2", "example.com"), "example.com") == Token("INC-20260309-7KQF2")


@pytest.mark.parametrize(
    "said",
    ["x@example.com", "INC-20260309-7KQF2@evil.example", "INC-20260309-7KQFI@example.com", "INC-20260309-7KQF2", ""],
)
def test_a_message_id_of_others_says_nothing(said: str) -> None:
    assert token(said, "example.com") is None


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Re: [INC-20260309-7KQF2] Printer", "INC-20260309-7KQF2"),
        ("re: inc-20260309-7kqf2", "INC-20260309-7KQF2"),
        ("XINC-20260309-7KQF2", None),
        ("INC-20260309-7KQF23", None),
    ],
)
def test_a_subject_names_an_incident(subject: str, found: str | None) -> None:
    assert named_in(subject) == found


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Screen Shot.PNG", "screen-shot.png"),
        (".bashrc", "bashrc"),
        ("..", "file"),
        ("a\x00b\x1b[31m.txt", "a-b--31m.txt"),
        ("てすと.txt", "てすと.txt"),
        ("x" * 300 + ".pdf", "x" * 76 + ".pdf"),
        ("", "file"),
    ],
)
def test_a_stored_name_is_safe_everywhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert stored_name(name, b"") == f"e3b0c44298fc1c14-{safe}"
