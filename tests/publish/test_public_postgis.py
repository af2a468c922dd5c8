"""Every row that is written to a PostGIS, made of a plan full of secrets."""

import psycopg
import pytest
from public_bytes import told
from saved_plans import put_plan
from secret_plan import NAMES, PHONES, SECRETS, secret_plan

from gridmap.postgis import content_of, publish_to
from gridmap.publications import publish_plan, publishing
from gridmap.publish.answering import answered
from gridmap.rules import parse_rules
from gridmap.store.plan_lock import change_plan
from layers.contract.errors import PlanError

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


def test_what_the_plan_says_since_it_was_published_holds_for_a_database(tmp_path, monkeypatch):
    path = tmp_path / "t.gridmap.gpkg"
    put_plan(before_it_was_known, path)
    monkeypatch.setattr(publishing, "plan_reasons", lambda plan: [])
    publish_plan(path, why="x", first_day=FIRST, number="1", who="某人", when="2026-01-01T00:00:00")

    def ground():
        layers = content_of(path, day=FIRST, public=True).layers
        return {code: shape.wkt for one in layers if one.name != "objects"
                for code, shape in one.frame.set_index("grid_code").geometry.items()}  # fmt: skip

    shown = ground()
    put_plan(secret_plan, path)
    assert ground()["W02"] != shown["W02"]
    change_plan(path, lambda now: answered(now, source="secret"))
    for public in (False, True):
        with pytest.raises(PlanError, match="state secrets"):
            content_of(path, day=FIRST, public=public)


def before_it_was_known():
    text = secret_plan().rules_text.replace('sensitive_records = ["junshi.gpkg:MIL-7"]', "")
    return secret_plan().with_tables(rules_text=text, rules=parse_rules(text))
