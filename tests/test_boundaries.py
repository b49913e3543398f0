"""The arrows and budgets of the design, held by reading the code: who imports whom, how long things are, and
what the program may depend on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from itil_cli.cli.table import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "itil_cli"
FILES = sorted(HOUSE.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

MAY = {
    "cli": {"intake", "deliver", "render", "store", "process", "errors"},
    "api": {"store", "process", "errors"},
    "intake": {"process", "errors"},
    "deliver": {"process", "errors"},
    "store": {"process", "errors"},
    "render": {"process", "errors"},
    "process": {"errors"},
    "errors": set(),
    "__init__": set(),
    "__main__": {"cli", "__init__"},
}
IMPURE = {"os", "pathlib", "subprocess", "time", "click", "yaml", "sqlite3", "random", "socket", "secrets", "tempfile"}
CLOCKS = {"now", "utcnow", "today"}
COMES_AS = {"yaml": "pyyaml", "frontmatter": "python-frontmatter"}
CARD = {"click", "pyyaml", "python-frontmatter", "tabulate", "pendulum"}
BROUGHT_ALONG = {"tzdata"}  # by pendulum


class Import(NamedTuple):
    """One import: who, whom, and whether it stands inside a function."""

    file: Path
    line: int
    name: str
    inside: bool

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.name}"

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imports_of(file: Path) -> Iterator[Import]:
    """Every import, by the full name of each module that it may mean."""
    yield from _imports(file, tree_of(file), inside=False)


def _imports(file: Path, node: ast.AST, inside: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(file, child.lineno, alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{file}:{child.lineno}: a relative import"
            for alias in child.names:
                yield Import(file, child.lineno, f"{child.module}.{alias.name}", inside)
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(file, child, inside or is_function)


IMPORTS = [one for file in FILES for one in imports_of(file)]


def room_of(file: Path) -> str:
    return file.relative_to(HOUSE).parts[0].removesuffix(".py")


def target_of(one: Import) -> str | None:
    """The room that is imported; None for a module of somebody else's. `import itil_cli` means its `__init__`."""
    if one.top != "itil_cli":
        return None
    second = (one.name.split(".") + ["__init__"])[1]
    return second if second in MAY or (HOUSE / second).is_dir() else "__init__"


def within(file: Path, *parts: str) -> bool:
    return file.is_relative_to(HOUSE.joinpath(*parts))


# --- the arrows


def test_every_room_is_on_the_plan() -> None:
    assert {room_of(file) for file in FILES} <= set(MAY)


def test_arrows_run_one_way() -> None:
    wrong = [
        one.place
        for one in IMPORTS
        if (target := target_of(one)) is not None
        and target not in MAY[room_of(one.file)] | {room_of(one.file), "__init__"}
    ]
    assert wrong == []


def test_nobody_imports_the_shell_but_main_and_itself() -> None:
    assert {room_of(one.file) for one in IMPORTS if target_of(one) == "cli"} <= {"cli", "__main__"}


def test_commands_are_imported_by_their_table_only() -> None:
    """What commands share stands beside them, so that one command's options never load another's."""
    assert [one.place for one in IMPORTS if one.name.startswith("itil_cli.cli.commands.")] == []


def test_render_and_store_do_not_know_each_other() -> None:
    pairs = {(room_of(one.file), target_of(one)) for one in IMPORTS}
    assert not pairs & {("render", "store"), ("store", "render")}


def test_command_modules_never_import_each_other() -> None:
    commands = {f"itil_cli.cli.{entry.module}" for entry in COMMANDS.values()}
    wrong = [
        one.place
        for one in IMPORTS
        if ".".join(("itil_cli", *one.file.relative_to(HOUSE).with_suffix("").parts)) in commands
        and ".".join(one.name.split(".")[:3]) in commands
    ]
    assert wrong == []


def test_imported_names_of_the_house_exist() -> None:
    """So that a typing error in a lazy import shows here, and not in front of a user."""
    for one in IMPORTS:
        if one.top == "itil_cli":
            assert _exists(one.name), one.place


def _exists(name: str) -> bool:
    from importlib import import_module

    try:
        module, _, attribute = name.rpartition(".")
        return not module or hasattr(import_module(module), attribute) or bool(import_module(name))
    except ImportError:
        return False


def test_no_files_import_each_other_in_a_circle() -> None:
    """Inside functions neither; what only types want does not count as a way round."""
    graph: dict[str, set[str]] = {}
    modules = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in FILES}
    for one in IMPORTS:
        importer = ".".join(one.file.relative_to(ROOT).with_suffix("").parts)
        target = one.name if one.name in modules else one.name.rpartition(".")[0]
        if target in modules:
            graph.setdefault(importer, set()).add(target)
    list(TopologicalSorter(graph).static_order())  # raises CycleError, which names them


def test_a_room_has_a_dozen_files_or_little_more() -> None:
    rooms = Counter(file.parent for file in FILES if file.name != "__init__.py")
    assert {str(room.relative_to(ROOT)): count for room, count in rooms.items() if count > 13} == {}


# --- purity


