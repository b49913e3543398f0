"""A prepared bare repository and the hooks, by the words that they refuse with."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from itil_cli.cli.main import run
from itil_cli.process.auditing.codes import ways_out
from tests.audit.hub import Hub, git

pytestmark = pytest.mark.slow
NOT_SAID = "docs/audit.md explains each code."


def told(said: str) -> list[str]:
    """What the server's hook said to whoever pushed, without git's own lines."""
    return [line.removeprefix("remote: ").rstrip() for line in said.split("\n") if line.startswith("remote: ")]


def refused(text: str, where: str = "push", *, count: str = "a finding") -> list[str]:
    ways = ways_out([text.partition("]")[0].removeprefix("[")])
    return [
        f"{where}: error{text}",
        " ".join(f"error[refused]: the push is refused: {count}. {ways}".split() + [NOT_SAID]),
    ]


def objects(folder: Path) -> str:
    return git(folder, "cat-file", "--batch-all-objects", "--batch-check")


# --- the server


def test_check_says_what_is_missing_and_setup_mends_it(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "new.git")
    bare = tmp_path / "new.git"
    assert run(["-C", str(bare), "server", "setup", "--check"]) == 1
    lines = capsys.readouterr().out.split("\n")
    assert "receive.denyDeletes is not set; it should be true." in "\n".join(lines)
    assert "there is no pre-receive hook that can be run." in "\n".join(lines)
    assert "the branch is empty, and no root is trusted (`--trust COMMIT`)." in "\n".join(lines)
    root = git(hub.work, "rev-list", "--max-parents=0", "HEAD")
    assert run(["-C", str(bare), "server", "setup", "--branch", "main", "--trust", root]) == 0
    assert "itil.protected = refs/heads/main" in capsys.readouterr().out
    assert run(["-C", str(bare), "server", "setup"]) == 0
    assert capsys.readouterr().out == "Nothing had to be changed.\n"
    assert run(["-C", str(bare), "server", "setup", "--check"]) == 0
    assert capsys.readouterr().out == "Everything is as it should be.\n"
    git(bare, "config", "receive.denyDeletes", "false")
    (bare / "hooks" / "pre-receive").write_text("#!/bin/sh\nexit 0\n")
    assert run(["-C", str(bare), "server", "setup", "--check"]) == 1
    said = capsys.readouterr().out
    assert "receive.denyDeletes is false; it should be true." in said
    assert "the pre-receive hook is not the one that this program installs." in said
    assert run(["-C", str(bare), "server", "setup"]) == 6
    hook = (bare / "hooks" / "pre-receive").resolve()
    assert capsys.readouterr().err == (
        f"error[git]: {hook} is there already, and not ours. Move it away, or call `itil hook run` in it.\n"
    )


@pytest.mark.parametrize(
    "words, error",
    [
        (["--trust", "abc"], "'abc' is no full commit id. `git rev-list --max-parents=0 main` prints it."),
        ([], "{work} has a work tree; a server's repository is bare. "
             "`git init --bare store.git`, then `itil -C store.git server setup`."),
    ],
)  # fmt: skip
def test_setup_refuses(words: list[str], error: str, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    where = hub.bare if words else hub.work
    assert run(["-C", str(where), "server", "setup", *words]) == 2
    assert capsys.readouterr().err == f"error[usage]: {error.format(work=hub.work.resolve())}\n"


def test_a_hook_that_cannot_be_run_is_found_and_mended(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    hook = hub.bare / "hooks/pre-receive"
    hook.chmod(0o644)
    assert run(["-C", str(hub.bare), "server", "setup", "--check"]) == 1
    assert "there is no pre-receive hook that can be run." in capsys.readouterr().out
    assert run(["-C", str(hub.bare), "server", "setup"]) == 0
    assert capsys.readouterr().out == f"installed {hook}\n"
    assert run(["-C", str(hub.bare), "server", "setup", "--check"]) == 0


def test_what_is_refused_leaves_nothing_behind(hub: Hub) -> None:
    """The gate judges in git's quarantine: neither a ref nor an object of a refused push stays."""
    before = objects(hub.bare), git(hub.bare, "for-each-ref")
    hub.add(hub.jam, "resolved", by="alice", code="fixed", text="Done.")
    commit = hub.commit(by="alice")
    path = hub.jam.relative_to(hub.work)
    lines = told(hub.push())
    way = "Take the commit out (`git rebase -i @{upstream}`, drop its line) and do it with itil's verbs."
    assert lines[-1] == f"error[refused]: the push is refused: a finding. {way} {NOT_SAID}"
    assert lines[0].startswith(f"{commit[:10]} {path}: error[S10]: ")
    assert (objects(hub.bare), git(hub.bare, "for-each-ref")) == before


