"""Secrets on their way in (RELIABILITY.md, promise 10): masked in what a command says, refused in a file.

A text with `***` in it says what it has to say, so nobody's incident is held up. A file that somebody attaches or
edited is his: it is not changed behind his back.
"""

from __future__ import annotations

from collections.abc import Iterable

from itil_cli.cli.context import App
from itil_cli.errors import Refused
from itil_cli.process.lifecycle import Command
from itil_cli.process.masking.texts import in_words, masked_bytes
from itil_cli.process.masking.values import masked_command


def without_secrets(app: App, command: Command) -> Command:
    """The command with masked texts, which is said on stderr. Raises Refused for a dedup key that holds a secret."""
    command, kinds = masked_command(command)
    say(app, kinds)
    return command


def say(app: App, kinds: Iterable[str]) -> None:
    """What was masked, if anything was."""
    named = in_words(kinds)
    if named:
        app.say(f"Masked as ***: {named}. It was written here, so others may have read it: change it.")


def refuse_secrets(path: str, data: bytes) -> None:
    """Raises Refused where a file that would be kept holds a secret."""
    _, kinds = masked_bytes(data)
    if kinds:
        raise Refused(
            f"{path} holds {in_words(kinds)}, and history keeps what it gets.",
            code="secret",
            remedy="Write *** in its place; and change it, if others may have read it.",
        )


def refuse_new_secrets(path: str, before: bytes | None, data: bytes) -> None:
    """The same for the lines that an edited file has and its former version has not."""
    known = set((before or b"").split(b"\n"))
    refuse_secrets(path, b"\n".join(line for line in data.split(b"\n") if line not in known))
