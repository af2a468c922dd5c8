"""The command that makes several files in one go."""

import json

import pytest
from cli_runs import run
from small_plan import small_plan

from gridmap.handover import KINDS
from gridmap.store import SUFFIX, save_plan


@pytest.fixture
def path(tmp_path):
    path = tmp_path / f"town{SUFFIX}"
    save_plan(small_plan(), path)
    return path


def test_all_kinds_are_told_without_a_plan():
    told = json.loads(run("handover", "--list", "--json").stdout)
    assert [one["what"] for one in told] == [kind.key for kind in KINDS]
    assert "覆盖图" in run("handover", "--list", "--lang", "zh").stdout


def test_files_are_made_into_a_folder_and_told(path, tmp_path):
    out = tmp_path / "out"
    done = run("handover", str(path), "--what", "map，boundaries", "--out", str(out), "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert [one["name"] for one in told["files"]] == [
        "town.html", "town.geojson", "manifest.json",
    ]  # fmt: skip
    assert all((out / one["name"]).stat().st_size == one["bytes"] for one in told["files"])
    again = run("handover", str(path), "--what", "map", "--out", str(out), "--lang", "en")
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_a_zip_file_holds_what_is_for_the_public(path, tmp_path):
    out = tmp_path / "out.zip"
    done = run("handover", str(path), "--what", "objects,map", "--for", "public",
               "--out", str(out), "--lang", "zh")  # fmt: skip
    assert done.exit_code == 2  # the plan has no objects
    assert "登记对象清单：所选范围内没有可公开的内容" in done.stderr
    assert not out.exists()
    done = run("handover", str(path), "--what", "map", "--for", "public", "--out", str(out),
               "--date", "2026-03-01", "--lang", "zh")  # fmt: skip
    assert done.exit_code == 0
    assert "town-public.html（" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--what", "map"], "Name the plan file"),
        (["PLAN", "--what", "map"], "--out a folder or a .zip"),
        (["PLAN", "--out", "o"], "Choose at least one of"),
        (["PLAN", "--what", "map", "--out", "o", "--grids", "W01", "--below", "W"], "Take one"),
        (["PLAN", "--what", "print", "--out", "o", "--scale", "wide"], "is not a scale"),
    ],
)
def test_wrong_use_says_what_to_do(path, words, said):
    done = run("handover", *[str(path) if one == "PLAN" else one for one in words], "--lang", "en")
    assert done.exit_code == 2
    assert said in done.stderr
