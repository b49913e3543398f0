"""Whatever a command or a record holds, without secrets: texts in lists and mappings, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from itil_cli.errors import Refused
from itil_cli.process.incident import Record
from itil_cli.process.lifecycle.case import Command
from itil_cli.process.masking.texts import in_words, masked

# Names that must stay what they are: files that lie there, and what a mail or an alert is known by.
_NAMES = frozenset({"attachments", "message_id", "alert", "existing"})


def masked_command(command: Command) -> tuple[Command, tuple[str, ...]]:
    """The command with masked options, and the kinds of what was taken out.

    Raises Refused for a dedup key that holds a secret: masked, it would be another key's, too."""
    kinds: dict[str, None] = {}
    options = {
        name: value if name in _NAMES else _value(value, kinds.update)
        for name, value in command.options.items()
        if name != "dedup_key"
    }
    key = command.options.get("dedup_key")
    if isinstance(key, str) and (wrong := masked(key).kinds):
        text = f"the dedup key holds {in_words(wrong)}."
        raise Refused(text, code="secret", remedy="Name it by something that is none; and change the secret.")
    if not kinds:
        return command, ()
    if "dedup_key" in command.options:
        options["dedup_key"] = key
    return replace(command, options=options), tuple(kinds)


def masked_record(record: Record) -> tuple[Record, tuple[str, ...]]:
    """The record of an import with masked texts: what its rows say, its title, its description."""
    kinds: dict[str, None] = {}
    note = kinds.update
    events = tuple(
        replace(event, data=_value(event.data, note), text=_value(event.text, note)) for event in record.events
    )
    fields, description = _value(record.fields, note), _value(record.description, note)
    if not kinds:
        return record, ()
    return replace(record, events=events, fields=fields, description=description), tuple(kinds)


def _value(value: Any, note: Callable[[dict[str, None]], None]) -> Any:
    """A text masked; a list or a mapping with its texts masked; anything else as it is."""
    if isinstance(value, str):
        found = masked(value)
        note(dict.fromkeys(found.kinds))
        return found.text
    if isinstance(value, Mapping):
        return {key: _value(one, note) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_value(one, note) for one in value)
    return value
