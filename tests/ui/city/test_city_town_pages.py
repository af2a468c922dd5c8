"""The pages 规则 and 划分 on a town of a city: who says each value, and its plan put in place."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest
from app_pages import app_page, captions
from shared_city import shared_city

from gridmap.access import accounts
from gridmap.access.behalf import AccessEndedError, Behalf, acting
from gridmap.access.scope import Scope, data_named
from gridmap.city import open_city
from gridmap.city.one_town import dividing
from gridmap.city.one_town.rules_files import (
    effect_of_shared,
    own_with_list,
    save_shared,
    town_file,
)
from gridmap.city.worker import digest_of
from gridmap.rules.changes import apply_changes
from gridmap.rules.entries import entries_of
from gridmap.rules.history import save_rules
from gridmap.store import load_plan
from gridmap.trials import Attempt, read_trials
from gridmap.ui.shell import auth
from layers.contract.errors import PlanError


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        return shared_city(tmp_path_factory.mktemp("city"), patch)


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture
def done_here(monkeypatch):
    """Work that a page starts is done before the page goes on, by this process."""

    def start(store, _module, task, *, private=None):
        store.mkdir(parents=True, exist_ok=True)
        dividing._work(store)(task, lambda _step, _share: None)
        ended = SimpleNamespace(
            task=task, state="done", is_running=False, started=0.0, ended=1.0, fault_kind=""
        )
        monkeypatch.setattr("gridmap.ui.split.split_page.look_at_work", lambda _store: ended)

    monkeypatch.setattr("gridmap.city.one_town.placing.renew_city_tiles", lambda _city: None)
    monkeypatch.setattr("gridmap.city.one_town.dividing.start_work", start)


def planner_of(folder, county):
    """Give whoever plans a county, as logged in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", accounts.PasswordHasher(time_cost=1, memory_cost=64))
        words = ("li", "tea lamp river nine")
        scope = Scope.named(areas=[county])
        accounts.add_account(folder / "plans", *words, role="planner", scope=scope)
    (li,) = accounts.accounts_in(folder / "plans")
    return Behalf(folder / "plans", "planner", "li", li.mark)


def page_of(folder, page, town="a", behalf=None):
    app = app_page(folder / "plans", page, folder / "plans", folder)
    app.query_params["town"] = town
    if behalf is not None:
        app.session_state[auth.SESSION] = auth.LoginSession(behalf, 9e9, 9e9)
    app.run()
    assert not app.exception
    return app


def number(app, label):
    return next(one for one in app.number_input if one.label == label)


def html(app):
    return "\n".join(one.proto.body for one in app.get("html"))


def own_rules(folder, town="a"):
    return (folder / "towns" / town / "rules.toml").read_text("utf-8")


HOURS = "每人每周工时（小时/周）"


def test_a_value_of_all_towns_is_overridden_by_one_and_taken_from_all_again(folder):
    app = page_of(folder, "rules")
    assert app.caption[0].value == "测试镇"
    assert html(app).count("rule-said-common") == 3  # hours, least and most officers
    before = own_rules(folder)
    number(app, HOURS).set_value(12.0).run()
    assert app.button(key="rules-save").disabled  # as all have it: nothing that the town says
    number(app, HOURS).set_value(9.5).run()
    assert "本镇规定，取代全市共用" in html(app)
    app.button(key="rules-save").click().run()
    assert own_rules(folder).startswith(before.rstrip())
    assert open_city(folder).town("a").rules.capacity.officer_hours == 9.5
    assert open_city(folder).town("a").rules.capacity.officers_max == 4
    assert open_city(folder).town("b").rules.capacity.officer_hours == 12.0
    assert "承载力·每人每周工时：12 → 9.5" in "\n".join(one.value for one in app.markdown)
    mine = next(one for one in app.button if one.label == "改用全市共用：每人每周工时")
    mine.click().run()
    assert number(app, HOURS).value == 12.0
    app.button(key="rules-save").click().run()
    assert open_city(folder).town("a").rules.capacity.officer_hours == 12.0
    app.button(key="rules-undo").click().run()
    assert open_city(folder).town("a").rules.capacity.officer_hours == 9.5


