"""Task sheets of cadres, read back from the file: what they tell, where, and what they do not."""

from datetime import date

import drawn_plan
import firm_plan
import geopandas as gpd
import pytest
import shapely
import zxingcpp
from pages import Printed, assert_like_golden, overlapping
from plan_fixtures import E1, E1B, W1, W1A

from gridmap.publish import release
from gridmap.sheets import atlas_pdf, certificate_pdf, task_sheets_pdf
from layers.contract.errors import UsageError

DAY = date(2026, 11, 30)
RARE = "㙍𬭚镇·《长》" + "很长的名字" * 9


@pytest.fixture(scope="module")
def drawn():
    """Sheets of all cadres of the drawn town, in the middle of which runs a road."""
    plan = drawn_plan.draw_plan()
    west, south, east, north = plan.grids.total_bounds
    middle = (south + north) / 2 + 60
    road = gpd.GeoDataFrame(
        {"kind": ["road"], "class": ["primary"], "name": ["郑开大道"], "layer": ["roads.fgb"]},
        geometry=[shapely.LineString([(west, middle), (east, middle)])],
        crs=plan.crs,
    )
    return release(plan.with_tables(context=road))


@pytest.fixture(scope="module")
def all_sheets(drawn):
    told = []
    made = task_sheets_pdf(drawn, printed=DAY, tell=lambda *done: told.append(done))
    return made, Printed(made.pdf), told


def sheet_of(made, pages, person):
    return pages.text(made.pages[made.people.index(person)] - 1)


def holder(plan, code, number=0):
    rows = plan.assignments
    return rows.loc[(rows["grid_code"] == code) & (rows["status"] == "filled"), "person_id"].iloc[
        number
    ]


def test_every_cadre_on_post_has_a_sheet_in_the_order_of_places(drawn, all_sheets):
    made, pages, told = all_sheets
    filled = drawn.assignments[drawn.assignments["status"] == "filled"]
    assert set(made.people) == set(filled["person_id"])
    first = filled.groupby("person_id")["grid_code"].min()
    assert [first[one] for one in made.people] == sorted(first)
    assert told == [(done, len(made.people)) for done in range(1, len(made.people) + 1)]
    titles = [(title.split(" · ")[0], page + 1) for _, title, page in pages.outline()]
    names = drawn.people["name"][list(made.people)]
    assert titles == list(zip(names, made.pages, strict=True))


def test_a_sheet_tells_name_role_ground_duties_neighbours_and_what_is_expected(drawn, all_sheets):
    made, pages, _ = all_sheets
    code = f"{drawn_plan.WEST_1}03"
    person = holder(drawn, code)
    text = sheet_of(made, pages, person)
    row = drawn.people.loc[person]
    post = drawn.posts.loc[f"{code}/1"]
    wanted = [
        row["name"], row["office"], "网格长", "方案版本", drawn.grids.at[code, "name"], code,
        "郑开大道", "12.50 公顷（188 亩）", *post["duties"].split(";"), "每周 12 小时",
        "相邻网格", "内部使用，未经审图，不得公开", "网格线为管理界线，非法定界线",
        "2026-11-30 打印", "已核对，确认接受", "有异议", "签字：", drawn_plan.CREDIT_ZH,
    ]  # fmt: skip
    assert [one for one in wanted if one not in text] == []
    for beside in (f"{drawn_plan.WEST_1}02", f"{drawn_plan.WEST_1}04"):
        assert drawn.grids.at[beside, "name"] in text
        assert drawn.people.at[holder(drawn, beside), "name"] in text
    assert (
        text.index(row["name"]) < text.index("概况") < text.index("相邻网格") < text.index("签字")
    )


def test_a_vacant_neighbour_is_called_so(drawn, all_sheets):
    made, pages, _ = all_sheets
    text = sheet_of(made, pages, holder(drawn, f"{drawn_plan.EAST_2}02"))
    line = next(line for line in text.split("\n") if line.startswith("西 "))
    assert line.split()[2] == "空缺"


