"""The settings that commits are judged by, read once for each version of the three files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itil_cli.errors import Broken
from itil_cli.process.audit import Ground
from itil_cli.process.settings.people import People
from itil_cli.store.files.settings import PEOPLE, POLICY, SERVICES, load_people, load_policy, load_services
from itil_cli.store.ledger.walk import Step

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

SETTINGS = (POLICY, PEOPLE, SERVICES)
Blobs = tuple[str | None, str | None, str | None]  # ids of policy, people and services


class Grounds:
    """Which settings stand after which commit. `roles` are the people who count for rights, if others do."""

    def __init__(self, git: Git, roles: People | None) -> None:
        self._git, self._roles = git, roles
        self._known: dict[Blobs, Ground | Broken | None] = {}
        self._settings: dict[str, Blobs] = {}
        self.read: dict[str, Blobs] = {}  # those of commits before the walk

    def stand(self, commit: str, blobs: Blobs) -> None:
        """What its children are judged by."""
        self._settings[commit] = blobs

    def standing(self, commit: str) -> Blobs | None:
        """What counts after a commit of the walk; None for any other."""
        return None if commit in self.read else self._settings.get(commit)

    def before(self, step: Step) -> Blobs:
        """The settings of the first parent."""
        if not step.parents:
            return (None, None, None)
        first = step.parents[0]
        if first not in self._settings:
            self._settings[first] = self.read[first] = self._read(first)
        return self._settings[first]

    def _read(self, commit: str) -> Blobs:
        found = [self._git.at_path(f"{commit}:{path}") for path in SETTINGS]
        policy, people, services = (one[0] if one else None for one in found)
        return policy, people, services

    def after(self, step: Step, before: Blobs) -> Blobs:
        """The settings that a commit leaves."""
        changes = {change.path: change for change in step.sides[0] if change.path in SETTINGS}
        if not changes:
            return before
        held = dict(zip(SETTINGS, before, strict=True))
        for path, change in changes.items():
            held[path] = None if change.status == "D" else change.new
        return held[POLICY], held[PEOPLE], held[SERVICES]

    def load(self, blobs: Blobs) -> Ground | Broken | None:
        """The settings that these blobs hold; None without a policy."""
        if blobs not in self._known:
            self._known[blobs] = self._loaded(blobs)
        return self._known[blobs]

    def _loaded(self, blobs: Blobs) -> Ground | Broken | None:
        policy, people, services = (self._git.blob(oid) if oid else None for oid in blobs)
        if policy is None:
            return None
        try:
            return Ground(load_policy(policy), load_people(people), load_services(services), self._roles)
        except Broken as broken:
            return broken
