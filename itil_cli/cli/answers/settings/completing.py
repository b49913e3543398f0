"""Completion for bash, zsh and fish: the names of commands here, before click is imported; all else is click's.

- The protocol is click's (`_ITIL_COMPLETE`, COMP_WORDS, COMP_CWORD), so that its scripts serve both.
- What is typed so far is the beginning of a name; a word that starts with `-` is left to click.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

VARIABLE = "_ITIL_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


def names(environ: Mapping[str, str]) -> str | None:
    """The answer, where the word to complete is a command's name; None where it is something else."""
    shell = environ[VARIABLE].removesuffix("_complete")
    words, place = environ.get("COMP_WORDS", "").split(), environ.get("COMP_CWORD", "")
    if shell == "fish":
        first, typed = (words[1:] or [""]) == [place], place
    else:
        first, typed = place == "1", words[1] if len(words) > 1 else ""
    if shell not in SHELLS or not first or typed.startswith(("-", '"', "'")):
        return None
    return "\n".join(_lines(shell, typed))


def _lines(shell: str, typed: str) -> Iterator[str]:
    from itil_cli.cli.table import COMMANDS

    forms = {"bash": "plain,{0}", "zsh": "plain\n{0}\n{1}", "fish": "plain,{0}\t{1}"}
    for name, entry in COMMANDS.items():
        if name.startswith(typed):
            yield forms[shell].format(name, entry.help)
