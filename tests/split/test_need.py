"""More work than the rules allow people for, and fewer people than work: a plan that says so."""

import drawn_town
import pytest
from app_pages import app_page
from cli_runs import answer, run

from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.store import load_plan, save_plan
from gridmap.town.town import load_town
from gridmap.trials import Attempt, run_trials
from gridmap.workflow.workflow import make_plan

ESTATE = "41012210620100104"


@pytest.fixture(scope="module")
def heavy(tmp_path_factory):
    """The drawn town with one estate of 52.4 h a week; an officer gives 8, four may be there."""
    folder = tmp_path_factory.mktemp("heavy")
    text = drawn_town.rules_text().replace("officer_hours = 12.0", "officer_hours = 8.0")
    # 49.65 h for its object, 2 h for the patch, 0.5 h for each of its 1.5 ha.
    text = text.replace("patch = 2.0, object = 4.0", "patch = 2.0, object = 49.65")
    drawn_town.write_town(folder / "town")
    (folder / "town" / "rules.toml").write_text(text, encoding="utf-8")
    plan = make_plan(folder / "town")
    (folder / "out").mkdir()
    save_plan(plan, folder / "out" / "heavy.gridmap.gpkg")
    return folder, plan


def test_a_patch_of_52_hours_needs_seven_officers_and_plan_command_and_page_say_so(heavy):
    folder, plan = heavy
    row = plan.micro_grids.loc[ESTATE]
    assert (round(row["load_h"], 2), row["patches"], row["officers"]) == (52.4, 1, 4)
    told = plan.issues[(plan.issues["rule"] == "CAP-9") & (plan.issues["code"] == ESTATE)]
    chinese = "4 名干部 × 8 小时 = 32.0 小时，超出 20.4 小时：需 7 人，规则上限 4 人"
    assert chinese in told["message_zh"].item()
    assert "it needs 7 officers, the rules allow 4" in told["message"].item()
    place = folder / "out" / "heavy.gridmap.gpkg"
    assert "7 officers" in " ".join(run("check", place).stdout.split())
    assert any("needs 7" in one["message"] for one in answer("check", place)["issues"])
    app = app_page(folder / "out", "coverage")
    app.session_state["coverage-wanted"] = "issues"
    app.run()
    cells = [str(cell) for frame in app.dataframe for cell in frame.value.to_numpy().ravel()]
    assert any(chinese in cell for cell in cells)


def test_where_the_rules_allow_seven_there_are_seven_posts(heavy):
    folder, _ = heavy
    town = folder / "more"
    drawn_town.write_town(town)
    text = (folder / "town" / "rules.toml").read_text("utf-8")
    text = text.replace("officers_max = 4", "officers_max = 7")
    (town / "rules.toml").write_text(text, encoding="utf-8")
    plan = make_plan(town)
    assert plan.grids.at[ESTATE, "officers"] == (plan.posts["grid_code"] == ESTATE).sum() == 7
    assert ESTATE not in set(plan.issues.loc[plan.issues["rule"] == "CAP-9", "code"])


ROSTERS = {"leaders": (7, 0), "one cadre": (7, 1), "one alone": (0, 1)}


@pytest.mark.parametrize(("leaders", "cadres"), ROSTERS.values(), ids=ROSTERS)
def test_with_any_number_of_cadres_there_is_a_plan_with_named_vacancies(tmp_path, leaders, cadres):
    roster = drawn_town.draw_roster()
    kinds = roster["身份"]
    roster = roster[(kinds == "网格长") & (kinds.eq("网格长").cumsum() <= leaders)
                    | (kinds == "干部") & (kinds.eq("干部").cumsum() <= cadres)]  # fmt: skip
    town = drawn_town.write_town(tmp_path / "town", roster=roster)
    (trial,) = run_trials(town, tmp_path, [Attempt()], tell=lambda *_: None)
    assert trial.is_plan
    plan = load_plan(trial.path)
    assert (plan.people["role"] == "cadre").sum() == cadres
    micro = plan.micro_grids.index
    vacant = plan.assignments[plan.assignments["status"] == "vacant"]
    staffed = plan.assignments[plan.assignments["status"] == "filled"]["grid_code"]
    assert (vacant["reason_zh"] != "").all()
    assert len(set(micro) & set(staffed)) == cadres
    assert set(micro) - set(staffed) <= set(vacant["grid_code"])
    if len(roster):
        (told,) = plan.issues[plan.issues["rule"] == "SPLIT-2"].itertuples()
        assert told.size == len(micro) - cadres
        assert f"花名册有干部 {cadres} 人" in told.message_zh
    # What is offered was tried: following it gives what it says, and its cost stands beside it.
    read = load_town(town)
    for way in trial.ways_out:
        assert way.cost is not None
        assert way.cost.zh
        parse_rules(apply_changes(read.rules_text, way.changes))
