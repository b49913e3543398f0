"""A job's command: its streams, its exit code, its signals."""

from __future__ import annotations

import os
import pty
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


def test_a_line_stays_whole_whatever_the_other_stream_says_meanwhile() -> None:
    """A secret, too, of which half has come: in two pieces it would have no mask."""
    ended = sh("printf 'key tok-'; sleep 0.2; echo a warning >&2; sleep 0.2; echo 12345; printf end")
    assert ended.output == b"a warning\nkey tok-12345\nend"


def test_of_a_line_without_an_end_the_last_is_kept_and_it_is_said_to_be_cut() -> None:
    ended = sh("head -c 300000 /dev/zero | tr '\\0' x")
    assert (ended.output, ended.is_cut) == (b"x" * running.KEPT, True)
    ended = sh("head -c 300000 /dev/zero | tr '\\0' x; echo; echo whole")
    assert (ended.output, ended.is_cut) == (b"whole\n", False)


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


def test_a_signal_that_was_ignored_from_the_start_stays_ignored_and_cancels_nothing() -> None:
    """As under `nohup`: the failure that follows is one."""
    script = f"trap '' HUP; exec {sys.executable} -c '{_PROGRAM}' sh -c 'kill -HUP $PPID $$; echo here; exit 3'"
    done = subprocess.run(["sh", "-c", script], capture_output=True, cwd=Path(__file__).parents[3], timeout=60)
    assert (done.stdout, done.returncode) == (b"here\n", 3)


def test_a_signal_that_comes_before_the_command_does_is_passed_on() -> None:
    signals = running._Signals()
    with signals:
        os.kill(os.getpid(), signal.SIGTERM)
        with subprocess.Popen(["sleep", "60"]) as command:
            signals.pass_on_to(command)
    assert (signals.seen, command.returncode) == ([signal.SIGTERM], -signal.SIGTERM)


def test_at_a_terminal_ctrl_c_reaches_the_command_once() -> None:
    """Also where its standard input is something else: the terminal sends it to the command itself."""
    script = "trap 'echo told; n=1' INT; echo ready; while [ -z \"$n\" ]; do sleep 0.1; done; sleep 0.5; exit 4"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(Path(__file__).parents[3])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(sys.executable, [sys.executable, "-c", _PROGRAM, "sh", "-c", script])
    said = _until(terminal, b"ready")
    os.write(terminal, b"\x03")
    said += _until(terminal, b"True")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4
    os.close(terminal)
    assert said.count(b"told") == 1


def _until(terminal: int, wanted: bytes) -> bytes:
    said = b""
    while wanted not in said:
        said += os.read(terminal, 1000)
    return said


_PROGRAM = (
    "import sys; from itil_cli.intake.ci.running import run; ended = run(sys.argv[1:]);"
    "ended.is_canceled and print(True); sys.stdout.flush(); sys.exit(ended.code)"
)


def _ours(words: list[str], **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *words], capture_output=True, cwd=Path(__file__).parents[3], timeout=60, **more
    )
