"""The page of a cadre as one file: what is in it, what is not, and that it reaches nobody."""

import json
import re
from datetime import date

import drawn_plan
import firm_plan
import pytest
from cli_runs import answer as answer_of
from cli_runs import run
from drawn_context import draw_context
from firm_plan import FIRM
from phone_answers import NOW, TODAY, answer, link_for, written
from project import ROOT
from saved_plans import put_plan

from gridmap.access.answers import confirm, responses
from gridmap.access.links import make_link, make_view_link, revoke, token_of
from gridmap.access.view import cadre_view
from gridmap.maps.leaflet import leaflet_script
from gridmap.phone import phone_link, phone_page
from gridmap.phone.making import make_page
from gridmap.phone.values import mark_of, phone_values
from gridmap.publish import release
from gridmap.store import load_plan
from layers.contract.errors import PlanError, UsageError

CODE, PERSON = f"{drawn_plan.WEST_1}01", "P008"
DAY = date(2026, 3, 1)
HOSTILE = '</script><img src=x onerror="alert(1)">'
MOST_BYTES = 700_000


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "test.gridmap.gpkg"
    put_plan(drawn_plan.draw_plan, place)
    return place


def values_in(page):
    """Give what the page knows, as its script is given it."""
    return json.loads(re.search(rb"gmPhone\.start\((.*)\);\n", page)[1])


def policy_of(page):
    return re.search(rb'Content-Security-Policy" content="([^"]*)"', page)[1]


def test_the_page_is_small_whole_and_the_same_each_time(path):
    plan = release(drawn_plan.draw_plan(context=draw_context(houses=300)))
    link = link_for(path, PERSON)
    page = phone_page(plan, PERSON, printed=DAY, link=link)

    assert page == phone_page(plan, PERSON, printed=DAY, link=link)
    assert len(page) < MOST_BYTES
    assert "请用浏览器打开本文件" in re.search("<noscript>(.*?)</noscript>", page.decode())[1]
    ours = page.replace(leaflet_script().encode(), b"")
    assert not re.search(rb"""(src|href)\s*=\s*["']?(https?:)?//""", ours)
    assert b"default-src 'none'" in policy_of(page)
    assert b"connect-src" not in policy_of(page)
    # With the address of an app it may reach that one alone.
    there = phone_link(path, link.serial, today=TODAY, address="https://grid.example.cn/town/")
    rules = policy_of(phone_page(plan, PERSON, printed=DAY, link=there))
    assert rules.endswith(b"connect-src https://grid.example.cn")
    for bad in ("javascript:alert(1)", "http://a; script-src *", 'http://a" b', "http://u@a"):
        with pytest.raises(UsageError, match="no address"):
            phone_link(path, link.serial, today=TODAY, address=bad)


def test_a_page_holds_what_the_view_opens_and_neither_secret_nor_token(path):
    plan = drawn_plan.draw_plan()
    link = link_for(path, PERSON)
    page = phone_page(release(plan), PERSON, printed=DAY, link=link).decode()

    for own in (CODE, "微网格0101", "干部008", "安全生产排查", "微网格0201", "网格长：干部"):
        assert own in page
    assert drawn_plan.PHONE not in page
    secret = json.loads(path.with_name("test.gridmap.secret").read_text())["secret"]
    for hidden in (secret, link.token, link.sealing.hex(), f"{drawn_plan.WEST_2}01", "P001"):
        assert hidden not in page
    assert link.signing.hex() in page
    view = cadre_view(plan, PERSON)
    allowed = {one.name for one in view.grids[0].contacts}
    allowed |= {one.in_charge for one in view.grids[0].neighbours}
    assert {name for name in plan.people["name"] if name in page} == allowed