def test_the_scale_that_is_printed_is_that_of_the_ground(drawn, all_sheets):
    made, pages, _ = all_sheets
    page = made.pages[made.people.index(holder(drawn, f"{drawn_plan.WEST_1}03"))] - 1
    ratio = next(one.text for one in pages.pieces(page) if one.text.startswith("1:"))
    scale = int(ratio[2:].replace(" ", ""))
    # The strip is 250 m x 500 m, whatever the scale.
    wide, high = 250_000 / scale, 500_000 / scale
    sizes = [(right - left, down - up) for left, up, right, down in
             (box.bounds for box in pages.filled(page))]  # fmt: skip
    best = min(sizes, key=lambda size: abs(size[0] - wide) + abs(size[1] - high))
    assert best == pytest.approx((wide, high), rel=0.005)


def test_no_text_lies_over_another_or_leaves_the_page(all_sheets):
    _, pages, _ = all_sheets
    for page in range(len(pages)):
        pieces = pages.pieces(page)
        assert overlapping(pieces) == []
        assert all(shapely.box(10, 10, 200, 287).contains(one.box) for one in pieces)


def test_the_code_of_a_sheet_says_grid_and_version_and_nobody(drawn, all_sheets):
    made, pages, _ = all_sheets
    code = f"{drawn_plan.WEST_1}03"
    person = holder(drawn, code)
    picture = pages.picture(made.pages[made.people.index(person)] - 1, dpi=150)
    read = zxingcpp.read_barcodes(picture)[0].text
    assert read == f"任务单\n编码 {code}\n版本 {drawn.rules.town.version}"


def test_phones_are_printed_of_those_that_the_caller_names_alone(drawn):
    person, other = (holder(drawn, f"{drawn_plan.WEST_1}03", number) for number in (0, 1))
    assert drawn_plan.PHONE not in Printed(task_sheets_pdf(drawn, [person], printed=DAY).pdf).text()
    phones = {other: "0371-1234567", "": "0371-7654321"}
    made = task_sheets_pdf(drawn, [person], contacts=phones, printed=DAY)
    text = Printed(made.pdf).text()
    assert text.count("0371-1234567") == 1
    assert "镇网格办电话：0371-7654321" in text


def test_the_same_sheets_have_the_same_bytes_and_look_as_they_did(drawn):
    person = holder(drawn, f"{drawn_plan.WEST_1}03")
    made = task_sheets_pdf(drawn, [person], printed=DAY)
    assert task_sheets_pdf(drawn, [person], printed=DAY).pdf == made.pdf
    assert len(made.pdf) < 200_000
    assert_like_golden(Printed(made.pdf).picture(), "task_sheet")


def test_a_sheet_in_english_and_grey(drawn):
    person = holder(drawn, f"{drawn_plan.WEST_1}03")
    made = task_sheets_pdf(drawn, [person], printed=DAY, language="en", grey=True)
    pages = Printed(made.pdf)
    for told in ("Neighbouring grids", "Signature:", "not legal borders", "12 h a week"):
        assert told in pages.text()
    red, green, blue = pages.picture().split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


# people who are asked for


def test_who_is_not_on_the_roster_is_refused_and_who_holds_no_post_is_told(drawn):
    with pytest.raises(UsageError, match="nobody-9"):
        task_sheets_pdf(drawn, ["nobody-9"], printed=DAY)
    rows = drawn.assignments
    person = holder(drawn, f"{drawn_plan.WEST_1}03")
    idle = drawn.with_tables(assignments=rows[rows["person_id"] != person])
    made = task_sheets_pdf(idle, [person, person], printed=DAY)
    assert (made.people, made.without_post) == ((person,), (person,))
    assert "目前没有岗位" in Printed(made.pdf).text()
    with pytest.raises(UsageError, match="Nobody holds a post"):
        task_sheets_pdf(drawn.with_tables(assignments=rows.iloc[:0]), printed=DAY)


def test_what_tell_raises_ends_the_work(drawn):
    def stop(done, count):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        task_sheets_pdf(drawn, printed=DAY, tell=stop)


# places of other kinds


