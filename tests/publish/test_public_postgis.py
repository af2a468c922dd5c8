"""Every row that is written to a PostGIS, made of a plan full of secrets."""

import psycopg
import pytest
from public_bytes import told
from saved_plans import put_plan
from secret_plan import NAMES, PHONES, SECRETS, secret_plan

from gridmap.postgis import publish_to
from gridmap.publications import publish_plan, publishing

FIRST = "2026-01-01"


@pytest.mark.parametrize(("public", "words"), [(False, (*NAMES, *PHONES)), (True, SECRETS)])
def test_no_row_names_people_or_phones_and_none_for_the_public_a_secret(
    postgis, tmp_path, monkeypatch, public, words
):
    base, path = postgis.new_database(), tmp_path / "t.gridmap.gpkg"
    put_plan(secret_plan, path)
    monkeypatch.setattr(publishing, "plan_reasons", lambda plan: [])  # drawn with errors
    publish_plan(path, why="x", first_day=FIRST, number="1", who="某人", when="2026-01-01T00:00:00")
    publish_to(path, base.dsn, schema="gridmap", day=FIRST, public=public)
    with psycopg.connect(base.dsn) as asked:
        rows = [
            asked.execute(f"select {table}::text from gridmap.{table}").fetchall()
            for table in ("towns", "grids", "objects")
        ]
    assert all(rows)
    assert told(str(rows).encode(), words) == []
