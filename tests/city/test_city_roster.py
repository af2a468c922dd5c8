"""A roster that towns share: each gets its own people, and is planned anew only if they changed."""

import shutil

import pandas as pd
import pytest
from drawn_city import SETTINGS, in_place, write_city
from drawn_town import TOWN_CODE, draw_roster

from gridmap.city import open_city, plan_city
from gridmap.city.shared.given import read_given
from gridmap.city.shared.roster import cut_roster
from gridmap.city.status import changed_since_cut
from gridmap.store import load_plan
from layers.contract.errors import GridmapError, LayerSchemaError

CODES = {"a": "410121001", "b": "410122001"}
NAME = "city-roster.csv"
OWN = 'roster = { file = "roster.xlsx" }\n'


def people_of(code):
    people = draw_roster()
    for column in ("家庭村", "现任网格"):
        people[column] = people[column].str.replace(TOWN_CODE, code)
    return people.assign(编号=code[-4:] + people["编号"], 归属=code)


def write_shared(folder, people):
    people.to_excel(folder / "all.xlsx", index=False)


@pytest.fixture
def city(tmp_path):
    folder = write_city(tmp_path / "city", CODES)
    for name in CODES:
        rules = folder / "towns" / name / "rules.toml"
        text = rules.read_text(encoding="utf-8")
        rules.write_text(text.replace(OWN, ""), encoding="utf-8")
    settings = SETTINGS + '\n[roster]\nfile = "all.xlsx"\ntown_column = "归属"\n'
    (folder / "city.toml").write_text(settings, encoding="utf-8")
    write_shared(folder, pd.concat([people_of(code) for code in CODES.values()]))
    return folder


def states(handed):
    return {one.town: (one.people, one.state) for one in handed.towns}


def test_each_town_gets_its_people_and_only_those_that_changed_get_a_new_file(city):
    count = len(draw_roster())
    assert states(cut_roster(open_city(city))) == {"a": (count, "new"), "b": (count, "new")}
    people = pd.read_excel(city / "all.xlsx", dtype=str)
    there = (city / "towns" / "a" / NAME).read_bytes()
    # Rows of the other town in front, and one of them gone.
    write_shared(city, pd.concat([people[count:-1], people[:count]]))
    assert states(cut_roster(open_city(city))) == {"a": (count, "same"), "b": (count - 1, "new")}
    assert (city / "towns" / "a" / NAME).read_bytes() == there


def test_the_plan_has_the_people_and_says_itself_where_they_came_from(city, monkeypatch):
    cut_roster(open_city(city))
    with in_place(monkeypatch):
        report = plan_city(open_city(city), only=["a"])
    assert not report.failed
    plan = load_plan(city / "plans" / "a.gridmap.gpkg")
    assert list(plan.people.index) == ["1001" + one for one in draw_roster()["编号"]]
    assert plan.people["phone"].tolist() == draw_roster()["电话"].fillna("").tolist()
    assert f'file = "{NAME}"' in plan.rules_text


def test_rows_of_no_town_are_told_with_their_number(city):
    people = pd.read_excel(city / "all.xlsx", dtype=str)
    people.loc[[0, 3, 4], "归属"] = ["城外镇", None, "a"]
    write_shared(city, people)
    handed = cut_roster(open_city(city))
    assert handed.faults[["row", "town"]].to_numpy().tolist() == [["2", "城外镇"], ["5", ""]]
    assert "城外镇" in handed.faults["fault_zh"][0]
    assert states(handed)["a"][0] == len(draw_roster()) - 2
    assert read_given(open_city(city), "roster")["faults"] == handed.faults.to_dict("records")


def call(city, **names):
    for name, called in names.items():
        rules = city / "towns" / name / "rules.toml"
        lines = rules.read_text(encoding="utf-8").splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("name ="))
        lines[at] = f'name = "{called}"'
        rules.write_text("\n".join(lines), encoding="utf-8")


