"""What a stranger types, and what he is told: each answer says what to type instead."""

from __future__ import annotations

import pytest
from shell import Shell

from itil_cli.cli.main import run
from itil_cli.cli.table import COMMANDS
from itil_cli.cli.typing.usage import HERE

STEPS = "accept, candidates, close, edit, investigate, list, new, reject, resolve, show"
ID = "which one? An id is missing."
SAID = [
    ("log Printer jammed", "'Printer jammed' is more than this command takes."
     " The title goes after -t: `itil log -t 'Printer jammed'`."),
    ("correct INC sent", "'sent' is more than this command takes. A text goes after -m, between quotation marks: -m sent."),
    ("history A B", "'B' is more than this command takes. See `itil history --help`."),
    ("take", f"{ID} `itil list` shows them; any unique part of an id will do."),
    ("close", f"{ID} `itil list` shows them; any unique part of an id will do."),
    ("problem accept", f"{ID} `itil problem list` shows them; any unique part of an id will do."),
    ("bulk note", "--where is missing. See `itil bulk --help`."),
    ("link INC", "it takes ID... RELATION TARGET, and some of that is missing. See `itil link --help`."),
    ("major review INC", "say which: start, finish or waive. See `itil major review --help`."),
    ("problem", f"itil problem does several things: say which. There are: {STEPS}. `itil problem --help` explains them."),
    ("problem --no-index", f"itil problem does several things: say which. There are: {STEPS}."
     " `itil problem --help` explains them."),
    ("problem shwo", "there is no `itil problem shwo`. Did you mean show?"),
    ("problem 7", f"there is no `itil problem 7`. There are: {STEPS}. `itil problem --help` explains them."),
    ("classify INC --priority P1", "the priority is never typed: it follows from impact and urgency (P08)."
     " Give --impact and --urgency; `itil rules P08` says how."),
    ("list --stauts new", "there is no option '--stauts'. Did you mean --status?"),
    ("list -n", "there is no option '-n'. See `itil list --help`."),
    ("lists", "there is no command 'lists'. Did you mean list?"),
    ("7kq take", "there is no command '7kq'. The command comes first: `itil take 7kq`."),
    ("INC-20260309-7KQF2", "there is no command 'INC-20260309-7KQF2'."
     " The command comes first: `itil show INC-20260309-7KQF2`."),
    ("new", "there is no command 'new'. Here it is `itil log -t TITLE`."),
    ("Status", "there is no command 'Status'. Here it is `itil`."),
    ("rm 7kq", "there is no command 'rm'. Here it is `itil cancel ID --reason R -m WHY` (nothing is ever deleted)."),
    ("frobnicate", "there is no command 'frobnicate'. `itil --help` lists the commands."),
    ("help frobnicate", "there is no command 'frobnicate'. `itil --help` lists the commands."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), SAID, ids=[line for line, _ in SAID])
def test_what_cannot_be_read_says_what_to_type(shell: Shell, line: str, said: str) -> None:
    done = shell(*(("log", "Printer jammed") if line == "log Printer jammed" else line.split()))
    assert (done.code, done.out, done.err) == (2, "", f"error[usage]: {said}\n")


def test_no_word_of_other_programs_is_a_command_here() -> None:
    """What is named instead is one, with its options; a word that is a command needs no translation."""
    assert not HERE.keys() & COMMANDS.keys()
    for command in HERE.values():
        words = command.partition(" (")[0].split()
        assert words[0] == "itil"
        assert len(words) == 1 or words[1] in COMMANDS or words[1] == "--version"


@pytest.mark.parametrize(
    ("words", "help_of"), [((), ()), (("pend",), ("pend",)), (("problem", "new"), ("problem", "new"))]
)
def test_help_is_help(words: tuple[str, ...], help_of: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", *words]) == 0
    asked = capsys.readouterr().out
    assert run([*help_of, "--help"]) == 0
    assert asked == capsys.readouterr().out


def test_a_family_s_help_cuts_no_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    run(["problem", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "resolve The cause is gone; incidents pending on it are listed, or resolved with it, now or later" in said
    assert "or resolved with it, now or later (problem manager)." in said


def test_a_batch_and_bulk_say_the_same(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("log", "-t", "One")
    assert (
        shell("bulk", "note", "--where", "status:new", "--wrong").err
        == "error[usage]: there is no option '--wrong'. See `itil note --help`.\n"
    )
    lines = shell.store / "lines"
    lines.write_text("take\n")
    said = f"error[usage]: line 1: {ID} `itil list` shows them; any unique part of an id will do.\n"
    assert shell("batch", str(lines)).err == said


def test_a_word_that_is_a_field_s_value_is_looked_for_and_the_field_is_named(company: Shell) -> None:
    company("log", "-t", "The door is open")
    listed = company("list", "open")
    assert "The door is open" in listed.out
    assert listed.err == (
        "'open' was looked for in the texts; what is open is listed by `itil list`, all by `itil list --all`.\n"
    )
    for word, field in (
        ("Pending", "status:pending"), ("p1", "priority:P1"), ("@me", "assignee:me"), ("network", "group:network")
    ):  # fmt: skip
        listed = company("list", word)
        assert (listed.code, listed.out) == (0, "There are none.\n")
        assert listed.err == f"{word!r} was looked for in the texts; for the field: `itil list {field}`.\n"
        assert company("list", field).code == 0
    assert company("list", "door").err == company("list", "open", "--json").err == ""


def test_a_list_is_not_sorted_by_its_clocks(shell: Shell) -> None:
    done = shell("list", "--sort", "-due")
    assert done.err == "error[usage]: a list is not sorted by 'due'. `itil sla` is: what is due first comes first.\n"


def test_what_is_closed_stays_closed_and_a_new_one_follows(shell: Shell) -> None:
    facts = ("--impact", "low", "--urgency", "low", "--category", "data")
    incident = shell.id("log", "-t", "Router", *facts)
    shell("resolve", incident, "--code", "fixed", "-m", "Done.", "--confirmed-by", "ada@example.com")
    refused = shell("reopen", incident, "-m", "Again.")
    assert refused.code == 3 and refused.err.endswith(
        f" It stays closed: `itil contact {incident} -m …` logs a new one that follows it (`itil rules F3`).\n"
    )
    follows = shell.id("contact", incident, "-m", "Again.")
    assert {"relation": "follows", "target": incident} in shell("show", follows, "--json").json["links"]
