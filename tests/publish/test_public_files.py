"""Every byte of every file for the public, made of a plan full of secrets, and phones anywhere."""

import json
import re
import sqlite3

import pytest
from cli_runs import run
from public_bytes import LINE, files_of, opened, told
from secret_plan import NAMES, PHONES, SECRETS, secret_plan
from small_plan import EAST, NORTH, small_plan

from gridmap.maps import map_html
from gridmap.plan.notice import notice_line
from gridmap.publish import release
from gridmap.store import load_plan, save_plan
from gridmap.versions.boundaries import boundary_files
from layers.contract.errors import PlanError

# A table of text has no room for the line, and a plan for its own rules.
TABLES = (
    *("plan", "copy", "objects", "objects of people", "boards to replace", "delta csv"),
    *("delta 1", "crosswalk"),
)


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    return files_of(secret_plan(), tmp_path_factory.mktemp("public"), public=True)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return files_of(secret_plan(), tmp_path_factory.mktemp("house"), public=False)


def words_of_pages():
    """Secrets that are also words of any page, such as the name of a category in its legend."""
    plain = map_html(release(small_plan(), public=True)).encode()
    return {word for word in SECRETS if word in opened(plain)}


def test_no_file_for_the_public_holds_a_secret(public):
    # The page of a map holds the names of all categories, of those too that it does not show.
    common = {"问题楼盘", "problem_estate"}
    assert words_of_pages() == common

    for name, data in public.items():
        allowed = common if name in ("map", "map en") else set()
        assert set(told(data, SECRETS)) <= allowed, name


def test_the_reader_of_bytes_finds_what_is_there(house):
    # Else the test above would prove nothing: in the house all of them tell something.
    assert set(NAMES[:3]) <= set(told(house["map"], SECRETS))
    assert set(told(house["patches"], SECRETS)) >= {"某部训练场", "恒大名都烂尾"}
    assert NAMES[0] in told(house["grids of people"], SECRETS)
    assert "恒大名都烂尾" in told(house["report"], SECRETS)
    assert set(told(house["plan"], SECRETS)) == set(SECRETS)
    assert "问题楼盘" in told(house["print"], SECRETS)


def test_no_file_of_the_house_but_the_plan_holds_a_phone(house):
    for name, data in house.items():
        # The log of edits keeps rosters for undo: the plan itself never leaves the house.
        assert told(data, PHONES) == [] or name == "plan"


def test_the_map_for_the_public_has_no_people_posts_loads_and_vacancies(public):
    page = public["map"].decode()
    values = json.loads(re.search(r"gmMap\.start\(\w+, (\{.*\})\);", page)[1])

    assert [view["key"] for view in values["views"]] == ["category"]
    assert values["town"]["public"] is True
    assert set(values["grids"]["people"]["name"]) <= {""}
    assert set(values["grids"]["load_h"]) == {0.0}
    assert all(row == "" for row in values["grids"]["reason"]["zh"])


def test_names_go_out_only_by_choice(tmp_path):
    path = tmp_path / "named.gridmap.gpkg"
    plan = release(secret_plan("names_public = true\n"), public=True)
    data = boundary_files(plan, with_contacts=True).grids

    assert set(told(data, NAMES)) == {NAMES[0], NAMES[1], NAMES[2]}  # those on a post of a grid
    assert told(data, PHONES) == []
    assert list(plan.people.index) == ["P00001", "P00002", "P00003"]
    assert set(plan.assignments["status"]) == {"filled"}
    save_plan(plan, path)
    assert told(path.read_bytes(), PHONES) == []


@pytest.mark.parametrize(
    ("day", "named"),
    [
        ("2026-11-30", {NAMES[1], NAMES[2]}),  # the last day of one, the other begins later
        ("2026-12-01", {NAMES[0], NAMES[2]}),
        ("2027-01-01", {NAMES[0]}),
        ("", {NAMES[0]}),  # without a day no term with an end is believed
    ],
)
def test_who_is_in_office_on_the_day_is_named_also_when_the_term_ends_later(day, named):
    plan = secret_plan("names_public = true\n")
    rows = plan.assignments.copy()
    terms = {"001": ("2026-12-01", ""), "002": ("", "2026-11-30"), "003": ("", "2026-12-31")}
    for person, term in terms.items():
        rows.loc[rows["person_id"] == person, ["valid_from", "valid_to"]] = term
    copy = release(plan.with_tables(assignments=rows), public=True, day=day)
    assert set(copy.people["name"]) == named


def test_a_file_for_the_public_names_its_properties_one_by_one():
    made = boundary_files(release(secret_plan(), public=True), with_patches=True)
    features = [one for data in (made.grids, made.patches) for one in json.loads(data)["features"]]
    keys = {key for feature in features for key in feature["properties"]}

    assert keys == {
        "grid_code", "parent_code", "level", "kind", "category", "subclass", "name", "name_en",
        "version", "valid_from", "valid_to", "area_m2", "area_mu", "patch_id", "family", "label",
    }  # fmt: skip
    assert made.head["audience"] == "public"
    assert made.head["topology"]["mended"] == []
    assert made.head["retired"] is None


def test_the_line_stands_on_everything_until_there_is_an_audit_number(public, house):
    for name, data in [*public.items(), *house.items()]:
        if name not in TABLES:
            assert LINE in opened(data), name
    assert "do not publish it" in opened(public["map en"])


