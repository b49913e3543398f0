"""itil.yaml, people.yaml and services.yaml: from bytes to values, every error with file, line and column.

- Loading checks each file by itself, so that a group renamed in one file does not stop every command;
  `wrongs` checks them against each other too (`itil policy validate`, `itil check`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from itil_cli.errors import Broken
from itil_cli.process.settings import people, policy, services
from itil_cli.process.settings.people import People
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.schema import Wrong
from itil_cli.process.settings.services import Services
from itil_cli.store.files.names import PEOPLE, POLICY, SERVICES
from itil_cli.store.yaml import yamlsafe
from itil_cli.store.yaml.yamlsafe import Loaded

__all__ = ["PEOPLE", "POLICY", "SERVICES", "load", "load_people", "load_policy", "load_services", "wrongs"]

_Parsed = TypeVar("_Parsed")


def load_policy(data: bytes, path: str = POLICY) -> Policy:
    """The policy that a file says. Raises Broken."""
    return load(data, path, policy.parse)


def load_people(data: bytes | None, path: str = PEOPLE) -> People:
    """The people that a file names; none where there is no file. Raises Broken."""
    return People(()) if data is None else load(data, path, people.parse)


def load_services(data: bytes | None, path: str = SERVICES) -> Services:
    """The services that a file names; none where there is no file. Raises Broken."""
    return Services.none() if data is None else load(data, path, services.parse)


def load(data: bytes, path: str, parse: Callable[[Any], _Parsed]) -> _Parsed:
    """What `parse` makes of a settings file. Raises Broken with file, line and column."""
    loaded = yamlsafe.load(data, path=path)
    try:
        return parse(loaded.value)
    except Wrong as wrong:
        raise _placed(wrong, loaded, path) from None


def _placed(wrong: Wrong, loaded: Loaded, path: str) -> Broken:
    line, column = loaded.marks.key(wrong.path) if wrong.at_key else loaded.marks.of(wrong.path)
    return Broken(wrong.text, code=wrong.code, path=path, line=line, column=column, remedy=wrong.remedy)


def wrongs(files: Mapping[str, bytes | None]) -> list[Broken]:
    """Everything that is wrong with the three files, by themselves and to each other, in their order.

    `files` maps their names to their bytes (None: there is none)."""
    found: list[Broken] = []
    groups: Collection[str] | None = None
    for path, problems in _PROBLEMS.items():
        data = files.get(path)
        if data is None:
            if path == POLICY:
                found.append(Broken("there is no policy.", code="policy", path=path, remedy="Run `itil init`."))
            continue
        try:
            loaded = yamlsafe.load(data, path=path)
        except Broken as broken:
            found.append(broken)
            continue
        wrong = problems(loaded.value, groups)
        found += [_placed(one, loaded, path) for one in wrong]
        if path == POLICY and not wrong:
            groups = policy.parse(loaded.value).groups
    return found


_PROBLEMS: dict[str, Callable[[Any, Collection[str] | None], list[Wrong]]] = {
    POLICY: lambda value, _groups: policy.problems(value),
    PEOPLE: people.problems,
    SERVICES: services.problems,
}
