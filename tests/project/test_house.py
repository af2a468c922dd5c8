"""The house: what a module says of itself, how large it may be, and what stands in which folder."""

import ast
import fnmatch
import re
from collections import Counter

from project import ROOT, TESTS
from source_tree import FLOORS, MODULES, ROOMS, path_of, tree_of

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
MOST_LINES = 400
MOST_MODULES = 16

TOP_LEVEL = {
    *ROOMS,
    *("app.py", "data", "tests", "docs", "benchmarks", "static", ".ci", ".streamlit"),
    *(
        "README.md",
        "README.zh-CN.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "NOTICE",
        "SECURITY.md",
    ),
    *("pyproject.toml", "requirements.lock", "environment.yml", "Makefile", ".gitignore"),
    "install.py",
}
OPTIONAL = {"static", ".streamlit", "benchmarks"}
PUBLIC = [
    name
    for name in MODULES
    if not any(part.startswith("_") for part in name.split(".")) and name != "app"
]


def assigned_in(tree: ast.Module) -> set[str]:
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def test_every_module_says_what_it_holds_and_what_it_offers() -> None:
    silent = [name for name in PUBLIC if len(ast.get_docstring(tree_of(name)) or "") < 40]
    assert silent == [], "a docstring of two to five lines"

    # The front page of a room that offers nothing of its own is its docstring alone.
    closed = [
        name
        for name in PUBLIC
        if len(tree_of(name).body) > 1 and "__all__" not in assigned_in(tree_of(name))
    ]
    assert closed == [], "what does it offer? __all__"


def test_no_module_outgrows_its_idea() -> None:
    lines = {name: path_of(name).read_text(encoding="utf-8").count("\n") for name in MODULES}

    large = {name: count for name, count in lines.items() if count > MOST_LINES}
    assert large == {}, "which two ideas are in here?"
    empty = [
        name for name in MODULES if EMPTY_WORDS & {part.strip("_") for part in name.split(".")}
    ]
    assert empty == [], "find the idea's name"


def test_the_map_at_the_door_of_a_floor_names_each_module_once() -> None:
    floors = [f"{room}.{floor}" for room in FLOORS for floor in FLOORS[room]]
    # A module may be a floor of its own, below the room that it stands in.
    folders = {one: path_of(one).parent for one in floors if path_of(one).name == "__init__.py"}
    there = {
        floor: sorted(path.stem for path in folder.glob("*.py") if path.name != "__init__.py")
        for floor, folder in folders.items()
    }

    listed = {
        floor: re.findall(r"^ {4}(\w+) {2,}\S", ast.get_docstring(tree_of(floor)) or "", re.M)
        for floor in folders
    }

    assert {floor: sorted(names) for floor, names in listed.items()} == there
    large = {floor: len(names) for floor, names in there.items() if len(names) > MOST_MODULES}
    assert large == {}, "which two ideas are in here?"


def test_app_starts_the_pages_and_holds_nothing_else() -> None:
    definitions = [
        node
        for node in tree_of("app").body
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While)
    ]

    assert definitions == []


def test_the_top_level_is_as_the_design_says() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    patterns = [line.strip("/") for line in ignored] + [".git"]
    found = {
        path.name
        for path in ROOT.iterdir()
        if not any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)
    }

    assert found - TOP_LEVEL == set(), "a new name at the top needs a word in the design"
    assert TOP_LEVEL - OPTIONAL - found == set()


def test_the_tests_stand_in_a_folder_a_room() -> None:
    # A folder tests/layers with an __init__.py would be imported in place of the real room, and
    # without one two files of one name would be taken for each other.
    assert [path.name for path in TESTS.rglob("__init__.py")] == []
    names = [path.name for path in TESTS.rglob("*.py")]
    assert sorted(names) == sorted(set(names))
    assert [path.name for path in TESTS.glob("test_*.py")] == []


def test_no_folder_of_tests_outgrows_its_idea() -> None:
    folders = Counter(path.parent for path in TESTS.rglob("*.py"))

    assert {folder.name: count for folder, count in folders.items() if count > MOST_MODULES} == {}
