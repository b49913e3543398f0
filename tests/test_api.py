"""The Python interface: records as `frontmatter.Post`, read from a commit."""

from __future__ import annotations

import frontmatter
import pytest
from shell import Shell

from itil_cli.api import Store
from itil_cli.errors import NotFound


def test_a_post_says_what_the_file_says(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams", "-d", "Every page.\n\nSince Monday.")
    shell("note", incident, "-m", "Looked at it.")
    with Store(shell.store) as store:
        post = store.get(incident[-5:].lower())
    assert isinstance(post, frontmatter.Post)
    assert (post["id"], post["title"], post["status"]) == (incident, "Printer jams", "new")
    assert [event["do"] for event in post["events"]] == ["logged", "noted"]
    plain = frontmatter.loads(shell.file(incident).read_text())
    assert post.metadata == plain.metadata
    assert post.content == plain.content


def test_incidents_are_chosen_by_their_fields(shell: Shell) -> None:
    first, second = shell.id("log", "-t", "Printer jams"), shell.id("log", "-t", "Screen dark")
    shell("cancel", second, "--reason", "gone", "-m", "It is back.")
    with Store(shell.store) as store:
        assert [post["id"] for post in store.incidents()] == sorted([first, second])
        assert [post["id"] for post in store.incidents(status="canceled")] == [second]
        assert [post["id"] for post in store.incidents(status=["new", "canceled"], title="Printer jams")] == [first]


def test_another_commit_and_an_unknown_id(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    shell("edit", incident, "-t", "Printer burns")
    with Store(shell.store, at="HEAD~1") as store:
        assert store.get(incident)["title"] == "Printer jams"
    with Store(shell.store) as store, pytest.raises(NotFound, match="There is no incident 'zzzzz'"):
        store.get("zzzzz")


def test_a_broken_file_is_named_and_hides_no_other(shell: Shell) -> None:
    good, bad = shell.id("log", "-t", "Printer jams"), shell.id("log", "-t", "Screen dark")
    file = shell.file(bad)
    file.write_text(file.read_text().replace("title: Screen", "title: [Screen", 1))
    shell.git("commit", "-qam", "by hand")
    with Store(shell.store) as store:
        assert [post["id"] for post in store.incidents()] == [good]
        (said,) = store.broken()
    assert said.startswith(file.relative_to(shell.store).as_posix() + ":4:")
