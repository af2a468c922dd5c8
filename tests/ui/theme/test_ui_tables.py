"""Tables of the pages: a cell without a value is empty."""

import ast

import pandas as pd
from project import ROOT
from streamlit.testing.v1 import AppTest


def _page():
    import pandas as pd

    from gridmap.ui.shell.tables import show_frame

    show_frame(pd.DataFrame({"posts": [1.0, None]}), key="some", hide_index=True)


def test_a_cell_without_a_value_is_empty():
    shown = AppTest.from_function(_page).run().dataframe[0]
    assert shown.proto.placeholder == ""
    assert shown.proto.HasField("placeholder")  # without it the cell reads None
    assert pd.isna(shown.value["posts"].iloc[1])


def test_all_tables_are_shown_in_one_way():
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "gridmap" / "ui").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "dataframe"
    ]
    assert [one.partition(":")[0] for one in calls] == ["gridmap/ui/shell/tables.py"], calls
