"""Published versions in a real PostGIS: whole or not at all, without people, without a password."""

import dataclasses
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import shapely
from cli_runs import run
from drawn_city import SETTINGS, town_rules
from published_town import FIRST, SECOND, THIRD, put_town
from saved_plans import put_plan
from small_plan import small_plan

from boundaries.export.postgis import DatabaseError, connected
from gridmap.postgis import content_of, publish_to, publishing, withdraw_from
from gridmap.postgis.remembered import FILE
from gridmap.publications import plan_of
from gridmap.store.plan_lock import change_plan
from layers.contract.errors import PlanError, UsageError

SCHEMA = "gridmap"
ALL = "select {0}::text as row, xmin from gridmap.{0} order by 1"
TABLES = ("towns", "grids", "objects")


@pytest.fixture
def base(postgis):
    return postgis.new_database()


@pytest.fixture
def path(tmp_path):
    """A plan with two published versions."""
    put_town(tmp_path / "t.gridmap.gpkg")
    return tmp_path / "t.gridmap.gpkg"


def publish(path, base, *, day=SECOND, **options):
    (found,) = publish_to(path, base.dsn, schema=SCHEMA, day=day, **options)
    return found


def rows_of(base):
    """Give every row of the tables as the server writes it, with who wrote it last."""
    with psycopg.connect(base.dsn) as asked:
        return {table: asked.execute(ALL.format(table)).fetchall() for table in TABLES}


def test_a_town_is_there_with_types_keys_indexes_comments_and_its_ground(base, path):
    found = publish(path, base)
    plan = plan_of(path, "2")
    assert (found.state, found.version, found.code) == ("new", "2", plan.rules.town.code)
    assert found.grids == len(plan.grids)
    with psycopg.connect(base.dsn) as asked:
        rows = asked.execute(
            "select grid_code, valid_from, valid_to, name_en, level, area_m2, st_srid(geom), "
            "geometrytype(geom), st_isvalid(geom), st_asbinary(geom) from gridmap.grids"
        ).fetchall()
        kinds = asked.execute(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = 'gridmap' and table_name = 'grids'"
        ).fetchall()
        keys = asked.execute(
            "select pg_get_constraintdef(oid) from pg_constraint "
            "where conrelid = 'gridmap.grids'::regclass order by contype"
        ).fetchall()
        indexes = asked.execute(
            "select indexdef from pg_indexes "
            "where schemaname = 'gridmap' and indexdef like '%gist%'"
        ).fetchall()
        bare = asked.execute(
            "select relname, attname from pg_attribute join pg_class c on c.oid = attrelid "
            "where relnamespace = 'gridmap'::regnamespace and relkind = 'r' and attnum > 0 "
            "and relname <> 'gridmap_about' and col_description(attrelid, attnum) is null"
        ).fetchall()
        town = asked.execute("select valid_from, licence, grids from gridmap.towns").fetchone()
    by_code = {row[0]: row[1:] for row in rows}
    assert sorted(by_code) == sorted(plan.grids.index)
    days = {str(row[0]) for row in by_code.values()}
    assert SECOND in days  # of the grid that the second version brought
    assert {row[1] for row in by_code.values()} == {None}
    assert {row[5:8] for row in by_code.values()} == {(4490, "MULTIPOLYGON", True)}
    level = {code: row[3] for code, row in by_code.items()}
    assert level == plan.grids["level"].to_dict()
    ground = plan.grids.geometry.to_crs("EPSG:4490")
    for code, row in by_code.items():
        there = shapely.from_wkb(row[8])
        assert shapely.symmetric_difference(there, ground[code]).area < 1e-12, code
    types = dict(kinds)
    assert types["valid_from"] == "date"
    assert (types["level"], types["area_m2"], types["spatial"]) == (
        "bigint", "double precision", "boolean",
    )  # fmt: skip
    assert not {"leader", "members", "others"} & set(types)
    assert [one.replace("gridmap.", "") for (one,) in keys] == [
        "FOREIGN KEY (town_code) REFERENCES towns(town_code)",
        "PRIMARY KEY (town_code, grid_code)",
    ]
    assert len(indexes) == 2
    assert bare == []
    assert (str(town[0]), *town[1:]) == (SECOND, "CC-BY-4.0", len(plan.grids))


def test_what_is_there_already_is_not_written_again_and_a_new_version_replaces_it(base, path):
    publish(path, base, day=FIRST)
    before = rows_of(base)
    assert publish(path, base, day=FIRST).state == "same"
    assert rows_of(base) == before
    assert publish(path, base).state == "changed"
    after = rows_of(base)
    assert {row[0] for row in after["grids"]} != {row[0] for row in before["grids"]}
    assert len(after["towns"]) == 1
    with psycopg.connect(base.dsn) as asked:
        asked.execute("delete from gridmap.grids where level = 3")
    assert publish(path, base).state == "changed"  # what somebody took out is put back


