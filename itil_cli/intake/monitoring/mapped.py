"""Any JSON body, read as the policy's `monitoring.json` says: one JMESPath expression for each part of an alert.

- JMESPath (jmespath.org) only picks and reshapes; it cannot loop, and asks nothing outside of the body.
- Where nothing says when an alert began, the same body counts once: its digest stands for the time.
- A part that is missing in a body is left out; key, title and whether it fires must be there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from itil_cli.errors import Broken, Malformed
from itil_cli.intake.monitoring.alert import Alert, moment, name_of, one_line, told
from itil_cli.intake.monitoring.bodies import wrong

EXTRA = "Install it: pip install 'itil-cli[serve]'."


def alerts(value: Any, name: str, spec: Mapping[str, str]) -> list[Alert]:
    """The alerts of a body of the sender `name`. Raises Malformed for the body, Broken for the policy."""
    listed = _pick(name, spec, "alerts", value) if "alerts" in spec else [value]
    if not isinstance(listed, list):
        raise wrong(f"{name}.alerts", f"`{spec['alerts']}` gives no list")
    found = (_alert(one, name, spec) for one in listed)
    return [alert for alert in found if alert is not None]


def _alert(one: Any, name: str, spec: Mapping[str, str]) -> Alert | None:
    firing = _true(_pick(name, spec, "firing", one))
    if not firing and "resolved" in spec and not _true(_pick(name, spec, "resolved", one)):
        return None
    key, title = _text(_pick(name, spec, "key", one)), one_line(_text(_pick(name, spec, "title", one)))
    for part, said in (("key", key), ("title", title)):
        if not said:
            raise wrong(f"{name}.{part}", f"`{spec[part]}` gives nothing")
    labels = _labels(_pick(name, spec, "labels", one))
    said = _text(_pick(name, spec, "text", one))
    return Alert(
        key=f"json:{name}:{name_of(key)}",
        fingerprint=name_of(key),
        since=_since(one, name, spec),
        firing=firing,
        title=title,
        text=told(said, labels, [("link", _text(_pick(name, spec, "link", one)))]),
        labels=labels,
        severity=_text(_pick(name, spec, "severity", one)) or None,
        services=_names(_pick(name, spec, "service", one)),
        cis=_names(_pick(name, spec, "ci", one)),
    )


def _since(one: Any, name: str, spec: Mapping[str, str]) -> str:
    try:
        since = moment(_pick(name, spec, "since", one))
    except ValueError as fault:
        raise wrong(f"{name}.since", f"`{spec['since']}`: {fault}") from None
    return since or hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:16]


def _true(value: Any) -> bool:
    """As JMESPath has it: false, null and what is empty are false; a number is true."""
    return value not in (False, None, "") and value != [] and value != {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, (list, dict)) else json.dumps(value)


def _names(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(one_line(said) for said in map(_text, values) if said)


def _labels(value: Any) -> dict[str, str]:
    """An object of plain values; or tags as Datadog has them, `name:value`, in a list or with commas between."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, list):
        pairs = (said.partition(":") for said in value if isinstance(said, str))
        return {one_line(name): one_line(said) for name, _, said in pairs}
    if not isinstance(value, dict):
        return {}
    return {one_line(name): one_line(said) for name, item in value.items() if (said := _text(item))}


def _pick(name: str, spec: Mapping[str, str], part: str, one: Any) -> Any:
    if part not in spec:
        return None
    from jmespath.exceptions import JMESPathError

    try:
        return compiled(spec[part], f"monitoring.json.{name}.{part}").search(one)
    except JMESPathError as fault:  # a function that does not take what it finds
        raise wrong(f"{name}.{part}", f"`{spec[part]}`: {one_line(str(fault))}") from None


@lru_cache(maxsize=512)
def compiled(expression: str, where: str) -> Any:
    """An expression, ready to search. Raises Broken where it is none, Malformed where JMESPath is not installed."""
    try:
        import jmespath
        from jmespath.exceptions import JMESPathError
    except ImportError:
        raise Malformed("reading JSON by a mapping needs jmespath.", remedy=EXTRA) from None
    try:
        return jmespath.compile(expression)
    except JMESPathError as fault:
        said = one_line(str(fault)).rstrip(".")
        raise Broken(f"{where}: {said}.", path="itil.yaml", remedy="jmespath.org says how it is written.") from None
