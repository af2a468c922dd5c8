"""Balance in sight while redrawing: the panel, its colouring, and kinds that would change.

The figures of the browser are held against `gridmap.coverage.balance` and the rule of categories.
"""

import browser
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import redraw_plan
from contrast import too_faint
from drawn_context import context_of
from editor_hand import SPOT, Hand
from playwright.sync_api import expect
from redraw_plan import BY, E1, W1, W2
from wcag import breaches

from boundaries.tiling.build import kind_of
from gridmap import edits
from gridmap.coverage.balance import BALANCE_CLASSES, balance_table
from gridmap.split.micro_category import category_of, subclass_of
from gridmap.store import save_plan
from gridmap.ui.redraw.redraw_map import KINDS
from layers.contract.categories import CATEGORY_KEYS

FIGURES = {
    "load": "load_h", "officers": "officers", "capacity": "capacity_h", "used": "used",
    "ratio": "ratio", "people": "people", "purity": "purity", "households": "households",
    "objects": "objects", "border": "border_m", "road": "road_share", "seen": "seen_share",
    "compact": "compactness",
}  # fmt: skip
# Mean of a row of pixels across the ground: 255 for white.
LIGHTNESS = """(editor) => {
  const canvas = editor.querySelector(".leaflet-overlay-pane canvas");
  const row = canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1).data;
  const seen = [...row].filter((_, at) => at % 4 < 3 && row[at - (at % 4) + 3] === 255);
  return seen.reduce((sum, one) => sum + one, 0) / seen.length;
}"""
DARK_GROUND = 110
ZOOM = "(editor) => editor.getRootNode().gmEditor.board.map.getZoom()"
CODES = "(editor) => editor.getRootNode().gmEditor.board.ground.codes"
MEASURED = "(editor, code) => editor.getRootNode().gmEditor.balance(code)"
# Micro-grids dealt out anew at random, over and over: what kind each would be.
KINDS_OF = """(editor, dealt) => dealt.map((labels) =>
  editor.getRootNode().gmEditor.balance("", labels).map((row) => [row.grid, row.kind]))"""
LIVED_ON = '[household_grids]\non = ["village_res"]\n'


def lakes(plan):
    """A plan whose W2 is half water: with one field less it is a lake. A road parts W1 and W2."""
    category = plan.patches["category"].mask(plan.patches.index.isin(["P31", "P32"]), "water")
    road = ("road", "primary", "村中大路", redraw_plan.line((2, -0.5), (2, 3.5)))
    patches = gpd.GeoDataFrame(plan.patches.assign(category=category), crs=plan.crs)
    grids = plan.grids.assign(purity=plan.grids["purity"].where(plan.grids.index != W2, 0.5))
    return plan.with_tables(patches=patches, grids=grids, context=context_of([road], plan.crs))


# By patch, column after column: kind, hectares, households. The two firms are a site together only.
MIXED = (
    *(("village_res", 0.4, 4), ("farmland", 1, 0), ("farmland", 1, 0)),
    *(("key_enterprise", 0.6, 0), ("key_enterprise", 0.6, 0), ("water", 1, 0)),
    *(("developable", 1, 0), ("market_commerce", 0.4, 0), ("public_service", 1, 0)),
    *(("farmland", 1, 2), ("village_res", 1, 0), ("village_res", 0.09, 4)),
    *(("water", 1, 0), ("farmland", 1, 0), ("urban_res", 0.4, 0)),
    *(("forest_orchard_grass", 1, 0), ("key_enterprise", 0.4, 0), ("other_land", 1, 0)),
)