def test_a_town_that_the_database_refuses_leaves_what_was_there(base, path):
    publish(path, base, day=FIRST)
    before = rows_of(base)
    with psycopg.connect(base.dsn) as asked:
        asked.execute("alter table gridmap.grids add check (grid_code <> 'TVW03') not valid")
    with pytest.raises(DatabaseError, match="What is there was not changed"):
        publish(path, base)
    assert rows_of(base) == before


def test_two_at_once_write_it_once(base, path):
    content = content_of(path, day=SECOND)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda _: publish(path, base).state, range(2)))
    assert sorted(found) == ["new", "same"]
    assert len(rows_of(base)["grids"]) == sum(
        len(one.frame) for one in content.layers if one.name != "objects"
    )


def test_tables_of_others_are_left_alone_and_the_two_audiences_apart(base, path):
    base.rows("create schema gridmap; create table gridmap.grids (mine text); "
              "insert into gridmap.grids values ('mine')")  # fmt: skip
    with pytest.raises(DatabaseError, match="tables of others called grids"):
        publish(path, base)
    assert base.rows("select * from gridmap.grids") == [{"mine": "mine"}]
    assert base.rows("select relname from pg_class where relname in ('towns', 'objects')") == []
    options = {"schema": "other", "day": SECOND}
    publish_to(path, base.dsn, **options)
    with pytest.raises(DatabaseError, match="holds what is internal, and this is public"):
        publish_to(path, base.dsn, public=True, **options)
    base.rows("update other.gridmap_about set form = 'older'")
    with pytest.raises(DatabaseError, match="another version of this program"):
        publish_to(path, base.dsn, **options)


def test_without_postgis_in_the_database_it_says_whom_to_ask(base, path):
    base.rows("drop extension postgis_topology; drop extension postgis")
    with pytest.raises(DatabaseError, match="create extension postgis"):
        publish(path, base)


@pytest.mark.parametrize(
    ("database", "why"),
    [
        ("host=db password=sesame-17", "seen by others"),
        ("postgresql://me:sesame-17@db/gis", "seen by others"),
        ("host=db oauth_client_secret=sesame-17", "seen by others"),
        ("host=db scram_client_key=sesame-17", "seen by others"),
        ("host=db scram_server_key=sesame-17", "seen by others"),
        ("host=db sesame-17", "is no connection"),
        ("host=/nowhere/at/all user=me dbname=gis", "cannot be reached"),
    ],
)
def test_no_password_is_taken_from_the_command_line_or_told(database, why, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "sesame-17")
    with pytest.raises((UsageError, DatabaseError)) as raised, connected(database):
        pass
    assert why in str(raised.value)
    assert "sesame" not in str(raised.value) + raised.value.zh
    assert raised.value.__cause__ is None


def test_without_the_driver_it_says_what_to_install(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match="pip install"):
        publish_to(path, "", schema=SCHEMA, day=SECOND)


def test_only_what_was_published_goes_out_and_only_under_a_licence(base, tmp_path, path):
    with pytest.raises(PlanError, match="No version was in force"):
        publish(path, base, day="2025-12-31")
    assert publish(path, base, number="1").version == "1"
    other = tmp_path / "other.gridmap.gpkg"
    put_plan(small_plan, other)
    with pytest.raises(PlanError, match="Nothing of this plan was published"):
        publish(other, base)
    assert content_of(path, day=SECOND, licence="ODbL-1.0").head.licence == "ODbL-1.0"


