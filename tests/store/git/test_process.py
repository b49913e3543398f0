"""How git is run: a clean environment, no foreign programs, every failure noticed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from repo import Repo

from itil_cli.errors import GitTrouble
from itil_cli.store.git import process
from itil_cli.store.git.process import GitProcess, Objects, check, environment, program, words_of
from itil_cli.store.git.repository import Git


@pytest.fixture
def fresh_program() -> Iterator[None]:
    """The path of git is looked up anew, before and after."""
    program.cache_clear()
    yield
    program.cache_clear()


def fake_git(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `git` that comes first in PATH; `$GIT` is the real one."""
    real = program()
    file = folder / "bin" / "git"
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\nGIT={real}\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{file.parent}{os.pathsep}{os.environ['PATH']}")
    program.cache_clear()
    return file


# --- the environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere/index"),
        ("GIT_WORK_TREE", "/tmp"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere/objects"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nowhere"),
        ("GIT_NAMESPACE", "other"),
        ("GIT_CONFIG_COUNT", "nonsense"),
        ("GIT_CONFIG_PARAMETERS", "'core.bare=true'"),
        ("GIT_AUTHOR_DATE", "nonsense"),
        ("GIT_TRACE", "/dev/stdout"),
        ("GIT_DEFAULT_HASH", "sha256"),
    ],
)
def test_what_the_caller_says_to_git_has_no_effect(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    tip = repo.commit(a="1")
    monkeypatch.setenv(name, value)
    with repo.open() as git:
        assert git.head() == ("refs/heads/main", tip)
        assert git.blob("HEAD:a") == b"1"
        assert git.run("ls-files", "-z") == b"a\0"
        assert git.worktree == repo.path


def test_an_inherited_index_file_is_left_alone(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from itil_cli.store.git import entries

    repo.commit(a="1")
    other = tmp_path / "index"
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    with repo.open() as git:
        entries.set_entries(git, {"b": entries.Entry(git.write_object("blob", b"2"), "100644", False)})
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert not other.exists()
    assert repo.git("ls-files") == "a\nb"


def test_the_environment_has_no_git_variable_but_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "touch /tmp/x")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    ours = {name: value for name, value in environment().items() if name.startswith("GIT_") or name == "LC_ALL"}
    assert ours == {
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def test_a_replace_ref_shows_nothing_else(repo: Repo) -> None:
    real, other = repo.blob(b"real"), repo.blob(b"other")
    repo.git("replace", real, other)
    with repo.open() as git:
        assert git.blob(real) == b"real"


def test_a_path_is_no_pattern(repo: Repo) -> None:
    repo.commit(**{"a*": "1", "ab": "2", ":(top)x": "3"})
    with repo.open() as git:
        assert git.run("ls-files", "-z", "--", "a*") == b"a*\0"
        assert git.run("ls-files", "-z", "--", ":(top)x") == b":(top)x\0"


# --- programs that a repository could name


def test_no_hook_and_no_monitor_ever_runs(repo: Repo, tmp_path: Path) -> None:
    from itil_cli.store.git import entries

    tip = repo.commit(a="1")
    marks = tmp_path / "marks"
    for name in ("reference-transaction", "post-index-change", "post-checkout", "pre-commit", "fsmonitor-watchman"):
        hook = repo.write(f".git/hooks/{name}", f"#!/bin/sh\necho {name} >> {marks}\n")
        hook.chmod(0o755)
    repo.git("config", "core.fsmonitor", str(repo.path / ".git/hooks/fsmonitor-watchman"))
    repo.git("config", "core.pager", f"echo pager >> {marks}")
    repo.git("config", "diff.external", f"echo external >> {marks}")
    with repo.open() as git:
        tree = git.edit_tree(tip, {"a": git.loose.write("blob", b"2")})
        new = git.commit_tree(tree, [tip], "m\n", *_stamps())
        git.loose.settle()
        git.swap("refs/heads/main", new, tip)
        entries.set_entries(git, {"a": entries.Entry(git.loose.name("blob", b"2"), "100644", False)})
        git.run("read-tree", "-m", "-u", tip, new)
        git.run("diff-index", "--name-only", "HEAD")
        git.diff_tree(tip, new)
        list(git.log("HEAD"))
    assert not marks.exists()


def _stamps() -> tuple[object, object]:
    from repo import ADA

    return ADA, ADA


def test_a_repository_that_only_looks_like_a_bare_one_is_not_used(repo: Repo) -> None:
    """A folder of a work tree may be made to look like a bare repository whose settings name programs."""
    repo.commit(a="1")
    trap = repo.path / "docs"
    Repo(trap, "--bare")
    with Git(trap) as git:
        assert git.git_dir == repo.path / ".git"


# --- failures


def test_git_s_own_words_are_the_error(repo: Repo) -> None:
    with pytest.raises(GitTrouble) as caught:
        GitProcess(repo.path).run("rev-parse", "--verify", "nonsense")
    assert str(caught.value) == "git rev-parse: Needed a single revision."
    assert caught.value.exit_code == 6


def test_an_exit_code_without_words_is_an_error() -> None:
    with pytest.raises(GitTrouble, match=r"^git x: exit 3\.$"):
        check("x", 3, b"\n")


def test_a_signal_is_an_error_whatever_was_said(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_program: None
) -> None:
    fake_git(tmp_path, "echo an answer; kill -9 $$", monkeypatch)
    with pytest.raises(GitTrouble, match=r"^git ls-files was killed by signal 9\."):
        GitProcess(repo.path).run("ls-files")


def test_settings_that_could_not_be_read_are_an_error(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_program: None
) -> None:
    """Else a SHA-256 repository would be taken for one of SHA-1."""
    fake_git(tmp_path, 'case " $* " in *" config "*) kill -9 $$;; esac\nexec $GIT "$@"', monkeypatch)
    with pytest.raises(GitTrouble, match="git config was killed by signal 9"):
        repo.open()


def test_a_broken_setting_is_named(repo: Repo) -> None:
    repo.write(".git/config", "[core\n")
    with pytest.raises(GitTrouble, match=r"^git config: bad config line 1 in file \.git/config\.$"):
        repo.open()


def test_a_killed_symbolic_ref_is_not_a_detached_head(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_program: None
) -> None:
    tip = repo.commit()
    head = repo.path / ".git" / "HEAD"
    head.unlink()
    head.symlink_to("refs/heads/main")  # as very old gits wrote it
    with repo.open() as git:
        assert git.head() == ("refs/heads/main", tip)
        fake_git(tmp_path, 'case " $* " in *" symbolic-ref "*) kill -9 $$;; esac\nexec $GIT "$@"', monkeypatch)
        with pytest.raises(GitTrouble, match="git symbolic-ref was killed by signal 9"):
            git.head()


def test_a_cat_file_that_dies_is_an_error_not_an_absence(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_program: None
) -> None:
    repo.commit(a="1")
    fake_git(tmp_path, 'case " $* " in *" cat-file "*) read x; exit 0;; esac\nexec $GIT "$@"', monkeypatch)
    with repo.open() as git, pytest.raises(GitTrouble, match="git cat-file ended early"):
        git.blob("HEAD:a")


def test_a_cut_answer_is_an_error(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_program: None
) -> None:
    fake_git(tmp_path, 'case " $* " in *" cat-file "*) read x; printf "aa blob 9\\nabc";; esac', monkeypatch)
    objects = Objects(GitProcess(repo.path))
    with pytest.raises(GitTrouble, match="git cat-file ended early"):
        objects.get("aa")
    objects.close()


def test_without_git_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fresh_program: None) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitTrouble, match=r"^git is not installed, or not in PATH\. Install git"):
        GitProcess(tmp_path).run("version")


