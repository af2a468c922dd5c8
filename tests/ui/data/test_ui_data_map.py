"""The map of the page 数据: a layer is seen among the roads and waters of its town."""

from project import DATA

from gridmap.rules.entries import Entry, entries_of
from gridmap.ui.data.data_map import draw_around, look_of

TOWN = DATA / "zhengan"
CRS = "EPSG:4547"


def test_layers_of_the_context_have_the_signs_of_all_maps_and_others_are_grey():
    def look(role, **values):
        return look_of(Entry(role, (role,), "a.fgb", "", values))

    assert look("roads") == "road"
    assert [look("context", kind=kind) for kind in ("road", "water", "building", "place")] == [
        "road", "water", "building", "other",
    ]  # fmt: skip
    assert look("layer", category="water") == "other"


def test_the_roads_and_waters_of_a_town_are_drawn_once_and_never_the_file_itself():
    entries = entries_of((TOWN / "rules.toml").read_text(encoding="utf-8"))
    drawn = draw_around(TOWN, entries, CRS, but="water_lines.fgb")
    names = [one.name for one in drawn]
    assert names.count("roads.fgb") == 1
    assert "water_lines.fgb" not in names
    assert {one.look for one in drawn} == {"road", "water"}
    gone = [Entry("context", ("context", 0), "gone.fgb", "", {"kind": "road"})]
    assert draw_around(TOWN, gone, CRS, but="") == []
