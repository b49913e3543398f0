"""A commit read strictly: what git lets pass, and the audit does not."""

from __future__ import annotations

import pytest

from itil_cli.store.git.rawcommits import RawCommit, read

TREE = b"tree " + b"a" * 40 + b"\n"
WHO = b"Ada <ada@example.com> 1795511700 +0000\n"
GOOD = TREE + b"parent " + b"b" * 40 + b"\nauthor " + WHO + b"committer " + WHO + b"\nWords\n\nActor: ada@example.com\n"


def test_a_good_one() -> None:
    found = read("c", GOOD)
    assert isinstance(found, RawCommit)
    assert (found.author, found.at, found.parents) == ("ada@example.com", 1_795_511_700, ("b" * 40,))
    assert found.trailers == (("Actor", "ada@example.com"),)


def test_what_was_signed_is_the_rest() -> None:
    armour = b"gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\n"
    head, _, message = GOOD.partition(b"\n\n")
    found = read("c", head + b"\n" + armour + b"\n" + message)
    assert isinstance(found, RawCommit) and found.signed == GOOD
    assert found.signature == b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"


BAD = {
    "two authors": GOOD.replace(b"author " + WHO, b"author " + WHO + b"author " + WHO, 1),
    "no committer": GOOD.replace(b"committer " + WHO, b""),
    "a second committer below": GOOD.replace(b"\n\nWords", b"\ncommitter " + WHO + b"\nWords"),
    "NUL": GOOD + b"\0",
    "ESC": GOOD + b"\x1b[2J",
    "no UTF-8": GOOD + b"\xff",
    "another encoding": GOOD.replace(b"\n\nWords", b"\nencoding ISO-8859-1\n\nWords"),
    "the year 5138": GOOD.replace(b"1795511700", b"99999999999"),
    "a date before 1970": GOOD.replace(b"1795511700", b"-5"),
    "an address on two lines": GOOD.replace(b"ada@example.com", b"ada@example.com\n", 1),
    "no tree": GOOD.replace(TREE, b""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_one_says_why(name: str) -> None:
    found = read("c", BAD[name])
    assert isinstance(found, str) and found.endswith(".")
