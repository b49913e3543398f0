"""Incident models in a commit: `models/NAME.md`."""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.errors import Broken, NotFound, did_you_mean
from itil_cli.process.auditing.findings import ERROR
from itil_cli.process.incident import Record
from itil_cli.process.knowledge.models import FOLDER, Model, model_of, problems
from itil_cli.store.files import codec
from itil_cli.store.snapshot import Snapshot


def model_names(snapshot: Snapshot) -> list[str]:
    """The names of all models, in order."""
    listed = snapshot.git.run("ls-tree", "--name-only", "-z", "--full-tree", snapshot.tree, "--", f"{FOLDER}/")
    paths = [path.decode("utf-8", "backslashreplace") for path in listed.split(b"\0") if path]
    return sorted(path.removeprefix(f"{FOLDER}/").removesuffix(".md") for path in paths if path.endswith(".md"))


def model_files(snapshot: Snapshot) -> Iterator[tuple[str, str, Record | Broken]]:
    """Path, name, and what each model's file says or why it cannot be read."""
    for name in model_names(snapshot):
        path = f"{FOLDER}/{name}.md"
        try:
            yield path, name, codec.parse(snapshot.read(path) or b"", path)
        except Broken as broken:
            yield path, name, broken


def load_model(snapshot: Snapshot, name: str) -> Model:
    """A model by its name. Raises NotFound, or Broken with its place."""
    path, data = _file(snapshot, name)
    return model_of(codec.parse(data, path))


def sound_model(snapshot: Snapshot, name: str) -> Model:
    """A model that `log` may follow. Raises NotFound, or Broken for the first thing that `check` finds in it."""
    path, data = _file(snapshot, name)
    record = codec.parse(data, path)
    found = problems(name, record, snapshot.policy, snapshot.services, snapshot.records.__contains__)
    wrong = next((one for one in found if one.severity == ERROR), None)
    if wrong:
        line, column = codec.places(data).of(wrong.key) if wrong.key else (None, None)
        remedy = "`itil check` shows all that is wrong with it."
        raise Broken(wrong.text, code=wrong.code, path=path, line=line, column=column, remedy=remedy)
    return model_of(record)


def _file(snapshot: Snapshot, name: str) -> tuple[str, bytes]:
    path = f"{FOLDER}/{name}.md"
    data = snapshot.read(path) if "/" not in name else None
    if data is None:
        names = model_names(snapshot)
        listed = f"There are: {', '.join(names)}." if names else f"Write one as {FOLDER}/NAME.md."
        raise NotFound(f"There is no model {name!r}.", remedy=did_you_mean(name, names) or listed)
    return path, data
