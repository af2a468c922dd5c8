"""The map on paper, read back from the PDF: lengths, texts, fonts, colours, sheets."""

import ctypes
import re
from datetime import date

import drawn_plan
import firm_plan
import geopandas as gpd
import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest
import shapely
from project import ROOT

from gridmap.maps.legend import ANSWER_LOOKS, CATEGORY_LOOKS, LEFT
from gridmap.maps.pdf import SCALES, map_pdf
from gridmap.maps.pdf.ground import border_lines
from gridmap.maps.pdf.hatching import hatch, hatch_over
from gridmap.maps.pdf.sheets import Box, lay_out
from gridmap.maps.signs import OBJECT_COLOURS
from gridmap.publish.release import release
from layers.contract.errors import UsageError
from layers.registers.classes import CLASSES

DAY = date(2026, 11, 29)
POINTS_A_MM = 72 / 25.4
INK = (17, 17, 17)
ASCII = "".join(map(chr, range(32, 127))) + "·"
TOWN = shapely.box(0, 0, 2000, 1000)  # as large as the drawn one


def plan_with_context():
    plan = drawn_plan.draw_plan()
    west, south, east, north = plan.grids.total_bounds
    middle = (south + north) / 2 + 40
    context = gpd.GeoDataFrame(
        {"kind": ["road", "water", "building", "place"], "class": ["primary", "", "", ""],
         "name": ["郑开大道", "贾鲁河", "", "小学"], "layer": "context.fgb"},
        geometry=[
            shapely.LineString([(west, middle), (east, middle)]),
            shapely.LineString([(west, south + 60), (east, south + 60)]),
            shapely.box(west + 20, south + 20, west + 60, south + 50),
            shapely.Point(west + 700, north - 60),
        ],
        crs=plan.crs,
    )  # fmt: skip
    return plan.with_tables(context=context)


class Page:
    """What a page of a file shows."""

    def __init__(self, pdf, number=0):
        self._document = pypdfium2.PdfDocument(pdf)
        self._page = self._document[number]
        self.pages = len(self._document)
        self.size_mm = tuple(round(side / POINTS_A_MM, 1) for side in self._page.get_size())
        self.text = self._page.get_textpage().get_text_range()
        self._objects = list(self._page.get_objects())

    def filled(self):
        """Width and height in mm of every filled shape, and its colour."""
        found = []
        for each in self._objects:
            mode, stroked = ctypes.c_int(), ctypes.c_int()
            if each.type != raw.FPDF_PAGEOBJ_PATH:
                continue
            raw.FPDFPath_GetDrawMode(each, mode, stroked)
            if mode.value:
                left, low, right, high = each.get_bounds()
                sides = (right - left) / POINTS_A_MM, (high - low) / POINTS_A_MM
                found.append((*sides, colour_of(each)))
        return found

    def fonts_embedded(self):
        texts = [one for one in self._objects if one.type == raw.FPDF_PAGEOBJ_TEXT]
        return [bool(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(one))) for one in texts]

    def texts(self):
        """Boxes of the texts; of each its light edge, which is another object, is left out."""
        texts = [one for one in self._objects if one.type == raw.FPDF_PAGEOBJ_TEXT]
        return [shapely.box(*one.get_bounds()) for one in texts if colour_of(one) == INK]

    def colours(self):
        return {colour_of(one, stroke) for one in self._objects for stroke in (False, True)}


def colour_of(each, stroke=False):
    parts = [ctypes.c_uint() for _ in range(4)]
    ask = raw.FPDFPageObj_GetStrokeColor if stroke else raw.FPDFPageObj_GetFillColor
    ask(each, *parts)
    return tuple(part.value for part in parts[:3])


@pytest.fixture(scope="module")
def whole():
    return map_pdf(plan_with_context(), printed=DAY, scale=10_000)


@pytest.fixture(scope="module")
def page(whole):
    return Page(whole.pdf)


@pytest.fixture(scope="module")
def grey():
    return map_pdf(
        drawn_plan.draw_plan(),
        printed=DAY,
        paper="A4",
        grid=drawn_plan.EAST_2,
        grey=True,
    )


@pytest.fixture(scope="module")
def tiled():
    plan = drawn_plan.draw_plan()
    return map_pdf(plan, printed=DAY, paper="A4", scale=5_000, landscape=True)


@pytest.fixture(scope="module")
def tiny():
    return map_pdf(drawn_plan.draw_plan(), printed=DAY, paper="A4", scale=100_000)


# scale and paper


