"""What is served: `services.yaml` as values. A store may do without; then any name of a service will do.

- A service depends on services of the same file. A configuration item may belong to several.
- Groups are those of the policy, where it is at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from itil_cli.process.incident import LEVELS
from itil_cli.process.settings import schema
from itil_cli.process.settings.kinds import EMAIL, Choice, Text
from itil_cli.process.settings.schema import REQUIRED, Field, ListOf, MapOf, Struct, Wrong, missing_name

SERVICE = Struct(
    {
        "owner": Field(EMAIL, "Who owns it."),
        "criticality": Field(Choice(*LEVELS), "How much hangs on it."),
        "group": Field(Text(), "The group that supports it."),
        "cis": Field(ListOf(Text()), "Its configuration items."),
        "depends-on": Field(ListOf(Text()), "The services that it needs."),
        "product": Field(Text(), "The product category of its incidents."),
    },
    words="a service",
)
SERVICES = Struct({"services": Field(MapOf(SERVICE, what="service"), "Every service.", REQUIRED)}, words="a mapping")


@dataclass(frozen=True, slots=True)
class Service:
    """A service."""

    name: str
    owner: str | None = None
    criticality: str | None = None
    group: str | None = None
    cis: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """Every service by its name."""

    known: Mapping[str, Service]

    @classmethod
    def none(cls) -> Services:
        """A store without services.yaml."""
        return cls({})

    def get(self, name: str) -> Service | None:
        """The service of that name."""
        return self.known.get(name)

    def names(self) -> tuple[str, ...]:
        """Their names, in the order of the file."""
        return tuple(self.known)

    def cis(self) -> tuple[str, ...]:
        """Every configuration item, each once."""
        return tuple(dict.fromkeys(ci for service in self.known.values() for ci in service.cis))

    def downstream(self, name: str) -> tuple[str, ...]:
        """The services that need this one, directly or through others, in the order of the file."""
        found: set[str] = set()
        fresh = {name}
        while fresh:
            fresh = {one.name for one in self.known.values() if fresh & set(one.depends_on)} - found - {name}
            found |= fresh
        return tuple(one for one in self.known if one in found)

    def of_ci(self, ci: str) -> tuple[str, ...]:
        """The services that a configuration item belongs to."""
        return tuple(one.name for one in self.known.values() if ci in one.cis)


def parse(value: Any, groups: Collection[str] | None = None) -> Services:
    """The services that the plain value of services.yaml says. Raises the first Wrong.

    `groups` are the policy's; None: they are not checked."""
    wrongs = problems(value, groups)
    if wrongs:
        raise wrongs[0]
    return Services({name: _service(name, spec) for name, spec in value["services"].items()})


def problems(value: Any, groups: Collection[str] | None = None) -> list[Wrong]:
    """Everything that is wrong: each value by itself first, then the names."""
    wrongs = schema.problems(SERVICES, value)
    return wrongs or list(_names(value["services"], groups))


def _service(name: str, spec: Mapping[str, Any]) -> Service:
    plain: dict[str, Any] = {
        key.replace("-", "_"): tuple(item) if type(item) is list else item for key, item in spec.items()
    }
    return Service(name, **plain)


def _names(services: Mapping[str, Any], groups: Collection[str] | None) -> Iterator[Wrong]:
    for name, spec in services.items():
        group = spec.get("group")
        if group and groups is not None and group not in groups:
            yield missing_name(("services", name, "group"), "group", group, groups)
        for index, needed in enumerate(spec.get("depends-on", ())):
            if needed not in services:
                yield missing_name(("services", name, "depends-on", index), "service", needed, services)
