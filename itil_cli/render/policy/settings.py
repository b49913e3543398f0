"""Settings as commented YAML, and as JSON with the keys that the files have.

- Every setting comes with the sentence of its table. What is short stands on one line, else an entry a line.
- The text is YAML that reads back as the same settings. How a value is written is the caller's `write`,
  `write(start, value, indent)`: `start` and the value, lines that go on indented by `indent`.
- What is invisible in the file is shown, as everywhere (`safe`); such a text does not read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from itil_cli.process.settings.schema import Struct
from itil_cli.process.settings.table import SETTINGS
from itil_cli.render.text import safe

Write = Callable[[str, Any, str], str]
LONG = 110  # columns of a line
_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_REST = "# All else comes from the defaults {defaults}: `itil policy show --all`."


def given_text(given: Mapping[str, Any], defaults: int, write: Write) -> str:
    """What a store's itil.yaml says, setting by setting, in the order of the table."""
    said = _settings(SETTINGS, given, write, None, "")
    return safe("\n\n".join([*said, _REST.format(defaults=defaults)]))


def all_text(settings: Mapping[str, Any], given: Mapping[str, Any], write: Write) -> str:
    """Every setting in force; those that the store itself says are marked."""
    return safe("\n\n".join(_settings(SETTINGS, settings, write, given, "")))


def _settings(
    table: Struct, values: Mapping[str, Any], write: Write, given: Mapping[str, Any] | None, indent: str
) -> Iterator[str]:
    for name, field in table.fields.items():
        if name not in values:
            continue
        mark = " (Said here.)" if given is not None and name in given else ""
        inner = field.kind if isinstance(field.kind, Struct) and field.default is None else None
        if inner is None or not values[name]:
            body = setting_text(name, values[name], write, indent)
        else:
            below = None if given is None else given.get(name, {})
            parts = _settings(inner, values[name], write, below, f"{indent}  ")
            body = "\n".join([f"{indent}{name}:", *parts])
            mark = ""
        yield f"{indent}# {field.about}{mark}\n{body}"


def setting_text(name: str, value: Any, write: Write, indent: str = "") -> str:
    """A setting: what holds other mappings or lists, or would be a long line, is an entry a line."""
    line = write(f"{indent}{name}: ", value, f"{indent}  ")
    if not value or not isinstance(value, (dict, list)):
        return line
    inner = value.values() if isinstance(value, dict) else value
    if len(line) <= LONG and not any(isinstance(item, (dict, list)) for item in inner):
        return line
    return "\n".join([f"{indent}{name}:", *_entries(value, write, f"{indent}  ")])


def _entries(value: dict[str, Any] | list[Any], write: Write, indent: str) -> Iterator[str]:
    if isinstance(value, list):
        yield from (write(f"{indent}- ", item, f"{indent}  ") for item in value)
        return
    for key, item in value.items():
        start = f"{indent}{write('', key, '')}:"
        line = write(f"{start} ", item, f"{indent}  ")
        if len(line) > LONG and item and isinstance(item, (dict, list)):
            yield "\n".join([start, *_entries(item, write, f"{indent}  ")])
        else:
            yield line


def schema_document(name: str, file: str, table: Struct) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a settings file, for editors."""
    return {"$schema": _SCHEMA, "$id": f"urn:itil:schema:1:{name}", "title": file} | table.json_schema()
