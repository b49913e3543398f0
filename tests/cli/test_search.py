"""The words of `search` and `list`: fields, phrases, OR, NOT, whatever the script; and that no text breaks them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shell import Shell

NOON = "2026-03-09T12:00:00Z"
TITLES = {
    "jam": ("Printer jams", "Paper stuck behind the toner.", "service:print"),
    "toner": ("Printer wants toner", "Connection reset by the driver.", "service:print"),
    "wifi": ("Wifi drops", "The connection was reset: code 502.", "service:network"),
    "umlaut": ("Drucker für Etiketten hängt", "Straße 12, Gerät im Flur", "service:print"),
    "mail": ("新しいメールが届かない", "Outlook: サーバに接続できません", "service:mail"),
    "emoji": ("🔥 Server room is hot 🔥", "See http://mon.example/a?x=1 and C:\\temp", "service:room"),
}


@pytest.fixture
def full(company: Shell) -> tuple[Shell, dict[str, str]]:
    """A store with one incident for each of TITLES, and their names by id."""
    names = {}
    for name, (title, text, service) in TITLES.items():
        words = ("-t", title, "-d", text, "--category", "hardware", "--impact", "low", "--urgency", "low")
        names[company.id("log", *words, "--service", service.partition(":")[2])] = name
    return company, names


FOUND: list[tuple[list[str], set[str]]] = [
    (["printer"], {"jam", "toner"}),
    (["print", "jam"], {"jam"}),
    (["printer jams"], {"jam"}),
    (["jams printer"], set()),
    (['"connection reset"'], {"toner"}),
    (["jam", "OR", "wifi"], {"jam", "wifi"}),
    (["connection", "jam", "OR", "toner"], {"toner"}),
    (["printer", "NOT", "toner"], set()),
    (["printer", "NOT", "driver"], {"jam"}),
    (["NOT", "printer"], {"wifi", "umlaut", "mail", "emoji"}),
    (["--", "connection", "-driver"], {"wifi"}),
    (["connection", "service:network"], {"wifi"}),
    (["connection", "NOT", "service:network"], {"toner"}),
    (["connection", "service:network", "OR", "service:print"], {"toner", "wifi"}),
    (["connection", "SERVICE:network"], {"wifi"}),
    (['service:print status:new "connection reset" opened:>2026-01-01'], {"toner"}),
    (['service:"network" connection'], {"wifi"}),
    (["opened:2026-01-01..", "wifi"], {"wifi"}),
    (["opened:..2026-01-01", "wifi"], set()),
    (["opened:<=2026-01-01", "wifi"], set()),
    (["FUR"], {"umlaut"}),
    (["hängt", "STRASSE"], {"umlaut"}),
    (["gerat"], {"umlaut"}),
    (["メール"], {"mail"}),
    (["接続"], {"mail"}),
    (["ルメ"], set()),
    (["🔥 hot"], {"emoji"}),
    (["http://mon.example/a"], {"emoji"}),
    (["C:\\temp"], {"emoji"}),
    (['"code 502"'], {"wifi"}),
    (["12:30"], set()),
]


def test_what_is_found(full: tuple[Shell, dict[str, str]]) -> None:
    company, names = full
    for words, hits in FOUND:
        answer = company("--json", "search", *words, now=NOON)
        assert (answer.code, answer.err) == (0, ""), words
        assert {names[one["id"]] for one in answer.json["incidents"]} == hits, words
        listed = company("--json", "list", *words, now=NOON)
        assert {names[one["id"]] for one in listed.json["incidents"]} == hits, words


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["sevrice:print", "x"], 2, "error[usage]: there is no field 'sevrice' to filter by. Did you mean service?\n"),
        (
            ["timeout:30", "x"],
            2,
            "error[usage]: there is no field 'timeout' to filter by. There are: status, priority, impact, urgency, "
            "service, category, product, tenant, group, assignee, requestor, owner, channel, parent, major, ci, informed, opened."
            " To look for the words themselves: '\"timeout:30\"'.\n",
        ),
        (["🔥"], 2, "error[usage]: '🔥' has no letter or digit to look for. Give a word of the text.\n"),
        (
            ["service:print", "OR", "wifi"],
            2,
            "error[usage]: OR joins words, or values of one field. Ask once for each.\n",
        ),
        (
            ["x", "NOT", "opened:>2026-01-01"],
            2,
            "error[usage]: NOT opened:>2026-01-01 is no range. "
            "Write opened:>2026-10-01 or opened:2026-10-01..2026-11-01.\n",
        ),
        (
            ["x", "opened:.."],
            2,
            "error[usage]: opened:.. is no range. Write opened:>2026-10-01 or opened:2026-10-01..2026-11-01.\n",
        ),
        (["status:nwe", "x"], 4, "error[not-found]: There is no status 'nwe'. Did you mean new?\n"),
        (
            ["service:print"],
            2,
            "error[usage]: there is nothing to search for. Give a word; `itil list` filters by fields alone.\n",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_asked_is_said(company: Shell, words: list[str], code: int, error: str) -> None:
    answer = company("search", *words)
    assert (answer.code, answer.out, answer.err) == (code, "", error)


def test_hits_are_marked_as_they_were_found(full: tuple[Shell, dict[str, str]]) -> None:
    company, _ = full

    def marked(*words: str) -> list[dict[str, str]]:
        return [one["highlights"] for one in company("--json", "search", *words).json["incidents"]]

    assert marked("メール") == [{"title": "新しい«メール»が届かない"}]
    assert marked("hangt", "OR", "jam") == [
        {"title": "Drucker für Etiketten «hängt»"},
        {"title": "Printer «jams»"},
    ]
    assert marked("printer", "NOT", "driver") == [{"title": "«Printer» jams"}]
    assert marked("C:\\temp")[0]["description"].endswith("and «C:\\temp»")


ODD = "\"'*-+^():;ANDORNEAR \0{}\\/%_.,|<>!?#@~`$&=[]éßÄ\u0130\u200b\u202eメ🔥\n\t12"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@example('"')
@example("a" * 3000)
@example("a OR " * 400)
@example("NOT " * 400 + "x")
@example('"" "" ""')
@example("status:")
@example("service:,,,")
@example("opened:>")
@example("caf\udce9")
@given(st.text(max_size=40) | st.text(st.sampled_from(ODD), max_size=40) | st.from_regex(r"[a-z]{0,8}:.{0,12}"))
def test_no_text_is_a_bug_of_ours(full: tuple[Shell, dict[str, str]], text: str) -> None:
    company, _ = full
    kinds = ("--json", "search", "--kind", "all", "--", "x", text)
    for words in (("search", "--", text), ("list", "--", text), ("similar", "--", text), kinds):
        answer = company(*words, now=NOON)
        assert answer.code in (0, 2, 4), (words, answer.err)
