"""The files of two to four branches, merged in every order: the same bytes, whichever clone merges (S16)."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings

from itil_cli.process.incident import path_of
from itil_cli.store.files import codec
from itil_cli.store.files.amend import amend
from itil_cli.store.files.merging import merge_records
from tests.process.test_merge import branches_of, lines, scenes

Files = dict[str, bytes]


def written(scene: tuple[int, int, int]) -> tuple[Files, list[Files]]:
    """The incidents' files where the branches part, and at the end of each."""
    base, branches = branches_of(scene)
    files = {name: codec.write(record) for name, record in base.items()}
    ends = [{name: amend(files[name], base[name], branch[name]) for name in base} for branch in branches]
    return files, ends


def merged(base: Files, one: Files, other: Files) -> Files:
    """What git's merge driver makes of two sides."""
    return {name: merge_records(base[name], one[name], other[name], path_of(name), lines)[0] for name in base}


@settings(max_examples=40)
@given(scenes)
def test_s16_every_order_gives_the_same_bytes(scene: tuple[int, int, int]) -> None:
    base, branches = written(scene)
    found = []
    for order in permutations(branches):
        whole = order[0]
        for other in order[1:]:
            whole = merged(base, whole, other)
        found.append(whole)
    assert all(whole == found[0] for whole in found)


@settings(max_examples=40)
@given(scenes)
def test_s16_merging_once_more_changes_no_byte(scene: tuple[int, int, int]) -> None:
    base, branches = written(scene)
    whole = merged(base, branches[0], branches[1])
    for one, other in ((whole, whole), (whole, branches[0]), (branches[1], whole), (base, whole)):
        assert merged(base, one, other) == whole
