"""The full id of a record, from any unique part of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from itil_cli.errors import NotFound
from itil_cli.process.incident import kind_of


def find_of(find: Callable[[str, str], str], part: str, kinds: Sequence[str], what: str, remedy: str = "") -> str:
    """The full id of a record of one of these kinds, the first that holds the part. Raises NotFound."""
    near = []
    for kind in kinds:
        try:
            found = find(part, kind)
        except NotFound as error:
            if error.code == "ambiguous":
                raise
            near.append(error.remedy or "")
        else:
            if kind_of(found) in kinds:
                return found
    hint = next((said for said in near if said.startswith("Did you mean")), remedy)
    raise NotFound(f"There is no {what} {part!r}.", remedy=hint or "`itil search --kind all` finds it by its text.")


def find_or_given(find: Callable[[str, str], str], part: str, kind: str) -> str:
    """The full id of a record; what names none is given back: a reference to something elsewhere."""
    try:
        return find(part, kind)
    except NotFound as error:
        if error.code == "ambiguous":
            raise
    return part
