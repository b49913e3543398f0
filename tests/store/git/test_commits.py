"""Commits as bytes and as values: nothing that somebody is called forges a header, and git reads it all back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repo import ADA, Repo, sound

from itil_cli.store.git.commits import Stamp, commit_bytes, message_of, one_line, parse_commit

TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
OID = "1" * 40
texts = st.text(
    st.sampled_from("ab é<>\n\r\0\t\x1b\u2028.,'\"@:;\\") | st.characters(exclude_categories=("Cs",)), max_size=20
)


@pytest.mark.parametrize(
    ("name", "email", "line"),
    [
        ("Ada Test", "ada@example.com", "Ada Test <ada@example.com>"),
        ("Ada\nparent 1", "ada@example.com", "Ada parent 1 <ada@example.com>"),
        ("Eve <eve@example.com> 1 +0000", "ada@example.com", "Eve eve@example.com 1 +0000 <ada@example.com>"),
        ("  A.  ", "a> <b@x\n", "A <ab@x>"),
        ("", "ada@example.com", "ada <ada@example.com>"),
        ("<>", "", "unknown <>"),
        (".,;'\"", "ada@x", "ada <ada@x>"),
        ("a\x1b[31m\u2028b\x85", "a\u2028@x", "a [31m b <a@x>"),
        ("Zoë 日本", "zoë@x", "Zoë 日本 <zoë@x>"),
    ],
)
def test_names_and_addresses_are_cleaned(name: str, email: str, line: str) -> None:
    assert Stamp(name, email, 12).line() == f"{line} 12 +0000"


def test_half_a_character_is_written_as_a_question_mark() -> None:
    stamp = Stamp("A\udce9", "a@x", 1)
    assert parse_commit(OID, commit_bytes(TREE, [], "m\ud800\n", stamp, stamp)).author_name == "A?"


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\nb", "a b"), (" a \r\n\n b ", "a b"), ("\x00\x1b\x85", ""), ("a\u2028b", "a b"), ("é", "é")],
)
def test_a_text_becomes_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_message_has_a_subject_and_trailers() -> None:
    assert message_of("INC-1 log: A\nB", [("Incident", "INC-1"), ("Note", "x\n\nActor: eve")]) == (
        "INC-1 log: A B\n\nIncident: INC-1\nNote: x Actor: eve\n"
    )
    assert message_of("\n", []) == "itil\n"


stamps = st.builds(Stamp, texts, texts, st.integers(0, 7_258_118_399))
keys = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)


@given(stamps, stamps, texts, st.lists(st.tuples(keys, texts), max_size=3), st.integers(0, 2))
def test_a_commit_reads_as_it_was_written(
    author: Stamp, committer: Stamp, subject: str, trailers: list[tuple[str, str]], count: int
) -> None:
    parents = [f"{place:040x}" for place in range(count)]
    data = commit_bytes(TREE, parents, message_of(subject, trailers), author, committer)
    commit = parse_commit(OID, data)
    assert (commit.oid, commit.tree, commit.parents) == (OID, TREE, tuple(parents))
    assert (commit.at, commit.committed_at) == (author.at, committer.at)
    assert Stamp(commit.author_name, commit.author, author.at).line() == author.line()
    assert Stamp("x", commit.committer, 0).line() == Stamp("x", committer.email, 0).line()
    plain = [(key, value.encode("utf-8", "replace").decode()) for key, value in trailers]
    assert commit.trailers == tuple((key, one_line(value)) for key, value in plain)
    assert commit.subject == (one_line(subject.encode("utf-8", "replace").decode()) or "itil")
    assert data.split(b"\n\n")[0].count(b"\n") == 2 + count


@settings(max_examples=25)
@given(stamps, texts, st.lists(st.tuples(keys, texts), max_size=2))
def test_git_takes_every_commit_and_reads_the_same(
    shelf: Repo, author: Stamp, subject: str, trailers: list[tuple[str, str]]
) -> None:
    with shelf.open() as git:
        oid = git.commit_tree(TREE, [], message_of(subject, trailers), author, ADA)
        found = next(git.log(oid))
    assert shelf.git("log", "-1", "--format=%an%x00%ae%x00%at%x00%B", oid) == (
        f"{found.author_name}\0{found.author}\0{author.at}\0{found.message}"
    )


def test_all_those_commits_are_sound(shelf: Repo) -> None:
    assert [line for line in sound(shelf).split("\n") if "missingEmail" not in line] == [""]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("shelf") / "r")
    repo.git("hash-object", "-t", "tree", "-w", "/dev/null")
    return repo


# --- reading what others wrote


def test_a_commit_of_git_s_reads_with_its_trailers(repo: Repo) -> None:
    repo.commit("Subject\n\nBody: not a trailer,\nsince this is text.\n\nIncident: INC-1\nActor: ada@example.com")
    with repo.open() as git:
        commit = next(git.log("HEAD"))
    assert commit.subject == "Subject"
    assert commit.trailers == (("Incident", "INC-1"), ("Actor", "ada@example.com"))
    assert (commit.author, commit.author_name) == ("ada@example.com", "Ada Test")


@pytest.mark.parametrize(
    ("message", "trailers"),
    [
        ("", ()),
        ("Key: the subject", ()),
        ("Key: the subject\n", ()),
        ("a\n\nKey: v\n", (("Key", "v"),)),
        ("a\n\nKey: v", (("Key", "v"),)),
        ("a\n\n\n\nKey: v\n\n\n", (("Key", "v"),)),
        ("a\n\nKey: v\nand text\n", ()),
        ("a\n\nKey: v\n\nB: w: x\n", (("B", "w: x"),)),
        ("a\n\nKey : v\n", ()),
        ("a\n\nKey:v\n", ()),
        ("a\n\n: v\n", ()),
    ],
)
def test_trailers_are_the_last_paragraph_if_it_has_nothing_else(
    message: str, trailers: tuple[tuple[str, str], ...]
) -> None:
    assert parse_commit(OID, b"tree x\n\n" + message.encode()).trailers == trailers


def test_a_signature_or_merge_tag_within_the_header_says_nothing() -> None:
    data = (
        f"tree {TREE}\nparent {OID}\nauthor A <a@x> 5 +0100\ncommitter C <c@x> 6 -0200\n"
        "gpgsig -----BEGIN\n tree 2\n author Eve <eve@x> 9 +0000\n -----END\n"
        "mergetag object 3\n parent 4\n\nm\n"
    ).encode()
    commit = parse_commit(OID, data)
    assert (commit.tree, commit.parents, commit.author, commit.at) == (TREE, (OID,), "a@x", 5)
    assert (commit.committer, commit.committed_at) == ("c@x", 6)


@pytest.mark.parametrize(
    "author",
    [
        "",
        "A",
        "A <a@x>",
        "A <a@x> x +0000",
        "A <a@x> 5",
        "A <a@x> 9999999999999999 +0000",
        "A a@x> 5 +0000",
        "A <a<b> 5 +0",
    ],
)
def test_a_header_not_as_git_writes_it_reads_as_empty(author: str) -> None:
    commit = parse_commit(OID, f"tree {TREE}\nauthor {author}\n\nm".encode())
    assert (commit.author, commit.author_name, commit.at) == ("", "", 0)
    assert commit.message == "m"


def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    commit = parse_commit(OID, b"tree x\nauthor \xe9 <a@x> 5 +0000\n\ncaf\xe9\n")
    assert (commit.author_name, commit.subject) == ("\ufffd", "caf\ufffd")


@given(st.binary(max_size=200))
def test_any_bytes_read(data: bytes) -> None:
    parse_commit(OID, data)
