"""Every byte of the features for programs, made of a plan full of secrets."""

import json

from public_bytes import told
from published_town import Asking
from saved_plans import put_plan
from secret_plan import NAMES, PHONES, SECRETS, secret_plan

from gridmap.publications import publish_plan, publishing
from gridmap.publish.answering import answered
from gridmap.rules import parse_rules
from gridmap.store.plan_lock import change_plan


def published(path, draw, monkeypatch, *, number="1", first_day="2026-01-01"):
    put_plan(draw, path)
    # It was drawn for its secrets, and has errors.
    monkeypatch.setattr(publishing, "plan_reasons", lambda plan: [])
    publish_plan(path, why="x 13812345678", first_day=first_day, number=number, who="某人",
                 when="2026-01-01T00:00:00")  # fmt: skip


def with_rules(old, new):
    text = secret_plan().rules_text.replace(old, new)
    return secret_plan().with_tables(rules_text=text, rules=parse_rules(text))


def test_no_byte_for_anybody_names_people_or_phones_and_none_for_the_public_a_secret(
    tmp_path, monkeypatch
):
    path = tmp_path / "t.gridmap.gpkg"
    published(path, secret_plan, monkeypatch)
    ask = Asking(tmp_path)
    for audience, words in (("house", (*NAMES, *PHONES)), ("public", SECRETS)):
        names = [one["id"] for one in ask.json(f"{audience}/t/collections")["collections"]]
        parts = ["", "/api", "/collections", "/conformance"]
        parts += [f"/collections/{one}{end}" for one in names for end in ("/items", "/queryables")]
        bodies = b"".join(ask(f"{audience}/t{part}").body for part in parts)
        assert told(bodies, words) == []
        assert ("objects" in names) == (audience == "house")
    found = ask.json("house/t/collections/objects/items")["features"]
    assert [one["properties"]["name"] for one in found] == ["大孟机械厂", "营区门市部"]
    assert set(found[0]["properties"]) == {"object_id", "class", "category", "name", "grid_code"}
    assert "某部训练场" not in json.dumps(found, ensure_ascii=False)


def test_without_a_licence_there_is_no_copy_for_the_public(tmp_path, monkeypatch):
    path = tmp_path / "t.gridmap.gpkg"
    drawn = with_rules('licence = "CC-BY-4.0"', "")
    published(path, lambda: drawn, monkeypatch)
    ask = Asking(tmp_path, is_public=True)
    status, why = ask.refused("public/t", key=False)
    assert (status, "no licence" in why) == (403, True)
    assert ask("house/t").status == 200


def test_what_is_found_sensitive_later_is_hidden_in_what_was_public_before(tmp_path, monkeypatch):
    path = tmp_path / "t.gridmap.gpkg"
    before = with_rules('sensitive_records = ["junshi.gpkg:MIL-7"]', "")
    published(path, lambda: before, monkeypatch)
    ask = Asking(tmp_path, is_public=True)

    def ground(audience):
        where = f"{audience}/t/collections/micro_grids/items/grid.W02"
        return ask.json(where, "datetime=2026-01-15")["geometry"]

    assert ground("public") == ground("house")
    published(path, secret_plan, monkeypatch, number="2", first_day="2026-02-01")
    assert ground("public") != ground("house")


def test_what_the_plan_says_since_it_was_published_holds_for_what_is_served(tmp_path, monkeypatch):
    path = tmp_path / "t.gridmap.gpkg"
    before = with_rules('sensitive_records = ["junshi.gpkg:MIL-7"]', "")
    published(path, lambda: before, monkeypatch)
    ask = Asking(tmp_path, is_public=True)
    ground = "collections/micro_grids/items/grid.W02"
    shown = ask.json(f"public/t/{ground}")["geometry"]
    tag = ask.last.headers["etag"]
    put_plan(secret_plan, path)  # the record is one: which has no version for it
    assert ask(f"public/t/{ground}", if_none_match=tag).status == 200
    assert ask.json(f"public/t/{ground}")["geometry"] != shown
    assert ask.json(f"house/t/{ground}")["geometry"] == shown
    change_plan(path, lambda now: answered(now, source="secret"))
    for audience in ("public", "house"):
        status, why = ask.refused(f"{audience}/t/{ground}")
        assert (status, "state secrets" in why) == (403, True)
    change_plan(path, lambda now: answered(now, source="internal"))
    assert ask.json(f"house/t/{ground}")["geometry"] == shown