def test_towns_of_a_city_are_rows_of_their_own_and_can_be_withdrawn(base, tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for number, name in enumerate(("a", "b", "c")):
        (tmp_path / "towns" / name).mkdir(parents=True)
        rules = tmp_path / "towns" / name / "rules.toml"
        rules.write_text(town_rules(f"41012{number}001"), encoding="utf-8")
    (tmp_path / "plans").mkdir()
    put_town(tmp_path / "plans" / "a.gridmap.gpkg", THIRD)
    put_town(tmp_path / "plans" / "c.gridmap.gpkg")
    (tmp_path / "plans" / "c.gridmap.published.gpkg").write_bytes(b"damaged")
    found = publish_to(tmp_path, base.dsn, schema=SCHEMA, day=THIRD)
    assert [(one.town, one.state) for one in found] == [
        ("a", "new"), ("b", "unpublished"), ("c", "failed"),
    ]  # fmt: skip
    assert "record of publications" in str(found[2].fault)
    assert base.rows("select area_code, area_name, version from gridmap.towns") == [
        {"area_code": "410100", "area_name": "测试市", "version": "3"}
    ]
    with psycopg.connect(base.dsn) as asked:
        asked.execute("alter table gridmap.towns add check (version <> '2') not valid")
    (refused,) = publish_to(tmp_path, base.dsn, schema=SCHEMA, day=SECOND, only=["a"])
    assert (refused.state, "refuses" in str(refused.fault)) == ("failed", True)
    code = found[0].code
    plan = tmp_path / "plans" / "a.gridmap.gpkg"
    taken = [withdraw_from(plan, base.dsn, schema=SCHEMA)[0] for _ in range(2)]
    assert [dataclasses.astuple(one)[1:3] for one in taken] == [
        ("withdrawn", code), ("absent", code),
    ]  # fmt: skip
    assert rows_of(base) == {"towns": [], "grids": [], "objects": []}


def test_the_command_says_what_became_of_each_town_and_ends_as_it_should(base, path):
    asked = ("postgis", str(path), "--database", base.dsn, "--on", SECOND)
    made = run(*asked, "--lang", "zh")
    assert (made.exit_code, "模式“gridmap”：新增 1 个。" in made.stdout) == (0, True)
    told = json.loads(run(*asked, "--json").stdout)
    assert [(one["state"], one["version"]) for one in told["towns"]] == [("same", "2")]
    gone = run("postgis", str(path), "--database", base.dsn, "--withdraw", "--lang", "en")
    assert (gone.exit_code, "withdrawn: 1" in gone.stdout) == (0, True)
    wrong = run("postgis", str(path.parent), "--number", "2", "--lang", "en")
    assert (wrong.exit_code, "--on DAY" in wrong.stderr) == (2, True)
    wrong = run("postgis", str(path.parent / "none.gpkg"), "--lang", "en")
    assert (wrong.exit_code, "no plan and no city" in wrong.stderr) == (1, True)
    wrong = run("postgis", str(path), "--only", "a", "--lang", "en")
    assert (wrong.exit_code, "single plan" in wrong.stderr) == (2, True)


def city_with(folder, codes, until=SECOND):
    """Write the rules of towns of a city; the first of them has a plan with published versions."""
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for name, code in codes.items():
        (folder / "towns" / name).mkdir(parents=True)
        (folder / "towns" / name / "rules.toml").write_text(town_rules(code), encoding="utf-8")
    (folder / "plans").mkdir()
    plan = folder / "plans" / f"{next(iter(codes))}.gridmap.gpkg"
    put_town(plan, until)
    return plan


def test_a_town_of_which_nothing_has_changed_is_not_worked_out_again(base, tmp_path, monkeypatch):
    plan = city_with(tmp_path, {"a": "410122001"}, THIRD)
    (tmp_path / "catalogue").mkdir()

    def states(day=THIRD, **asked):
        (found,) = publish_to(tmp_path, base.dsn, schema=SCHEMA, day=day, **asked)
        return found.state, len(worked_out)

    worked_out = []
    real = publishing.content_of
    monkeypatch.setattr(publishing, "content_of", lambda *of, **named: (
        worked_out.append(of) or real(*of, **named)
    ))  # fmt: skip
    assert states() == ("new", 1)
    assert states() == states("2027-12-31") == ("same", 1)
    assert states(SECOND) == ("changed", 2)  # another version
    assert states(THIRD, licence="CC0-1.0") == ("changed", 3)
    assert states(THIRD) == ("changed", 4)
    with psycopg.connect(base.dsn) as asked:
        asked.execute("delete from gridmap.grids where level = 3")
    assert states() == ("changed", 5)
    change_plan(plan, lambda one: one.with_tables(receipt={**one.receipt, "n": "1"}))
    assert states() == ("same", 6)
    assert states() == ("same", 6)
    (tmp_path / "catalogue" / FILE).write_text('{"', encoding="utf-8")
    assert states() == ("same", 7)


def test_a_plan_of_a_city_keeps_the_area_that_the_city_gives_it(base, tmp_path):
    plan = city_with(tmp_path, {"a": "410122001"})
    area = "select area_code, area_name from gridmap.towns"
    publish_to(tmp_path, base.dsn, schema=SCHEMA, day=FIRST)
    whole = base.rows(area)
    assert whole == [{"area_code": "410122", "area_name": "乙县"}]
    publish(plan, base)
    assert base.rows(area) == whole


def test_a_town_is_withdrawn_under_the_code_it_was_published_with_and_faults_are_rows(
    base, tmp_path
):
    plan = city_with(tmp_path, {"a": "410121001", "b": "410122009"})
    published = publish(plan, base).code
    broken = tmp_path / "towns" / "b" / "rules.toml"
    broken.write_text("no rules", encoding="utf-8")
    found = withdraw_from(tmp_path, base.dsn, schema=SCHEMA)
    assert [(one.town, one.state, one.code) for one in found] == [
        ("a", "withdrawn", published), ("b", "failed", ""),
    ]  # fmt: skip
    assert "does not exist" in str(found[1].fault)
    assert base.rows("select town_code from gridmap.towns") == []
    # Where another town has that code today, the rows are that one's.
    publish(plan, base)
    broken.write_text(town_rules(published), encoding="utf-8")
    (found,) = withdraw_from(tmp_path, base.dsn, schema=SCHEMA, only=["a"])
    assert found.state == "absent"
    assert base.rows("select town_code from gridmap.towns") == [{"town_code": published}]