def test_a_known_distance_measures_right_on_paper(page):
    # A micro-grid is 250 m x 500 m: at 1:10 000 its ground is 25 mm x 50 mm.
    sizes = np.array([[width, height] for width, height, _ in page.filled()])
    grids = np.abs(sizes - [25.0, 50.0]).max(axis=1) < 0.02
    assert grids.sum() == 16
    assert page.size_mm == (420.0, 297.0)


def test_the_scale_bar_is_as_long_as_it_says(page):
    # 500 m in four parts of 125 m: 12.5 mm each at 1:10 000.
    assert "500 米" in page.text
    parts = [width for width, height, _ in page.filled() if abs(height - 1.6) < 0.02]
    assert [width for width in parts if abs(width - 12.5) < 0.02] != []


def test_by_default_the_largest_map_that_fits_one_sheet_of_a3():
    # The frame is 346 mm x 253 mm: 2000 m take 333 mm at 1:6 000 and 400 mm at 1:5 000.
    layout = lay_out(TOWN, paper="A3", scale=None, landscape=None)
    assert (layout.scale, len(layout.sheets)) == (6_000, 1)
    assert layout.page_mm == (420.0, 297.0)
    tall = lay_out(shapely.box(0, 0, 1000, 2000), paper="A3", scale=None, landscape=None)
    assert tall.page_mm == (297.0, 420.0)


def test_what_fits_no_single_sheet_is_printed_on_several_at_the_smallest_scale():
    layout = lay_out(shapely.box(0, 0, 20_000, 1_000), paper="A4", scale=None, landscape=None)
    assert layout.scale == SCALES[-1]
    assert len(layout.sheets) > 1


def test_sheets_cover_the_town_overlap_and_name_their_neighbours():
    layout = lay_out(TOWN, paper="A4", scale=2_000, landscape=True)
    windows = [sheet.window.polygon() for sheet in layout.sheets]
    assert shapely.union_all(windows).covers(TOWN)
    assert [sheet.number for sheet in layout.sheets] == list(range(1, len(windows) + 1))
    first = layout.sheets[0]
    east = layout.sheets[first.neighbours["east"] - 1]
    assert east.neighbours["west"] == first.number
    assert first.window.right - east.window.left == pytest.approx(20)  # 10 mm at 1:2 000
    assert first.window.width == pytest.approx(layout.frame.width * 2)
    south = layout.sheets[first.neighbours["south"] - 1]
    assert south.window.high - first.window.low == pytest.approx(20)


def test_a_sheet_without_ground_of_the_town_is_left_out():
    corner = TOWN.difference(shapely.box(1000, 500, 2000, 1000))
    full = lay_out(TOWN, paper="A4", scale=2_000, landscape=True)
    less = lay_out(corner, paper="A4", scale=2_000, landscape=True)
    assert len(less.sheets) < len(full.sheets)


@pytest.mark.parametrize(
    "wish", [{"paper": "B5"}, {"scale": 100}, {"scale": 500, "paper": "A4"}, {"grid": "nobody"}]
)
def test_what_cannot_be_printed_is_refused_before_any_work(wish):
    plan = drawn_plan.draw_plan()
    if wish.get("scale") == 500:
        grown = plan.grids.set_geometry(plan.grids.scale(40, 40, origin=(0, 0)))
        plan = plan.with_tables(grids=grown)
    with pytest.raises(UsageError) as error:
        map_pdf(plan, printed=DAY, **wish)
    assert error.value.zh != str(error.value)


# text


def test_every_micro_grid_carries_its_number_and_every_text_is_searchable(page, whole):
    for code in drawn_plan.micro_codes():
        assert code in page.text
    assert whole.unnumbered == 0
    for text in ("微网格图", "1:10 000", "网格线为管理界线，非法定界线", drawn_plan.CREDIT_ZH,
                 "2026-11-29 打印", "制图", "审核", "上为坐标北", "图例", "问题楼盘"):  # fmt: skip
        assert text in page.text


def test_the_font_is_in_the_file(page):
    embedded = page.fonts_embedded()
    assert len(embedded) > 50
    assert all(embedded)


def test_roads_water_and_places_are_drawn_with_their_names(page):
    for name in ("郑开大道", "贾鲁河", "小学", "省道、主干路", "房屋"):
        assert name in page.text


def test_no_person_is_on_the_sheets(page):
    plan = drawn_plan.draw_plan()
    assert not [name for name in plan.people["name"] if name in page.text]
    assert drawn_plan.PHONE not in page.text


def test_no_text_lies_over_another_where_there_is_no_room_for_all(tiny):
    boxes = Page(tiny.pdf).texts()
    one, two = shapely.STRtree(boxes).query(boxes, predicate="overlaps")
    assert [(a, b) for a, b in zip(one, two, strict=True) if a < b] == []


