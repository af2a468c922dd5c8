"""A first town in a real browser: files dropped in a mixture, map, roster, questions, plan."""

import browser
import pytest
import shapely
from browser import app_server, open_page
from first_towns import draw_grids, write_loose
from playwright.sync_api import expect

from gridmap.first_town.division import read_division
from gridmap.first_town.drafts import new_draft
from gridmap.first_town.dropped import take_in
from gridmap.rules import load_rules
from gridmap.store import load_plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    (folder / "out").mkdir()
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with app_server(folder / "out", folder, folder / "towns") as started:
        yield started


def step(page, name):
    return page.locator(f".st-key-begin-step-{name}").get_by_role("button")


def test_dropped_files_end_in_a_plan_with_vacancies_named(chromium, address, folder, tmp_path):
    with open_page(chromium, address) as watched:
        page = watched.page
        page.get_by_role("button", name="开始新建").click()
        page.locator("input[type=file]").set_input_files(write_loose(tmp_path / "office"))
        # One step: nothing is confirmed, every file says what it is taken for.
        files = page.locator(".st-key-begin-files")
        expect(files).to_contain_text("旁边的地类名称有 100% 与之一致")
        expect(files).to_contain_text("网格体系")
        expect(step(page, "land")).to_have_text("2 看图认类")
        page.get_by_role("button", name="下一步：看图认类").click()
        expect(page.locator(".data-map canvas")).to_be_visible()
        expect(page.locator(".begin-table").first).to_contain_text("0102 水浇地、0103 旱地")
        expect(page.get_by_text("1 级 1 个、2 级 3 个、3 级 6 个")).to_be_visible()
        page.get_by_role("button", name="下一步：核对花名册").click()
        expect(page.get_by_text("23 人，网格长 9 人")).to_be_visible()
        page.get_by_text("重复的人：1 行").click()
        expect(page.get_by_text("24 人，网格长 9 人")).to_be_visible()
        page.get_by_text("重复的人：1 行").click()
        expect(page.get_by_text("23 人，网格长 9 人")).to_be_visible()
        page.reload()  # what was decided lies beside the files
        page.get_by_role("button", name="继续").click()
        step(page, "plan").click()
        page.get_by_label("每名干部每周到网格几小时").fill("10")
        page.get_by_label("每名干部每周到网格几小时").press("Enter")
        browser.settled(page)
        page.get_by_role("button", name="生成方案", exact=True).click()
        expect(page.get_by_text("大约还需")).to_be_visible()
        expect(page.get_by_text("方案已生成")).to_be_visible(timeout=120_000)
        page.get_by_text("空缺的岗位：").click()
        expect(page.locator(".st-key-begin-done li").first).to_be_visible()
        rules = load_rules(folder / "towns" / "柳河镇" / "rules.toml")
        assert rules.capacity.officer_hours == 10
        assert len(list((folder / "out").rglob("*.gridmap.gpkg"))) == 1
        page.get_by_role("button", name="重新生成").click()
        expect(page.get_by_label("每名干部每周到网格几小时")).to_have_value("10")
        page.get_by_role("button", name="生成方案", exact=True).click()
        expect(page.get_by_text("方案已生成")).to_be_visible(timeout=120_000)
        assert len(list((folder / "out").rglob("*.gridmap.gpkg"))) == 2
        assert len(load_rules(folder / "towns" / "柳河镇" / "rules.toml").layers) == 1
        page.get_by_role("button", name="再建一个镇").click()
        expect(page.get_by_text("至少要有：各村或各网格的范围")).to_be_visible()
        assert (watched.errors, watched.outside) == ([], [])


def test_grids_of_another_system_become_the_first_plan_and_are_undone(chromium, tmp_path):
    towns, out = tmp_path / "towns", tmp_path / "out"
    out.mkdir()
    draft = new_draft(towns)
    take_in(draft, [(one.name, one) for one in write_loose(tmp_path / "office")])
    grids = draw_grids()
    theirs = grids[grids["level"] == 3][["name", "geometry"]].rename(columns={"name": "PM"})
    theirs["GH"] = [f"ZW{number}" for number in range(len(theirs))]
    west, south, east, north = theirs.geometry.iloc[0].bounds
    wider = shapely.box(west - 150, south, east, north)  # out of the town
    theirs = theirs.set_geometry([wider, *theirs.geometry.iloc[1:]], crs=theirs.crs)
    theirs.to_file(tmp_path / "他们的网格.geojson")
    with (
        app_server(out, tmp_path, towns) as address,
        open_page(chromium, f"{address}/newtown") as watched,
    ):
        page = watched.page
        page.get_by_role("button", name="继续").click()
        step(page, "plan").click()
        page.get_by_text("已有网格边界？").click()
        part = page.locator(".st-key-begin-already")
        part.locator("input[type=file]").set_input_files(tmp_path / "他们的网格.geojson")
        for label, column in (("网格编码", "GH"), ("网格名称", "PM")):
            part.get_by_label(label, exact=True).click()
            page.get_by_role("option", name=column, exact=True).click()
        expect(part.get_by_text("读到 6 个网格")).to_be_visible()
        page.get_by_role("button", name="生成方案", exact=True).click()
        expect(page.get_by_text("按已有边界生成：6 个网格")).to_be_visible(timeout=120_000)
        done = page.locator(".st-key-begin-done")
        expect(done).to_contain_text("平方米在本乡镇范围外")
        (plan,) = out.rglob("柳河镇*.gridmap.gpkg")
        made = load_plan(plan)
        assert set(made.micro_grids["source_code"]) >= {f"ZW{number}" for number in range(6)}
        page.get_by_role("button", name="撤销导入").click()
        expect(page.get_by_text("要分成多少个微网格")).to_be_visible()
        assert not plan.exists()
        assert read_division(towns / "柳河镇") is None
        assert (watched.errors, watched.outside) == ([], [])
