"""Keep time: batch, many commands under one lock."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator

import click

from itil_cli.cli.bench import Bench
from itil_cli.cli.context import App
from itil_cli.cli.deciding import bench, record
from itil_cli.cli.params import InputFile, pass_app
from itil_cli.errors import ItilError, Malformed

EARLIER = re.compile(r"@([0-9]{0,6})")


@click.command()
@click.argument(
    "source", metavar="[FILE|-]", type=InputFile("r", encoding="utf-8", errors="surrogateescape"), default="-"
)
@click.option("--one-commit", is_flag=True, help="One commit for all of them: all or nothing.")
@pass_app
def batch_command(app: App, source: Iterable[str], one_commit: bool) -> None:
    """Run many commands under one lock, a command a line, written as in a shell (without `itil`).

    Empty lines and lines that begin with # are skipped. A JSON list of words will do for a line too. @ is
    the id that the last `log` of this batch gave, @1 that of the first. The first error ends the batch: with
    --one-commit nothing is written, else the lines before it are.

    Example: printf 'log -t "Printer jams"\\ntake @\\n' | itil batch
    """
    with bench(app, one_commit=one_commit) as desk:
        answers = list(_run_all(app, desk, source))
        if one_commit and desk.decided:
            record(app, desk, desk.decision(), "batch")
    if app.json:
        app.emit({"schema": "itil/1", "kind": "batch", "results": [json.loads(text) for text in answers]}, "")
    else:
        app.emit(None, "\n".join(answers))


def _run_all(app: App, desk: Bench, source: Iterable[str]) -> Iterator[str]:
    logged: list[str] = []
    for number, line in enumerate(source, start=1):
        words = _words(line, number)
        if words:
            yield from _run_line(app, desk, [_earlier(word, logged, number) for word in words], number, logged)


def _words(line: str, number: int) -> list[str]:
    text = line.strip()
    if not text or text.startswith("#"):
        return []
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Malformed(f"line {number}: it is not UTF-8.", remedy="Write the file in UTF-8.")
    try:
        words = json.loads(text) if text.startswith("[") else shlex.split(text)
    except ValueError as wrong:
        raise Malformed(f"line {number}: {wrong}.", remedy="Write it as in a shell, or as a JSON list.") from None
    return [str(word) for word in words]


def _earlier(word: str, logged: list[str], number: int) -> str:
    match = EARLIER.fullmatch(word)
    if match is None:
        return word
    place = int(match[1]) - 1 if match[1] else len(logged) - 1
    if not 0 <= place < len(logged):
        raise Malformed(f"line {number}: {word} names no incident of this batch.", remedy="Log one before it.")
    return logged[place]


def _run_line(app: App, desk: Bench, words: list[str], number: int, logged: list[str]) -> list[str]:
    from itil_cli.cli.main import itil
    from itil_cli.cli.typing.usage import malformed

    child = app.child(desk)
    try:
        itil.main(words, prog_name="itil", obj=child, standalone_mode=False)
    except click.ClickException as wrong:
        said = malformed(wrong)
        raise Malformed(f"line {number}: {said.text}", remedy=said.remedy) from None
    except ItilError as error:
        error.text = f"line {number}: {error.text}"
        raise
    if child.logged:
        logged.append(child.logged)
    return child.output()