def test_a_grid_too_small_for_a_number_is_counted(tiny):
    assert tiny.unnumbered == 16


def test_the_same_print_has_the_same_bytes(whole):
    again = map_pdf(plan_with_context(), printed=DAY, scale=10_000)
    assert again.pdf == whole.pdf


# one grid, greys, several sheets


def test_a_single_grid_is_numbered_alone(grey):
    text = Page(grey.pdf).text
    inside = [code for code in drawn_plan.micro_codes() if code.startswith(drawn_plan.EAST_2)]
    assert all(code in text for code in inside)
    assert not [code for code in drawn_plan.micro_codes() if code not in inside and code in text]


def test_a_grey_print_holds_no_colour_and_its_hatches(grey, page):
    assert [each for each in page.colours() if len(set(each)) > 1] != []
    assert [each for each in Page(grey.pdf).colours() if len(set(each)) > 1] == []


def test_several_sheets_begin_with_their_index_and_name_what_follows(tiled):
    pages = [Page(tiled.pdf, number) for number in range(tiled.sheets + 1)]
    assert pages[0].pages == tiled.sheets + 1 > 2
    assert f"图幅索引：1:5000 共 {tiled.sheets} 幅" in pages[0].text
    assert f"第 2 幅，共 {tiled.sheets} 幅" in pages[2].text
    assert "接第 2 幅" in pages[1].text
    assert "相邻图幅重叠 10 毫米" in pages[1].text


# fonts, hatches, borders


def test_hatches_of_paper_are_those_of_the_screen_and_stay_inside():
    region = shapely.box(0, 0, 30, 20).difference(shapely.box(10, 5, 20, 15))
    for look in (*CATEGORY_LOOKS, *ANSWER_LOOKS, LEFT):
        motif = hatch(look.hatch)
        drawn = hatch_over(region, motif, Box(0, 0, 30, 20))
        assert drawn.is_empty == (look.hatch == "none")
        assert shapely.difference(drawn, region.buffer(1e-9)).is_empty


def test_a_shared_border_is_drawn_once():
    squares = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    lines = border_lines(squares)
    assert sum(line.length for line in lines) == pytest.approx(7)


# objects of the registers


def plan_with_objects():
    plan = firm_plan.firm_plan()
    objects = plan.objects.copy()
    objects.loc[firm_plan.FLAG, "class"] = "estate"  # never on a map
    objects.loc[firm_plan.LAKE, "class"] = "station"
    return plan.with_tables(objects=objects)


@pytest.mark.parametrize("public", [False, True])
def test_objects_that_may_be_shown_are_on_paper_with_a_line_in_the_legend(public):
    made = map_pdf(release(plan_with_objects(), public=public), printed=DAY, paper="A4")
    page = Page(made.pdf)
    text = page.text
    assert re.search(r"企业\s*1 个", text)  # the one without a place is on no map
    assert re.search(r"驿站\s*1 个", text)
    assert "楼盘" not in text.replace("问题楼盘", "")  # which is a class of micro-grids
    discs = [colour for width, _, colour in page.filled() if width < 4]
    for key, there in (("enterprise", True), ("station", True), ("estate", False)):
        colour = tuple(bytes.fromhex(OBJECT_COLOURS[key][1:]))
        assert (
            discs.count(colour) >= 2 if there else colour not in discs
        )  # on the map and beside it


def test_a_sign_without_room_is_a_dot():
    plan = plan_with_objects()
    objects = plan.objects.copy()
    objects["geometry"] = [objects.geometry[firm_plan.FIRM]] * len(objects)
    objects["record"], objects["class"] = "", "enterprise"
    page = Page(map_pdf(plan.with_tables(objects=objects), printed=DAY, paper="A4").pdf)
    colour = tuple(bytes.fromhex(OBJECT_COLOURS["enterprise"][1:]))
    sizes = sorted(round(width, 1) for width, _, found in page.filled() if found == colour)
    assert len(sizes) == len(objects) + 2  # a dot each; one sign on the map, one in the legend
    assert sizes[len(objects) - 1] < 1.5 < sizes[-2]


def test_the_discs_of_objects_have_one_colour_on_screen_and_on_paper():
    style = (ROOT / "gridmap/maps/assets/page.css").read_text("utf-8")
    base = re.search(r"\.gm-object \{[^}]*--class: (#\w+)", style)[1]
    own = dict(re.findall(r"\.gm-object-(\w+) \{ --class: (#\w+)", style))
    assert {key: own.get(key, base) for key in CLASSES} == OBJECT_COLOURS
