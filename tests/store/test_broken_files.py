"""Each file of tests/broken holds one mistake; said.txt has what is said about it, word for word.

A line of said.txt is the error's code and its text: `yaml-alias yaml-alias.yaml:2:4: the alias …`."""

from __future__ import annotations

from pathlib import Path

import pytest

from itil_cli.errors import Broken
from itil_cli.store.files import codec
from itil_cli.store.yaml import yamlsafe

FOLDER = Path(__file__).resolve().parent.parent / "broken"
LINES = (FOLDER / "said.txt").read_text(encoding="utf-8").split("\n")[:-1]
SAID = {said.split(":")[0]: (code, said) for code, _, said in (line.partition(" ") for line in LINES)}


def read(path: Path) -> None:
    if path.suffix == ".md":
        codec.parse(path.read_bytes(), path.name)
    else:
        yamlsafe.load(path.read_bytes(), path=path.name)


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_mistake_is_named_with_file_line_column_and_remedy(name: str) -> None:
    with pytest.raises(Broken) as caught:
        read(FOLDER / name)
    broken = caught.value
    code, said = SAID[name]
    assert str(broken) == said
    assert said.startswith(f"{name}:{broken.line}:{broken.column}: ")
    assert broken.code == code
    assert broken.remedy


def test_every_broken_file_has_its_line() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.suffix in {".md", ".yaml"}} == set(SAID)