def test_a_value_that_would_be_wrong_with_those_of_all_is_not_saved(folder):
    app = page_of(folder, "rules")
    number(app, "每个微网格人数下限（人）").set_value(5).run()  # all share at most 4
    assert app.button(key="rules-save").disabled
    assert app.error


def test_weights_of_a_kind_that_all_share_go_back_to_them(folder):
    file = town_file(folder, folder / "towns" / "a")
    text = {"load.village_res.hectare": 0.7}
    save_rules(file.path, lambda own: apply_changes(own, text), whole=file.whole)
    app = page_of(folder, "rules")
    app.pills(key="rules-section").set_value("load").run()
    assert [one.key for one in app.button if one.key.startswith("rules-drop-")] == [
        "rules-drop-village_res"  # what all say of others cannot be taken out here
    ]
    app.button(key="rules-drop-village_res").click().run()
    app.button(key="rules-save").click().run()
    assert open_city(folder).town("a").rules.weights("village_res").hectare == 0.2


def test_rules_of_all_towns_change_after_it_is_said_how_many_plans_that_makes_old(folder):
    app = page_of(folder, "rules")
    app.segmented_control(key="rules-whose-True").set_value("shared").run()
    assert not app.exception
    number(app, HOURS).set_value(10.0).run()
    app.button(key="rules-save").click().run()
    told = "\n".join(one.value for one in app.markdown)
    assert "2 个镇的规则随之改变，其中 1 个镇已有方案" in told
    assert open_city(folder).town("b").rules.capacity.officer_hours == 12.0
    app.button(key="rules-shared-no").click().run()
    assert "rules-shared-yes" not in [one.key for one in app.button]
    app.button(key="rules-save").click().run()
    app.button(key="rules-shared-yes").click().run()
    assert app.success[0].value == "全市共用的规则已保存，1 个镇的方案待重新编制。"
    assert open_city(folder).town("b").rules.capacity.officer_hours == 10.0
    app.button(key="rules-undo").click().run()
    app.button(key="rules-shared-yes").click().run()
    assert open_city(folder).town("b").rules.capacity.officer_hours == 12.0


def test_a_change_for_all_that_makes_a_town_wrong_is_refused(folder):
    file = town_file(folder, folder / "towns" / "a")
    mine = {"capacity.officers_max": 2}
    save_rules(file.path, lambda own: apply_changes(own, mine), whole=file.whole)
    shared = (folder / "common.toml").read_text("utf-8")
    least = apply_changes(shared, {"capacity.officers_min": 3})
    found = effect_of_shared(folder, least)
    assert list(found.faulty) == ["a"]
    assert found.changed == ("b",)
    with pytest.raises(PlanError, match="such as 'a'"):
        save_shared(folder, lambda _: least, seen=shared)
    app = page_of(folder, "rules")
    app.segmented_control(key="rules-whose-True").set_value("shared").run()
    number(app, "每个微网格人数下限（人）").set_value(3).run()
    app.button(key="rules-save").click().run()
    assert app.button(key="rules-shared-yes").disabled
    assert "1 个镇的规则会出错" in app.error[0].value
    assert (folder / "common.toml").read_text("utf-8") == shared


def test_who_plans_a_county_changes_its_towns_and_neither_others_nor_what_all_share(folder):
    li = planner_of(folder, "410121")
    app = page_of(folder, "rules", behalf=li)
    assert not [one for one in app.segmented_control if one.label == "改谁的规则"]
    number(app, HOURS).set_value(9.5).run()
    app.button(key="rules-save").click().run()
    assert app.success[0].value == "规则已保存。"
    assert open_city(folder).town("a").rules.capacity.officer_hours == 9.5
    shared = (folder / "common.toml").read_text("utf-8")
    with acting(li), pytest.raises(AccessEndedError):
        save_shared(folder, lambda text: text + "\n", seen=shared)
    with acting(li), pytest.raises(AccessEndedError):
        save_rules(folder / "common.toml", lambda text: text + "\n")
    for page in ("rules", "split"):
        other = page_of(folder, page, town="b", behalf=li)
        assert other.session_state["town-open"] == "a"  # as if the other were not there
        assert "410122001" not in html(other) + " ".join(captions(other))