def test_hostile_names_end_no_script_and_are_put_in_as_texts(path):
    plan = drawn_plan.draw_plan()
    people = plan.people.assign(name=HOSTILE, office=HOSTILE)
    grids = plan.grids.assign(name=HOSTILE, name_en=HOSTILE)
    page = phone_page(plan.with_tables(people=people, grids=grids), PERSON, printed=DAY).decode()

    assert page.count("</script>") == 2
    assert "<img" not in page
    for script in sorted((ROOT / "gridmap" / "phone" / "assets").glob("*.js")):
        for sign in ("innerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert sign not in script.read_text("utf-8"), script.name


def test_posts_on_firms_are_there_and_sensitive_ones_stay_out(tmp_path):
    plan = firm_plan.firm_plan()
    page = values_in(phone_page(plan, "B1", printed=DAY))
    assert (page["grids"], [one["place"] for one in page["posts"]]) == ([], [FIRM])
    assert [row[0] for row in page["objects"]["zh"]] == ["郑庵一厂"]

    # Of somebody with a grid, who also has the firm.
    rows = plan.assignments.replace({"person_id": {"B1": "B2"}})
    for sensitive, count in ((False, 1), (True, 0)):
        objects = plan.objects.assign(sensitive=sensitive)
        page = values_in(
            phone_page(plan.with_tables(assignments=rows, objects=objects), "B2", printed=DAY)
        )
        assert (len(page["posts"]), len(page["objects"]["zh"])) == (count, count)
    hidden = plan.with_tables(objects=plan.objects.assign(sensitive=True))
    with pytest.raises(PlanError, match="no post"):
        phone_page(hidden, "B1", printed=DAY)
    with pytest.raises(PlanError, match="no post"):
        phone_page(plan, "nobody", printed=DAY)


def test_a_page_knows_what_is_confirmed_and_only_of_links_that_open(path):
    plan = load_plan(path)
    link, _ = make_link(path, PERSON, expires=TODAY, today=TODAY)
    before = make_page(plan, path, link.serial, today=TODAY)
    assert values_in(before.page)["grids"][0]["confirmed"] == ""
    confirm(path, cadre_view(plan, PERSON), CODE, when=NOW)
    made = make_page(plan, path, link.serial, today=TODAY)
    assert values_in(made.page)["grids"][0]["confirmed"] == TODAY.isoformat()
    assert made.name == f"测试镇-干部008-{TODAY}.html"
    look, _ = make_view_link(path, "书记", expires=TODAY, today=TODAY)
    revoke(path, person_id=PERSON, today=TODAY)
    for serial in (link.serial, look.serial, "0" * 16):
        with pytest.raises(UsageError, match="no personal link"):
            make_page(plan, path, serial, today=TODAY)


def test_pages_are_made_and_answers_taken_by_command(path, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    made = answer_of("phone", "make", path, PERSON, "P009", "--out", tmp_path)["made"]
    assert [one["person_id"] for one in made] == [PERSON, "P009"]
    (first,) = tmp_path.glob(f"测试镇-干部008-????-??-??-{PERSON}.html")  # of the day it was made
    assert b"gmPhone" in first.read_bytes()
    again = answer_of("phone", "make", path, PERSON, "--out", tmp_path, "--overwrite")["made"]
    assert again[0]["serial"] == made[0]["serial"]  # no second link
    plan, link = load_plan(path), phone_link(path, made[0]["serial"], today=TODAY)
    file = tmp_path / "a.gridmap-answers.json"
    file.write_bytes(written(link, answer(release(plan), link, CODE)))

    told = answer_of("phone", "take", path, file)["files"][0]
    assert (told["person_id"], told["taken"], told["refused"]) == (PERSON, 1, 0)
    assert (responses(plan, path)["state"] == "confirmed").sum() == 1
    file.write_bytes(b"{}")
    result = run("phone", "take", path, file)
    assert (result.exit_code, "not taken" in result.output) == (1, True)
    for words, why in (
        (("make", path, "P999"), "is on no post"),
        (("make", path), "Say for whom"),
        (("make", path, PERSON, "--out", tmp_path / "no"), "There is no folder"),
        (("take", path), "Give the files"),
    ):
        assert why in run("phone", *words).output


def test_the_token_of_a_link_is_the_one_that_was_handed_out(path):
    link, token = make_link(path, PERSON, expires=TODAY, today=TODAY)
    assert token_of(path, link) == token


def test_the_mark_of_a_page_changes_with_what_it_says_and_not_with_day_or_receipt():
    plan = release(drawn_plan.draw_plan())

    def mark(plan, day=DAY, **confirmed):
        more = {"language": "zh", "link": None, "confirmed": confirmed}
        return mark_of(phone_values(plan, PERSON, printed=day, **more))

    assert mark(plan) == mark(plan, TODAY) == mark(plan, **{CODE: "2026-03-01"})
    assert mark(plan) != mark(plan.with_tables(posts=plan.posts.assign(duties="巡河")))
