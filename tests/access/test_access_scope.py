"""Which towns an account is for, and which town a file belongs to."""

import json
import sys

import pytest

from gridmap.access.accounts import (
    FILE,
    accounts_in,
    add_account,
    change_scope,
    faulty_accounts,
    is_last_planner,
)
from gridmap.access.scope import (
    EVERYTHING,
    NOTHING,
    Scope,
    areas_known,
    scope_of,
    town_at,
    towns_known,
)
from layers.contract.errors import UsageError

PASSWORD = "tea lamp river nine"
CITY = """\
[city]
code = "410100"
name = "测试市"

[[levels]]
key = "city"
name = "市"
name_en = "city"

[[levels]]
key = "ring"
name = "片区"
name_en = "ring"

[[levels]]
key = "county"
name = "县"
name_en = "county"

[[areas]]
code = "R1"
name = "东片区"
level = "ring"

[[areas]]
code = "410110"
name = "甲县"
level = "county"
parent = "R1"

[[areas]]
code = "410112"
name = "乙县"
level = "county"
"""


def town(folder, code):
    folder.mkdir(parents=True)
    (folder / "rules.toml").write_text(f'[town]\ncode = "{code}"\n', encoding="utf-8")


@pytest.fixture
def city(tmp_path):
    """The folder of plans with a city in it, and a town of its own beside."""
    home = tmp_path / "out"
    for name, code in (("east", "410110101"), ("west", "410112101")):
        town(home / "zz" / "towns" / name, code)
    (home / "zz" / "city.toml").write_text(CITY, encoding="utf-8")
    town(tmp_path / "towns" / "alone", "410122105")
    (home / "alone").mkdir()
    return home


def test_a_scope_allows_what_it_names_by_code_or_folder_and_nothing_else():
    scope = Scope.named(towns=[" east ", "410112101"], areas=["410122"])

    allowed = {
        "folder": scope.allows("east"),
        "code": scope.allows(("west", "410112101")),
        "area": scope.allows("alone", "410122"),
        "area above": scope.allows("alone", ("410122", "410100")),
        "another": scope.allows("north", "410110"),
        "nobody knows": scope.allows("", ""),
        "an area as a town": scope.allows("410122"),
    }

    assert [name for name, may in allowed.items() if may] == [
        *("folder", "code", "area", "area above"),
    ]
    assert EVERYTHING.allows("", "")
    assert not NOTHING.allows("east", "410100")
    assert scope_of(None) == NOTHING


@pytest.mark.parametrize("names", [[], [" "], ["a/b"], ["..\\c"], ["a\nb"], ["x" * 101]])
def test_what_no_town_can_be_called_is_no_scope(names):
    with pytest.raises(UsageError):
        Scope.named(towns=names)


def test_an_account_keeps_its_scope_and_one_without_is_for_everything(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="planner", scope=Scope.named(areas=["410122"]))
    old = {one.name: one.mark for one in accounts_in(tmp_path)}
    assert "towns" not in (tmp_path / FILE).read_text(encoding="utf-8").split("wu")[0]

    change_scope(tmp_path, "wu", Scope.named(towns=["east"]))

    found = {one.name: one for one in accounts_in(tmp_path)}
    assert found["li"].scope == EVERYTHING
    assert found["wu"].scope == Scope(towns=frozenset(["east"]))
    assert found["wu"].mark != old["wu"]
    assert found["li"].mark == old["li"]
    assert is_last_planner(accounts_in(tmp_path), "li")  # who is for one town runs no city


@pytest.mark.parametrize("towns", ["east", None, [1], [""], {"east": 1}])
def test_an_account_whose_scope_cannot_be_read_lets_nobody_in(tmp_path, towns):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="planner", scope=Scope.named(towns=["east"]))
    told = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    told["accounts"][1]["towns"] = towns

    (tmp_path / FILE).write_text(json.dumps(told), encoding="utf-8")

    assert [one.name for one in accounts_in(tmp_path)] == ["li"]
    assert faulty_accounts(tmp_path) == 1


