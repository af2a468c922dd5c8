"""The page about layers tells every rule of reading, and no other; and every format."""

import re

from project import ROOT

from layers.files.formats import FORMATS

PAGE = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")


def test_every_rule_of_reading_stands_on_the_page():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "layers").rglob("*.py"))
    used = set(re.findall(r'"(READ-\d+)"', code))
    told = set(re.findall(r"^\| (READ-\d+) \|", PAGE, flags=re.MULTILINE))
    assert used == told


def test_every_ending_stands_on_the_page():
    for format in FORMATS:
        for ending in format.endings:
            if ending not in (".txt",):
                assert f"`{ending}`" in PAGE or ending == ".gz", ending