def test_a_branch_a_tag_and_a_note(hub: Hub) -> None:
    for ref in ("refs/heads/other", "refs/tags/v1", "refs/notes/commits", "refs/itil/x"):
        said = told(hub.push(f"HEAD:{ref}"))
        assert said == refused(f"[ref]: {ref} is not refs/heads/main; no other ref is taken.")


def test_of_two_refs_in_one_push_none_is_taken(hub: Hub) -> None:
    hub.itil("bob", "note", hub.jam.stem, "-m", "Fine by itself.")
    before = git(hub.bare, "for-each-ref")
    said = told(hub.push("HEAD:refs/heads/main", "HEAD:refs/heads/other"))
    assert said == refused("[ref]: refs/heads/other is not refs/heads/main; no other ref is taken.")
    assert git(hub.bare, "for-each-ref") == before
    assert hub.push() == ""


def test_a_deletion_and_a_force_push_where_git_lets_them_through(hub: Hub) -> None:
    """git's own settings refuse first; the hook does not rely on them."""
    for name in ("receive.denyDeletes", "receive.denyNonFastForwards"):
        git(hub.bare, "config", name, "false")
    git(hub.bare, "config", "receive.denyDeleteCurrent", "ignore")
    assert told(hub.push(":refs/heads/main")) == refused("[ref]: refs/heads/main is not deleted.")
    git(hub.work, "reset", "-q", "--hard", "HEAD~1")
    hub.itil("bob", "note", hub.jam.stem, "-m", "Another history.")
    words = "[ref]: the branch only moves forward; fetch and merge first."
    assert told(hub.push("+HEAD:refs/heads/main")) == refused(words)


def test_a_role_counts_from_the_next_push_on(hub: Hub) -> None:
    people = hub.work / "people.yaml"
    text = people.read_text()
    assert "{email: bob@example.com, name: Bob Baker, roles: [support]" in text
    people.write_text(
        text.replace("name: Bob Baker, roles: [support]", "name: Bob Baker, roles: [support, incident-manager]")
    )
    granted = hub.commit(by="ada")
    hub.itil("bob", "correct", hub.jam.stem, "-m", "It was less.", "--impact", "low")
    assert "error[S10]" in hub.push()
    assert hub.push(f"{granted}:refs/heads/main") == ""
    assert hub.push() == ""


def test_a_moved_repository_refuses_until_it_is_set_up_again(hub: Hub) -> None:
    moved = hub.bare.rename(hub.bare.with_name("moved.git"))
    git(hub.work, "remote", "set-url", "origin", str(moved))
    hub.itil("bob", "note", hub.jam.stem, "-m", "After the move.")
    assert hub.push() != ""
    assert run(["-C", str(moved), "server", "setup", "--check"]) == 1
    assert run(["-C", str(moved), "server", "setup"]) == 0
    assert run(["-C", str(moved), "server", "setup", "--check"]) == 0
    assert hub.push() == ""


# --- hooks


