"""The HTML report: its bytes, its policy, and how a browser takes it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser

from itil_cli.process.figures import REPORTS

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
WRITE = os.environ.get("ITIL_SCREENSHOTS") == "write"
AT = {"GIT_AUTHOR_DATE": "2026-11-24T09:00:00Z", "GIT_COMMITTER_DATE": "2026-11-24T09:00:00Z"}
NASTY = '<script>document.title=1</script> & "co"'
SHOWN = "[...document.querySelectorAll('figure svg')].filter(one => one.getBoundingClientRect().height > 100).length"
PICTURES = ["flow", "sla", "ages", "heat", "spread", "pareto"]


def sample(folder: Path, name: str | None = None) -> Path:
    """The sample store as a repository with one commit at a fixed time; under another name."""
    store = folder / "shop"
    shutil.copytree(ROOT / "sample-repo", store)
    if name:
        policy = store / "itil.yaml"
        policy.write_text(policy.read_text().replace("name: Larch & Finch Books", f"name: '{name}'"))
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "sample"]):
        subprocess.run(["git", *words], cwd=store, check=True, env={**os.environ, **AT})
    return store


def page(store: Path, *words: str) -> str:
    command = [sys.executable, "-m", "itil_cli", "-C", str(store), "report", "--format", "html"]
    period = [] if "--period" in words else ["--period", "all"]
    return subprocess.run([*command, *period, *words], capture_output=True, check=True).stdout.decode()


def test_a_page_is_the_same_on_every_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = sample(tmp_path)
    first = page(store)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "matplotlibrc").write_text("font.size: 30\naxes.grid: False\nsvg.fonttype: path\n")
    assert page(store) == first


def test_a_page_asks_nothing_of_a_network_and_styles_nothing_inline(tmp_path: Path) -> None:
    text = page(sample(tmp_path))
    bare = re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
    assert re.findall(r"https?://|@import|url\((?!#)|\bsrc=|<link|<iframe|\son\w+=|\sstyle=", bare) == []
    assert "default-src 'none'" in text or "default-src &#39;none&#39;" in text
    assert "unsafe" not in text


def test_texts_of_files_are_texts(tmp_path: Path) -> None:
    text = page(sample(tmp_path, NASTY))
    assert "<script>document.title" not in text
    assert "&lt;script&gt;document.title" in text


def test_every_picture_has_a_text_alternative_and_its_numbers(tmp_path: Path) -> None:
    text = page(sample(tmp_path))
    for name in PICTURES:
        assert f'aria-labelledby="{name}-title {name}-desc"' in text
        assert re.search(rf'<title id="{name}-title">[^<]+</title><desc id="{name}-desc">[^<]+</desc>', text)
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', text)) <= set(ids)


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_no_picture_has_a_gap_beside_it(tmp_path: Path, name: str) -> None:
    """In September nothing is left open, so that there is no age to draw."""
    text = page(sample(tmp_path), name, "--period", "2026-09")
    widths = [bool(wide) for wide in re.findall(r'<section id="picture-[a-z]+"( class="wide")?>', text)]
    assert len(widths) <= len(REPORTS[name].charts)
    halves = 0
    for wide in [*widths, True]:
        assert not (wide and halves % 2), widths
        halves = 0 if wide else halves + 1


def test_an_empty_month_has_no_pictures(tmp_path: Path) -> None:
    text = page(sample(tmp_path), "--period", "2025-01")
    assert '<section id="picture-' not in text and "n/a" in text


def test_pictures_have_no_background_of_their_own(tmp_path: Path) -> None:
    """The page's shows, light or dark; the second scale of the categories once hid it."""
    assert not re.search(r'fill="(#fff|#ffffff|white)"', page(sample(tmp_path)))


def test_the_first_figures_stand_at_the_top_with_goal_and_period_before(tmp_path: Path) -> None:
    text = page(sample(tmp_path), "--period", "2026-10", "--compare")
    tiles = text[text.index('<ul class="tiles"') : text.index('<section id="figures">')]
    assert re.findall(r'<a href="#def-(\w+)">', tiles) == [
        "created", "resolved", "backlog", "sla_response", "sla_resolution", "mttr_wall",
    ]  # fmt: skip
    resolution = "<b>92.3 %</b><small>12 of 13</small><small>goal 90.0 % (met)</small><small>88.8 % in 2026-09</small>"
    assert resolution in tiles


def test_a_report_on_majors_begins_with_them(tmp_path: Path) -> None:
    text = page(sample(tmp_path), "major", "--period", "2026-11")
    tiles = text[text.index('<ul class="tiles"') : text.index('<section id="figures">')]
    assert re.findall(r'<a href="#def-(\w+)">', tiles) == [
        "major", "comms", "created", "mttr_wall", "major_actions_overdue",
    ]  # fmt: skip


