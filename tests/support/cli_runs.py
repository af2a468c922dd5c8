"""Runs commands for tests as a user would, and reads what they print and write."""

import json

from small_plan import small_plan
from typer.testing import CliRunner

from gridmap.cli import app

__all__ = ["answer", "files", "run", "sound_plan", "write_roster"]


def sound_plan():
    return small_plan().with_tables(issues=small_plan().issues.head(0))


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def answer(*words):
    result = run(*words, "--json")
    assert result.stderr == ""
    return json.loads(result.stdout)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def write_roster(path, *rows):
    heads = "person_id,name,office,role,skills,home_code,present_grid,phone"
    path.write_text("\n".join([heads, *rows]), encoding="utf-8")