def test_the_update_hook_judges_one_ref(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    (hub.bare / "hooks" / "pre-receive").unlink()
    assert run(["-C", str(hub.bare), "hook", "install", "update"]) == 0
    assert capsys.readouterr().out == f"Installed {(hub.bare / 'hooks' / 'update').resolve()}.\n"
    hub.itil("bob", "note", hub.jam.stem, "-m", "Legal.")
    assert hub.push() == ""
    hub.jam.write_text(hub.jam.read_text().replace("It eats the paper.", "Never mind."))
    hub.commit(at=int(time.time()))
    assert "error[description-changed]: the description was changed without an `edited` event." in hub.push()
    assert run(["-C", str(hub.bare), "hook", "remove", "update"]) == 0
    capsys.readouterr()
    assert run(["-C", str(hub.bare), "hook", "remove", "update"]) == 0
    assert capsys.readouterr().out == "There is no hook update.\n"


def test_pre_commit_refuses_what_the_audit_would_find(hub: Hub) -> None:
    assert run(["-C", str(hub.work), "-q", "hook", "install", "pre-commit"]) == 0
    hub.jam.write_text(hub.jam.read_text().replace("It eats the paper.", "Never mind."))
    words = ["git", "commit", "-qam", "By hand"]
    done = subprocess.run(words, cwd=hub.work, capture_output=True, text=True)
    assert done.returncode != 0
    assert "error[description-changed]: the description was changed without an `edited` event." in done.stderr
    assert done.stderr.endswith(
        "error[refused]: this commit would not pass the audit. Use itil's verbs, or `itil adopt ID` for what you edited.\n"
    )
    git(hub.work, "checkout", "-q", "--", ".")
    hub.itil("bob", "note", hub.jam.stem, "-m", "By the program.")
    (hub.work / "docs.md").write_text("Notes of the incident manager.\n")
    git(hub.work, "add", "docs.md")
    git(hub.work, "commit", "-qm", "Notes")
    assert hub.audit()["exit"] == 0


# --- hosts without pre-receive hooks


def test_the_required_check_of_a_merge_request(hub: Hub, tmp_path: Path) -> None:
    """What docs/server.md has CI run, in a full clone: from the protected branch to the request's head."""
    hub.itil("bob", "note", hub.jam.stem, "-m", "Legal.")
    plain = tmp_path / "host.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(plain))
    git(hub.work, "push", "-q", str(plain), "HEAD~1:refs/heads/main", "HEAD:refs/heads/legal")
    hub.add(hub.jam, "resolved", by="alice", code="fixed", text="Done.")
    hub.commit(by="alice")
    git(hub.work, "push", "-q", str(plain), "HEAD:refs/heads/illegal")
    for branch, code in (("legal", 0), ("illegal", 1)):
        job = tmp_path / branch
        git(tmp_path, "clone", "-q", "-b", branch, str(plain), str(job))
        assert run(["-C", str(job), "-q", "audit", "origin/main..HEAD"]) == code


def test_the_bot_that_alone_may_push(hub: Hub, tmp_path: Path) -> None:
    """docs/server.md: people push to inbox/*, the bot sends it through the gate and pushes on what that took."""
    host = tmp_path / "host.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(host))
    git(hub.bare, "push", "-q", str(host), "main")
    script = "\n".join(_documented("sh")).format(host=host, gate=hub.bare)

    def bot() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-eu", "-c", script], cwd=tmp_path, capture_output=True, text=True)

    hub.itil("bob", "note", hub.jam.stem, "-m", "Legal.")
    legal = git(hub.work, "rev-parse", "HEAD")
    git(hub.work, "push", "-q", str(host), "HEAD:refs/heads/inbox/bob")
    assert bot().returncode == 0
    assert git(host, "rev-parse", "main") == legal
    assert git(host, "for-each-ref", "refs/heads/inbox") == ""
    hub.add(hub.jam, "resolved", by="alice", code="fixed", text="Done.")
    hub.commit(by="alice")
    git(hub.work, "push", "-q", str(host), "HEAD:refs/heads/inbox/alice")
    done = bot()
    assert "error[S10]" in done.stderr
    assert git(host, "rev-parse", "main") == legal


def _documented(language: str) -> list[str]:
    """The bot's script, as docs/server.md prints it."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "server.md").read_text(encoding="utf-8")
    block = text.split(f"```{language}\n")[1].split("```")[0]
    return block.replace("$HOST", "{host}").replace("$GATE", "{gate}").split("\n")


def test_an_attachment_may_be_as_large_as_the_policy_says_and_other_files_may_not(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(os.urandom(3 << 20))
    hub.itil("bob", "note", hub.jam.stem, "-m", "See it.", "--attach", str(file))
    assert hub.push() == ""
    (hub.work / "huge").write_bytes(os.urandom(3 << 20))
    git(hub.work, "add", "huge")
    git(hub.work, "commit", "-qm", "huge")
    assert "a blob of 3,145,728 bytes is too large" in hub.push()
