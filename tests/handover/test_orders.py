"""Orders of files: what is refused, what they are about, and that they come whole or not at all."""

import base64
import io
import os
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from public_bytes import opened
from pypdfium2 import PdfDocument
from small_plan import small_plan

from gridmap.access.audit import audit_events
from gridmap.access.links import links_of
from gridmap.access.sidecar import is_private
from gridmap.boards.record import tracked_boards
from gridmap.handover import KINDS, File, Order, carry_out, check_order, kind_of
from gridmap.handover import delivery as delivery_module
from gridmap.handover.catalogue import SHELVES, kinds_for
from gridmap.handover.delivery import into_folder, into_zip
from gridmap.handover.names import free_name, safe_name
from gridmap.handover.order import from_json, to_json
from gridmap.handover.targets import targets_of
from gridmap.handover.templates import (
    changed_template,
    own_logo,
    save_own_template,
    template_for,
)
from gridmap.paper import template_text
from gridmap.paper.logo import checked_logo
from gridmap.store import SUFFIX, load_plan, save_plan
from layers.contract.errors import GridmapError, LayerFileError, LayerSchemaError, UsageError

DAY = date(2026, 3, 1)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / f"town{SUFFIX}"
    save_plan(small_plan(), path)
    return path


def made(order, path, **more):
    return carry_out(order, small_plan(), source=path, printed=DAY, **more)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order(()), "Choose at least one of: boards, cards"),
        (Order(("map", "mpa")), "no files of the kind 'mpa'"),
        (Order(("report",), audience="public"), "Not for the public: Report and ledger"),
        (Order(("copy",)), "Not for the house"),
        (Order(("map",), "grids"), "No grids are chosen"),
        (Order(("map",), "people"), "No people are chosen"),
        (Order(("map",), "grids", ("W01", "X9")), "no grids 'X9'"),
        (Order(("map",), "parents", ("W01",)), "a micro-grid has none below it"),
        (Order(("map",), "villages"), "Take one of all, parents"),
        (Order(("print",), paper="B5"), "no paper 'B5'"),
        (Order(("boundaries",), audience="public", names=True), "names_public = true"),
        (Order(("boundaries",), audience="public"), "have no licence"),
        (Order(("map",), contacts="office"), "none of the files has any"),
        (Order(("tasks",), contacts="mobile"), "no choice of phones 'mobile'"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused_with_what_to_do(order, said):
    with pytest.raises(UsageError) as refused:
        check_order(order, small_plan())
    assert said in str(refused.value)
    assert refused.value.zh


def test_an_order_travels_as_plain_values():
    order = Order(("print",), "grids", ("W01",), paper="A4", scale=5000)
    assert from_json(to_json(order) | {"of a later version": 1}) == order


def test_each_kind_has_words_in_both_languages_and_stands_on_a_shelf():
    for kind in KINDS:
        assert kind.shelf in SHELVES
        assert all(kind.title(one) and kind.note(one) for one in ("zh", "en"))
    assert len({kind.key for kind in KINDS}) == len(KINDS)


def test_who_may_only_look_is_offered_nothing_that_holds_the_roster():
    offered = {kind.key for kind in kinds_for("house", may_change=False)}
    assert {"map", "print", "boundaries"} <= offered
    assert offered.isdisjoint({"plan", "report", "objects", "geopackage", "formats"})


def test_targets_are_named_one_by_one_or_by_what_lies_above():
    plan = small_plan()
    kind = kind_of("map")
    grids = kind.__class__("x", "hang", ".pdf", kind.make, of="grids")
    people = kind.__class__("x", "hang", ".pdf", kind.make, of="people")
    village = plan.grids.at["W01", "parent_code"]
    assert targets_of(Order(("x",)), grids, plan) == tuple(sorted(plan.micro_grids.index))
    assert targets_of(Order(("x",), "grids", ("W01",)), grids, plan) == ("W01",)
    below = targets_of(Order(("x",), "parents", (village,)), grids, plan)
    assert below == ("W01", "W02")
    on_post = targets_of(Order(("x",)), people, plan)
    assert len(on_post) == len(set(on_post)) > 1
    (first,) = targets_of(Order(("x",), "people", on_post[:1]), people, plan)
    assert first == on_post[0]
    theirs = targets_of(Order(("x",), "people", (first,)), grids, plan)
    assert theirs
    assert first in targets_of(Order(("x",), "grids", theirs), people, plan)


def test_exclusive_grids_are_among_all_as_nobody_else_has_them_on_a_board():
    plan = small_plan()
    village = plan.grids.at["W01", "parent_code"]
    kinds = plan.grids["kind"].mask(plan.grids.index == "W02", "exclusive")
    plan = plan.with_tables(grids=plan.grids.assign(kind=kinds))
    grids = replace(kind_of("boards"), of="grids")
    assert targets_of(Order(("boards",)), grids, plan) == ("E01", "W01", "W02")
    assert targets_of(Order(("boards",), "parents", (village,)), grids, plan) == ("W01", "W02")


def test_so_many_boards_are_made_for_each_grid(path, tmp_path):
    order = Order(("boards",), "grids", ("W01", "W02"), per_grid=3)
    (file,) = carry_out(order, load_plan(path), source=path, printed=DAY)
    assert len(PdfDocument(file.data)) == 6


def test_a_ledger_and_an_announcement_tell_what_has_changed_since_an_earlier_plan(path):
    plan = load_plan(path)
    patches = plan.patches.assign(grid_code=plan.patches["grid_code"].replace("W02", "W01"))
    save_plan(plan.with_tables(patches=patches), path.with_name(f"before{SUFFIX}"))
    for kind, word in (("ledger", "网格变化"), ("announcement", "与上一版本")):
        told = {}
        for since in ("", f"before{SUFFIX}"):
            (file,) = carry_out(Order((kind,), since=since), plan, source=path, printed=DAY)
            told[since] = word in opened(file.data)
        assert told == {"": False, f"before{SUFFIX}": True}


def test_the_same_order_gives_the_same_bytes(path, tmp_path):
    order = Order(("map", "boundaries"))
    places = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for place in places:
        into_zip(made(order, path), place)
    assert places[0].read_bytes() == places[1].read_bytes()
    with zipfile.ZipFile(places[0]) as book:
        assert book.namelist() == ["town.html", "town.geojson"]


def test_files_for_the_public_say_so_in_their_names(path):
    order = Order(("map", "copy"), audience="public")
    assert [file.name for file in made(order, path)] == [
        "town-public.html",
        f"town-public{SUFFIX}",
    ]


def test_progress_grows_to_the_whole_and_can_end_the_work(path, tmp_path):
    told = []
    order = Order(("print", "map"), "grids", ("W01", "E01"))
    files = list(made(order, path, tell=told.append))
    assert [file.name for file in files] == ["town-E01.pdf", "town-W01.pdf", "town.html"]
    shares = [one.share for one in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert ("print", 2, 2) in [(one.kind, one.done, one.all) for one in told]

    def stop(now):
        if now.kind == "map":
            raise KeyboardInterrupt

    order = Order(("boundaries", "map"))

    for put, place in ((into_folder, tmp_path / "out"), (into_zip, tmp_path / "out.zip")):
        with pytest.raises(KeyboardInterrupt):
            put(made(order, path, tell=stop), place)
        assert not place.exists()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_file_in_the_way_stops_all_of_them(path, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "town.geojson").write_text("mine")
    order = Order(("map", "boundaries"))
    with pytest.raises(UsageError, match="exists already"):
        into_folder(made(order, path), folder)
    assert [one.name for one in folder.iterdir()] == ["town.geojson"]
    done = into_folder(made(order, path), folder, overwrite=True)
    assert [(one.name, one.size) for one in done] == [
        (one.name, (folder / one.name).stat().st_size) for one in done
    ]


def test_a_new_folder_appears_in_one_step_with_all_files(path, tmp_path, monkeypatch):
    target, moved = tmp_path / "deep" / "out", os.rename

    def seen(source, place):
        assert not target.exists()
        moved(source, place)
        assert len(list(target.iterdir())) == 2

    files = [File(f"{name}.txt", b"x") for name in "ab"]
    monkeypatch.setattr(delivery_module.os, "rename", seen)
    assert [one.name for one in into_folder(files, target)] == ["a.txt", "b.txt"]
    assert sorted(tmp_path.iterdir()) == [target.parent, path]
    assert all(is_private(one) for one in target.iterdir())

    def refused(source, place):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(delivery_module.os, "rename", refused)
    with pytest.raises(LayerFileError, match="no permission"):
        into_folder(files, tmp_path / "other")
    assert sorted(tmp_path.iterdir()) == [target.parent, path]


def test_a_full_disk_is_told_kindly_and_leaves_nothing(path, tmp_path, monkeypatch):
    def full(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delivery_module, "draft_folder", full)
    with pytest.raises(LayerFileError, match="the disk is full"):
        into_folder(made(Order(("map",)), path), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三/网格:1", "张三 网格 1.pdf"),
        ("CON", "_CON.pdf"),
        ("nul.x", "_nul.x.pdf"),
        (" .. ", "_.pdf"),
        ("a\u202eb\x00c", "a b c.pdf"),
        ("郑" * 80, "郑" * 40 + ".pdf"),
    ],
)
def test_names_of_files_are_taken_by_every_system(text, name):
    assert safe_name(text, ".pdf") == name


def test_no_two_files_have_one_name():
    taken = {"a.pdf", "a-2.pdf"}
    assert free_name("A", ".pdf", taken) == "A-3.pdf"


def test_pages_for_phones_have_a_link_by_choice_alone(path):
    look = list(made(Order(("phones",)), path))
    filled = small_plan().assignments.query("status == 'filled'")
    assert len(look) == filled["person_id"].nunique()
    assert links_of(path) == []
    person = look[0].name.removesuffix(".html").split("-")[-1]
    (page,) = made(Order(("phones",), "people", (person,), answers=True), path)
    (link,) = links_of(path)
    assert link.person_id == person
    assert link.serial.encode() in page.data
    assert link.serial.encode() not in look[0].data
    (again,) = made(Order(("phones",), "people", (person,), answers=True), path)
    assert again.data == page.data
    assert [one["event"] for one in audit_events(path.parent)] == ["link-made"]


def test_boards_are_noted_as_printed_by_choice_and_only_once_they_are_there(path, tmp_path):
    order = Order(("boards",), "grids", ("W01",), noted=True)

    def stop(now):
        if now.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        into_zip(made(order, path, tell=stop), tmp_path / "cut.zip")
    into_zip(made(replace(order, noted=False), path), tmp_path / "look.zip")
    assert tracked_boards(path) == {}
    into_zip(made(order, path), tmp_path / "boards.zip")
    (board,) = tracked_boards(path).values()
    assert board.is_printed
    (again,) = made(order, path)
    assert board.number.encode() in opened(again.data).encode()


def test_a_town_has_a_template_of_its_own_that_is_used_until_an_order_brings_another(path):
    plan = small_plan()
    text = changed_template(template_text(), {"title": "{name}的牌子", "colours.main": "#7a1f1f"})
    kept = save_own_template(plan, path, text, b"")
    assert [one.name for one in path.parent.iterdir() if one.suffix == ".toml"] == [kept.name]
    assert template_for("", "", plan, path).title == "{name}的牌子"
    assert template_for(template_text(), "", plan, path).title == "{name}公示牌"
    with pytest.raises(LayerSchemaError, match="must be a colour"):
        save_own_template(plan, path, changed_template(text, {"colours.main": "red"}), b"")
    assert template_for("", "", plan, path).colours.main == "#7a1f1f"
    with pytest.raises(GridmapError, match="no such picture"):
        template_for(text, base64.b64encode(b"no picture").decode(), plan, path)
    with pytest.raises(UsageError, match="did not arrive whole"):
        template_for(text, "%%%", plan, path)


def test_the_logo_of_a_town_is_kept_with_its_template(path):
    plan, picture = small_plan(), io.BytesIO()
    Image.new("RGB", (40, 30), "#c8102e").save(picture, "PNG")
    logo = checked_logo(picture.getvalue(), "logo.png")
    save_own_template(plan, path, template_text(), logo)
    assert own_logo(plan, path) == template_for("", "", plan, path).image == logo
    save_own_template(plan, path, template_text(), b"")
    assert own_logo(plan, path) == b""
