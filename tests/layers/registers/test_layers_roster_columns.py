"""Columns of a roster and of a register that the rules name, and the guesses that are offered."""

import drawn_town
import pandas as pd
import pytest

from layers.contract.errors import GridmapError
from layers.inspect.file import inspect_file
from layers.reading.features import Declared
from layers.registers.register import read_register
from layers.registers.roster import read_other_roster, read_roster, read_roster_and_issues
from layers.sheets.likely_columns import likely_columns

COLUMNS = {
    "person_id": "工号", "name": "人员名称", "office": "所在单位", "role": "人员类别",
    "skills": "擅长", "home_code": "住哪个村", "present_grid": "在管网格", "phone": "本人号码",
}  # fmt: skip


def odd_roster():
    """The drawn roster under headers that say nothing to us."""
    headers = dict(zip(drawn_town.draw_roster().columns, COLUMNS.values(), strict=True))
    return drawn_town.draw_roster().rename(columns=headers)


def plain_people(folder):
    drawn_town.draw_roster().to_csv(folder / "plain.csv", index=False)
    return read_roster(folder / "plain.csv")


@pytest.mark.parametrize("ending", ["xlsx", "csv", "gbk"])
def test_every_column_can_be_named(tmp_path, ending):
    path = tmp_path / f"r.{'csv' if ending == 'gbk' else ending}"
    if ending == "xlsx":
        odd_roster().to_excel(path, index=False)
    else:
        odd_roster().to_csv(path, index=False, encoding="gbk" if ending == "gbk" else "utf-8")
    people = read_roster(path, columns=COLUMNS)
    pd.testing.assert_frame_equal(people, plain_people(tmp_path))


def test_a_named_column_counts_before_the_one_that_its_header_says(tmp_path):
    frame = drawn_town.draw_roster().assign(工号=lambda rows: "G" + rows["编号"])
    frame.to_csv(tmp_path / "r.csv", index=False)
    people = read_roster(tmp_path / "r.csv", columns={"person_id": "工号"})
    assert people.index[0] == "GL01"
    assert people["name"].iloc[0] == "网格长01"


def test_sheets_under_odd_headers_are_one_roster_too(tmp_path):
    with pd.ExcelWriter(tmp_path / "r.xlsx") as book:
        pd.DataFrame({"说明": ["填表须知"]}).to_excel(book, sheet_name="封面", index=False)
        odd_roster().head(3).to_excel(book, sheet_name="机关", index=False)
        drawn_town.draw_roster().tail(22).to_excel(book, sheet_name="村", index=False)
    people = read_roster(tmp_path / "r.xlsx", columns=COLUMNS)
    assert list(people.index) == list(plain_people(tmp_path).index)
    assert list(people["phone"]) == list(plain_people(tmp_path)["phone"])


def test_remarks_name_the_column_as_the_file_does(tmp_path):
    frame = odd_roster().assign(工号=lambda rows: rows["工号"] + "\u200b", 本人号码="1.38E+10")
    frame.to_csv(tmp_path / "r.csv", index=False)
    _, told = read_roster_and_issues(tmp_path / "r.csv", columns=COLUMNS)
    texts = " ".join(one.message_zh for one in told)
    assert "“工号”" in texts
    assert "“本人号码”列：25 个号码" in texts


def test_a_named_column_that_is_not_there_is_refused_with_what_may_be_meant(tmp_path):
    odd_roster().to_csv(tmp_path / "r.csv", index=False)
    with pytest.raises(GridmapError, match="'工 号'") as error:
        read_roster(tmp_path / "r.csv", columns={**COLUMNS, "person_id": "工 号"})
    assert "更正 rules.toml" in error.value.zh


def test_a_roster_without_id_says_how_its_column_is_named(tmp_path):
    frame = odd_roster().rename(columns={"工号": "序号"})
    frame.to_csv(tmp_path / "r.csv", index=False)
    with pytest.raises(GridmapError) as error:
        read_roster(tmp_path / "r.csv")
    assert 'id_column = "…"' in str(error.value)
    assert "没有“编号”列（person_id）、“姓名”列（name）。现有列：“序号”" in error.value.zh
    read_roster(tmp_path / "r.csv", columns={"person_id": "序号", "name": "人员名称"})


def test_another_roster_may_have_the_headers_of_the_town_or_its_own(tmp_path):
    odd_roster().to_csv(tmp_path / "odd.csv", index=False)
    drawn_town.draw_roster().to_csv(tmp_path / "plain.csv", index=False)
    odd, plain = (
        read_other_roster(tmp_path / name, columns=COLUMNS)[0] for name in ("odd.csv", "plain.csv")
    )
    pd.testing.assert_frame_equal(odd, plain)


@pytest.mark.parametrize(
    ("wanted", "columns", "likely"),
    [
        ("person_id", {"序号": "12", "人员名称": "甲乙"}, ["序号"]),
        ("person_id", {"序号": "11", "警号": "12"}, ["警号"]),
        ("name", {"序号": "12", "人员名称": "甲乙"}, ["人员名称"]),
        ("phone", {"紧急联系人": "甲乙", "手机（必填）": "12"}, ["手机（必填）", "紧急联系人"]),
        ("office", {"所在单位": "甲乙", "职务": "丙丁"}, ["职务", "所在单位"]),
        ("object_id", {"NO": "12", "note": "ab"}, ["NO"]),
        ("x", {"经度GCJ": "甲乙", "东坐标值": "12"}, ["东坐标值"]),
    ],
)
def test_what_is_likely_is_offered_first_and_what_cannot_be_is_not(
    tmp_path, wanted, columns, likely
):
    frame = pd.DataFrame({name: list(values) for name, values in columns.items()})
    frame.assign(其他="x").to_csv(tmp_path / "r.csv", index=False)
    (layer,) = inspect_file(tmp_path / "r.csv").layers
    assert likely_columns(layer.columns, wanted) == likely


@pytest.mark.parametrize(
    ("east", "north"),
    [
        (["513870", "514120"], ["3838370", "3838380"]),
        (["113.15", "113.16"], ["34.67", "34.68"]),
        (["113°09′00″", "113°09′36″"], ["34°40′12″", "34°40′48″"]),
        (["3838370", "3838380"], ["513870", "514120"]),  # as surveyors write them
    ],
)
def test_the_columns_of_a_position_can_be_named(tmp_path, east, north):
    frame = pd.DataFrame({"编号": ["A", "B"], "位置东": east, "位置北": north})
    frame.to_csv(tmp_path / "firms.csv", index=False)
    values = {"category": "key_enterprise", "id_column": "编号", "crs": drawn_town.CRS}
    with pytest.raises(GridmapError, match="x_column"):
        read_register(tmp_path / "firms.csv", **values)
    plane = Declared(crs=drawn_town.CRS if float(east[0][:3]) > 120 else None)
    objects, _ = read_register(
        tmp_path / "firms.csv", **values, position=("位置东", "位置北"), declared=plane
    )
    assert not objects.geometry.isna().any()
    assert objects.geometry.x.between(400_000, 600_000).all()
    assert objects.geometry.y.between(3_800_000, 3_900_000).all()
