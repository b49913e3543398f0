"""A job's command: its streams, its exit code, its signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from itil_cli.intake.ci import running
from itil_cli.intake.ci.running import Ended, run


def sh(script: str, *words: str) -> Ended:
    return run(["sh", "-c", script, "sh", *words])


def test_both_streams_are_passed_on_and_stay_apart(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    ended = sh("printf 'out\\0\\377'; printf 'err\\r\\n' >&2; printf end")
    assert capfdbinary.readouterr() == (b"out\x00\xffend", b"err\r\n")
    assert ended.code == 0 and sorted(ended.output) == sorted(b"out\x00\xffenderr\r\n")


def test_long_output_comes_whole_and_its_end_is_kept(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    ended = sh("seq 1 200000")
    out = capfdbinary.readouterr().out
    assert out == b"".join(b"%d\n" % number for number in range(1, 200001))
    assert out.endswith(ended.output) and running.KEPT - 20 < len(ended.output) <= running.KEPT
    assert ended.output[:1].isdigit() and len(ended.output.split(b"\n")[0]) == 6  # a whole line


@pytest.mark.parametrize("code", [0, 1, 2, 77, 255])
def test_the_exit_code_is_the_commands(code: int) -> None:
    assert sh(f"exit {code}").code == code


@pytest.mark.parametrize("name", ["KILL", "TERM", "SEGV"])
def test_a_signal_is_128_and_its_number(name: str) -> None:
    ended = sh(f"kill -{name} $$")
    assert (ended.code, ended.is_canceled) == (128 + getattr(signal, f"SIG{name}"), False)


def test_no_such_program_and_one_that_cannot_be_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plain = tmp_path / "plain"
    plain.write_text("no program")
    assert (run(["no-such-program"]).code, run([str(plain)]).code) == (127, 126)
    assert capfd.readouterr().err == (
        f"itil: no-such-program: No such file or directory\nitil: {plain}: Permission denied\n"
    )


def test_what_a_job_asks_to_be_masked_is_heard_in_all_of_its_output() -> None:
    ended = sh("echo ::add-mask::first-of-all; seq 1 50000; printf '::add-'; sleep 0.1; printf 'mask::in-two'", "x")
    assert ended.masks == ["first-of-all", "in-two"]


def test_what_goes_on_behind_the_command_is_not_waited_for() -> None:
    ended = sh("sleep 60 & echo $!; echo done")
    number, said = ended.output.split()
    os.kill(int(number), signal.SIGKILL)
    assert said == b"done"


def test_the_command_has_our_standard_input(tmp_path: Path) -> None:
    done = _ours(["cat"], input=b"from outside")
    assert done.stdout == b"from outside"


def test_a_reader_that_goes_away_ends_the_command_as_without_us() -> None:
    script = f"{sys.executable} -c '{_PROGRAM}' yes | head -n 1; echo $?"
    done = subprocess.run(["bash", "-c", script], capture_output=True, cwd=Path(__file__).parents[3], timeout=60)
    assert done.stdout == b"y\n0\n"


def test_a_signal_to_us_is_passed_on_and_means_canceled() -> None:
    words = ["sh", "-c", "trap 'echo told; exit 9' TERM; echo ready; while :; do sleep 0.05; done"]
    ours = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *words], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert ours.stdout and ours.stdout.readline() == b"ready\n"
    ours.send_signal(signal.SIGTERM)
    assert ours.communicate(timeout=60)[0] == b"told\nTrue\n" and ours.returncode == 9


_PROGRAM = (
    "import sys; from itil_cli.intake.ci.running import run; ended = run(sys.argv[1:]);"
    "ended.is_canceled and print(True); sys.stdout.flush(); sys.exit(ended.code)"
)


def _ours(words: list[str], **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *words], capture_output=True, cwd=Path(__file__).parents[3], timeout=60, **more
    )
