"""The guides list every column of the ledgers and every field of the announcement."""

import re

from project import ROOT

from gridmap.ledgers import field_names
from gridmap.ledgers.columns import COLUMNS, head_of
from gridmap.words import LANGUAGES, say


def test_the_reference_lists_the_columns_of_each_sheet_in_order():
    text = (ROOT / "docs/ledgers.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE))
    for ledger, columns in COLUMNS.items():
        told = rows[say(f"ledger.sheet.{ledger}", "en")]
        assert told.startswith("; ".join(head_of(column, "en") for column in columns)), ledger


def test_the_guides_list_every_field_of_a_template():
    for language, pages in zip(
        LANGUAGES, (("ledgers.md", "zh/handover.md"), ("ledgers.md",)), strict=True
    ):
        for page in pages:
            text = (ROOT / "docs" / page).read_text(encoding="utf-8")
            told = set(re.findall(r"[\w]+", " ".join(re.findall("`([^`]+)`", text))))
            for name, inside in field_names(language):
                assert {name, *inside} <= told, (page, name)