def test_git_is_never_taken_from_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fresh_program: None
) -> None:
    fake = tmp_path / "git"
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}bin{os.pathsep}{os.environ['PATH']}")
    assert program().startswith("/")
    assert program() != str(fake)


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitTrouble, match=r"^git cannot be started: No such file or directory\.$"):
        GitProcess(tmp_path / "gone").run("version")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"fatal: bad object x\n", "bad object x"),
        (b"error: a\nhint: do b\n c.\n", "a c"),
        (b"", ""),
        (b"\xff\n", "\ufffd"),
    ],
)
def test_git_s_words_come_on_one_line_without_hints(said: bytes, words: str) -> None:
    assert words_of(said) == words


def test_a_stream_that_git_gives_up_ends_with_git_s_words(repo: Repo) -> None:
    def stream() -> Iterator[bytes]:
        yield b"nonsense\n"
        for _ in range(2000):
            yield b"x" * 1000

    with repo.open() as git, pytest.raises(GitTrouble, match="git fast-import: Unsupported command: nonsense"):
        git.fast_import(stream())


def test_a_stream_that_breaks_off_imports_nothing(repo: Repo) -> None:
    def stream() -> Iterator[bytes]:
        yield b"commit refs/heads/x\ncommitter A <a@b> 1 +0000\ndata 1\nm\n"
        raise KeyboardInterrupt

    with repo.open() as git, pytest.raises(KeyboardInterrupt):
        git.fast_import(stream())
    assert repo.git("for-each-ref") == ""


