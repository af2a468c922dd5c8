"""What newcomers read is true: links lead somewhere, named files exist, both READMEs hold.

Commands and their options are the matter of test_docs.py.
"""

import ast
import importlib
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from project import ROOT

from gridmap.cli import COMMANDS
from gridmap.rules import parse_rules
from layers.files.formats import FORMATS

PAGES = [
    *(page for page in sorted(ROOT.glob("*.md"))),
    *(page for page in sorted((ROOT / "docs").rglob("*.md"))),
    *(page for page in sorted((ROOT / "data").rglob("*.md"))),
    *(page for page in sorted((ROOT / "benchmarks").rglob("*.md"))),
]
READMES = ("README.md", "README.zh-CN.md")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors_of(text: str) -> set[str]:
    """Name the headings of a page as links to them do."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in headings}


def blocks_of(text: str, language: str) -> list[str]:
    """Find the blocks of code of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_every_link_leads_somewhere() -> None:
    assert {page.relative_to(ROOT): dead for page in PAGES if (dead := dead_links(page))} == {}


def dead_links(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    dead = []
    for link in (link for link in links if "://" not in link):
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        found = target.exists() and (
            not anchor or anchor in anchors_of(target.read_text(encoding="utf-8"))
        )
        if not found:
            dead.append(link)
    return dead


def named_on_pages(pattern: str) -> list[tuple[str, str]]:
    """What the pages name, by a pattern, each with its page; at least one."""
    found = [
        (page.relative_to(ROOT).as_posix(), name)
        for page in PAGES
        for name in re.findall(pattern, page.read_text(encoding="utf-8"))
    ]
    assert found
    return found


def test_every_file_that_a_page_names_exists() -> None:
    rooms = "layers|boundaries|gridmap|tests|docs|data|benchmarks|static"
    named = named_on_pages(rf"`((?:{rooms})/[\w./-]+)`")

    assert [one for one in named if not (ROOT / one[1]).exists()] == []


def test_every_module_that_a_page_names_exists() -> None:
    there = {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts}

    assert [one for one in named_on_pages(r"`(\w+\.py)`") if one[1] not in there] == []


@pytest.mark.parametrize("name", READMES)
def test_readme_names_every_command_and_no_other(name: str) -> None:
    shown = set(re.findall(r"-m gridmap ([a-z]+)", text_of(name)))

    assert shown == {command.name for command in COMMANDS}


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize(
    "command", ["make demo", "make app", "make docs", "make test", "py -3.11 install.py"]
)
def test_readme_gives_the_commands_to_start_with(name: str, command: str) -> None:
    assert command in text_of(name)


@pytest.mark.parametrize("name", READMES)
def test_readme_leads_newcomers_to_the_guide_and_to_the_files(name: str) -> None:
    assert {"docs/zh/index.md", "docs/where.md"} <= set(re.findall(r"\]\(([^)#]+)", text_of(name)))


@pytest.mark.parametrize("name", READMES)
def test_readme_names_every_format_that_can_be_read(name: str) -> None:
    assert [kind.name for kind in FORMATS if kind.name not in text_of(name)] == []


@pytest.mark.parametrize("name", READMES)
def test_the_least_rules_of_the_readme_are_rules(name: str) -> None:
    least, _ = blocks_of(text_of(name), "toml")

    assert parse_rules(least, source=name).town.name == "郑庵镇"


@pytest.mark.parametrize("name", READMES)
def test_what_the_readme_adds_to_the_least_rules_makes_rules_with_it(name: str) -> None:
    least, more = blocks_of(text_of(name), "toml")

    rules = parse_rules(f"{least}\n{more}", source=name)
    assert (rules.context[0].kind, rules.units[0].kind) == ("road", "compound")
    assert rules.borders.road < rules.borders.parcel


def test_python_of_the_readme_imports_what_there_is() -> None:
    examples = blocks_of(text_of("README.md"), "python")

    assert examples
    for example in examples:
        for node in ast.walk(ast.parse(example)):
            if isinstance(node, ast.ImportFrom):
                module = importlib.import_module(str(node.module))
                assert [item.name for item in node.names if not hasattr(module, item.name)] == []


@pytest.mark.parametrize("name", READMES)
def test_readme_begins_with_a_picture_of_a_finished_map(name: str) -> None:
    first_screen = text_of(name).splitlines()[:12]

    assert [line for line in first_screen if re.match(r"!\[.+\]\(docs/screens/.+\.png\)", line)]


def test_changelog_begins_with_what_is_unreleased_or_with_this_version_and_its_day() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    sections = re.findall(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)
    released = [section for section in sections if section != "Unreleased"]

    assert sections.index(released[0]) <= 1
    assert released[0].startswith(f"{version} - ")
    days = [date.fromisoformat(section.split(" - ")[1]) for section in released]
    assert days == sorted(days, reverse=True)


def test_changelog_has_only_words_for_its_users() -> None:
    headings = re.findall(r"^### (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)

    assert headings
    assert set(headings) <= {"Added", "Changed", "Fixed", "Removed"}
