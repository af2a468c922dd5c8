"""The people page without a browser: posting, freeing, another roster, undo, refusals."""

import pandas as pd
import pytest
from app_pages import app_page
from redraw_plan import BY, draw
from saved_plans import put_plan

from gridmap import edits
from gridmap.store import load_plan, save_plan
from gridmap.ui.people.people_tables import searched
from gridmap.words import WORDS
from gridmap.workflow.workflow import reassign_cadres

NAME = "town.gridmap.gpkg"


@pytest.fixture
def folder(tmp_path):
    put_plan(draw, tmp_path / NAME)
    return tmp_path


def people(folder):
    app = app_page(folder, "people").run()
    assert not app.exception
    return app


def holder(folder, post):
    rows = load_plan(folder / NAME).assignments
    return rows.loc[rows["post_id"] == post, "person_id"].item()


def text(key, **values):
    return WORDS[key][0].format(**values)


def test_the_page_opens_with_its_figures_and_tables(folder):
    app = people(folder)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {"岗位": "13", "已到岗": "12", "空缺": "1", "未定岗人员": "0"}
    posts = app.dataframe[0].value
    assert posts.loc["TVW02-03", "person"] == ""
    assert posts.loc["TVE01-01", "person"] == "干部1"
    assert posts.loc["TVE01-01", "load"] == "4.0"  # 12 hours, three officers
    assert posts.loc["TVE-01", "load"] == ""  # only micro-grids have officers
    assert "phone" not in app.dataframe[1].value


def test_before_a_post_is_chosen_the_vacant_ones_and_the_fullest_grids_are_offered(folder):
    app = people(folder)
    offered = [one for one in app.button if str(one.key).startswith("people-first-")]
    hours = pd.to_numeric(app.dataframe[0].value.set_index("grid_name")["load"])
    fullest = hours.groupby(level=0).first().sort_values(ascending=False)
    shown = [one.label.split(" · ")[-1] for one in offered if "-load-" in one.key]
    assert shown == [f"{one:.1f} 小时" for one in fullest.dropna()[:5]]
    app.button(key="people-first-vacant-TVW02-03").click().run()
    assert not app.exception
    assert app.session_state["people-post"] == "TVW02-03"
    assert not [one for one in app.button if str(one.key).startswith("people-first-")]


def test_a_vacant_post_is_filled_by_hand_and_taken_back(folder):
    app = people(folder)
    app.selectbox(key="people-post").select("TVW02-03").run()
    app.selectbox(key="people-candidate-TVW02-03").select("C1").run()
    app.text_input(key="people-why").input("熟悉水域").run()
    app.button(key="people-put").click().run()
    assert holder(folder, "TVW02-03") == "C1"
    entry = load_plan(folder / NAME).edits.iloc[-1]
    assert (entry["kind"], entry["why"], entry["who"]) == ("post", "熟悉水域", "本机规划员")
    app.button(key="people-undo").click().run()
    assert holder(folder, "TVW02-03") == ""
    app.button(key="people-redo").click().run()
    assert holder(folder, "TVW02-03") == "C1"


def test_two_people_change_places(folder):
    app = people(folder)
    app.selectbox(key="people-post").select("TVW01-01").run()
    app.selectbox(key="people-candidate-TVW01-01").select("C1").run()
    app.toggle(key="people-swap").set_value(True).run()
    app.button(key="people-put").click().run()
    assert (holder(folder, "TVW01-01"), holder(folder, "TVE01-01")) == ("C1", "C4")


def test_a_post_is_freed_and_people_are_assigned_again(folder):
    app = people(folder)
    app.selectbox(key="people-post").select("TVE01-02").run()
    app.button(key="people-release").click().run()
    assert holder(folder, "TVE01-02") == ""
    app.button(key="people-again").click().run()
    assert load_plan(folder / NAME).edits["kind"].tolist() == ["free", "assign"]
    assert (load_plan(folder / NAME).assignments["status"] == "filled").sum() == 12


def test_another_roster_is_compared_first_and_then_used(folder):
    app = people(folder)
    lines = ["编号,姓名,身份,现任网格"]
    lines += [f"L{code},{code} 长,网格长,{code}" for code in ("T", "TV", "TVW", "TVE")]
    lines += [f"C{number},干部{number},干部," for number in range(1, 8)]
    lines += ["C9,新来的,干部,"]
    app.file_uploader(key="people-roster").upload(
        "花名册.csv", "\n".join(lines).encode("gbk"), "text/csv"
    ).run()
    assert text("people.roster_diff", new=1, gone=1, changed=0) in [
        one.value for one in app.markdown
    ]
    app.button(key="people-roster-use").click().run()
    assert not app.error
    plan = load_plan(folder / NAME)
    assert "C9" in plan.people.index
    assert "C8" not in plan.people.index


def test_another_roster_is_compared_by_the_columns_that_the_rules_name(folder):
    plan = draw('[roster]\nfile = "r.csv"\nid_column = "工位"\nhome_code_column = "常驻"\n')
    save_plan(plan, folder / NAME, overwrite=True)
    app = people(folder)
    lines = ["工位,姓名,身份,现任网格,常驻"]
    lines += [f"L{code},{code} 长,网格长,{code}," for code in ("T", "TV", "TVW", "TVE")]
    lines += [f"C{number},干部{number},干部,," for number in range(1, 8)]
    lines += ["C9,新来的,干部,,TV"]
    app.file_uploader(key="people-roster").upload(
        "花.csv", "\n".join(lines).encode(), "text/csv"
    ).run()
    assert not app.error
    assert text("people.roster_diff", new=1, gone=1, changed=0) in [
        one.value for one in app.markdown
    ]
    app.button(key="people-roster-use").click().run()
    assert not app.error
    assert load_plan(folder / NAME).people.loc["C9", "home_code"] == "TV"