# --- the long-lived process


def test_more_objects_than_a_pipe_holds_come_in_order(repo: Repo) -> None:
    with repo.open() as git:
        oids = [git.loose.write("blob", b"%d" % number) for number in range(3000)]
        assert list(git.blobs(oids)) == [b"%d" % number for number in range(3000)]


def test_what_is_sent_at_once_fits_into_the_smallest_pipe() -> None:
    assert process.PIECE * 65 <= 4096  # SHA-256, one a line


def test_a_missing_object_among_many_is_an_error(repo: Repo) -> None:
    there = repo.blob(b"x")
    with repo.open() as git, pytest.raises(GitTrouble, match=r"^an object is missing\."):
        list(git.blobs([there, "1" * 40]))


def test_many_objects_left_halfway_leave_no_process(repo: Repo) -> None:
    with repo.open() as git:
        oids = [git.loose.write("blob", b"%d" % number * 30_000) for number in range(200)]
        some = git.blobs(oids)
        next(some)
        some.close()  # would hang if git were waited for
        assert git.blob(oids[0]) is not None


def test_a_git_that_complains_without_end_does_not_stop(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_program: None
) -> None:
    """Its complaints once filled a pipe that nobody read."""
    many = "i=0; while [ $i -lt 3000 ]; do echo warning: $i $i $i $i $i $i $i $i $i $i >&2; i=$((i+1)); done"
    script = f'case " $* " in *" cat-file "*) {many};; esac\nexec $GIT "$@"'
    tip = repo.commit()
    fake_git(tmp_path, script, monkeypatch)
    with repo.open() as git:
        assert git.head().commit == tip


def test_a_branch_called_head_neither_misleads_nor_hangs(repo: Repo) -> None:
    """git warns of it at every look, and a pipe holds some 1,500 warnings."""
    repo.commit("other")
    repo.git("update-ref", "refs/heads/HEAD", "HEAD")
    repo.git("update-ref", "refs/tags/HEAD", "HEAD")
    tip = repo.commit("tip")
    code = (
        "import sys; from pathlib import Path; from itil_cli.store.git.repository import Git\n"
        "with Git(Path(sys.argv[1])) as git:\n"
        "    print({git.commit('HEAD') for _ in range(3000)})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(repo.path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == f"{{{tip!r}}}\n"


@pytest.mark.parametrize("damage", [b"", b"noise, and no object"])
def test_a_damaged_object_is_an_error_not_an_absence(repo: Repo, damage: bytes) -> None:
    repo.commit(a="1")
    oid = repo.git("rev-parse", "HEAD:a")
    file = repo.path / ".git/objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(damage)
    with repo.open() as git:
        with pytest.raises(GitTrouble, match=r"git cat-file: .*`git fsck` says what is damaged"):
            git.blob("HEAD:a")
        assert git.blob("HEAD:b") is None


class Full:
    """A pipe that cannot be written to, once; what it was given stays with it, as with Python's own."""

    def __init__(self, pipe: IO[bytes], monkeypatch: pytest.MonkeyPatch, objects: Objects) -> None:
        self.pipe = pipe
        monkeypatch.setattr(objects, "_to", self)

    def write(self, data: bytes) -> int:
        return self.pipe.write(data)

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_question_that_could_not_be_asked_costs_the_next_ones_nothing(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each later question would get the answer of the one before it."""
    one, other = repo.blob(b"one"), repo.blob(b"other")
    objects = Objects(GitProcess(repo.path))
    Full(objects._to, monkeypatch, objects)
    with pytest.raises(GitTrouble) as caught:
        objects.get(one)
    assert str(caught.value) == "git cat-file cannot be asked: No space left on device. Run the command again."
    assert objects.get(other) == (other, "blob", b"other")
    assert objects.get("1" * 40) is None
    objects.close()


def test_answers_that_nobody_heard_are_not_those_of_the_next_question(repo: Repo) -> None:
    oids = [repo.blob(b"%d" % number) for number in range(5)]
    objects = Objects(GitProcess(repo.path))
    some = objects.many(oids)
    assert next(some) == b"0"
    assert objects.get(oids[3]) == (oids[3], "blob", b"3")
    objects.close()


def test_a_git_that_was_killed_is_an_error_once_and_started_anew(repo: Repo) -> None:
    oid = repo.blob(b"x")
    objects = Objects(GitProcess(repo.path))
    objects._running.kill()
    objects._running.wait()
    with pytest.raises(GitTrouble, match=r"^git cat-file was killed by signal 9\. Run the command again\."):
        objects.get(oid)
    assert objects.get(oid) == (oid, "blob", b"x")
    objects.close()
