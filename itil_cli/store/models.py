"""Incident models in a commit: `models/NAME.md`."""

from __future__ import annotations

from collections.abc import Iterator

from itil_cli.errors import Broken, NotFound, did_you_mean
from itil_cli.process.incident import Record
from itil_cli.process.knowledge.models import FOLDER, Model, model_of
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
    path = f"{FOLDER}/{name}.md"
    data = snapshot.read(path) if "/" not in name else None
    if data is None:
        names = model_names(snapshot)
        listed = f"There are: {', '.join(names)}." if names else f"Write one as {FOLDER}/NAME.md."
        raise NotFound(f"There is no model {name!r}.", remedy=did_you_mean(name, names) or listed)
    return model_of(codec.parse(data, path))