def test_a_name_behind_that_of_its_county_is_whole_and_one_of_two_towns_is_told(city):
    call(city, a="城关镇", b="城关镇")
    people = pd.read_excel(city / "all.xlsx", dtype=str)
    people["归属"] = "甲县城关镇"
    people.loc[1, "归属"] = "城关镇"
    people.loc[2, "归属"] = "测试市甲县城关镇"
    people.loc[3, "归属"] = "乙县城关镇"
    write_shared(city, people)
    handed = cut_roster(open_city(city))
    assert states(handed) == {"a": (len(people) - 2, "new"), "b": (1, "new")}
    assert handed.faults["row"].tolist() == ["3"]
    assert "a, b" in handed.faults["fault"][0]


def test_nobody_is_given_to_a_town_whose_name_is_only_similar(city):
    call(city, a="东城关镇", b="新庄集镇")
    people = pd.read_excel(city / "all.xlsx", dtype=str)
    people["归属"] = "东城关镇"
    people.loc[[1, 2], "归属"] = ["城关镇", "新庄"]
    write_shared(city, people)
    handed = cut_roster(open_city(city))
    assert states(handed) == {"a": (len(people) - 2, "new"), "b": (0, "none")}
    assert handed.faults[["row", "town"]].to_numpy().tolist() == [["3", "城关镇"], ["4", "新庄"]]
    assert "similar: 'a'" in handed.faults["fault"][0]
    assert "名称相近：“b”" in handed.faults["fault_zh"][1]
    settings = city / "city.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '\n[roster.aliases]\n"新庄" = "b"\n', encoding="utf-8")
    handed = cut_roster(open_city(city))
    assert states(handed) == {"a": (len(people) - 2, "same"), "b": (1, "new")}
    settings.write_text(text + '\n[roster.aliases]\n"新庄" = "c"\n', encoding="utf-8")
    with pytest.raises(GridmapError, match="'c', which is no town"):
        cut_roster(open_city(city))


def test_a_town_with_a_roster_of_its_own_keeps_it(city):
    rules = city / "towns" / "a" / "rules.toml"
    rules.write_text(OWN + rules.read_text(encoding="utf-8"), encoding="utf-8")
    assert states(cut_roster(open_city(city)))["a"] == (len(draw_roster()), "own")
    assert not (city / "towns" / "a" / NAME).exists()


def test_a_file_that_somebody_wrote_is_left_and_one_of_ours_goes_with_its_people(city):
    cut_roster(open_city(city))
    (city / "towns" / "b" / NAME).write_text("编号,姓名\n1,某人\n", encoding="utf-8")
    write_shared(city, pd.read_excel(city / "all.xlsx", dtype=str).iloc[len(draw_roster()) + 2 :])
    found = states(cut_roster(open_city(city)))
    assert (found["a"][1], found["b"][1]) == ("none", "kept")
    assert not (city / "towns" / "a" / NAME).exists()
    assert "某人" in (city / "towns" / "b" / NAME).read_text(encoding="utf-8")
    assert open_city(city).town("a").rules.roster is None


def test_what_was_written_is_known_without_the_catalogue_and_a_town_left_out_is_not_forgotten(city):
    cut_roster(open_city(city))
    assert changed_since_cut(open_city(city)) == []
    shutil.rmtree(city / "catalogue", ignore_errors=True)
    write_shared(city, pd.read_excel(city / "all.xlsx", dtype=str).iloc[1:])
    rules = city / "towns" / "b" / "rules.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text("[", encoding="utf-8")
    assert states(cut_roster(open_city(city)))["a"] == (len(draw_roster()) - 1, "new")
    rules.write_text(text, encoding="utf-8")
    assert len(changed_since_cut(open_city(city))) == 1
    cut_roster(open_city(city))
    assert changed_since_cut(open_city(city)) == []


def test_a_roster_without_a_column_for_the_town_is_refused_with_its_columns(city):
    write_shared(city, draw_roster())
    with pytest.raises(LayerSchemaError, match="所属镇") as told:
        cut_roster(open_city(city))
    assert "town_column" in told.value.zh
    (city / "city.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(GridmapError, match="roster"):
        cut_roster(open_city(city))
    settings = SETTINGS + '\n[roster]\nfile = "all.xlsx"\nname = "roster.xlsx"\n'
    (city / "city.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(GridmapError, match="must end with"):
        open_city(city)
