"""The same work with other tools, where they are installed: ripgrep, Taskwarrior, Backlog.md, python-frontmatter.

- Taskwarrior gets the incidents by `task import`, Backlog.md as files of its own format: id, title, status.
- Each does what it calls create, list, show and search; none of them knows clocks, calendars or who may do what.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import in_turn

ITIL = [sys.executable, "-m", "itil_cli"]
LOOP = """
import sys, frontmatter
from pathlib import Path
what = sys.argv[1]
posts = (frontmatter.load(path) for path in Path("incidents").rglob("*.md"))
if what == "list":
    alive = (post for post in posts if post["status"] not in ("resolved", "closed"))
    print(*(f"{post['id']} {post['status']} {post['title']}" for post in alive), sep="\\n")
elif what == "search":
    print(*(post["id"] for post in posts if "printer" in f"{post['title']} {post.content}".lower()), sep="\\n")
elif what == "show":
    (path,) = Path("incidents").rglob(sys.argv[2] + ".md")
    print(frontmatter.load(path).metadata)
else:
    post = frontmatter.Post("It jams.", id="x", title="Printer jams", status="new")
    Path("incidents/x.txt").write_text(frontmatter.dumps(post))
"""


def pieces(folder: Path, store: Path) -> Iterator[str]:
    """The table over one store."""
    files = sorted(store.glob("incidents/**/*.md"))
    known = [(path.stem, *_title_and_status(path)) for path in files]
    tools = {"itil": _itil(known), "python-frontmatter, a loop": _loop(known), **_ripgrep(known)}
    tools |= _taskwarrior(folder / "task", known) | _backlog(folder / "backlog", known)
    yield f"\n## Side by side, {len(files):,} incidents (processor ms)\n"
    yield f"| | {' | '.join(tools)} |\n|---|{'---:|' * len(tools)}"
    for work in ("create", "list", "show", "search"):
        commands = {name: tool[work] for name, tool in tools.items() if tool.get(work)}
        found = in_turn(commands, store, 3)
        cells = [f"{found[name].cpu * 1000:,.0f}" if name in found else "–" for name in tools]
        yield f"| {work} | {' | '.join(cells)} |"
    (store / "incidents/x.txt").unlink(missing_ok=True)
    yield "\n`itil` writes with a commit, lists with clocks, and refuses what the process forbids; the others do not."


Known = list[tuple[str, str, str]]
Tool = dict[str, list[str]]


def _title_and_status(path: Path) -> tuple[str, str]:
    head = path.read_text(encoding="utf-8")[:2000].split("\n")
    said = dict(line.split(": ", 1) for line in head[1:6] if ": " in line)
    return said.get("title", ""), said.get("status", "")


def _itil(known: Known) -> Tool:
    return {
        "create": [*ITIL, "log", "-t", "Printer jams"],
        "list": [*ITIL, "list"],
        "show": [*ITIL, "show", known[-1][0]],
        "search": [*ITIL, "search", "printer"],
    }


def _loop(known: Known) -> Tool:
    return {work: [sys.executable, "-c", LOOP, work, known[-1][0]] for work in ("create", "list", "show", "search")}


def _ripgrep(known: Known) -> dict[str, Tool]:
    if not shutil.which("rg"):
        return {}
    listing = ["rg", "--no-heading", "^status: (new|assigned|in-progress|pending)", "incidents"]
    found = ["rg", "-il", "printer", "incidents"]
    return {"ripgrep": {"list": listing, "show": ["rg", "--files", "-g", f"{known[-1][0]}.md"], "search": found}}


def _taskwarrior(folder: Path, known: Known) -> dict[str, Tool]:
    if not shutil.which("task"):
        return {}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "rc").write_text(f"data.location={folder}\nconfirmation=no\nverbose=nothing\n")
    task = ["env", f"TASKRC={folder / 'rc'}", f"TASKDATA={folder}", "task"]
    ended = {"resolved", "closed", "canceled"}
    rows = [
        {"description": f"{title} {name}", "status": "completed" if status in ended else "pending"}
        | ({"end": "20261124T120000Z"} if status in ended else {})
        for name, title, status in known
    ]
    loaded = subprocess.run([*task, "import", "-"], input=json.dumps(rows), capture_output=True, text=True)
    if loaded.returncode:
        return {}
    tool = {"create": [*task, "add", "Printer jams"], "list": [*task, "list"], "show": [*task, "1", "info"]}
    return {"Taskwarrior": {**tool, "search": [*task, "/printer/", "all"]}}


def _backlog(folder: Path, known: Known) -> dict[str, Tool]:
    program = os.environ.get("BACKLOG") or shutil.which("backlog")
    if not program:
        return {}
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "backlog/tasks").mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / "backlog/config.yml").write_text(
        'project_name: "x"\nstatuses: ["To Do", "Done"]\nlabels: []\ncheck_active_branches: false\n'
        "remote_operations: false\nauto_commit: false\n"
    )
    for number, (name, title, status) in enumerate(known, 1):
        ended = status in ("resolved", "closed", "canceled")
        text = f"---\nid: task-{number}\ntitle: {json.dumps(title)}\nstatus: {'Done' if ended else 'To Do'}\n"
        text += "assignee: []\n"
        text += f"created_date: '2026-11-24'\nlabels: []\ndependencies: []\n---\n\n## Description\n\n{name}\n"
        (folder / f"backlog/tasks/task-{number} - x.md").write_text(text)
    run = ["env", "-C", str(folder), program]
    tool = {"list": [*run, "task", "list", "--plain", "-s", "To Do"], "show": [*run, "task", "1", "--plain"]}
    tool |= {"create": [*run, "task", "create", "Printer jams"], "search": [*run, "search", "printer", "--plain"]}
    return {"Backlog.md": {name: words for name, words in tool.items() if _works(words)}}


def _works(words: list[str]) -> bool:
    try:
        return subprocess.run(words, capture_output=True, timeout=120).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