def test_an_audit_number_takes_the_place_of_the_line(tmp_path):
    number = "豫S(2026)012号"
    rules = f'audit_number = "{number}"\n'
    plan = release(secret_plan(rules), public=True)

    assert notice_line(plan) == f"审图号：{number}。Map audit number {number}."
    for name, data in files_of(secret_plan(rules), tmp_path, public=True).items():
        text = opened(data)
        assert name in TABLES or (number in text and LINE not in text), name


def test_the_copy_opens_as_a_plan_and_says_what_it_lacks(tmp_path):
    path = tmp_path / "secret.gridmap.gpkg"
    copy = tmp_path / "public.gridmap.gpkg"
    save_plan(secret_plan(), path)

    done = run("redact", str(path), "--out", str(copy), "--json")
    plan = load_plan(copy)

    assert done.exit_code == 0
    assert plan.is_redacted
    assert "names, phones, problem estates" in plan.receipt["redacted"]
    assert len(plan.people) == len(plan.posts) == len(plan.assignments) == len(plan.edits) == 0
    assert told(copy.read_bytes(), SECRETS) == []
    assert told(done.stdout.encode(), SECRETS) == []
    with sqlite3.connect(copy) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert {"patches", "grids", "people", "receipt"} <= tables
    assert run("check", str(copy)).exit_code == 0  # of what a copy lacks nothing is judged
    assert run("verify", str(copy)).exit_code == 0


def test_a_copy_is_never_written_over_its_plan(tmp_path):
    path = tmp_path / "secret.gridmap.gpkg"
    save_plan(secret_plan(), path)

    done = run("redact", str(path), "--out", str(path), "--overwrite", "--lang", "en")

    assert done.exit_code == 2
    assert "is the plan itself" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("coverage", "PLAN", "--public", "--json"),
        ("coverage", "PLAN", "--public", "--level", "3", "--json"),
        ("locate", "PLAN", "113.929", "34.676", "--public", "--json"),
        ("locate", "PLAN", "113.929", "34.676", "--public"),
    ],
    ids=" ".join,
)
def test_answers_for_the_public_tell_no_secret_and_no_vacancy(command, tmp_path):
    path = tmp_path / "s.gridmap.gpkg"
    save_plan(secret_plan(), path)
    lon, lat = _middle()
    words = [{"PLAN": str(path), "113.929": lon, "34.676": lat}.get(word, word) for word in command]

    done = run(*words)

    assert done.exit_code == 0
    assert told(done.stdout.encode(), set(SECRETS) - {"问题楼盘"}) == []
    assert not re.search("vacan|空缺|posts|load_h|officer", done.stdout)


def _middle():
    from pyproj import Transformer

    turn = Transformer.from_crs("EPSG:4547", "EPSG:4326", always_xy=True)
    return tuple(f"{value:.7f}" for value in turn.transform(EAST + 150, NORTH + 150))


def test_who_asks_in_hidden_ground_is_told_the_grid_beside():
    lon, lat = map(float, _middle())
    from gridmap.lookup.locate import locate

    answer = locate(release(secret_plan(), public=True), lon, lat)[0]

    assert answer["grids"][0]["code"] in ("W01", "W02")


def test_contacts_for_the_public_need_the_rules(tmp_path):
    path = tmp_path / "s.gridmap.gpkg"
    save_plan(secret_plan(), path)
    target = tmp_path / "x.geojson"

    done = run("export", str(path), "--geojson", str(target), "--public", "--with-contacts",
               "--lang", "en")  # fmt: skip

    assert done.exit_code == 2
    assert "names_public" in done.stderr
    assert not target.exists()


def test_the_commands_name_to_the_public_who_is_in_office_today_or_on_the_day_asked(tmp_path):
    path = tmp_path / "s.gridmap.gpkg"
    plan = secret_plan("names_public = true\n")
    ends = plan.assignments["person_id"].map({"001": "9999-12-31", "003": "2026-01-01"})
    save_plan(plan.with_tables(assignments=plan.assignments.assign(valid_to=ends.fillna(""))), path)
    for options, named in (((), NAMES[:2]), (("--on", "2025-12-31"), NAMES[:3])):
        target = tmp_path / "x.geojson"
        done = run("export", str(path), "--geojson", str(target), "--public", "--with-contacts",
                   "--overwrite", *options)  # fmt: skip
        assert done.exit_code == 0
        assert tuple(told(target.read_bytes(), NAMES)) == named


@pytest.mark.parametrize("public", [False, True])
def test_nothing_is_made_of_state_secrets(public, tmp_path):
    text = secret_plan().rules_text.replace('"internal"', '"secret"')
    from gridmap.rules import parse_rules

    plan = secret_plan().with_tables(rules=parse_rules(text), rules_text=text)
    path = tmp_path / "s.gridmap.gpkg"
    save_plan(plan, path)

    with pytest.raises(PlanError, match="保密技术处理"):
        release(plan, public=public)
    for words in (["map"], ["map", "--pdf", str(tmp_path / "a.pdf")], ["coverage"],
                  ["export", "--geojson", str(tmp_path / "a.geojson")],
                  ["redact", "--out", str(tmp_path / "b.gridmap.gpkg")]):  # fmt: skip
        done = run(words[0], str(path), *words[1:], *(["--public"] if words[0] != "redact" else []))
        assert done.exit_code == 1
    assert [one.name for one in tmp_path.iterdir() if one.suffix in (".html", ".pdf")] == []
