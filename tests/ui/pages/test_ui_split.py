"""The split page without a browser: what is asked, what is shown, and what becomes the plan."""

import os
import re
import shutil
import time
from dataclasses import replace

import drawn_town
import plan_fixtures
import pytest
from streamlit.testing.v1 import AppTest

from gridmap.coverage.proof_lines import proof_lines
from gridmap.plan_store import FilePlans
from gridmap.rules import load_rules
from gridmap.rules.changes import apply_changes
from gridmap.split.certificate import Proof, prove
from gridmap.store import load_plan
from gridmap.trials import Attempt, background, read_trials, run_trials
from gridmap.trials.background import Work, look_at_work
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.jobs import elapsed, step_words
from gridmap.ui.shell.towns import trial_store
from gridmap.ui.split.split_compare import comparison_html, stale_numbers
from gridmap.ui.split.split_page import attempts_of, parse_targets
from gridmap.workflow.workflow import make_plan

SECONDS = 120
ZH, EN = Translator("zh"), Translator("en")
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Give a town with trials: as the rules say, 18 asked for, 5 asked for, 20 asked for."""
    base = tmp_path_factory.mktemp("split")
    town = drawn_town.write_town(base / "towns" / "test")
    store = trial_store(base / "out", town)
    store.mkdir(parents=True)
    wishes = [Attempt(), Attempt("best", 18, 3), Attempt("fast", 9), Attempt("fast", 20)]
    run_trials(town, store, wishes, tell=lambda _step, _share: None)
    return base


@pytest.fixture
def place(source, tmp_path):
    return shutil.copytree(source, tmp_path / "app")


def page(place, *, town="test", lang="zh"):
    chosen = f"Path({str(place / 'towns' / town)!r})" if town else "None"
    return AppTest.from_string(
        "from pathlib import Path\n"
        "from gridmap.ui.split import split_page\n"
        "from gridmap.ui.shell.context import PageContext\n"
        "from gridmap.ui.shell.i18n import Translator\n"
        f"split_page.show(PageContext(Path({str(place / 'out')!r}),\n"
        f"    Path({str(place / 'towns')!r}), {chosen}, None, True, 'x', Translator({lang!r})))\n",
        default_timeout=SECONDS,
    )


def html(app):
    return "\n".join(str(one.proto.body) for one in app.get("html"))


def markdown(app):
    return "\n".join(one.value for one in app.markdown)


# ---- what is asked -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "targets", "bad"),
    [
        ("", [None], []),
        ("142", [142], []),
        ("142、150，142 ;160", [142, 150, 160], []),
        ("0", [None], ["0"]),
        ("12a、-3、15", [15], ["12a", "-3"]),
        ("99999999", [None], ["99999999"]),
    ],
)
def test_targets_are_read_as_a_person_types_them(text, targets, bad):
    assert parse_targets(text) == (targets, bad)


def test_every_effort_is_tried_for_every_target():
    found = attempts_of(["best", "fast"], [10, None], 7)
    assert [(one.effort, one.target, one.seed) for one in found] == [
        ("fast", 10, 7), ("best", 10, 7), ("fast", None, 7), ("best", None, 7),
    ]  # fmt: skip


def test_the_form_starts_from_the_rules_and_names_what_is_wrong(place):
    app = page(place).run()
    assert not app.exception
    assert app.pills(key="split-effort-test").value == ["default"]
    assert app.text_input(key="split-target-test").value == ""
    app.text_input(key="split-target-test").set_value("十五").run()
    assert "无法识别：十五" in app.error[0].value
    assert app.button(key="split-start").disabled
    app.text_input(key="split-target-test").set_value("15、16、17、18、19").run()
    app.pills(key="split-effort-test").set_value(["fast", "default", "best"]).run()
    assert "现在是 15 次" in app.error[0].value
    app.pills(key="split-effort-test").set_value([]).run()
    assert app.error[0].value == "请至少选一种精度。"
    app.pills(key="split-effort-test").set_value(["fast"]).run()
    assert not app.error
    assert "将试划 5 次。" in [one.value for one in app.caption]
    app.text_input(key="split-seed-test").set_value("-1").run()
    assert app.error[0].value == "随机种子须为 0 或正整数。"


def test_faults_of_the_rules_are_shown_with_the_way_to_mend_them(place):
    path = place / "towns" / "test" / "rules.toml"
    path.write_text(
        path.read_text("utf-8").replace("officers_max = 4", "officers_max = 60"), "utf-8"
    )
    app = page(place).run()
    assert not app.exception
    assert "officers\\_max：须小于或等于 50" in app.error[0].value
    assert app.button(key="split-go-rules")
    assert app.button(key="split-take-1")  # what was made is still there


def test_without_a_town_or_without_trials_the_page_says_how_to_begin(place):
    app = page(place, town=None).run()
    assert not app.exception
    assert app.subheader[0].value == "还没有选定要划分的镇"
    shutil.rmtree(place / "out")
    app = page(place).run()
    assert [one.value for one in app.subheader] == ["新的划分", "还没有划分结果"]


# ---- what is shown -------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_words_are_of_one_language(place, language):
    app = page(place, lang=language).run()
    assert not app.exception
    if language == "en":
        labels = [one.label for kind in (app.button, app.expander, app.checkbox) for one in kind]
        said = [one.value for kind in (app.markdown, app.caption, app.subheader) for one in kind]
        text = "\n".join([*labels, *said, html(app)])
        assert not CHINESE.search(re.sub(r"base64,[^\"]*", "", text))


def test_the_table_marks_the_best_of_each_column(source):
    trials = read_trials(trial_store(source / "out", source / "towns" / "test"))
    table = comparison_html(trials, ZH)
    rows = re.findall(r"<tr>(.*?)</tr>", table)[1:]
    assert len(rows) == 4
    assert "尽量少" in rows[0]
    assert "<td>2</td>" in rows[3]  # micro-grids without anybody; the others have none
    assert rows[0].count("<strong>0</strong>") == 1
    refused = replace(trials[3], status="refused", figures={"seconds": 1.0})
    row = re.findall(r"<tr>(.*?)</tr>", comparison_html([*trials[:3], refused], ZH))[4]
    assert row.count("<td>–</td>") == 10
    assert "<strong>" not in row
    assert "未形成方案" in row


def test_the_best_of_a_column_is_the_least_or_the_most_as_it_should_be(source):
    first = read_trials(trial_store(source / "out", source / "towns" / "test"))[0]
    same = {"broken": 0.0, "micro_grids": 9.0}
    good = {"officers": 5.0, "compactness": 0.6, "border_km": 1.0} | same
    poor = {"officers": 7.0, "compactness": 0.4, "border_km": 2.0} | same
    table = comparison_html([replace(first, figures=one) for one in (poor, good)], ZH)
    assert re.findall("<strong>(.*?)</strong>", table) == ["5", "0.600", "1.00"]


def test_a_hostile_word_in_a_trial_is_shown_as_text(place):
    path = next((place / "out" / "test" / ".trials").glob("trial-001.json"))
    path.write_text(path.read_text("utf-8").replace('"optimal"', '"feasible"', 1), "utf-8")
    proof = Proof(2, 2, 0.0, over_capacity=("<img src=x>",))
    app = page(place).run()
    assert "符合全部规则" in html(app)
    assert "<img src=x>" in "".join(proof_lines(proof, "zh"))  # escaped where it is shown
    from gridmap.ui.shell.markdown import plain

    assert "<img" not in plain(proof_lines(proof, "zh")[-1]).replace("\\<", "")


def test_the_proof_is_said_in_sentences():
    plan = plan_fixtures.small_plan()
    lines = proof_lines(prove(plan.patches, rules=plan.rules, grids=plan.grids), "zh")
    assert lines[0] == "共 6 个微网格，已证明是最少的个数。"
    assert lines[1] == "承载力使用率 20.8%。"  # 80 h of 6 x 64 h
    assert "用不到六成" in lines[2]  # and what to do about it
    assert "全部连片，没有超过承载力的。" in lines
    assert lines[-1] == "个数不能再少的原因：同类土地不连片（多 4 个）。"
    tight = prove(plan.patches, rules=plan_fixtures.small_rules(officers_max="1"), grids=plan.grids)
    said = proof_lines(tight, "en")
    assert not any("less than 60%" in one for one in said)  # 80 h of 96
    assert any(
        f"2 are over capacity: {plan_fixtures.E1A}, {plan_fixtures.E1B}." in one for one in said
    )
    many = Proof(9, 6, 0.5, tight=tuple(f"{n:03d}" for n in range(9)))
    assert any("000、001、002、003、004、005、006、007等" in one for one in proof_lines(many, "zh"))
    assert "高出 50.0%" in proof_lines(many, "zh")[0]


def test_trials_of_older_rules_or_data_are_marked(place):
    town = place / "towns" / "test"
    trials = read_trials(trial_store(place / "out", town))
    rules = load_rules(town / "rules.toml")
    later = time.time() + 60
    for one in trials:
        os.utime(one.path.with_suffix(".json"), (later, later))
    assert stale_numbers(trials, town, rules) == set()
    # Effort, target and seed are what a trial sets itself.
    text = apply_changes((town / "rules.toml").read_text("utf-8"), {"split.target": 12})
    (town / "rules.toml").write_text(text, "utf-8")
    assert stale_numbers(trials, town, load_rules(town / "rules.toml")) == set()
    text = apply_changes(text, {"capacity.officer_hours": 9.0})
    (town / "rules.toml").write_text(text, "utf-8")
    assert stale_numbers(trials, town, load_rules(town / "rules.toml")) == {1, 2, 3, 4}
    os.utime(town / "roads.gpkg", (later + 60, later + 60))
    assert stale_numbers(trials, town, rules) == {1, 2, 3, 4}


def test_steps_and_times_are_said_in_words():
    def work(step):
        return Work("running", {}, step, 0.5, 0.0, 0.0, None, "")

    assert step_words(work(""), ZH) == "正在启动…"
    assert step_words(work("Saving|2|3"), ZH) == "第 2 次，共 3 次：正在保存"
    assert step_words(work("Saving|1|1"), EN) == "Saving"
    assert elapsed(59.9, ZH) == "59 秒"
    assert elapsed(61, EN) == "1 min 1 s"


# ---- what becomes of it --------------------------------------------------------------------------
def test_a_trial_that_is_taken_is_the_plan_and_the_rules_say_the_same(place):
    town = place / "towns" / "test"
    app = page(place).run()
    app.button(key="split-take-2").click().run()
    assert not app.exception
    assert "已采用第 2 次，存为方案“test”。" in app.success[0].value
    assert "规则已相应更新" in app.success[0].value
    made = load_plan(place / "out" / "test" / "test.gridmap.gpkg")
    split = load_rules(town / "rules.toml").split
    assert (split.effort, split.target, split.seed) == ("best", 18, 3)
    out = place / "out"
    made_id = FilePlans(out).id_of(out / "test" / "test.gridmap.gpkg")
    assert app.session_state["plan-open"] == made_id
    # The plan of the command line is the same now, its receipt too.
    again = make_plan(town)
    assert {**again.receipt, "code": ""} == {**made.receipt, "code": ""}
    assert (again.patches["grid_code"] == made.patches["grid_code"]).all()
    # Another one does not take its place.
    app.button(key="split-take-1").click().run()
    assert "存为方案“test-2”" in app.success[0].value
    assert len(load_plan(place / "out" / "test" / "test-2.gridmap.gpkg").micro_grids) == 16


def test_the_rules_stay_when_that_is_wished(place):
    before = (place / "towns" / "test" / "rules.toml").read_bytes()
    app = page(place).run()
    app.checkbox(key="split-keep").set_value(False).run()
    app.button(key="split-take-2").click().run()
    assert "规则已相应更新" not in app.success[0].value
    assert (place / "towns" / "test" / "rules.toml").read_bytes() == before


def test_a_way_out_fills_in_the_target_or_changes_the_rules(place):
    app = page(place).run()
    assert "9 个微网格不够" in markdown(app)
    app.button(key="split-apply-3-0").click().run()
    assert not app.exception
    assert app.text_input(key="split-target-test").value == "16"
    ways = read_trials(trial_store(place / "out", place / "towns" / "test"))[2].ways_out
    number = next(at for at, way in enumerate(ways) if len(way.changes) > 1)
    app.button(key=f"split-apply-3-{number}").click().run()
    assert not app.exception
    assert "规则已修改" in app.success[0].value
    rules = load_rules(place / "towns" / "test" / "rules.toml")
    wanted = {key.rpartition(".")[2]: value for key, value in ways[number].changes.items()}
    assert wanted.items() <= rules.split.min_area_ha.items()
    assert len(wanted) > 1
    assert "此后规则或数据有改动" in html(app)


def test_a_trial_with_too_few_cadres_says_so_and_can_be_taken_or_deleted(place):
    app = page(place).run()
    assert app.button(key="split-take-4")
    assert "2 个微网格无人在岗，可照样采用" in html(app)
    assert "干部 18 人" in markdown(app)
    assert "（微网格 20 → 18 个" in markdown(app)  # what a way out costs
    app.button(key="split-drop-4").click().run()
    assert len(read_trials(trial_store(place / "out", place / "towns" / "test"))) == 3
    assert not [one for one in app.button if one.key == "split-drop-4"]


def test_an_attempt_without_a_plan_is_told_and_cannot_be_taken(place):
    told = place / "out" / "test" / ".trials" / "trial-004.json"
    told.write_text(
        told.read_text("utf-8").replace(f'"{read_trials(told.parent)[3].status}"', '"refused"'),
        "utf-8",
    )
    app = page(place).run()
    assert "未形成方案" in html(app)
    assert not [one for one in app.button if one.key == "split-take-4"]


def test_a_trial_that_is_gone_meanwhile_is_told(place):
    app = page(place).run()
    (place / "out" / "test" / ".trials" / "trial-002.gpkg").unlink()
    app.button(key="split-take-2").click().run()
    assert not app.exception
    assert "无法采用第 2 次划分" in app.error[0].value


def test_start_runs_in_the_background_and_the_result_is_there_on_return(place):
    store = trial_store(place / "out", place / "towns" / "test")
    app = page(place).run()
    app.text_input(key="split-target-test").set_value("17").run()
    app.pills(key="split-effort-test").set_value(["fast"]).run()
    app.button(key="split-start").click().run()
    assert not app.exception
    assert app.button(key="split-cancel")
    assert app.button(key="split-start").disabled
    background._started[str(store.resolve())].wait(SECONDS)
    assert not look_at_work(store).is_running
    app = page(place).run()  # as a new session
    assert app.button(key="split-take-5")
    assert any("已完成" in one.value for one in app.caption)


def test_cancel_ends_the_work(place):
    store = trial_store(place / "out", place / "towns" / "test")
    app = page(place).run()
    app.pills(key="split-effort-test").set_value(["fast", "best"]).run()
    app.button(key="split-start").click().run()
    app.button(key="split-cancel").click().run()
    assert not app.exception
    assert look_at_work(store).state == "ended"
    assert app.info[0].value.startswith("已取消")
    assert not list(store.glob(".gridmap-*"))


@pytest.mark.parametrize(
    ("state", "shown"),
    [("crashed", "后台程序意外中断"), ("failed", "文件夹“x”不见了")],
)
def test_work_that_went_wrong_is_told_in_words(state, shown):
    app = AppTest.from_string(
        "from gridmap.trials.background import Work\n"
        "from gridmap.ui.shell.jobs import outcome\n"
        "from gridmap.ui.shell.i18n import Translator\n"
        "from layers.contract.errors import Named\n"
        f"outcome(Work({state!r}, {{}}, '', 0.5, 0.0, 1.0,\n"
        "    Named('There is no x', '文件夹“x”不见了'), 'Killed'), Translator('zh'))\n",
        default_timeout=SECONDS,
    ).run()
    assert shown in app.error[0].value
    assert [one.value for one in app.code] == (["Killed"] if state == "crashed" else [])


def test_taking_a_trial_of_a_draft_writes_its_values_into_the_rules(place):
    rules = place / "towns" / "test" / "rules.toml"
    town = load_rules(rules)
    hours = town.capacity.officer_hours + 1.5
    draft = {"capacity.officer_hours": hours, "split.target": 99}
    store = trial_store(place / "out", place / "towns" / "test")
    attempt = Attempt("fast", 18, 2, "多一点", draft)
    run_trials(rules.parent, store, [attempt], tell=lambda *_: None)
    trial = read_trials(store)[-1]
    assert (trial.attempt, load_plan(trial.path).rules.capacity.officer_hours) == (attempt, hours)
    assert trial.number not in stale_numbers([trial], rules.parent, town)
    app = page(place).run()
    assert "多一点" in html(app)
    app.button(key=f"split-take-{trial.number}").click().run()
    now = load_rules(rules)
    assert (now.capacity.officer_hours, now.split.target, now.split.seed) == (hours, 18, 2)
