"""Single values of settings: each kind, and each of its errors as it is printed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from itil_cli.process.settings.kinds import (
    EMAIL,
    OFF_OR_SECONDS,
    PERCENT_OR_DURATION,
    SECONDS,
    Choice,
    Date,
    DurationText,
    Flag,
    Hours,
    Integer,
    Scalar,
    Text,
    Zone,
)
from itil_cli.process.settings.schema import OFF, problems

ANY, TARGET = DurationText(), DurationText(SECONDS)
DAYS_ONLY = DurationText(("bd", "cd"))
WAIT = DurationText(("s", "m", "h", "bd", "cd"), OFF)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Text(), ["x", "2024", " x "]),
        (Flag(), [True, False]),
        (Integer(1, 9), [1, 9]),
        (Choice("a", "b"), ["a", "b"]),
        (ANY, ["90s", "15m", "4h", "5bd", "7cd", "0s"]),
        (TARGET, ["90s", "15m", "4h"]),
        (DAYS_ONLY, ["5bd", "7cd"]),
        (WAIT, ["off", "5bd", "4h"]),
        (OFF_OR_SECONDS, ["off", "4h"]),
        (Zone(), ["Europe/Paris", "Etc/UTC", "UTC"]),
        (Date(), ["2026-12-24", "2028-02-29", "1970-01-01", "2200-12-31"]),
        (Hours(), ["09:00-17:00", "00:00-24:00", "23:59-24:00"]),
        (EMAIL, ["a@b", "bob.baker+x@example.com"]),
        (PERCENT_OR_DURATION, ["95%", "99.5%", "15m", "3", "0.25"]),
    ],
)
def test_what_fits_is_right(kind: Scalar, values: list[Any]) -> None:
    assert [value for value in values if problems(kind, value)] == []
    pattern = kind.json_schema().get("pattern")
    assert pattern is None or all(re.search(pattern, value) for value in values)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Text(), 2024, "2024 is not a text. Quote it: '2024'."),
        (Text(), True, "true is not a text. Quote it: 'true'."),
        (Text(), None, "nothing is not a text."),
        (Text(), ["x"], "a list is not a text."),
        (Text(), "  ", "the text is blank. Leave it out."),
        (Text(), "", "the text is blank. Leave it out."),
        (Flag(), "yes", "'yes' is not true or false."),
        (Flag(), 1, "1 is not true or false."),
        (Integer(1, 9), 0, "0 is not a whole number from 1 to 9."),
        (Integer(1, 9), 10, "10 is not a whole number from 1 to 9."),
        (Integer(1, 9), "1", "'1' is not a whole number from 1 to 9."),
        (Integer(0, 9), False, "false is not a whole number from 0 to 9."),
        (Choice("off", "staff", "all"), "staf", "'staf' is not off, staff or all. Did you mean staff?"),
        (Choice("off", "staff", "all"), "zzz", "'zzz' is not off, staff or all."),
        (Choice("only"), 1, "1 is not only."),
        (ANY, 5, "5 is not a duration such as 90s, 15m, 4h, 5bd or 7cd."),
        (ANY, "5x", "'5x' is not a duration such as 90s, 15m, 4h, 5bd or 7cd."),
        (
            ANY,
            "5d",
            "'5d' is not a duration such as 90s, 15m, 4h, 5bd or 7cd; say bd (business days) or cd (calendar days).",
        ),
        (TARGET, "5bd", "'5bd' is in days; this is in s, m or h of its calendar."),
        (TARGET, 4, "4 is not a duration such as 15m or 4h."),
        (DAYS_ONLY, "4h", "'4h' is not in days. Write bd (business days) or cd (calendar days)."),
        (WAIT, "of", "'of' is not a duration such as 90s, 15m, 4h, 5bd or 7cd. Did you mean off?"),
        (WAIT, False, "false is not a duration such as 90s, 15m, 4h, 5bd or 7cd or off."),
        (Zone(), "Europe/Pari", "there is no time zone 'Europe/Pari'. Did you mean Europe/Paris?"),
        (Zone(), "qqq", "there is no time zone 'qqq'. Write an IANA name such as Europe/Paris."),
        (Zone(), 1, "1 is not a time zone such as Europe/Paris."),
        (Date(), "24.12.2026", "'24.12.2026' is not a date such as 2026-12-24."),
        (Date(), "1969-12-31", "'1969-12-31' is not a date such as 2026-12-24."),
        (Date(), "2026-02-30", "'2026-02-30' is no date: day is out of range for month."),
        (Date(), 20261224, "20261224 is not a date such as 2026-12-24."),
        (Hours(), "9-17", "'9-17' is not hours such as 09:00-17:00."),
        (Hours(), "09:00-25:00", "'09:00-25:00' is not hours such as 09:00-17:00."),
        (
            Hours(),
            "22:00-06:00",
            "'22:00-06:00' ends before it starts. "
            "Write two windows: '22:00-24:00', and '00:00-06:00' on the day after.",
        ),
        (Hours(), "22:00-00:00", "'22:00-00:00' ends before it starts. Write '22:00-24:00'."),
        (EMAIL, "bob", "'bob' is not an e-mail address."),
        (EMAIL, "a b@c", "'a b@c' is not an e-mail address."),
        (EMAIL, "a@b@c", "'a@b@c' is not an e-mail address."),
        (PERCENT_OR_DURATION, "high", "'high' is not a goal such as 95%, 15m or 3."),
    ],
)
def test_what_does_not_fit_is_told_why(kind: Scalar, value: Any, text: str) -> None:
    assert [str(wrong) for wrong in problems(kind, value)] == [text]


def test_an_empty_window_is_none() -> None:
    assert [str(wrong) for wrong in problems(Hours(), "09:00-09:00")] == [
        "'09:00-09:00' ends before it starts. Write two windows: '09:00-24:00', and '00:00-09:00' on the day after."
    ]


def test_json_schema_of_single_values() -> None:
    assert Text().json_schema() == {"type": "string"}
    assert Flag().json_schema() == {"type": "boolean"}
    assert Integer(1, 9).json_schema() == {"type": "integer", "minimum": 1, "maximum": 9}
    assert Choice("a", "b").json_schema() == {"enum": ["a", "b"]}
    assert OFF_OR_SECONDS.json_schema() == {"type": "string", "pattern": "^([0-9]{1,9}(s|m|h)|off)$"}
    assert Date().json_schema()["pattern"] == "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
