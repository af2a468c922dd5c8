"""The home page: steps with their state from real files, one next action, and how to begin."""

import re
from base64 import b64decode
from datetime import date, datetime

import drawn_plan
import pandas as pd
import pytest
from app_pages import app_page, captions, turn_to
from saved_plans import put_plan

from gridmap.access.answers import confirm
from gridmap.access.view import cadre_view
from gridmap.edits.moves.log import edit_log, with_entry
from gridmap.maps.legend import CATEGORY_LOOKS
from gridmap.rules.entries import declare
from gridmap.rules.text import change_rules, set_value
from gridmap.store import save_plan
from gridmap.trials.thumbnail import thumbnail
from gridmap.ui.shell.steps import next_step, steps_of
from gridmap.ui.shell.towns import copy_sample, find_samples, find_towns, make_town
from gridmap.ui.split import plan_card
from gridmap.words import say

CHINESE = re.compile("[\u4e00-\u9fff]")
PAGES = ["data", "rules", "split", "redraw", "people", "coverage", "handover"]


def notes_of(steps, page):
    (step,) = (step for step in steps if step.page == page)
    return {note.key: note.values for note in step.notes}


def states_of(steps):
    return {step.page: step.state for step in steps}


@pytest.fixture
def town(tmp_path):
    return make_town(tmp_path / "towns", "东河镇", "410122106", today=date(2026, 1, 1))


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "out" / "test.gridmap.gpkg"
    path.parent.mkdir()
    put_plan(drawn_plan.draw_plan, path)
    return path


