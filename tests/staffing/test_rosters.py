"""Rosters on their way into a plan: sheets and encoding of the rules, and what reading told."""

import drawn_town
import pandas as pd
import pytest

from gridmap.town.town import load_town
from gridmap.workflow.workflow import make_plan, reassign
from layers.contract.errors import GridmapError

ENTRY = 'roster = { file = "roster.xlsx" }'


def told(plan):
    rows = plan.issues[plan.issues["rule"].str.startswith("READ-")]
    return [text for text in rows["message"] if "'roster" in text or "'new" in text]


def town(folder, sheets, entry=ENTRY):
    path = drawn_town.write_town(folder, rules=drawn_town.rules_text().replace(ENTRY, entry))
    with pd.ExcelWriter(path / "roster.xlsx") as book:
        for name, frame in sheets.items():
            frame.to_excel(book, sheet_name=name, index=False)
    return path


def test_all_sheets_of_people_are_read_or_the_one_that_the_rules_name(tmp_path):
    people = drawn_town.draw_roster()
    sheets = {"机关": people.head(3), "村": people.tail(22)}
    both = load_town(town(tmp_path / "a", sheets))
    assert len(both.people) == 25
    assert both.issues["message"].str.contains("are read as one table").sum() == 1
    entry = 'roster = { file = "roster.xlsx", layer = "村" }'
    one = load_town(town(tmp_path / "b", sheets, entry))
    assert len(one.people) == 22
    assert not one.issues["message"].str.contains("roster.xlsx").any()


def test_a_person_on_two_sheets_is_one_person_and_told_with_both_places(tmp_path):
    people = drawn_town.draw_roster()
    town_read = load_town(town(tmp_path / "a", {"2024": people.head(2), "2025": people}))
    assert len(town_read.people) == 25
    (row,) = [one for one in told(town_read) if "L01" in one]
    assert "id 'L01' stands in rows 2024!2 and 2025!2" in row
    assert "taken as one person" in row
    assert "keep only the sheet that counts" in row


def test_the_encoding_that_the_rules_declare_counts(tmp_path):
    entry = 'roster = { file = "roster.csv", encoding = "Big5" }'
    rules = drawn_town.rules_text().replace(ENTRY, entry)
    folder = drawn_town.write_town(tmp_path / "t", rules=rules)
    text = "編號,姓名\n".replace("編號", "id") + "1,王小明\n"
    (folder / "roster.csv").write_bytes(text.encode("big5"))
    assert load_town(folder).people["name"].tolist() == ["王小明"]


def test_another_roster_brings_its_own_remarks_and_takes_the_old_ones_away(tmp_path):
    people = drawn_town.draw_roster()
    total = pd.DataFrame([{"编号": "合计", "姓名": "25人"}])
    first = pd.concat([people, total], ignore_index=True).fillna("")
    plan = make_plan(drawn_town.write_town(tmp_path / "t", roster=first))
    assert len(told(plan)) == 1
    people.assign(编号=people["编号"] + "\u200b").to_excel(tmp_path / "new.xlsx", index=False)
    again = reassign(plan, tmp_path / "new.xlsx")
    (remark,) = told(again)
    assert "'new.xlsx', column '编号': 25 ids with" in remark
    people.to_csv(tmp_path / "new.csv", index=False)
    assert told(reassign(again, tmp_path / "new.csv")) == []
    other = again.issues["rule"].str.startswith("READ-") & (again.issues["code"] != "new.xlsx")
    assert len(plan.issues[plan.issues["rule"].str.startswith("READ-")]) == other.sum() + 1


def test_a_roster_has_no_place_that_could_be_declared(tmp_path):
    entry = 'roster = { file = "roster.xlsx", crs = "EPSG:4547" }'
    folder = town(tmp_path / "a", {"人员": drawn_town.draw_roster()}, entry)
    with pytest.raises(GridmapError, match=r"roster\.crs"):
        load_town(folder)


def test_sheets_that_name_a_column_otherwise_are_one_roster_too(tmp_path):
    people = drawn_town.draw_roster()
    other = people.tail(22).rename(columns={"编号": "工号", "现任网格": "现任网格编码"})
    read = load_town(town(tmp_path / "a", {"机关": people.head(3), "村": other})).people
    assert read.index.tolist() == people["编号"].tolist()
    assert read["present_grid"].tolist() == people["现任网格"].tolist()
