"""Whatever JSON is posted: alerts that a file can hold, or an error that says what is wrong; nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from itil_cli.errors import Malformed
from itil_cli.intake.monitoring import alertmanager, bodies, github, mapped
from itil_cli.intake.monitoring.alert import TEXT, TITLE, Alert

SPEC = {
    "alerts": "alerts",
    "key": "key",
    "title": "title",
    "firing": "firing",
    "since": "since",
    "labels": "labels",
    "severity": "severity",
    "ci": "ci[*].name || ci",
}
# The names and words that the readers look for, so that most bodies come far.
_FIELDS = (
    "alerts version status groupKey groupLabels commonAnnotations labels annotations startsAt "
    "fingerprint key title firing since severity ci name repository full_name workflow_run "
    "workflow_job check_run check_suite status state context conclusion head_branch started_at "
    "created_at workflow sender login steps branches output"
)
NAMES = st.sampled_from(_FIELDS.split())
WORDS = st.sampled_from(
    [
        "4",
        "firing",
        "resolved",
        "failure",
        "success",
        "2026-11-25T06:00:00Z",
        "o/r",
        "\ud800",
        "\x1b[2J",
        "x" * 30_000,
        "",
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS | st.text()
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=6),
    max_leaves=25,
)
ALERT = st.dictionaries(NAMES, PLAIN | st.dictionaries(NAMES, WORDS, max_size=3), max_size=10)
READERS: dict[str, Callable[[Any], list[Alert]]] = {
    "alertmanager": alertmanager.alerts,
    "grouped": lambda value: alertmanager.alerts(value, grouped=True),
    "github": github.alerts,
    "json": lambda value: mapped.alerts(value, "x", SPEC),
}


@pytest.mark.parametrize("reader", READERS)
@given(
    value=VALUES
    | ALERT
    | st.builds(lambda alerts: {"version": "4", "groupKey": "g", "alerts": alerts}, st.lists(ALERT))
)
@example(value={"alerts": [{"status": "firing", "fingerprint": "x" * 30_000, "startsAt": "2026-11-25T06:00:00Z"}]})
@example(value={"repository": {"full_name": "\ud800"}, "context": "c", "state": "failure", "updated_at": 1764050400})
@example(value={"alerts": [{"key": 1e300, "title": "\x1b" * 999, "firing": 1, "ci": [{"name": "a"}]}]})
def test_any_json_gives_alerts_or_says_what_is_wrong(reader: str, value: Any) -> None:
    try:
        found = READERS[reader](bodies.parse(json.dumps(value).encode(), "body"))
    except Malformed as wrong:
        wrong.text.encode("utf-8")
        return
    for alert in found:
        for name in (alert.key, alert.fingerprint, alert.since, alert.title):
            assert name.isprintable() and len(name) <= TITLE + 60
        assert alert.title and len(alert.text) <= TEXT
        alert.text.encode("utf-8")
