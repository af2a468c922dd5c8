"""Rules files read table by table: the same as the parser of TOML, and each table once."""

import tomllib
from pathlib import Path

import pytest
from drawn_city import SETTINGS, town_rules

from gridmap.city.folder import open_city
from gridmap.rules import tables
from gridmap.rules.tables import cut_tables, read_tables

RULES = sorted(Path(__file__).parents[2].glob("data/*/rules.toml"))
ODD = [
    "",
    "a = 1\n[b]\n",
    "[a]\nb = 1\n[a.c]\nd = 2\n[e.f]\ng = 3\n[e]\nh = 4\n",
    "[a]\r\nb = 1\r\n[c] # x\r\nd = 2\r\n",
    "[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 2\n",
    "[[a]]\nb = 1\n[[a.c]]\nd = 2\n[[a.c]]\n",
    'text = """\n[a]\n"""\n[b]\n',
    "list = [\n[1],\n[2]\n]\n[c]\n",
    "[a]\nlist = [\n[1]\n]\n[c]\n",
    '[a]\nb = 1\n["c"]\nd = 2\n',
    '[[a]]\nb = 1\n[["a"]]\nb = 2\n',
    '["a"."b"]\nc = 1\n[a]\nd = 2\n',
    "[a]\nb.c = 1\n[a.d]\n",
]
WRONG = [
    "[a]\nb = 1\n[a]\nc = 2\n",
    "a = 1\n[a]\n",
    "a.b = 1\n[a]\n",
    "[a]\nb = 1\n[a.b]\n",
    "[a.b]\nc = 1\n[a]\nb = 2\n",
    "[a]\nb.c = 1\n[a.b]\n",
    "[a]\nb = { c = 1 }\n[a.b]\n",
    "[a]\n[[a]]\n",
    "[[a]]\n[a]\n",
    "a = [1]\n[[a]]\n",
    '[a.b]\n["a"]\n[a]\n',
    "[a.b]\n[a]\r\n[a]\n",
    "[a\n",
    "[a]\nb = \n[c]\n",
    "[a]\nb = 1\r[c]\n",
]


def test_rules_and_odd_layouts_are_read_as_the_parser_reads_them():
    for text in [*(path.read_text("utf-8") for path in RULES), *ODD]:
        _is_read_as_by_the_parser(text)


def _is_read_as_by_the_parser(text):
    assert "".join(part for _, _, part in cut_tables(text)) == text
    for _ in range(2):  # read, and remembered
        assert read_tables(text) == tomllib.loads(text)


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_the_parser_refuses_is_refused_with_its_words(text):
    with pytest.raises(tomllib.TOMLDecodeError) as wanted:
        tomllib.loads(text)
    with pytest.raises(tomllib.TOMLDecodeError) as found:
        read_tables(text)
    assert str(found.value) == str(wanted.value)


def test_what_towns_say_alike_is_read_once(tmp_path, monkeypatch):
    settings = SETTINGS.replace('name = "测试市"', 'name = "测试市"\nrules = "common.toml"')
    (tmp_path / "city.toml").write_text(settings, encoding="utf-8")
    text = town_rules("410121001")
    head, rest = text[: text.index("[load]")], text[text.index("[load]") :]
    (tmp_path / "common.toml").write_text(rest, encoding="utf-8")
    for number in range(5):
        place = tmp_path / "towns" / f"t{number}"
        place.mkdir(parents=True)
        own = head.replace("410121001", f"41012177{number}")
        (place / "rules.toml").write_text(own, encoding="utf-8")
    read, loads = [], tomllib.loads
    monkeypatch.setattr(tables.tomllib, "loads", lambda part: (read.append(part), loads(part))[1])
    assert all(town.fault is None for town in open_city(tmp_path).towns)
    for part in (part for _, _, part in cut_tables(rest)):
        assert read.count(part) <= 1
    assert sum("41012177" in part for part in read) == 5