def html_of(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def test_a_new_town_begins_with_its_data_and_says_what_is_missing(town):
    steps = steps_of(town, None, None)
    assert [step.page for step in steps] == PAGES
    assert set(states_of(steps).values()) == {"todo"}
    assert list(notes_of(steps, "data")) == [
        "home.data.lacks.crs", "home.data.lacks.hierarchy", "home.data.lacks.layer",
    ]  # fmt: skip
    assert next_step(steps).page == "data"


def test_a_town_with_data_goes_on_to_its_rules_and_a_sound_one_to_the_split(town):
    for name in ("grids.gpkg", "water.gpkg"):
        (town / name).write_bytes(b"x")

    def whole(text):
        text = set_value(text, ("town", "crs"), "EPSG:4547")
        text = declare(text, "hierarchy", {"file": "grids.gpkg"})
        return declare(text, "layer", {"file": "water.gpkg", "category": "water"})

    change_rules(town / "rules.toml", whole)
    steps = steps_of(town, None, None)
    assert states_of(steps)["data"] == "done"
    assert notes_of(steps, "data") == {
        "home.data.found": {"layers": 1, "registers": 0}, "home.data.no_roster": {},
    }  # fmt: skip
    assert states_of(steps)["rules"] == "ready"  # of the template: nobody has checked them
    assert next_step(steps).page == "split"
    change_rules(town / "rules.toml", lambda text: set_value(text, ("capacity", "slow"), 1))
    steps = steps_of(town, None, None)
    assert states_of(steps)["rules"] == "look"
    (town / "water.gpkg").unlink()
    assert list(notes_of(steps_of(town, None, None), "data")) == ["home.data.lacks.files"]


def test_steps_of_the_drawn_plan_by_hand(saved):
    plan = drawn_plan.draw_plan()
    steps = steps_of(None, plan, saved)
    assert states_of(steps) == {
        "data": "done", "rules": "done", "split": "done", "redraw": "look", "people": "look",
        "coverage": "ready", "handover": "look",
    }  # fmt: skip
    assert notes_of(steps, "split")["home.split.made"] == {"count": 16}
    assert notes_of(steps, "redraw") == {
        "home.redraw.none": {},
        "home.redraw.over": {"count": 1},
        "home.errors_one": {"count": 1},
    }
    assert notes_of(steps, "people") == {
        "home.people.filled": {"filled": 34, "posts": 39}, "home.people.vacant": {"count": 5},
    }  # fmt: skip
    assert notes_of(steps, "coverage")["home.coverage.share"] == {"share": "93.8%"}
    assert next_step(steps).page == "redraw"


def test_a_sound_plan_is_ready_to_hand_over_and_says_who_edited_last(saved):
    plan = drawn_plan.draw_plan()
    micro = plan.grids["kind"] == "micro"
    grids = plan.grids.assign(load_h=plan.grids["load_h"].where(~micro, 1.0))
    log = with_entry(edit_log(plan), time="2026-02-03T09:08:07", who="李工", why="", kind="move")
    assignments = plan.assignments[plan.assignments["status"] == "filled"]
    sound = plan.with_tables(
        grids=grids, issues=plan.issues.iloc[:0], edits=log, assignments=assignments
    )
    steps = steps_of(None, sound, saved)
    assert notes_of(steps, "redraw") == {
        "home.redraw.edits": {"count": 1, "time": "2026-02-03 09:08", "who": "李工"}
    }
    assert next_step(steps).page == "handover"
    assert "home.handover.ready" in notes_of(steps, "handover")


def test_rules_that_changed_after_the_plan_are_told(saved, town):
    steps = steps_of(town, drawn_plan.draw_plan(), saved)
    assert "home.split.old" in notes_of(steps, "split")


def test_answers_of_cadres_are_counted(saved):
    plan = drawn_plan.draw_plan()
    person = plan.assignments.loc[plan.assignments["status"] == "filled", "person_id"].iloc[0]
    view = cadre_view(plan, person)
    for grid in view.grids:
        confirm(saved, view, grid.code, when=datetime(2026, 1, 2, 3, 4))
    counts = notes_of(steps_of(None, plan, saved), "coverage")["home.coverage.answers"]
    assert counts["confirmed"] == len(view.grids)
    assert counts["disputed"] == 0


def test_a_plan_without_a_roster_sends_to_the_people(saved):
    plan = drawn_plan.draw_plan()
    empty = plan.with_tables(people=plan.people.iloc[:0], assignments=plan.assignments.iloc[:0])
    assert "home.people.no_roster" in notes_of(steps_of(None, empty, saved), "people")


def test_home_is_the_first_page_and_names_the_town(saved):
    app = app_page(saved.parent, "home").run()
    assert not app.exception
    assert app.title[0].value == "测试镇"
    assert "5 个岗位空缺" in html_of(app)
    assert app.button(key="next-go").label == "前往“调整”"


def test_home_shows_the_plan_its_colours_and_its_figures_and_leads_to_the_map(saved, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        plan_card, "thumbnail", lambda *given, **more: drawn.append(1) or thumbnail(*given, **more)
    )
    app = app_page(saved.parent, "home").run()
    card = next(one.proto.body for one in app.get("html") if "plan-sight" in one.proto.body)
    picture = b64decode(re.search('svg[+]xml;base64,([^"]+)"', card)[1]).decode()
    plan = drawn_plan.draw_plan()
    assert picture.count("<path") > len(plan.micro_grids)
    colours = {entry for entry in re.findall("background:(#[0-9a-f]+)", card)}
    assert colours == {look.colour for look in CATEGORY_LOOKS if look.colour in picture}
    for figure in ("16 个", "93.8%"):  # micro-grids, ground covered
        assert f"<dd>{figure}</dd>" in card
    assert "问题项 · 错误 1" in "\n".join(captions(app))
    app.button(key="plan-card-go-home").click().run()
    assert app.title[0].value == "覆盖"
    turn_to(app, "home")
    app.run()
    assert drawn == [1]  # once for a state of the file


def test_without_a_plan_there_is_no_picture(tmp_path, town):
    app = app_page(tmp_path / "out", "home", town.parent).run()
    assert not app.exception
    assert "plan-sight" not in html_of(app)
    assert app.button(key="next-go")


def test_home_in_english_has_no_chinese_word(saved):
    app = app_page(saved.parent, "home")
    app.query_params["lang"] = "en"
    app.run()
    text = re.sub(r"/\*.*?\*/|<style.*?</style>", "", html_of(app), flags=re.DOTALL)
    assert "5 posts are vacant" in text
    assert not CHINESE.search(text)


def test_names_from_the_log_are_shown_as_plain_text(saved):
    plan = drawn_plan.draw_plan()
    log = with_entry(
        edit_log(plan), time="2026-02-03T09:08:07", who="<img src=x>", why="", kind="move"
    )
    save_plan(plan.with_tables(edits=pd.DataFrame(log)), saved, overwrite=True)
    text = html_of(app_page(saved.parent, "home").run())
    assert "<img src=x>" not in text
    assert "&lt;img src=x&gt;" in text


def test_without_a_town_the_page_offers_samples_and_copies_one(tmp_path):
    towns = tmp_path / "towns"
    app = app_page(tmp_path / "out", "home", towns).run()
    assert not app.exception
    assert app.subheader[0].value == "从数据到一人一格，七步完成"
    told = {one.value for one in app.caption}
    for sample in find_samples():  # each says what it is and what of it is invented
        key = f"home.sample.{sample.name}"
        assert say(key, "zh") in told, sample
        assert "虚构" in say(key, "zh"), sample
        assert "invented" in say(key, "en"), sample
    app.button(key="sample-zhengan").click().run()
    assert not app.exception
    assert [town.name for town in find_towns(towns)] == ["zhengan"]
    assert app.title[0].value == "郑庵镇"
    assert "11 个图层，3 份台账" in html_of(app)
    assert app.query_params["town"] == "zhengan"


def test_a_sample_that_is_copied_twice_gets_a_name_of_its_own(tmp_path):
    sample = find_samples()[-1]
    first, second = copy_sample(sample, tmp_path), copy_sample(sample, tmp_path)
    assert (first.name, second.name) == (sample.name, f"{sample.name}-2")
    assert (second / "rules.toml").read_bytes() == (sample / "rules.toml").read_bytes()


def test_a_broken_plan_is_told_at_home_and_the_steps_stay(tmp_path):
    (tmp_path / "broken.gridmap.gpkg").write_bytes(b"not a GeoPackage")
    app = app_page(tmp_path, "home").run()
    assert not app.exception
    assert "无法打开文件" in app.error[0].value
    assert app.button(key="next-go").label.startswith("前往")