@pytest.fixture(scope="module")
def firms():
    plan = firm_plan.firm_plan()
    objects = plan.objects.copy()
    objects.loc[firm_plan.LAKE, "name"] = RARE
    objects.loc[firm_plan.FLAG, "sensitive"] = True
    rows = plan.assignments.copy()
    rows.loc[rows["post_id"] == f"{E1B}-police-01", "person_id"] = "B4"  # with a group already
    return release(plan.with_tables(objects=objects, assignments=rows))


def test_posts_on_a_team_without_ground_a_group_and_an_object_have_right_sheets(firms):
    made = task_sheets_pdf(firms, ["B3", "B4", "B1"], printed=DAY)
    pages = Printed(made.pdf)
    assert made.pages[0] == 1
    team = pages.text(0)
    assert "总装车间" in team
    assert "没有单独的地块" in team
    assert "相邻网格" not in team
    several = "".join(pages.text(page) for page in range(made.pages[1] - 1, made.pages[2] - 1))
    assert "我的岗位" in several
    assert "社区民警" in several
    assert "首席服务官" in several
    assert "组成网格" in several or firms.groups.at["A1", "name"] in several
    assert several.count("签字：") == 1
    own = "".join(pages.text(page) for page in range(made.pages[2] - 1, len(pages)))
    assert firms.objects.at[firm_plan.FIRM, "name"] in own
    assert "包企干部" in own


def test_the_map_of_a_group_shows_its_objects_that_lie_apart_from_its_grids():
    pages = Printed(task_sheets_pdf(release(firm_plan.firm_plan()), ["B4"], printed=DAY).pdf)
    # The grid of the group lies in the west of the town, its other member is a firm in the east.
    numbers = [one.box for one in pages.pieces() if one.text == "1"]
    assert len(numbers) == 2  # on the map and in the list
    assert pages.text().count("大展红旗公司") == 1


def test_objects_are_listed_with_class_and_place_and_what_is_sensitive_is_only_counted(firms):
    def told(code):
        person = holder(firms, code)
        pages = Printed(task_sheets_pdf(firms, [person], printed=DAY).pdf)
        return "".join(pages.text(page) for page in range(len(pages))).replace("\n", "")

    west, east = told(W1), told(E1)
    assert RARE in west
    assert firms.grids.at[W1A, "name"] in west
    assert "1" in west
    assert firms.objects.at[firm_plan.FLAG, "name"] not in east
    assert "另有 1 个对象" in east


# names as people type them

LONG = "名" * 220
MARKS = "\u202eabc\x07丁\n戊\t己"
HOSTILE = ("<b>甲</b>&amp;;", LONG, "A" * 150, MARKS, "(\\) Tj ET Q", "  ", "🙂𬭚")


def with_names(plan):
    """Give a plan hostile names of people, offices, grids and duties."""
    tables = {}
    for table, columns in {"grids": ["name"], "people": ["name", "office"]}.items():
        frame = getattr(plan, table).copy()
        for place, column in enumerate(columns):
            frame[column] = [HOSTILE[(row + place) % len(HOSTILE)] for row in range(len(frame))]
        tables[table] = frame
    tables["posts"] = plan.posts.assign(duties=";".join(HOSTILE))
    return plan.with_tables(**tables)


@pytest.mark.parametrize("make", [task_sheets_pdf, atlas_pdf, certificate_pdf])
def test_no_name_breaks_a_sheet_leaves_the_page_or_lies_over_another(make):
    plan = release(with_names(firm_plan.firm_plan()))
    chosen = {task_sheets_pdf: [list(plan.people.index[:3])], atlas_pdf: [[W1]]}
    made = make(plan, *chosen.get(make, []), printed=DAY)
    assert made.lacking in ("", "🙂")
    pages = Printed(made.pdf)
    for page in range(len(pages)):
        pieces = [one for one in pages.pieces(page) if one.text.strip()]
        assert overlapping(pieces) == []
        width, height = pages.size_mm(page)
        inside = shapely.box(8, 8, width - 8, height - 8)
        assert [one.text for one in pieces if not inside.contains(one.box)] == []