def test_the_process_knows_no_disk_no_clock_and_no_shell() -> None:
    wrong = [
        one.place
        for one in IMPORTS
        if room_of(one.file) == "process"
        and one.top in IMPURE
        and not (one.top == "pathlib" and one.file.name == "zones.py")  # reads the zone data
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ["process", "render"])
def test_pure_rooms_ask_no_clock_and_open_no_file(room: str) -> None:
    wrong = [f"{file.relative_to(ROOT)}:{line}" for file in (HOUSE / room).rglob("*.py") for line in _impure(file)]
    assert wrong == []


def _impure(file: Path) -> Iterator[int]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in ("open", "input", "print"):
                yield node.lineno
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS and _is_clock(called.value):
                yield node.lineno


def _is_clock(value: ast.expr) -> bool:
    last = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return last in ("datetime", "date", "pendulum")


def test_only_one_module_starts_git_and_only_outer_rooms_start_programs() -> None:
    wrong = [
        one.place
        for one in IMPORTS
        if one.top == "subprocess"
        and not within(one.file, "store", "git", "process.py")
        and room_of(one.file) not in ("deliver", "intake")
        and one.name != "subprocess.Popen"  # as a type
    ]
    assert wrong == []
    starting = [one.place for one in IMPORTS if one.name in ("os.system", "os.popen", "os.execv", "pty")]
    assert starting == []


def test_a_popen_outside_the_git_wrapper_is_only_a_type() -> None:
    for one in IMPORTS:
        if one.name == "subprocess.Popen" and not within(one.file, "store", "git", "process.py"):
            calls = [node for node in ast.walk(tree_of(one.file)) if isinstance(node, ast.Call)]
            assert not any(isinstance(node.func, ast.Name) and node.func.id == "Popen" for node in calls), one.place


def test_no_shell_and_no_evaluation_anywhere() -> None:
    for file in FILES:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                place = f"{file.relative_to(ROOT)}:{node.lineno}"
                assert not (isinstance(node.func, ast.Name) and name in ("eval", "exec", "__import__")), place
                shell = [word for word in node.keywords if word.arg == "shell"]
                assert not shell, place
        assert "pickle" not in {one.top for one in IMPORTS if one.file == file}


def test_yaml_is_known_to_the_strict_loader_and_its_siblings_only() -> None:
    wrong = [one.place for one in IMPORTS if one.top == "yaml" and not _is_yaml_module(one.file)]
    assert wrong == []


def _is_yaml_module(file: Path) -> bool:
    return within(file, "store", "yaml")


def test_python_frontmatter_is_known_to_the_api_and_the_intake_only() -> None:
    rooms = {room_of(one.file) for one in IMPORTS if one.top == "frontmatter"}
    assert rooms <= {"api", "intake"}


# --- dependencies


def name_of(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return match[0].lower().replace("_", "-")


def test_the_card_names_all_dependencies() -> None:
    assert {name_of(one) for one in PROJECT["dependencies"]} == CARD


def test_third_party_imports_are_dependencies() -> None:
    extras = {name_of(one) for group in PROJECT["optional-dependencies"].values() for one in group}
    for one in IMPORTS:
        if one.top not in sys.stdlib_module_names and one.top not in ("itil_cli", "__future__"):
            package = COMES_AS.get(one.top, one.top)
            allowed = CARD | BROUGHT_ALONG | extras if one.inside else CARD
            assert package in allowed, one.place


def test_the_version_needs_neither_click_nor_yaml() -> None:
    """Answered before anything is imported."""
    code = (
        "import sys; sys.argv = ['itil', '--version']; from itil_cli.__main__ import main; main();"
        "print(sorted({'click', 'yaml', 'sqlite3', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert re.fullmatch(r"itil [0-9]+\.[0-9]+\.[0-9]+\S*\n\[\]\n", done.stdout)


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from itil_cli.cli.main import run; run(['--help']);"
        "from itil_cli.cli.table import COMMANDS;"
        "print(sorted({'yaml', 'sqlite3'} & set(sys.modules)),"
        " sorted(e.module for e in COMMANDS.values() if f'itil_cli.cli.{e.module}' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.endswith("\n[] []\n")


# --- budgets


def lengths() -> dict[str, int]:
    return {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").split("\n")) - 1 for file in FILES}


def functions() -> dict[str, int]:
    """The lines of each function, its own `def` to its end."""
    return {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file in FILES
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def worst(sizes: dict[str, int]) -> str:
    longest = sorted(sizes.items(), key=lambda item: -item[1])[:15]
    return "\n".join(f"{size:5} {name}" for name, size in longest)


def test_no_module_is_over_400_lines_and_half_are_under_150() -> None:
    sizes = lengths()
    assert max(sizes.values()) <= 400, worst(sizes)
    assert median(sizes.values()) < 150, worst(sizes)


def test_half_of_the_functions_are_under_10_lines_and_nine_of_ten_under_30() -> None:
    sizes = functions()
    assert median(sizes.values()) < 10, worst(sizes)
    assert sum(size < 30 for size in sizes.values()) >= 0.9 * len(sizes), worst(sizes)


def test_every_module_says_what_it_is() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
        for file in FILES
        for node in [tree_of(file)]
        if ast.get_docstring(node) is None
    ]
    assert wrong == []
