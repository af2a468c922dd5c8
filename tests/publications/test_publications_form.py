"""Records made before a column was there are read, proven and added to."""

import hashlib
import sqlite3
from contextlib import closing

import pytest
from published_town import SECOND, THIRD, put_town

from gridmap.publications import check_record, plan_of, publish_plan, versions_of
from gridmap.publications.form import ADDED, TABLES
from gridmap.publications.record import record_of
from gridmap.store.plan_lock import change_plan

# Columns of the first records. They are part of every digest that was written since.
FIRST = "10d786f2"


def test_a_column_that_is_added_to_a_table_is_named_as_added():
    first = {
        table: [name for name in names if name not in ADDED.get(table, {})]
        for table, names in TABLES.items()
    }
    found = hashlib.sha256(repr(first).encode()).hexdigest()[:8]
    assert found == FIRST, "name the new column in ADDED, so that old records stay readable"


@pytest.fixture
def old(tmp_path):
    """A record of before there were codes of imported divisions."""
    path = tmp_path / "t.gridmap.gpkg"
    put_town(path, SECOND)
    with closing(sqlite3.connect(record_of(path))) as base:
        for table, columns in ADDED.items():
            for name in columns:
                base.execute(f'ALTER TABLE {table} DROP COLUMN "{name}"')
        base.commit()
    return path


def test_an_old_record_is_proven_and_read(old):
    assert check_record(old) == []
    assert plan_of(old, number="1").grids["source_code"].eq("").all()


def test_a_version_is_added_to_an_old_record_and_all_are_proven(old):
    def coded(plan):
        grids = plan.grids.copy()
        grids.loc[grids["kind"] == "micro", "source_code"] = "W-1"
        return plan.with_tables(grids=grids)

    change_plan(old, coded)
    publish_plan(old, why="导入", first_day=THIRD, number="3", who="王五",
                 when="2026-11-20T10:00:00")  # fmt: skip
    assert len(versions_of(old)) == 3
    assert check_record(old) == []
    assert set(plan_of(old, number="3").grids["source_code"]) == {"", "W-1"}
    assert set(plan_of(old, number="2").grids["source_code"]) == {""}


def test_a_changed_code_of_an_imported_division_is_noticed(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    put_town(path, SECOND)
    with closing(sqlite3.connect(record_of(path))) as base:
        base.execute("UPDATE grids SET source_code = 'X' WHERE fid = 3")
        base.commit()
    assert check_record(path)