def test_what_was_mended_in_a_roster_is_told_before_and_after_it_is_used(folder):
    app = people(folder)
    lines = ["编号,姓名,身份,现任网格"]
    lines += [f"L{code},{code} 长,网格长,{code}" for code in ("T", "TV", "TVW", "TVE")]
    lines += [f"C{number},干部{number},干部," for number in range(1, 9)]
    lines += ["合计,12人,,"]
    app.file_uploader(key="people-roster").upload(
        "花名册.csv", "\n".join(lines).encode(), "text/csv"
    ).run()
    assert "略去 1 行合计行（第 14 行：“合计”）" in app.warning[0].value
    assert text("people.roster_same") in [one.value for one in app.info]
    app.button(key="people-roster-use").click().run()
    told = load_plan(folder / NAME).issues
    assert told["message"].str.contains("row of totals").sum() == 1


def test_a_file_that_is_no_roster_is_refused_in_words(folder):
    app = people(folder)
    app.file_uploader(key="people-roster").upload("a.csv", b"x,y\n1,2\n", "text/csv").run()
    assert not app.exception
    assert "编号" in app.error[0].value
    assert not [one for one in app.button if one.key == "people-roster-use"]


def test_filters_find_a_name_and_the_vacant_posts(folder):
    app = people(folder)
    app.toggle(key="people-vacant").set_value(True).run()
    assert app.dataframe[0].value.index.tolist() == ["TVW02-03"]
    app.toggle(key="people-vacant").set_value(False).run()
    app.text_input(key="people-find").input("干部5").run()
    assert app.dataframe[0].value.index.tolist() == ["TVW01-02"]
    app.text_input(key="people-find").input("没有这个人").run()
    assert text("people.none_fit") in [one.value for one in app.info]
    app.toggle(key="people-free").set_value(True).run()
    assert not app.exception


def test_whatever_a_colleague_did_meanwhile_is_told_and_not_overwritten(folder):
    app = people(folder)
    app.selectbox(key="people-post").select("TVW02-03").run()
    other = edits.post_person(load_plan(folder / NAME), "C2", "TVW02-03", **BY)
    # The colleague's change comes between the page that is shown and the click.
    from gridmap.ui.people import people_page as page

    real = page.plans.change_open

    def late(path, folder, change):
        save_plan(other, path, overwrite=True)
        return real(path, folder, change)

    page.plans.change_open = late
    try:
        app.button(key="people-put").click().run()
    finally:
        page.plans.change_open = real
    assert "王五" in app.error[0].value
    assert holder(folder, "TVW02-03") == "C2"


def test_search_looks_at_ids_too():
    from gridmap.ui.people.people_tables import people_table
    from gridmap.ui.shell.i18n import Translator

    table = people_table(draw(), Translator("en"))
    assert searched(table, "c3").index.tolist() == ["C3"]
    assert searched(table, " ").equals(table)


ROLES = """
[roles.police]
name = "民警"
on = ["base:2"]
hours = 2.0
[roles.chief]
name = "首席服务官"
on = ["group:alliance"]
leads = true
hours = 2.0
"""


def with_roles():
    plan = draw(ROLES)
    people = plan.people.copy()
    people.loc["C8", ["role", "hours"]] = ["police", 8.0]
    people.loc["C1", ["roles", "hours"]] = ["chief", 8.0]
    groups = pd.DataFrame(
        {"type": ["alliance"], "name": ["联盟"], "name_en": [""]},
        index=pd.Index(["A"], name="group_id"),
    )
    members = pd.DataFrame({"group_id": "A", "kind": "grid", "member_id": ["TVW01", "gone"]})
    return reassign_cadres(plan.with_tables(people=people, groups=groups, members=members))


def test_roles_groups_and_several_posts_a_person_are_on_the_page(folder):
    save_plan(with_roles(), folder / NAME, overwrite=True)
    app = people(folder)
    posts, person, groups = (frame.value for frame in (app.dataframe[0], app.dataframe[1],
                                                       app.dataframe[-1]))  # fmt: skip
    assert posts.loc["TV-police-01", ["role", "person"]].tolist() == ["民警", "干部8"]
    assert posts.loc["A-chief-01", ["grid_name", "role", "person"]].tolist() == [
        "联盟", "首席服务官", "干部1",
    ]  # fmt: skip
    assert person.loc["C1", "role"] == "干部、首席服务官"
    assert "A-chief-01" in person.loc["C1", "post"]
    assert person.loc["C1", "hours"] == "6 / 8"
    assert groups.loc["A", ["group", "type", "count", "lost"]].tolist() == [
        "联盟", "联盟", 1, "gone",
    ]  # fmt: skip


def test_a_vacancy_says_what_would_fill_it_and_one_with_hours_keeps_the_own_post(folder):
    save_plan(edits.free_post(with_roles(), "A-chief-01", **BY), folder / NAME, overwrite=True)
    app = people(folder)
    app.selectbox(key="people-post").select("A-chief-01").run()
    app.toggle(key="people-ways-A-chief-01").set_value(True).run()
    assert "A-chief-01" in app.info[0].value
    app.selectbox(key="people-candidate-A-chief-01").select("C1").run()
    assert app.toggle(key="people-also").value is True
    app.button(key="people-put").click().run()
    rows = load_plan(folder / NAME).assignments
    held = rows.loc[rows["person_id"] == "C1", "post_id"].tolist()
    assert len(held) == 2
    assert "A-chief-01" in held