def test_a_file_belongs_to_the_town_in_whose_place_it_lies(city, tmp_path):
    zz = city / "zz"
    belongs = {
        zz / "plans" / "east.gridmap.gpkg": "east",
        zz / "plans" / "east.gridmap.comments": "east",
        zz / "towns" / "west" / "rules.toml": "west",
        zz / "catalogue" / "towns" / "west" / "grids.parquet": "west",
        zz / "catalogue" / "grids.parquet": None,
        zz / "city.toml": None,
        zz / "plans" / "nobody.gridmap.gpkg": None,
        city / "accounts.gridmap.json": None,
        city / "alone" / ".trials" / "1" / "x.gridmap.gpkg": "alone",
        tmp_path / "towns" / "alone" / "land.gpkg": "alone",
        city / "loose.gridmap.gpkg": None,
        city / "alone" / ".." / "loose.gridmap.gpkg": None,
        tmp_path / "elsewhere" / "x.gridmap.gpkg": None,
    }

    found = {path: town_at(path, city) for path in belongs}

    assert {path: one.folder if one else None for path, one in found.items()} == belongs


def test_a_copy_of_a_copy_belongs_to_the_town_of_the_first(city):
    plans = city / "zz" / "plans"
    town(city / "zz" / "towns" / "east-2", "410110102")

    belongs = {
        name: town_at(plans / f"{name}.gridmap.gpkg", city).folder
        for name in ("east-3-2", "east-3-2-12", "east-2", "east-2-2", "east-2-2-3", "west-2-2")
    }

    assert belongs == {
        "east-3-2": "east",
        "east-3-2-12": "east",
        "east-2": "east-2",
        "east-2-2": "east-2",
        "east-2-2-3": "east-2",
        "west-2-2": "west",
    }
    assert town_at(plans / "nobody-2-2.gridmap.gpkg", city) is None


@pytest.mark.parametrize("listed", [False, True])
def test_the_town_of_a_plan_is_found_without_going_through_all_towns(city, listed):
    def steps(count):
        """Count what is called for ten plans in a city of so many towns."""
        zz = city / str(count)
        names = [f"t{number}" for number in range(count)]
        for name in names:
            (zz / "towns" / name).mkdir(parents=True)
        more = "".join(f'[[towns]]\nfolder = "towns/{name}"\n' for name in names if listed)
        (zz / "city.toml").write_text(CITY + more, encoding="utf-8")
        paths = [zz / "plans" / f"{name}-3-2.gridmap.gpkg" for name in names[-10:]]
        town_at(zz / "plans" / "nobody", city)  # reads the settings
        calls = []
        sys.setprofile(lambda _frame, event, _what: calls.append(event))
        found = [town_at(path, city) for path in paths]
        sys.setprofile(None)
        assert [one.folder for one in found] == names[-10:]
        return len(calls)

    assert steps(300) < 1.2 * steps(20)


def test_names_that_lead_out_of_the_folder_of_towns_are_none_of_a_town(city):
    plans = city / "zz" / "plans"
    for name in ("...gridmap.gpkg", ".gridmap.gpkg", "..gridmap.gpkg", "x" * 300, "-2.gridmap.x"):
        assert town_at(plans / name, city) is None


def test_a_link_that_leads_elsewhere_belongs_where_it_leads(city):
    (city / "alone" / "theirs.gridmap.gpkg").symlink_to(city / "zz/plans/east.gridmap.gpkg")

    assert town_at(city / "alone" / "theirs.gridmap.gpkg", city).folder == "east"


def test_a_town_lies_in_all_areas_above_it_and_in_none_of_a_like_code(city):
    areas = {one.folder: one.areas for one in towns_known(city)}

    # 410110 ends in a zero that is part of it: the west, 410112, is no part of it.
    assert areas["east"] == ("410110", "R1", "410100")
    assert areas["west"] == ("410112", "410100")
    assert {"410122", "4101", "410100", "41"} <= set(areas["alone"])
    assert list(areas_known(city)) == ["410100", "R1", "410110", "410112"]


def test_a_city_that_a_town_writes_into_its_own_folder_moves_nothing(city):
    inner = city / "zz" / "towns" / "east"
    (inner / "city.toml").write_text(CITY.replace("410100", "410200"), encoding="utf-8")

    assert town_at(inner / "towns" / "west" / "rules.toml", city).folder == "east"


def test_settings_that_cannot_be_read_leave_a_town_its_name_and_no_area(city):
    (city / "zz" / "city.toml").write_text("[city]\nnonsense = 1\n", encoding="utf-8")

    east = town_at(city / "zz" / "plans" / "east.gridmap.gpkg", city)
    assert (east.folder, east.areas) == ("east", ())
