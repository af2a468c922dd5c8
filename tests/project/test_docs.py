"""The pages say what the program does: commands, options, links, properties."""

import re
import shlex

import pytest
import typer.main
from project import ROOT
from typer.testing import CliRunner

from gridmap.cli import COMMANDS, app

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*/README.md")])
COMMAND_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
RUN = "python -m gridmap "


def options_of(command):
    found = typer.main.get_command(app).commands[command].params
    return {name for option in found for name in option.opts if name.startswith("--")}


def sections(page):
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def shown_commands(page):
    """Give the words of every command line of ours in a page."""
    lines = re.findall(rf"(?:^\$ |`){RUN}([^`\n]+)", page, flags=re.MULTILINE)
    return [shlex.split(line, comments=True) for line in lines]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_documented_with_all_its_own_options(command):
    told = sections(COMMAND_PAGE)
    assert command.name in told
    assert f"$ {RUN}{command.name}" in told[command.name]
    common = told["What all commands have in common"]
    for option in options_of(command.name) - {"--help"}:
        assert option in told[command.name] + common


def test_every_command_stands_in_the_table_and_no_other():
    table = re.findall(r"^\| \[(\w+)\]", COMMAND_PAGE, flags=re.MULTILINE)
    assert table == [command.name for command in COMMANDS]


def test_every_command_and_option_that_a_page_shows_exists():
    options = {command.name: options_of(command.name) | {"--help"} for command in COMMANDS}
    shown = [
        (page.name, words) for page in PAGES for words in shown_commands(page.read_text("utf-8"))
    ]
    shown = [(page, words) for page, words in shown if not words[0].startswith(("-", "…"))]
    assert shown
    for page, words in shown:
        assert words[0] in options, page
        used = {word.split("=")[0] for word in words if word.startswith("--")}
        assert used <= options[words[0]], (page, words)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_example_of_every_command_can_be_parsed(command):
    words = shlex.split(command.example)
    assert words[0] == command.name
    click_command = typer.main.get_command(app).commands[command.name]
    click_command.make_context(command.name, words[1:])


def test_every_link_to_a_file_leads_somewhere():
    links = [
        (page.name, page.parent / target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not target.startswith(("http://", "https://", "mailto:"))
    ]
    assert links
    assert [one for one in links if not one[1].exists()] == []


def test_exit_codes_are_told_in_the_help_and_on_the_page():
    told = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    for code in ("0 fine", "1 the data or the plan has errors", "2 "):
        assert code in told
        assert code in " ".join(COMMAND_PAGE.split())


def test_every_file_of_ours_that_a_page_names_is_there():
    pattern = r"`((?:layers|boundaries|gridmap|benchmarks|tests|docs)/[\w./-]*)`"
    named = [
        (page.name, name)
        for page in PAGES
        if page.name != "CHANGELOG.md"
        for name in re.findall(pattern, page.read_text("utf-8"))
    ]
    assert named
    assert [one for one in named if not (ROOT / one[1]).exists()] == []