def test_who_plans_a_county_takes_no_division_of_another(folder):
    li = planner_of(folder, "410121")
    store = folder / "plans" / "b" / ".trials"
    with acting(li), pytest.raises(AccessEndedError):
        dividing.start_trials_of_town(folder, "b", store, [Attempt()], keep=folder)
    work = dividing._work(store)
    with acting(li), pytest.raises(AccessEndedError):
        work({"city": str(folder), "town": "b", "what": "undo"}, lambda *_: None)


def test_a_town_is_divided_compared_taken_and_taken_back_on_the_page(folder, done_here):
    plan = open_city(folder).plan_of("a")
    before = digest_of(plan)
    li = planner_of(folder, "410121")
    app = page_of(folder, "split", behalf=li)
    assert "split-keep" not in [one.key for one in app.checkbox]
    app.text_input(key="split-seed-a").set_value("5").run()
    app.button(key="split-start").click().run()
    assert not app.exception
    (trial,) = read_trials(folder / "plans" / "a" / ".trials")
    assert trial.attempt.seed == 5
    assert digest_of(plan) == before
    next(one for one in app.button if one.key.startswith("split-take-")).click().run()
    assert not app.exception
    assert app.success[0].value == "已采用：方案和本镇规则已更新，全市汇总已更新。"
    assert digest_of(plan) != before
    assert load_plan(plan).rules.split.seed == 5
    assert open_city(folder).town("a").rules.split.seed == 5
    app.button(key="split-undo").click().run()
    assert digest_of(plan) == before
    assert "split-undo" not in [one.key for one in app.button]
    shutil.copyfile(trial.path, plan)  # edited by hand
    app.run()
    lose = app.checkbox(key="split-lose-a")
    assert lose.label == "可以放弃这些修改"


def test_files_of_a_town_are_looked_into_and_declared_in_its_own_rules(folder):
    town, common = folder / "towns" / "a", folder / "common.toml"
    lists = own_rules(folder)
    firms = lists[lists.index("[[registers]]") :]  # the registers are those of all
    (town / "rules.toml").write_text(lists.replace(firms, ""), encoding="utf-8")
    common.write_text(common.read_text("utf-8") + firms, encoding="utf-8")
    (town / "agreed-borders-0123.parquet").write_bytes(b"")
    app = page_of(folder, "data", behalf=planner_of(folder, "410121"))
    assert "data-begin" not in [one.key for one in app.button]  # a new town is for all towns
    shown = html(app) + "".join(one.label for one in app.button)
    assert "agreed-borders" not in shown
    app.session_state["data-open"] = "firms.gpkg"
    app.run()
    assert not app.exception
    assert any("不在本镇更改" in one.value for one in app.markdown)
    assert not {"declare-save", "remove-yes"} & {one.key for one in app.button}
    before = own_rules(folder)
    app.session_state["data-open"] = "supplied.gpkg"
    app.run()
    assert "declare-save" in [one.key for one in app.button]
    app.button(key="remove-yes").click().run()
    assert not app.exception
    assert "supplied.gpkg" not in own_rules(folder)
    assert not (town / "supplied.gpkg").exists()
    app.button(key="undo").click().run()
    assert own_rules(folder) == before
    assert (town / "supplied.gpkg").exists()


