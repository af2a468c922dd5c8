"""The log of edits as a file of its own: CSV for a spreadsheet, JSON with everything."""

import json
from typing import Any

import pandas as pd

from boundaries.export.csv_table import csv_bytes
from layers.contract.columns import EDITS

__all__ = ["log_csv", "log_json", "log_rows"]

LEFT_OUT = "rows"  # what an edit replaced: long, and of use to gridmap alone


def log_rows(log: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the entries as plain values; what an edit replaced is read from its text."""
    rows = log.reset_index().to_dict("records")
    return [row | {"rows": json.loads(row["rows"]) if row["rows"] else None} for row in rows]


def log_json(log: pd.DataFrame) -> bytes:
    """Write the log as JSON in UTF-8, with all that undo needs."""
    text = json.dumps({"edits": log_rows(log)}, ensure_ascii=False, indent=1)
    return text.encode() + b"\n"


def log_csv(log: pd.DataFrame) -> bytes:
    """Write the log as CSV in UTF-8 with a mark that spreadsheets need; no cell is a formula."""
    names = [name for name in EDITS if name != LEFT_OUT]
    rows = zip(log.index, log[names].itertuples(index=False, name=None), strict=True)
    return csv_bytes(
        ["edit_id", *names], ([str(value) for value in (key, *row)] for key, row in rows)
    )
