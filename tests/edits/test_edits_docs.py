"""The page about editing says what the code does."""

import re

from project import ROOT
from redraw_plan import draw

from gridmap import edits
from gridmap.store import load_plan, save_plan
from layers.contract.columns import EDITS

PAGE = (ROOT / "docs" / "editing.md").read_text(encoding="utf-8")


def test_every_column_of_the_log_is_explained():
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert {"edit_id", *EDITS} <= told


def test_every_way_to_edit_is_explained():
    told = set(re.findall(r"`(\w+)", PAGE))
    assert {name for name in edits.__all__ if name.endswith(("_grids", "_grid", "_patch"))} - {
        "select_grid",
        "locked_grids",
    } <= told


def test_the_example_runs_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_plan(draw(), "town.gridmap.gpkg")
    code = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[1]
    for real, shown in (("P11", "P00012"), ("P12", "P00013"), ("TVW02", "41012210620000103")):
        code = code.replace(shown, real)
    exec(code, {})
    assert load_plan("town.gridmap.gpkg").edits["why"].tolist() == ["河道为界"]
