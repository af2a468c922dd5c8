"""Objects on the HTML map in a real browser: signs, their card, the search, classes switched."""

import browser
import firm_plan
import pytest
from playwright.sync_api import expect
from redraw_objects import plan_with_objects
from redraw_plan import square

from gridmap.maps import map_html
from gridmap.publish import release

HOSTILE = "<img src=x onerror=alert(1)>厂"
THINGS = (
    {"id": "A", "name": "东风汽配厂", "place": (0.5, 0.5)},
    {"id": "B", "name": HOSTILE, "record": "r21"},
    {"id": "C", "name": "西山厂", "record": "r21"},
    {"id": "D", "name": "中心小学", "place": square(4, 0), "class": "unit", "category": ""},
    {"id": "E", "name": "烂尾楼盘", "place": (4.5, 1.5), "class": "estate"},
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("objects") / "map.html"
    path.write_text(map_html(plan_with_objects(*THINGS)), encoding="utf-8")
    return path.as_uri()


def test_objects_have_the_sign_of_their_class_and_open_a_card_with_grid_and_people(context):
    signs = context.locator(".leaflet-marker-icon.gm-object")
    expect(signs).to_have_count(4)
    assert sorted(signs.all_inner_texts()) == ["企", "企", "企", "单"]
    context.get_by_title("东风汽配厂").click()
    card = context.locator(".gm-card")
    expect(card).to_contain_text("东风汽配厂")
    expect(card).to_contain_text("TVW01")
    expect(card.locator(".gm-people")).to_contain_text("网格长")
    assert "烂尾楼盘" not in context.content()  # never on a map that may be handed on


def test_an_object_is_found_by_part_of_its_name_and_shown_where_only_its_parcel_is_known(context):
    search = context.locator("#gm-search")
    search.fill("西山")
    hit = context.locator(".gm-hit").first
    expect(hit).to_contain_text("西山厂")
    expect(hit).to_contain_text("企业")
    search.press("Enter")
    expect(context.locator(".gm-card")).to_contain_text("按地块定位，图上位置为示意")
    search.fill("img src")
    context.locator(".gm-hit").first.click()
    expect(context.locator(".gm-card h2")).to_have_text(HOSTILE)


def test_a_class_is_switched_off_and_the_language_changes_with_an_open_card(context):
    signs = context.locator(".leaflet-marker-icon.gm-object")
    context.get_by_label("企业（3 个）").uncheck()
    expect(signs).to_have_count(1)
    context.get_by_title("中心小学").click()
    context.get_by_role("button", name="English").click()
    expect(context.locator(".gm-card")).to_contain_text("Institution")
    expect(context.get_by_label("Enterprise (3)")).not_to_be_checked()


def test_the_sign_of_a_unit_does_not_cover_the_name_of_its_own_grid(chromium, tmp_path):
    path = tmp_path / "firms.html"
    path.write_text(map_html(firm_plan.firm_plan()), encoding="utf-8")
    with browser.open_page(chromium, path.as_uri()) as watched:
        page = watched.page
        expect(page.locator(".leaflet-marker-icon.gm-object")).to_have_count(3)
        expect(page.locator(".gm-name.gm-site")).not_to_have_count(0)
        names = [one.bounding_box() for one in page.locator(".gm-name").all()]
        signs = [one.bounding_box() for one in page.locator(".leaflet-marker-icon.gm-object").all()]
        assert not [(name, sign) for name in names for sign in signs if cross(name, sign)]


@pytest.mark.parametrize("public", [False, True])
def test_the_card_of_an_object_shows_the_posts_on_it(chromium, tmp_path, public):
    path = tmp_path / "firms.html"
    path.write_text(map_html(release(firm_plan.firm_plan(), public=public)), encoding="utf-8")
    with browser.open_page(chromium, path.as_uri()) as watched:
        watched.page.get_by_title("大展红旗公司").click()
        card = watched.page.locator(".gm-card")
        expect(card).to_contain_text("大展红旗公司")
        if public:  # nothing of vacancies, nor who is next
            expect(card.locator(".gm-vacant, .gm-next")).to_have_count(0)
        else:
            expect(card.locator(".gm-people").first).to_have_text("包企干部空缺")


def cross(one, two):
    return all(
        one[at] < two[at] + two[size] and two[at] < one[at] + one[size]
        for at, size in (("x", "width"), ("y", "height"))
    )
