"""The coverage certificate, read back from the file: counts by hand, faults found, honest words."""

from datetime import date

import drawn_plan
import pytest
import shapely
from pages import Printed, assert_like_golden, overlapping
from small_plan import small_plan

from gridmap.publish import release
from gridmap.sheets import certificate_pdf

DAY = date(2026, 11, 30)


def text_of(plan, **wishes):
    made = certificate_pdf(release(plan), printed=DAY, **wishes)
    pages = Printed(made.pdf)
    return made, "\n".join(pages.text(page) for page in range(len(pages)))


def line(text, begin):
    return next(one for one in text.split("\n") if one.startswith(begin))


@pytest.fixture(scope="module")
def drawn():
    return text_of(drawn_plan.draw_plan())


def test_a_sound_division_is_counted_patch_by_patch_and_grid_by_grid(drawn):
    _, text = drawn
    for said in (
        "地块（图斑）共 16 块，各归一个网格或明确留归上级的 16 块，重复或无归属的 0 块。",
        "缝隙 0 平方米，重叠 0 平方米，超出上级 0 平方米",
        "没有留归上级的地块。",
        "最大的一个为 26.0 小时。超过本格核定人数承载力的 1 个。",  # of 24 that two officers give
        "网格线为管理界线，非法定界线",
        "内部使用，未经审图，不得公开",
    ):
        assert said in text
    # Four strips of 12.5 ha; of the posts on them and on the grid itself two are vacant.
    row = line(text, drawn_plan.EAST_1).split()
    assert row[2:] == ["4", "50.00", "4", "4", "0", "0", "0", "0", "10.0", "0", "7", "2"]
    whole = line(text, "合计").split()
    assert whole[1:5] == ["16", "200.00", "16", "16"]


def test_a_plan_with_an_error_has_not_passed_and_the_check_is_named(drawn):
    made, text = drawn
    assert not made.passed
    assert "未通过" in text
    # Nobody leads three of the grids, and nobody at all is on one of the micro-grids.
    assert line(text, "ASSIGN-2").split()[2:4] == ["不通过", "1"]
    assert line(text, "COV-2").split()[2] == "通过"


def test_vacant_posts_are_listed_each_with_its_reason(drawn):
    plan = drawn_plan.draw_plan()
    _, text = drawn
    listed = text[text.index("空缺岗位\n") :]
    assert all(f"{post}" in listed for post in drawn_plan.VACANT)
    assert f"空缺 {len(drawn_plan.VACANT)} 个" in text
    assert plan.people["name"].iloc[0] not in text  # nobody is named


def test_a_gap_and_an_overlap_are_measured():
    plan = drawn_plan.draw_plan()
    grids = plan.grids.copy()
    code = f"{drawn_plan.WEST_1}01"
    left, low, right, high = grids.geometry[code].bounds
    # 10 m less on one side, and 10 m too much beyond the next strip: 500 m high.
    grids.loc[code, "geometry"] = shapely.box(left + 10, low, right + 10, high)
    made, text = text_of(plan.with_tables(grids=grids))
    assert not made.passed
    assert "缝隙 5,000 平方米，重叠 5,000 平方米" in text
    assert line(text, drawn_plan.WEST_1).split()[7:9] == ["5,000", "5,000"]


def test_ground_left_with_the_grid_above_is_listed_and_no_gap():
    plan = drawn_plan.draw_plan()
    patches = plan.patches.copy()
    code = f"{drawn_plan.WEST_1}01"
    patches.loc[patches["grid_code"] == code, "grid_code"] = ""
    grids = plan.grids.drop(index=code)
    _, text = text_of(plan.with_tables(patches=patches, grids=grids))
    assert "留归上级、不划微网格的地块 1 块，共 12.50 公顷" in text
    assert "缝隙 0 平方米" in text
    assert "12.50" in text[text.index("留归上级的土地") :]


def test_a_patch_that_is_there_twice_or_in_no_grid_is_not_counted_as_once():
    plan = drawn_plan.draw_plan()
    patches = plan.patches.copy()
    patches.iloc[0, patches.columns.get_loc("grid_code")] = "nowhere"
    made, text = text_of(plan.with_tables(patches=patches))
    assert not made.passed
    assert "的 15 块，重复或无归属的 1 块" in text


def test_what_is_proven_and_the_digests_of_the_inputs_stand_there():
    plan = drawn_plan.draw_plan()
    receipt = {"rules": "a" * 64, "code": "b" * 64, "seed": "7", "data:roads.fgb": "c" * 64}
    _, text = text_of(plan.with_tables(receipt=receipt))
    assert "已证明是最少的个数" in text or "任何划分至少需要" in text
    for name, digest in (("规则", "a" * 64), ("程序", "b" * 64), ("roads.fgb", "c" * 64)):
        assert f"{name} {digest}" in text


def test_a_rate_that_is_not_known_is_called_so(drawn):
    _, text = drawn
    assert line(text, "信息公示率").split()[1] == "未知"


def test_a_certificate_in_english_of_another_plan_looks_as_it_did():
    made, text = text_of(small_plan(), language="en", grey=True)
    assert "not legal borders" in text
    assert "Whether people do their work" in text
    pages = Printed(made.pdf)
    assert [pair for page in range(len(pages)) for pair in overlapping(pages.pieces(page))] == []
    again = certificate_pdf(release(small_plan()), printed=DAY, language="en", grey=True)
    assert again.pdf == made.pdf


def test_the_first_page_looks_as_it_did(drawn):
    made, _ = drawn
    pages = Printed(made.pdf)
    assert [pair for page in range(len(pages)) for pair in overlapping(pages.pieces(page))] == []
    assert_like_golden(pages.picture(), "certificate")
