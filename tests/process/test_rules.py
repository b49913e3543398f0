"""The registry of rules: every code of PROCESS.md is in it, and every refusal names one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from itil_cli.process.auditing.codes import CODES
from itil_cli.process.rules import RULES, remedy
from itil_cli.process.transitions import ROWS

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = {
    "P": [f"P{number:02}" for number in range(1, 15)],
    "D": [f"D{number}" for number in range(1, 9)],
    "C": [f"C{number}" for number in range(1, 9)],
    "I": [f"I{number}" for number in range(1, 9)],
    "R": [f"R{number}" for number in range(1, 5)],
    "F": [f"F{number}" for number in range(1, 6)],
    "M": [f"M{number}" for number in range(1, 12)],
}
CODE = re.compile(r"[PDCIRFMS][0-9]{1,2}")


@pytest.mark.parametrize("letter", GUIDE)
def test_every_code_of_the_guide_is_a_rule(letter: str) -> None:
    assert [code for code in RULES if code[0] == letter] == GUIDE[letter]


def test_the_guide_has_no_other_codes(shared: Path) -> None:
    text = (shared / "PROCESS.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\b[PDCIRFM](?:0[1-9]|1[0-4]|[1-9])\b", text)) - {"P1", "P2", "P5"} <= set(RULES)


def test_every_semantic_code_is_one_of_s1_to_s19() -> None:
    assert {code for code in RULES if code[0] == "S"} <= {f"S{number}" for number in range(1, 20)}


def test_every_rule_has_a_sentence_and_what_to_do() -> None:
    for code, rule in RULES.items():
        assert rule.code == code
        assert rule.text.endswith(".") and rule.text[0].isupper(), code
        assert re.match(r"(itil |--now)", rule.remedy), code


def test_the_remedy_of_an_unknown_code_is_empty() -> None:
    assert remedy("P12") == 'itil pend ID --reason R -m "message"' and remedy("X1") == ""


def test_every_line_of_s10_refuses_under_a_rule() -> None:
    assert {row.code for row in ROWS} <= set(RULES)


def codes_said() -> Iterator[tuple[str, str]]:
    """Every code that a call of `refuse` or of an error gives, with the place; literals only."""
    for path in sorted((ROOT / "itil_cli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                given = node.args[1:2] if name == "refuse" else []
                given += node.args[:1] if name in ("Finding", "_unknown") else []
                given += [
                    word.value for word in node.keywords if word.arg == "code" and name in ("Refused", "NotYourRole")
                ]
                yield from ((place, one.value) for one in given if isinstance(one, ast.Constant))


def test_every_refusal_names_a_rule_of_the_registry() -> None:
    said = list(codes_said())
    assert len(said) > 60
    assert [(place, code) for place, code in said if CODE.fullmatch(str(code)) and code not in RULES] == []


def test_what_the_process_refuses_it_refuses_under_a_rule() -> None:
    process = [(place, code) for place, code in codes_said() if place.startswith("itil_cli/process/")]
    assert [(place, code) for place, code in process if code not in RULES and code not in CODES] == []