def test_a_list_of_all_towns_is_what_a_town_adds_to(folder):
    file = town_file(folder, folder / "towns" / "a")
    file = replace(file, common='[[layers]]\nfile = "all.gpkg"\n')
    own = own_with_list(file, "[town]\nname = 1\n", "layers")
    assert [one.file for one in entries_of(own)] == ["all.gpkg"]
    assert own_with_list(file, own + '[[layers]]\nfile = "b.gpkg"\n', "layers").count("all") == 1
    assert own_with_list(file, "", "registers") == ""


def test_the_card_of_a_town_leads_to_its_rules_and_its_division_planned_or_not(folder):
    for name, area in (("a", "410121"), ("b", "410122")):
        for page, title in (("data", "数据"), ("rules", "规则"), ("split", "划分")):
            app = page_of(folder, "city")
            app.session_state["city-area-open"], app.session_state["city-town-open"] = area, name
            app.run()
            app.button(key=f"city-to-{page}").click().run()
            assert not app.exception
            assert app.title[0].value == title
            assert app.session_state["town-open"] == name


def test_without_a_town_both_pages_lead_to_the_city(folder):
    shutil.rmtree(folder / "plans")
    for page in ("rules", "data", "split"):
        app = page_of(folder, page, town="")
        if page == "rules":  # whoever is for all may change what all share
            assert [one.value for one in app.caption if "共用" in one.value]
            continue
        app.button(key="data-go-city" if page == "data" else "split-go-city").click().run()
        assert app.title[0].value == "城市"
    told = (folder / "city.toml").read_text("utf-8").replace('rules = "common.toml"\n', "")
    (folder / "city.toml").write_text(told, encoding="utf-8")
    page_of(folder, "rules", town="").button(key="rules-go-city").click().run()


def test_an_undo_is_of_the_save_that_was_shown(folder):
    file = town_file(folder, folder / "towns" / "a")
    save_rules(file.path, lambda own: apply_changes(own, {"split.seed": 5}), whole=file.whole)
    app = page_of(folder, "rules")
    save_rules(file.path, lambda own: apply_changes(own, {"split.seed": 6}), whole=file.whole)
    app.button(key="rules-undo").click().run()
    assert "他人修改" in app.error[0].value
    assert open_city(folder).town("a").rules.split.seed == 6
    app.button(key="rules-undo").click().run()  # now the page has shown it
    assert open_city(folder).town("a").rules.split.seed == 5


def test_an_undo_for_all_towns_is_of_the_save_that_was_asked_about(folder):
    shared = folder / "common.toml"
    save_rules(shared, lambda text: apply_changes(text, {"capacity.officer_hours": 11.0}))
    app = page_of(folder, "rules")
    app.segmented_control(key="rules-whose-True").set_value("shared").run()
    app.button(key="rules-undo").click().run()
    save_rules(shared, lambda text: apply_changes(text, {"capacity.officer_hours": 10.0}))
    app.button(key="rules-shared-yes").click().run()
    assert "他人修改" in app.error[0].value
    assert open_city(folder).town("b").rules.capacity.officer_hours == 10.0


def test_an_address_with_a_path_opens_no_folder_as_a_town(folder, tmp_path):
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for name in (str(outside), "../plans", "../../elsewhere", "b/../b"):
        assert data_named(folder, name) is None
        app = page_of(folder, "data", town=name)
        assert app.session_state["town-open"] == "a"
    assert data_named(folder, "b") == folder / "towns" / "b"


def test_a_town_without_rules_and_shared_rules_that_are_gone_are_told(folder):
    (folder / "towns" / "b" / "rules.toml").unlink()
    for page in ("data", "rules", "split"):
        app = page_of(folder, page, town="b")
        assert app.error
    (folder / "common.toml").unlink()
    shutil.rmtree(folder / "plans")
    app = page_of(folder, "rules", town="")
    assert app.error


def test_a_town_without_a_plan_lists_no_plans_of_others(folder):
    for town, plans in (("a", ["a"]), ("b", [])):
        app = page_of(folder, "data", town=town)
        assert next(one for one in app.selectbox if one.label == "已有方案").options == plans
