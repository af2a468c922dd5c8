"""Who may ask for features, how often, from which pages; and what nobody is ever told."""

import base64
from datetime import timedelta

import pytest
from published_town import KEY, TODAY, Asking, put_served_town
from source_tree import MODULES, imports_of

from gridmap.access.accounts import add_account, remove_account
from gridmap.access.links import make_link, make_view_link, revoke
from gridmap.ogc import settings_of

HOUSE, PUBLIC = "house/t", "public/t"
ITEMS = "collections/micro_grids/items"
PASSWORD = "eine-lange-Nacht-7"


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "t.gridmap.gpkg"
    put_served_town(place)
    return place


def basic(name, password):
    told = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"key": False, "authorization": f"Basic {told}"}


def test_without_accounts_the_start_key_opens_and_nothing_else(path):
    ask = Asking(path.parent)
    assert ask(HOUSE).status == 200
    assert ask(HOUSE, **basic("any", KEY)).status == 200
    nobody = {"key": False}
    for wrong in (nobody, basic("", ""), basic("a", KEY[1:]), {**nobody, "cookie": ";="},
                  {**nobody, "authorization": "Basic %%"}):  # fmt: skip
        found = ask(HOUSE, **wrong)
        assert found.status == 401
        assert found.headers["www-authenticate"].startswith("Basic ")
    assert ask("", key=False).status == 401
    assert ask(PUBLIC, key=False).status == 401  # nobody has opened it


def test_accounts_open_with_their_password_until_they_are_removed(path):
    add_account(path.parent, "李四", PASSWORD, role="viewer")
    ask = Asking(path.parent)
    assert ask(HOUSE).status == 401  # the key is for an app without accounts
    for _ in range(2):
        assert ask(HOUSE, **basic("李四", PASSWORD)).status == 200
    assert ask(HOUSE, **basic("李四", PASSWORD + "x")).status == 401
    assert ask(HOUSE, **basic("王五", PASSWORD)).status == 401
    remove_account(path.parent, "李四")
    assert ask(HOUSE, **basic("李四", PASSWORD)).status == 401


def test_a_link_to_look_at_opens_its_plan_and_goes_along_in_every_link(path):
    put_served_town(path.parent / "other.gridmap.gpkg")
    link, token = make_view_link(path, "局领导", expires=TODAY + timedelta(9999), today=TODAY)
    ask = Asking(path.parent)
    told = ask.json(HOUSE, f"t={token}", key=False)
    assert all(f"t={token}" in one["href"] for one in told["links"])
    told = ask.json(f"{HOUSE}/{ITEMS}", f"t={token}&limit=1", key=False)
    assert f"t={token}" in next(one["href"] for one in told["links"] if one["rel"] == "next")
    assert ask(HOUSE, key=False, authorization=f"Bearer {token}").status == 200
    assert ask("house/other", f"t={token}", key=False).status == 404
    listed = ask.json("", f"t={token}", key=False)
    assert [one["title"] for one in listed["links"] if one["rel"] == "child"] == [
        "t (house)",
        "t (public)",
    ]
    _, cadre = make_link(path, "P0001", expires=TODAY + timedelta(9999), today=TODAY)
    assert ask(HOUSE, f"t={cadre}", key=False).status == 401
    # A wrong one is no key, whatever else there is.
    assert ask(HOUSE, "t=x").status == 401
    revoke(path, today=TODAY, serial=link.serial)
    assert "was revoked" in ask.refused(HOUSE, f"t={token}", key=False)[1]


def test_the_public_gets_its_copy_alone_and_only_where_that_was_chosen(path):
    ask = Asking(path.parent, is_public=True)
    assert ask(HOUSE, key=False).status == 401
    listed = ask.json("", key=False)["links"]
    assert [one["title"] for one in listed if one["rel"] == "child"] == ["t (public)"]
    told = ask.json(f"{PUBLIC}/{ITEMS}", key=False)
    assert told["gridmap"]["audience"] == "public"
    assert "load_h" not in told["features"][0]["properties"]
    house = ask.json(f"{HOUSE}/{ITEMS}")
    assert "load_h" in house["features"][0]["properties"]


def test_who_asks_too_often_waits_and_others_do_not(path):
    ask = Asking(path.parent, is_public=True, per_minute=3)
    clock = [0.0]
    ask.service.bounds.clock = lambda: clock[0]
    assert [ask(PUBLIC, key=False).status for _ in range(4)] == [200, 200, 200, 429]
    assert ask.last.headers["retry-after"] == "20"
    assert ask(PUBLIC, key=False, address="10.0.0.2").status == 200
    assert ask(HOUSE).status == 200
    clock[0] += 20
    assert [ask(PUBLIC, key=False).status for _ in range(2)] == [200, 429]
    # Whoever guesses is counted too, apart.
    guessed = [ask(HOUSE, "t=x", key=False).status for _ in range(4)]
    assert guessed == [401, 401, 401, 429]


def test_pages_of_other_sites_read_only_what_was_chosen(path):
    site = "https://gis.example.cn"
    plain = Asking(path.parent)
    assert "access-control-allow-origin" not in plain(HOUSE, origin=site).headers
    chosen = settings_of({"GRIDMAP_OGC_CORS": f"{site} https://x.cn/path null javascript:1"})
    assert chosen.origins == {site}
    ask = Asking(path.parent, origins=chosen.origins)
    assert ask(HOUSE, origin=site).headers["access-control-allow-origin"] == site
    assert "access-control-allow-origin" not in ask(HOUSE, origin="https://y.cn").headers
    asked = ask(HOUSE, origin=site, method="OPTIONS", key=False)
    assert (asked.status, asked.headers["access-control-allow-methods"]) == (
        204, "GET, HEAD, OPTIONS",
    )  # fmt: skip
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    # A page is told why it may not.
    assert ask(HOUSE, origin=site, key=False).headers["access-control-allow-origin"] == site
    every = Asking(path.parent, origins=frozenset("*"))
    assert every(HOUSE, origin=site).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in every.last.headers


def test_an_app_that_nobody_asks_for_features_does_not_load_them():
    pages = [name for name in MODULES if name.startswith("gridmap.ui.")]
    early = [(name, item.line) for name in pages for item in imports_of(name)
             if item.on_start and item.name.startswith("gridmap.ogc")]  # fmt: skip
    assert early == []


def test_what_was_chosen_is_read_and_nothing_else_opens():
    assert settings_of({}).is_public is False
    assert settings_of({"GRIDMAP_OGC_PUBLIC": "1"}).is_public is True
    for text in ("0", "yes", ""):
        assert settings_of({"GRIDMAP_OGC_PUBLIC": text}).is_public is False
    assert settings_of({"GRIDMAP_OGC_PER_MINUTE": "50"}).per_minute == 50
    for text in ("0", "-1", "x", "1e9"):
        assert settings_of({"GRIDMAP_OGC_PER_MINUTE": text}).per_minute == 1200
