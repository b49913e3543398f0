"""`itil policy validate`: where the files come from, and their wrongs as one error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from itil_cli.cli.context import App
from itil_cli.errors import Broken, GitTrouble, Malformed, NotFound
from itil_cli.store.files.settings import PEOPLE, POLICY, SERVICES, load_policy, wrongs
from itil_cli.store.yaml.yamltext import FILE_LIMIT

FILES = (POLICY, PEOPLE, SERVICES)
Checked = tuple[list[str], list[Broken]]  # the names of the files that there are, and what is wrong with them


class Wrongs(Broken):
    """All that is wrong with settings, in one error; `findings` has them one by one."""

    kind = "policy"

    def __init__(self, found: Sequence[Broken]) -> None:
        from itil_cli.render.text import one_line

        count = "1 thing is wrong." if len(found) == 1 else f"{len(found)} things are wrong."
        super().__init__("\n".join([count, *(one_line(str(wrong)) for wrong in found)]))
        self.findings = tuple(found)


def committed(app: App) -> Checked:
    """The files of HEAD."""
    return _checked({name: app.snapshot.read(name) for name in FILES})


def lying(app: App) -> Checked:
    """The files of the work tree. Raises GitTrouble where something that is no plain file stands in their place."""
    from itil_cli.store.checkout import worktree

    root = app.store.git.worktree
    if root is None:
        raise Malformed("a bare repository has no work tree.", remedy="Leave --worktree out.")
    return _checked({name: worktree.look(root, name).data for name in FILES})


def one_file(app: App, file: str) -> Checked:
    """One file, by its name; the groups that it names are looked up in the itil.yaml beside it."""
    path = app.path / file
    name = path.name if path.name in FILES else POLICY
    try:
        files: dict[str, bytes | None] = {name: _read(path)}
    except FileNotFoundError:
        raise NotFound(f"There is no file {file!r}.", remedy="`itil policy validate` alone checks HEAD.") from None
    except OSError as wrong:
        raise GitTrouble(f"{file}: {wrong.strerror}.", code="file", remedy="Name a file.") from None
    beside = path.with_name(POLICY)
    if name != POLICY and beside.is_file():
        files[POLICY] = _read(beside)
    return [file], [wrong.at(file) for wrong in wrongs(files) if wrong.path == name]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(FILE_LIMIT + 1)  # one more than the loader takes, so that it says so


def _checked(files: dict[str, bytes | None]) -> Checked:
    found = list(wrongs(files))
    policy = files.get(POLICY)
    if policy is not None and not any(wrong.path == POLICY for wrong in found):
        found += _expressions(policy)
    return [name for name, data in files.items() if data is not None], found


def _expressions(policy: bytes) -> Iterator[Broken]:
    """What is wrong with the mappings of `monitoring.json`, where JMESPath is there to tell."""
    from itil_cli.intake.monitoring.mapped import compiled

    for name, parts in load_policy(policy).monitoring.json.items():
        for part, expression in parts.items():
            try:
                compiled(expression, f"monitoring.json.{name}.{part}")
            except Broken as wrong:
                yield wrong
            except Malformed:
                return


def refuse(found: Sequence[Broken]) -> Wrongs:
    """The error that names them all, file by file, from top to bottom."""
    return Wrongs(sorted(found, key=lambda wrong: (wrong.path or "", wrong.line or 0, wrong.column or 0)))
