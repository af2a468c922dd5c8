"""Tiles of a base map by address: for whoever is let in, and for nobody else."""

import pytest
from app_pages import awaited
from basemaps import RED, ZOOM, colour_in, picture, tile_at, write_mbtiles

from gridmap.access.accounts import accounts_in, add_account, change_scope
from gridmap.access.behalf import Behalf, acting, is_valid
from gridmap.access.scope import Scope
from gridmap.rules.files import Basemap
from gridmap.ui.basemap.ground import ground_of
from gridmap.ui.basemap.tile_route import publish_tiles
from gridmap.ui.shell import server
from layers.basemap import open_basemap

COLUMN, ROW = tile_at(113.93, 34.68)
OWN = ("host", "127.0.0.1:8501")
SESSION = "a session"


@pytest.fixture
def tiles(tmp_path):
    return write_mbtiles(tmp_path / "town.mbtiles", {(ZOOM, COLUMN, ROW): picture(RED)})


@pytest.fixture
def fetch(tmp_path, monkeypatch):
    """Ask the door of a folder for an address; gives status, headers and body."""
    monkeypatch.setattr(server, "_sessions", {SESSION: Behalf(tmp_path, "planner")})

    async def app(scope, receive, send):
        raise AssertionError("the pages are asked for a tile")

    door = server.Door(app, folder=tmp_path, pages=frozenset())

    def fetched(path, *headers):
        told = []

        async def send(message):
            told.append(message)

        pairs = [(name.encode(), value.encode()) for name, value in headers or (OWN,)]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b""}
        awaited(door({**scope, "headers": pairs}, None, send))
        headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return told[0]["status"], headers, told[1]["body"]

    return fetched


def behalf_of(folder, name):
    account = next(one for one in accounts_in(folder) if one.name == name)
    return Behalf(folder, account.role, name, account.mark)


def address_of(tiles, session=SESSION):
    address = publish_tiles(open_basemap(tiles), "town", session)
    return address.replace("{z}", str(ZOOM)).replace("{x}", str(COLUMN)).replace("{y}", str(ROW))


def test_a_tile_is_sent_to_the_session_that_shows_it(tiles, fetch):
    status, headers, body = fetch(address_of(tiles))
    assert (status, headers["content-type"], colour_in(body)) == (200, "image/png", (*RED, 255))
    assert "private" in headers["cache-control"]
    assert headers["X-Content-Type-Options".lower()] == "nosniff"


def test_the_same_base_map_has_one_address_in_a_session_and_another_in_the_next(tiles):
    assert address_of(tiles) == address_of(tiles)
    assert address_of(tiles) != address_of(tiles, "another")


def test_nobody_else_gets_a_tile(tiles, fetch, tmp_path):
    address = address_of(tiles)
    assert fetch(address, ("host", "evil.cn"))[0] == 403
    assert fetch(address_of(tiles, "nobody's session"))[0] == 403
    # With the first account the planner without a name is let in no more.
    add_account(tmp_path, "chief", "long enough pass", role="planner")
    assert fetch(address)[0] == 403


def test_an_address_is_not_inherited_by_who_logs_in_next_in_the_same_window(
    tiles, fetch, tmp_path, monkeypatch
):
    add_account(tmp_path, "chief", "long enough pass", role="planner")
    add_account(tmp_path, "li", "long enough pass", role="planner")
    chief, li = (behalf_of(tmp_path, name) for name in ("chief", "li"))
    with acting(li):
        address = address_of(tiles)
    sessions = {SESSION: li}
    monkeypatch.setattr(server, "_sessions", sessions)
    assert fetch(address)[0] == 200
    sessions[SESSION] = chief
    assert fetch(address)[0] == 403
    change_scope(tmp_path, "li", Scope.named(towns=["east"]))
    sessions[SESSION] = behalf_of(tmp_path, "li")  # has logged in anew, for one town
    assert is_valid(sessions[SESSION])
    assert fetch(address)[0] == 403
    with acting(sessions[SESSION]):
        new = address_of(tiles)
    assert new != address
    assert fetch(new)[0] == 200


def test_logging_out_takes_the_addresses_of_the_session_back(tiles, fetch, monkeypatch):
    monkeypatch.setattr(server, "session_id", lambda: SESSION)
    here, elsewhere = address_of(tiles), address_of(tiles, "another")
    behalf = server._sessions[SESSION]
    server._sessions["another"] = behalf
    server.note_session(None)
    server.note_session(behalf)
    assert [fetch(here)[0], fetch(elsewhere)[0]] == [404, 200]


@pytest.mark.parametrize(
    "change", [("/14/", "/14/../"), ("/14/", "/x/"), ("/14/", "/99/"), ("/14/", "/999999999999/"),
               ("/basemap/", "/basemap/0"), ("/14/", "/14/1/")],
)  # fmt: skip
def test_an_address_that_is_none_finds_nothing(tiles, fetch, change):
    assert fetch(address_of(tiles).replace(*change))[0] == 404


def test_a_file_that_is_taken_away_meanwhile_gives_no_tile(tiles, fetch):
    address = address_of(tiles)
    tiles.unlink()
    assert fetch(address)[0] == 503


def test_a_page_is_told_where_the_tiles_are_and_whose_they_are(tiles):
    section = Basemap(file=tiles.name, opacity=0.4, grey=True, credit="测绘院")
    values = ground_of(section, tiles.parent, SESSION, "zh").values
    assert values["url"].startswith("/basemap/")
    assert (values["least"], values["most"]) == (ZOOM, ZOOM)
    assert (values["opacity"], values["grey"], values["notes"]) == (0.4, True, ["测绘院"])
    assert ground_of(None, tiles.parent, SESSION, "zh").values is None


def test_a_base_map_that_cannot_be_shown_is_said_and_harms_no_map(tmp_path):
    under = ground_of(Basemap(file="gone.mbtiles"), tmp_path, SESSION, "zh")
    assert under.values is None
    assert "gone.mbtiles" in under.fault.zh


def test_a_link_that_leads_out_of_the_town_is_not_followed(tiles, tmp_path):
    town = tmp_path / "town"
    town.mkdir()
    (town / "town.mbtiles").symlink_to(tiles)
    under = ground_of(Basemap(file="town.mbtiles"), town, SESSION, "zh")
    assert "不在本镇文件夹内" in under.fault.zh


def test_an_address_of_the_network_is_named_on_screen_and_kept_from_the_page(tmp_path):
    section = Basemap(url="https://t0.example.cn/{z}/{y}/{x}?tk=SECRET")
    values = ground_of(section, tmp_path, SESSION, "zh").values
    assert any("t0.example.cn" in note for note in values["notes"])
    assert "SECRET" not in str(values)
    assert values["url"].startswith("/basemap/")
