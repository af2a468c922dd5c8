"""Every way to a plan, tried with the account of another town: refused; of its own: let in."""

import base64
from datetime import date, timedelta

import drawn_plan
import pytest
from app_pages import app_page
from published_town import Asking, put_served_town
from saved_plans import put_plan
from source_tree import MODULES, imports_of, lies_in

from gridmap import versions
from gridmap.access import accounts as room
from gridmap.access.accounts import accounts_in, add_account, change_role, change_scope
from gridmap.access.audit import audit_events
from gridmap.access.behalf import (
    AccessEndedError,
    Behalf,
    acting,
    behalf_in_environment,
    for_child,
    require_all_towns,
    seen_events,
)
from gridmap.access.links import make_view_link
from gridmap.access.scope import Scope
from gridmap.access.sidecar import beside
from gridmap.plan_store import FilePlans
from gridmap.ui.my_grids import board_door
from gridmap.ui.shell import auth, plans, server, towns
from gridmap.ui.split import plan_card
from layers.contract.errors import GridmapError
from layers.files.atomic import write_atomically

PASSWORD = "tea lamp river nine"
NOW = "2026-11-30T10:00:00+08:00"
PERSON = "P008"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Two towns, a planner for one of them, a viewer for it, and a planner for everything."""
    monkeypatch.setenv("GRIDMAP_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(room, "_HASHER", room.PasswordHasher(time_cost=1, memory_cost=64))
    folder = tmp_path / "out"
    for name, code in (("east", "410110101"), ("west", "410112101")):
        (tmp_path / "towns" / name).mkdir(parents=True)
        (folder / name).mkdir(parents=True)
        text = f'[town]\nname = "{name}"\ncode = "{code}"\n'
        (tmp_path / "towns" / name / "rules.toml").write_text(text, encoding="utf-8")
        put_plan(drawn_plan.draw_plan, plan_of(folder, name))
    for name, role, scope in (
        ("li", "planner", Scope.named(towns=["east"])),
        ("wu", "viewer", Scope.named(areas=["410110"])),
    ):
        add_account(folder, name, PASSWORD, role=role, scope=scope)
    add_account(folder, "chief", PASSWORD, role="planner")
    return folder


def plan_of(folder, town):
    return folder / town / f"{town}.gridmap.gpkg"


def id_of(folder, town):
    return FilePlans(folder).id_of(plan_of(folder, town))


def behalf_of(folder, name):
    account = next(one for one in accounts_in(folder) if one.name == name)
    return Behalf(folder, account.role, name, account.mark)


def write(path):
    write_atomically(path, b"x", overwrite=True)
    return True


def in_child(folder, town):
    with behalf_in_environment(for_child()):
        return write(beside(plan_of(folder, town), "comments"))


def deleted_and_back(folder, town):
    versions.delete_plan(plan_of(folder, town), folder=folder, who="li", when=NOW)
    (node,) = (one for one in versions.plan_tree(folder, today=date.today()) if one.deleted)
    return versions.restore_plan(node.deleted.key, folder=folder, who="li").exists()


def thrown_away(folder, town):
    """Empty the wastebasket, long after somebody deleted the plan."""
    with acting(behalf_of(folder, "chief")):
        versions.delete_plan(plan_of(folder, town), folder=folder, who="x", when="2026-01-01")
    return bool(versions.empty_wastebasket(folder, who="li", when=NOW))


def by_board(folder, town):
    for name in ("east", "west"):
        beside(plan_of(folder, name), "boards").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board_door, "tracked_boards", lambda path: {"7"} if town in path.name else {})
        return board_door._plan_with(folder, "7", None)


# What is tried with a town: true or an answer where it opens, false or an error where not.
READ = {
    "listed": lambda folder, town: plan_of(folder, town) in plans.find_plans(folder),
    "opened": lambda folder, town: plans.open_plan(plan_of(folder, town)),
    "listed by id": lambda folder, town: (
        plan_of(folder, town) in plans.store_of(folder).paths().values()
    ),
    "opened by id": lambda folder, town: plans.store_of(folder).open(
        FilePlans(folder, seen=list).id_of(plan_of(folder, town))
    ),
    "opened for figures": lambda folder, town: plans.counted_plan(plan_of(folder, town)),
    "boards": lambda folder, town: plans.boards_of(plan_of(folder, town)) is not None,
    "known by its file": lambda folder, town: plans.stamp_of(plan_of(folder, town)),
    "a person's view": lambda folder, town: plans.view_of(plan_of(folder, town), PERSON),
    "a person's grids": lambda folder, town: plans.led_by(plan_of(folder, town), PERSON) != 0,
    "a person's objects": lambda folder, town: (
        plans.objects_of_person(plan_of(folder, town), PERSON) is not None
    ),
    "picture": lambda folder, town: plan_card.picture_html(plan_of(folder, town)),
    "tree of plans": lambda folder, town: any(
        one.path == plan_of(folder, town) for one in versions.plan_tree(folder, today=date.today())
    ),
    "towns": lambda folder, town: (
        folder.parent / "towns" / town in towns.find_towns(folder.parent / "towns")
    ),
    "a board's code": by_board,
}
WRITTEN = {
    "rules": lambda folder, town: write(folder.parent / "towns" / town / "rules.toml"),
    "a plan": lambda folder, town: write(plan_of(folder, town)),
    "a plan by id": lambda folder, town: (
        plans.store_of(folder).change(
            FilePlans(folder, seen=list).id_of(plan_of(folder, town)),
            lambda plan: plan.with_tables(receipt={**plan.receipt, "note": "changed"}),
        )
        is not None
    ),
    "beside a plan": lambda folder, town: write(beside(plan_of(folder, town), "boards")),
    "a trial": lambda folder, town: write(folder / town / "trial.json"),
    "in a process of its own": in_child,
    "frozen": lambda folder, town: (
        versions.freeze_plan(plan_of(folder, town), folder=folder, who="li", when=NOW, why="")
        is None
    ),
    "a branch": lambda folder, town: versions.branch_plan(
        plan_of(folder, town), folder=folder, who="li", when=NOW
    ),
    "deleted and brought back": deleted_and_back,
    "thrown away": thrown_away,
}
FOR_ALL = {
    "accounts": lambda folder: add_account(folder, "mo", PASSWORD, role="planner"),
    "own scope": lambda folder: change_scope(folder, "li", Scope(everything=True)),
    "own role": lambda folder: change_role(folder, "wu", "planner"),
    "a new town": lambda folder: towns.make_town(
        folder.parent / "towns", "north", "410110102", today=date.today()
    ),
    "a further town of the same name": lambda folder: towns.make_town(
        folder.parent / "towns", "east", "410110102", today=date.today()
    ),
    "a sample": lambda folder: towns.copy_sample(towns.find_samples()[0], folder.parent / "towns"),
    "between the towns": lambda folder: write(folder / "loose.gridmap.gpkg"),
    "what concerns all": lambda folder: require_all_towns(),
}


def opens(door, *given):
    try:
        return bool(door(*given))
    except GridmapError:
        return False


def open_doors(doors, folder, name, town):
    with acting(behalf_of(folder, name)):
        return [key for key, door in doors.items() if opens(door, folder, town)]


def test_who_is_for_a_town_reads_that_and_no_other(home):
    for name in ("li", "wu"):
        assert open_doors(READ, home, name, "east") == list(READ)
        assert open_doors(READ, home, name, "west") == []
    assert open_doors(READ, home, "chief", "west") == list(READ)


def test_who_is_for_a_town_writes_there_and_nowhere_else(home):
    before = {path: path.stat().st_mtime_ns for path in (home / "west").rglob("*.gridmap.*")}
    assert open_doors(WRITTEN, home, "li", "west") == []
    # Put into the wastebasket by the chief on the way, it is there still.
    (key,) = (one.name for one in (home / ".deleted").glob("2026*"))
    versions.restore_plan(key, folder=home, who="chief")
    after = {path: path.stat().st_mtime_ns for path in (home / "west").rglob("*.gridmap.gpkg")}
    assert after == {path: at for path, at in before.items() if path in after}
    # In this order: first what needs a sound plan.
    late = ("rules", "a plan")
    orders = {key: WRITTEN[key] for key in WRITTEN if key not in late}
    plan_of(home, "east").with_name("kept").write_bytes(plan_of(home, "east").read_bytes())
    for key, door in orders.items():
        plan_of(home, "east").write_bytes((home / "east" / "kept").read_bytes())
        assert open_doors({key: door}, home, "li", "east") == [key]
    assert open_doors({key: WRITTEN[key] for key in late}, home, "li", "east") == list(late)


def test_what_concerns_all_towns_is_refused_to_who_is_for_one(home):
    before = (home / room.FILE).read_bytes()
    with acting(behalf_of(home, "li")):
        for door in FOR_ALL.values():
            with pytest.raises(AccessEndedError):
                door(home)
    assert (home / room.FILE).read_bytes() == before
    assert sorted(path.name for path in (home.parent / "towns").iterdir()) == ["east", "west"]


def test_a_link_to_look_at_opens_its_plan_alone(home):
    _, token = make_view_link(
        plan_of(home, "east"), "书记", expires=date.today() + timedelta(9), today=date.today()
    )
    behalf = Behalf(home, "viewer", token=token, plan_path=plan_of(home, "east"))
    with acting(behalf):
        assert plans.find_plans(home) == [plan_of(home, "east")]
        assert not opens(READ["opened"], home, "west")
        assert opens(READ["opened"], home, "east")


def test_an_account_that_gets_other_towns_is_out_at_once(home):
    before = behalf_of(home, "li")
    change_scope(home, "li", Scope.named(towns=["west"]))
    with acting(before):  # neither the towns of then nor those of now
        assert plans.find_plans(home) == []
        for town in ("east", "west"):
            assert not opens(WRITTEN["rules"], home, town)
    assert open_doors(READ, home, "li", "west") == list(READ)


def page(folder, name, key="home", **query):
    app = app_page(folder, key, towns=folder.parent / "towns")
    now = 9e9
    behalf = behalf_of(folder, name)
    app.session_state[auth.SESSION] = auth.LoginSession(behalf, now, now)
    for one, value in query.items():
        app.query_params[one] = value
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    "query",
    [{"plan": "west/west.gridmap.gpkg"}, {"town": "west"}, {"plan": "../out/west/west"}, {}],
)
def test_an_address_of_another_town_opens_ones_own(home, query):
    query = query or {"plan": id_of(home, "west")}
    app = page(home, "li", "share", **query)
    assert app.session_state["plan-open"] == id_of(home, "east")
    assert app.session_state["town-open"] == "east"
    # Of sharing there are the links of the town, no accounts and no network.
    assert [one.value for one in app.caption if "账号和办公室网络由" in one.value]
    keys = {one.key for one in (*app.button, *app.text_input, *app.selectbox)}
    assert not keys & {"share-name", "share-add-go", "share-which", "share-open"}
    assert not [key for key in keys if key and key.startswith("path-")]


def test_a_typed_path_of_another_town_is_as_if_it_were_not_there(home):
    app = page(home, "li", "coverage")
    app.session_state["path-typed"] = str(plan_of(home, "west"))
    app.run()
    assert app.session_state["plan-open"] == id_of(home, "east")
    assert any("没有找到方案" in one.value for one in app.warning)


def test_programs_get_the_plans_of_the_accounts_towns(home):
    for name in ("east", "west"):
        put_served_town(plan_of(home, name))
    ask = Asking(home)
    told = base64.b64encode(f"wu:{PASSWORD}".encode()).decode()
    mine = {"key": False, "authorization": f"Basic {told}"}
    found = {}
    for name in ("east", "west"):
        listed = [one["href"] for one in ask.json("", **mine)["links"] if one["rel"] == "child"]
        served = id_of(home, name)
        assert served in ask.service.plans()
        found[name] = (
            any(served in href for href in listed),
            ask(f"house/{served}", **mine).status,
        )
    assert found == {"east": (True, 200), "west": (False, 404)}


def test_the_audit_says_in_which_town_and_shows_each_their_own(home):
    for name, town in (("li", "east"), ("chief", "west")):
        with acting(behalf_of(home, name)):
            write(home / town / "trial.json")
            write(home.parent / "towns" / town / "land.csv")
    versions.freeze_plan(plan_of(home, "west"), folder=home, who="chief", when=NOW, why="")
    events = audit_events(home)
    told = [(one["event"], one["who"], one["town"], one["file"]) for one in events[::-1]]
    assert told == [
        ("written", "li", "east", "east/trial.json"),
        ("written", "li", "east", "east/land.csv"),
        ("written", "chief", "west", "west/trial.json"),
        ("written", "chief", "west", "west/land.csv"),
        ("plan-frozen", "chief", "west", "west/west.gridmap.gpkg"),
    ]
    with acting(behalf_of(home, "li")):
        assert [one["town"] for one in seen_events(events, home)] == ["east", "east"]
    with acting(behalf_of(home, "chief")):
        assert len(seen_events(events, home)) == 5


# What of the rooms below finds, reads or lists plans without asking for whom: the pages take them
# from `plans`, `towns` and `versions.plan_tree`, which ask, and from here only with a reason.
UNASKED = ("gridmap.store", "gridmap.city", "gridmap.plan_store")
OPENERS = {"load_plan", "read_plan", "glance", "find_plans", "head_of", "change_file",
           "open_city", "read_catalogue", "search_city", "areas_of", "check_borders",
           "shared_people", "propose_loans",
           "town_states", "CityTiles", "read_table"}  # fmt: skip
MAY_OPEN = {
    "gridmap.ui.shell.plans": "asks (`stamp_of`, `title_of`)",
    "gridmap.ui.split.plan_card": "by a stamp that `plans` gave",
    "gridmap.ui.city.city_data": "`seen_part` leaves of it what may be seen",
    "gridmap.ui.city.between_tab": "tells of towns that `seen_part` leaves",
    "gridmap.ui.city.tile_map": "with what `seen_part` leaves",
    "gridmap.ui.city.run_tab": "shown to who is for everything",
    "gridmap.ui.city.search_box": "looks into the towns that `seen_part` leaves",
    "gridmap.ui.plans.plans_page": "glances at plans of the tree, which asks",
    "gridmap.ui.plans.published_part": "of the open plan",
    "gridmap.ui.plans.import_part": "of the open plan",
}
# First parts of addresses that the server answers itself, and who is asked there.
ROUTES = {
    server.OGC: "the account's towns: above",
    server.PHONE: "a personal link",
    server.ROUTE: "the session that a page was drawn for: tests/ui/basemap",
    **dict.fromkeys(("static", "favicon.png", "favicon.ico", "index.html"), "the same for all"),
    "media": "an address that a page gave out and nobody can guess",
    "component": "Streamlit's own scripts",
}


def test_no_page_opens_plans_past_the_door_and_no_address_is_answered_unasked():
    passing = {
        module: sorted(
            item.name
            for item in imports_of(module)
            if lies_in(item.name, set(UNASKED)) and item.name.rpartition(".")[2] in OPENERS
        )
        for module in MODULES
        if lies_in(module, {"gridmap.ui"})
    }
    new = {module: names for module, names in passing.items() if names and module not in MAY_OPEN}
    assert new == {}, "does it ask `seen_of` or `context.scope` what may be seen? Say so here"
    assert set(ROUTES) == server._FILES, "who is asked at the new address? Say so here, and test it"