@pytest.mark.slow
def test_where_nothing_was_missed_a_picture_does_not_name_the_least(tmp_path: Path) -> None:
    store = sample(tmp_path)
    assert "All were in time. The goal of resolution is 90.0 %." in page(store, "sla", "--period", "2026-11")
    assert "Least in time: " in page(store, "sla", "--period", "2026-10")


needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium (Debian: chromium) is not on this machine")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    found = Browser(tmp_path / "profile")
    yield found
    found.close()


@pytest.mark.slow
@needs_browser
def test_a_browser_shows_it_without_a_complaint_or_a_request(tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(sample(tmp_path, NASTY), "--by", "service"))
    browser.open(file)
    assert browser.complaints == []
    assert browser.requests == [file.as_uri()]
    assert browser.value("document.querySelector('.of').textContent").startswith(NASTY)
    assert browser.value("document.title").startswith("Summary of <script>")
    assert browser.value(SHOWN) == len(PICTURES)
    fills = "[...document.querySelectorAll('#picture-flow svg path')].map(one => getComputedStyle(one).fill)"
    assert "rgb(43, 108, 176)" in browser.value(fills)


@pytest.mark.slow
@needs_browser
def test_the_real_log_in_a_browser(tmp_path: Path, shared: Path, browser: Browser) -> None:
    store, file = tmp_path / "log", tmp_path / "report.html"
    itil = [sys.executable, "-m", "itil_cli"]
    subprocess.run([*itil, "init", str(store)], check=True, capture_output=True)
    log = str(shared / "data/servicenow/incident_event_log.zip")
    load = [*itil, "-C", str(store), "-q", "import", "servicenow", log, "--history", "single"]
    subprocess.run(load, check=True)
    spring = ["--period", "2016-03-01..2016-05-31"]
    file.write_text(page(store, *spring))
    said = subprocess.run([*itil, "-C", str(store), "report", "--json", *spring], capture_output=True, check=True)
    browser.open(file)
    assert (browser.complaints, browser.requests) == ([], [file.as_uri()])
    assert browser.value(SHOWN) == len(PICTURES)
    created = json.loads(said.stdout)["figures"]["created"]["value"]
    assert created > 20_000
    assert browser.value("document.querySelector('#figures tbody td').textContent") == str(created)
    images = IMAGES if WRITE else tmp_path
    browser.screenshot(images / "report-real.png", "#picture-pareto")


@pytest.mark.slow
@needs_browser
def test_a_table_is_sorted_by_a_click(tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(sample(tmp_path)))
    browser.open(file)
    click = "document.querySelectorAll('#table-0 thead button')[1].click()"
    cells = "[...document.querySelectorAll('#table-0 tbody tr')].map(row => Number(row.cells[1].textContent))"
    browser.value(click)
    created = browser.value(cells)
    assert created == sorted(created) and len(created) > 3
    browser.value(click)
    assert browser.value(cells) == sorted(created, reverse=True)
    sort = "document.querySelectorAll('#table-0 thead th')[1].getAttribute('aria-sort')"
    assert browser.value(sort) == "descending"
    assert browser.complaints == []


@pytest.mark.slow
@needs_browser
def test_months_and_weeks_are_sorted_as_such(tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(sample(tmp_path), "flow", "--by", "month"))
    browser.open(file)
    cells = "[...document.querySelectorAll('#table-0 tbody tr')].map(row => row.cells[0].textContent)"
    months = browser.value(cells)
    assert months == sorted(months) and len(months) > 2
    for order in (months, months[::-1]):
        browser.value("document.querySelector('#table-0 thead button').click()")
        assert browser.value(cells) == order


@pytest.mark.slow
@needs_browser
def test_pictures_are_there_in_the_dark_too(tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(sample(tmp_path)))
    browser.open(file)
    images = IMAGES if WRITE else tmp_path
    images.mkdir(exist_ok=True)
    background = "getComputedStyle(document.body).backgroundColor"
    browser.screenshot(images / "report.png", "#picture-spread")
    light = browser.value(background)
    browser.screenshot(images / "report-dark.png", "#picture-spread", dark=True)
    assert (light, browser.value(background)) == ("rgb(255, 255, 255)", "rgb(13, 17, 23)")
    text = "getComputedStyle(document.querySelector('#picture-flow svg text')).fill"
    assert browser.value(text) in ("rgb(230, 237, 243)", "rgb(145, 152, 161)")