def mixed(plan):
    """A plan with ground of every sort: sites, homes, built-up and open ground."""
    kind, hectares, households = (np.array(one) for one in zip(*MIXED, strict=True))
    residual = ~np.isin(kind, CATEGORY_KEYS)
    patches = plan.patches.assign(
        category=np.where(residual, "residual", kind),
        subclass=np.where(residual, kind, ""),
        households=households.astype(float),
        area_m2=1e4 * hectares,
    )
    return plan.with_tables(patches=gpd.GeoDataFrame(patches, crs=plan.crs))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The app over two plans: the address, and the plans by name."""
    folder = tmp_path_factory.mktemp("balance")
    plain = redraw_plan.draw(LIVED_ON)
    made = {"lakes": lakes(plain), "mixed": mixed(plain)}
    for name, plan in made.items():
        save_plan(plan, folder / f"{name}.gridmap.gpkg")
    with browser.app_server(folder, folder) as address:
        yield address, made


def at_work(chromium, served, name):
    return browser.open_page(chromium, f"{served[0]}/redraw?plan={name}.gridmap.gpkg")


def measured(hand, code=""):
    hand.rest()
    return pd.DataFrame(hand.editor.evaluate(MEASURED, code)).set_index("code")


def assert_as_python_says(found, plan):
    table = balance_table(plan)
    for parent, rows in table.groupby("parent"):
        assert found.index[found["parent"] == parent].tolist() == rows.index.tolist()
    table = table.loc[found.index]
    for name, column in FIGURES.items():
        assert found[name].tolist() == pytest.approx(table[column].tolist(), abs=2e-4), name
    assert [BALANCE_CLASSES[at] for at in found["state"]] == table["state"].tolist()


def test_balance_is_in_sight_while_the_hand_moves(chromium, served):
    plan = served[1]["lakes"]
    with at_work(chromium, served, "lakes") as watched:
        page = watched.page
        hand = Hand(page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        panel = page.locator(".gm-balance")
        rows = panel.locator(".gm-balance-row")
        assert_as_python_says(measured(hand), plan)
        # The grid above under the middle of the view; the chooser leads to the other.
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("12.0/12")
        panel.get_by_label("查看哪个上级网格").select_option(label="东")
        expect(rows).to_have_count(1)
        panel.get_by_label("查看哪个上级网格").select_option("auto")

        # Pointing at where the choice would go shows what would be, and what would be another kind.
        hand.click("P20", "P21", "P22", "P30")
        hand.tool("move")
        page.mouse.move(*hand.editor.evaluate(SPOT, "P10"))
        expect(panel.locator(f"[data-grid={W1}].gm-balance-row")).to_contain_text("20.0/16")
        expect(panel.locator("[data-figure='redraw.count_over'] dd")).to_have_text("1")
        expect(panel.locator(".gm-turned")).to_contain_text("微网格 02 的类别将改变：耕地 → 水域")
        expect(page.locator(".gm-tip .gm-turns")).to_have_text("02 耕地02将变为水域")
        page.mouse.move(*hand.editor.evaluate(SPOT, "P31"))
        expect(panel.locator(f"[data-grid={W1}].gm-balance-row")).to_contain_text("12.0/12")
        expect(panel.locator(".gm-turned")).to_be_empty()
        # The same at the button that moves it.
        button = page.locator(f".gm-target[data-grid={W1}]")
        expect(button).to_contain_text("02 耕地02将变为水域")
        button.click()
        expect(hand.changes()).to_contain_text("微网格 TVW02 的类别将改变：耕地 → 水域")
        expect(panel.locator(".gm-turned")).to_contain_text("02 的类别将改变：耕地 → 水域")
        after = edits.apply(plan, edits.move_patches(plan, ["P20", "P21", "P22", "P30"], W1), **BY)
        assert_as_python_says(measured(hand), after)
        assert rows.evaluate_all("all => all.map((one) => one.dataset.grid)") == [W1, W2]

        # A click leads to a grid and marks it; a second time it is left.
        row = panel.locator(f"[data-grid={W2}].gm-balance-row")
        row.click()
        expect(row).to_have_attribute("aria-pressed", "true")
        near = hand.editor.evaluate(ZOOM)
        hand.button("全图").click()
        assert near > hand.editor.evaluate(ZOOM)
        panel.locator(f"circle[data-grid={W2}]").click()
        expect(row).to_have_attribute("aria-pressed", "false")

        hand.editor.get_by_label("着色").select_option("balance")
        expect(page.locator(".gm-legend")).to_contain_text("人均工作量与上级网格平均之比")
        expect(page.locator(".gm-legend")).to_contain_text("超出承载力")
        hand.button("收起").click()
        expect(rows.first).to_be_hidden()
        hand.button("展开").click()
        expect(rows.first).to_be_visible()
        assert (watched.outside, watched.errors) == ([], [])


def test_the_editor_is_dark_where_the_page_is_and_its_texts_are_seen(chromium, served):
    with at_work(chromium, served, "lakes") as watched:
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        hand.editor.get_by_label("着色").select_option("balance")
        hand.click("P20")
        expect(page.locator(".gm-look")).to_be_visible()
        assert too_faint(page) == []
        assert hand.editor.evaluate(LIGHTNESS) > DARK_GROUND
        page.emulate_media(color_scheme="dark")
        expect(hand.editor).to_have_css("background-color", "rgb(27, 31, 36)")
        browser.until(page, lambda: hand.editor.evaluate(LIGHTNESS) < DARK_GROUND)
        hand.click("P21")
        expect(page.locator(".gm-legend .lines")).to_contain_text(
            ["微网格界", "上级网格界", "镇界", "所选图斑"]
        )
        assert too_faint(page) == []
        assert breaches(page) == []
        assert (watched.outside, watched.errors) == ([], [])


def test_a_kind_while_the_hand_moves_is_that_of_the_rule(chromium, served):
    plan = served[1]["mixed"]
    dice = np.random.default_rng(3)
    codes = np.array([W1, W2, E1])
    dealt = [dice.integers(0, 3, len(plan.patches)) for _ in range(200)]
    with at_work(chromium, served, "mixed") as watched:
        hand = Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        hand.rest()
        order = hand.editor.evaluate(CODES)
        grids = [[order.index(code) for code in codes[labels]] for labels in dealt]
        found = hand.editor.evaluate(KINDS_OF, grids)
    for labels, rows in zip(dealt, found, strict=True):
        label = pd.Series(codes[labels], index=plan.patches.index)
        category = category_of(plan.patches, label, rules=plan.rules)
        ground = pd.DataFrame({
            "category": category,
            "subclass": subclass_of(plan.patches, label, category, rules=plan.rules),
        })  # fmt: skip
        expected = kind_of(ground).groupby(label).first().to_dict()
        assert {order[grid]: KINDS[kind] for grid, kind in rows} == expected
    assert len({kind for rows in found for _, kind in rows}) > 3  # sites, homes and other ground
