"""Attachments: kept beside the incident by hash, shown, proved by `check` and `audit`, taken away by `redact` alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from shell import Answer, Shell

from itil_cli.process.attachments import safe_name
from tests.cli.test_receive_mail import audited, desk, letter, taken

__all__ = ["desk"]
STORED = "0f4636c78f65d363-screen-shot.png"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "Screen shot.PNG"
    path.write_bytes(b"\x89PNG")
    return path


def logged(shell: Shell) -> str:
    return shell.id("log", "-t", "Printer jams", "--requestor", "alice@example.com", who="dana")


def attach(shell: Shell, incident: str, *paths: Path, text: str = "See it.", who: str = "dana") -> Answer:
    words = [word for path in paths for word in ("--attach", str(path))]
    return shell("note", incident, "-m", text, *words, who=who)


def test_a_file_is_kept_beside_the_incident_in_the_same_commit(desk: Shell, picture: Path) -> None:
    incident = logged(desk)
    assert attach(desk, incident, picture).code == 0
    path = f"attachments/{incident}/{STORED}"
    assert (desk.store / path).read_bytes() == b"\x89PNG"
    assert desk.git("show", "--name-only", "--format=", "HEAD").split()[0] == path
    assert desk.git("status", "--porcelain") == ""
    (one,) = desk("show", incident, "--json").json["attachments"]
    event = desk("show", incident, "--json").json["events"][-1]
    assert (event["do"], event["attachments"], event["n"]) == ("noted", [STORED], one["event"])
    assert (one["path"], one["name"], one["size"], one["by"], one["public"]) == (
        path, "screen-shot.png", 4, "dana@example.com", False,
    )  # fmt: skip
    audited(desk)


def test_it_is_shown_and_stands_in_the_timeline(desk: Shell, picture: Path) -> None:
    incident = logged(desk)
    attach(desk, incident, picture)
    assert f"Attachments (1)\n  attachments/{incident}/{STORED}  4 bytes\n" in desk("show", incident).out
    assert "noted           dana@example.com  attached screen-shot.png\n" in desk("timeline", incident).out


def test_the_requestor_sees_what_is_public(desk: Shell, picture: Path) -> None:
    mail = letter()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="hers.png")
    incident = taken(desk, mail)
    attach(desk, incident, picture)
    names = [one["name"] for one in desk("show", incident, "--public", "--json").json["attachments"]]
    assert names == ["hers.png"]
    card = desk("show", incident, "--public").out
    assert "hers.png" in card and "screen-shot" not in card


def test_one_file_goes_to_several_incidents_and_into_a_batch(desk: Shell, picture: Path) -> None:
    one, two = logged(desk), logged(desk)
    assert desk("note", one, two, "-m", "See it.", "--attach", str(picture), who="dana").code == 0
    lines = desk.store.parent / "lines"
    lines.write_text(f"log -t Third\nnote @ -m 'See it.' --attach '{picture}'\n")
    before = desk.git("rev-list", "--count", "HEAD")
    assert desk("batch", str(lines), "--one-commit", who="dana").code == 0
    assert int(desk.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert len(list((desk.store / "attachments").glob(f"*/{STORED}"))) == 3
    assert desk("check").code == 0
    audited(desk)


def refused(shell: Shell, path: Path) -> tuple[int, str]:
    incident = logged(shell)
    head = shell.git("rev-parse", "HEAD")
    answer = attach(shell, incident, path)
    assert shell.git("rev-parse", "HEAD") == head and shell.git("status", "--porcelain") == ""
    return answer.code, answer.err


def test_what_is_no_file_is_refused(desk: Shell, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    told = "error[usage]: {} is no file. --attach names a file.\n"
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        assert refused(desk, path) == (2, told.format(path))
    said = f"error[not-found]: {tmp_path}/none cannot be read: No such file or directory. --attach names a file.\n"
    assert refused(desk, tmp_path / "none") == (4, said)


def test_what_is_too_large_is_refused(desk: Shell, tmp_path: Path) -> None:
    policy = desk.store / "itil.yaml"
    policy.write_text(policy.read_text().replace("mail: {", "mail: {max-attachment: 1, "))
    desk.git("commit", "-qam", "one")
    (tmp_path / "huge").write_bytes(b"x" * ((1 << 20) + 1))
    said = f"error[usage]: {tmp_path}/huge is larger than 1 MiB. `mail: {{max-attachment: …}}` says how much.\n"
    assert refused(desk, tmp_path / "huge") == (2, said)
    (tmp_path / "huge").write_bytes(b"x" * (1 << 20))
    assert attach(desk, logged(desk), tmp_path / "huge").code == 0


def committed(shell: Shell, *words: str) -> None:
    """A commit by hand, by the incident manager."""
    shell.git("add", "-A")
    shell.git("commit", "-q", "--author", "Ines <ines@example.com>", "--date", "2026-03-09T12:00:00Z", "-m", "by hand")


def found(shell: Shell) -> tuple[str, str]:
    """What `check` and `audit` say."""
    return shell("check").out, shell("audit", now="2026-03-09T20:00:00Z").out


def test_one_that_was_changed_is_noticed(desk: Shell, picture: Path) -> None:
    incident = logged(desk)
    attach(desk, incident, picture)
    (desk.store / f"attachments/{incident}/{STORED}").write_bytes(b"another")
    committed(desk)
    checked, told = found(desk)
    assert f"attachments/{incident}/{STORED}: error[attachment]: it is not as dana@example.com brought it." in checked
    assert "error[attachment]: the attachment is not as it was brought; only `itil redact` takes one away." in told


def test_one_that_is_gone_is_noticed(desk: Shell, picture: Path) -> None:
    incident = logged(desk)
    attach(desk, incident, picture)
    (desk.store / f"attachments/{incident}/{STORED}").unlink()
    committed(desk)
    checked, told = found(desk)
    assert f"error[attachment]: the attachment attachments/{incident}/{STORED} is gone." in checked
    assert "error[attachment]: the attachment was taken away; only `itil redact` takes one away." in told
    assert f"{STORED}  (gone)\n" in desk("show", incident).out


def test_one_that_no_event_brought_is_found(desk: Shell) -> None:
    incident = logged(desk)
    path = desk.store / f"attachments/{incident}/by-hand.txt"
    path.parent.mkdir(parents=True)
    path.write_text("x")
    committed(desk)
    checked, told = found(desk)
    assert f"attachments/{incident}/by-hand.txt: warning[attachment]: no event names it." in checked
    assert "error[attachment]: no event of this commit names it." in told


def test_a_redaction_takes_it_away(desk: Shell, picture: Path) -> None:
    incident = logged(desk)
    attach(desk, incident, picture)
    n = desk("show", incident, "--json").json["events"][-1]["n"]
    assert desk("redact", incident, "--event", n, "-m", "A password is on it.", who="ines").code == 0
    assert list((desk.store / f"attachments/{incident}").glob("*")) == []
    assert desk("show", incident, "--json").json["attachments"] == []
    assert desk("check").code == 0
    audited(desk)


def test_a_redaction_leaves_what_another_event_brought_too(desk: Shell, picture: Path) -> None:
    incident = logged(desk)
    attach(desk, incident, picture)
    n = desk("show", incident, "--json").json["events"][-1]["n"]
    attach(desk, incident, picture, text="The same.")
    assert desk("redact", incident, "--event", n, "-m", "Wrong.", who="ines").code == 0
    assert (desk.store / f"attachments/{incident}/{STORED}").exists()
    assert desk("check").code == 0
    audited(desk)


def test_what_a_mail_brought_is_redacted_though_its_event_has_no_text(desk: Shell) -> None:
    mail = letter()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    incident = taken(desk, mail)
    assert desk("redact", incident, "--event", "1", "-m", "Private.", who="ines").code == 0
    assert list((desk.store / f"attachments/{incident}").glob("*")) == []
    assert desk("check").code == 0
    audited(desk)


def test_two_clones_bring_files_to_one_incident(desk: Shell, picture: Path, tmp_path: Path) -> None:
    incident = logged(desk)
    hub, other = tmp_path / "hub.git", tmp_path / "other"
    for words in (["clone", "-q", "--bare", str(desk.store), str(hub)], ["clone", "-q", str(hub), str(other)]):
        subprocess.run(["git", *words], check=True)
    desk.git("remote", "add", "origin", str(hub))
    desk.git("fetch", "-q", "origin")
    desk.git("branch", "-q", "--set-upstream-to=origin/main")
    clone = Shell(other, desk.capsys)
    clone.minute = 10
    (tmp_path / "log").write_text("it jams\n")
    attach(desk, incident, picture)
    attach(clone, incident, tmp_path / "log")
    for shell in (desk, clone, desk):
        assert shell("sync", now="2026-03-09T15:00:00Z").code == 0
    for shell in (desk, clone):
        names = [one["name"] for one in shell("show", incident, "--json").json["attachments"]]
        assert sorted(names) == ["log", "screen-shot.png"]
        assert shell("check").code == 0
        audited(shell)


@pytest.mark.parametrize(
    "name", ["字" * 200, "𒀀" * 200 + ".txt", "a" * 500 + "." + "b" * 10, "é" * 81, "..", "a/b\\c", "CON", "\x00\n"]
)
def test_no_name_is_too_long_for_a_file_system(name: str, tmp_path: Path) -> None:
    safe = safe_name(name)
    assert len(f"{'0' * 16}-{safe}".encode()) <= 255 and "/" not in safe and safe == safe.strip(".")
    (tmp_path / safe).write_text("")
