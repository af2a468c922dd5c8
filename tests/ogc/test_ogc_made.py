"""The file of features of a plan: made when and by whom, and who waits for it."""

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest
from published_town import FIRST, SECOND, THIRD, Asking, put_served_town, put_town
from redraw_plan import E1, W1, W2

from gridmap.ogc import catalogue, feature_file, finding
from gridmap.ogc.feature_file import features_file, refresh
from gridmap.publications.record import record_of

MICRO = "house/t/collections/micro_grids/items"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    path = tmp_path_factory.mktemp("two") / "t.gridmap.gpkg"
    put_served_town(path)
    return path


def test_versions_added_one_by_one_give_the_file_that_is_made_at_once(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    ask = Asking(tmp_path)
    for day, codes in (
        (FIRST, [E1, W1, W2]),
        (SECOND, [E1, W1, W2, "TVW03"]),
        (THIRD, [E1, W1, W2]),
    ):
        put_town(path, day)
        assert ask.codes(MICRO, f"datetime={day}") == codes
    one_by_one = rows(path)
    features_file(path).unlink()
    assert ask(MICRO).status == 200
    assert rows(path) == one_by_one
    # What is the same in all versions stands there once for each audience.
    assert [row[4:6] for row in one_by_one if row[3] == E1] == [(1, 2**40), (1, 2**40)]
    assert [row[4:6] for row in one_by_one if row[3] == "TVW03"] == [(2, 2), (2, 2)]
    features_file(path).write_bytes(b"no database")
    catalogue._known.clear()
    assert ask.codes(MICRO) == [E1, W1, W2]
    assert rows(path) == one_by_one


def rows(path):
    with closing(sqlite3.connect(features_file(path))) as base:
        query = "SELECT f.*, text FROM features AS f JOIN texts USING (fid) ORDER BY fid"
        return base.execute(query).fetchall()


def test_a_record_that_another_program_has_changed_is_not_served(tmp_path, capsys):
    path = tmp_path / "t.gridmap.gpkg"
    put_town(path, FIRST)
    with closing(sqlite3.connect(record_of(path))) as base:
        base.execute("UPDATE grids SET name = 'x' WHERE row_key = ?", (W1,))
        base.commit()
    status, why = Asking(tmp_path).refused(MICRO)
    assert status == 503
    assert str(tmp_path) not in why
    assert "not as it was published" in capsys.readouterr().err


def test_features_of_a_large_town_are_made_in_a_process_of_their_own(tmp_path, monkeypatch):
    path = tmp_path / "t.gridmap.gpkg"
    put_served_town(path)
    made_here = rows(path)
    features_file(path).unlink()
    monkeypatch.setattr(feature_file, "LARGE", 0)
    monkeypatch.setattr(feature_file, "_add", None)  # nothing is made here
    assert Asking(tmp_path).codes(MICRO) == [E1, W1, W2, "TVW03"]
    assert rows(path) == made_here


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("""print('["no room", "空间不足"]'); raise SystemExit(1)""", "not made: no room"),
        ("import os; os._exit(9)", "its process ended early (9)"),
        # Not an abort of Python, while another thread waits for the end of the app.
        (
            "import gridmap.ogc.feature_file as it; it.refresh = None; it.main()",
            "its process ended early (1)",
        ),
    ],
)
def test_why_a_process_made_no_features_is_told_to_who_runs_the_app(
    program, said, tmp_path, monkeypatch, capsys
):
    put_town(tmp_path / "t.gridmap.gpkg")
    monkeypatch.setattr(feature_file, "LARGE", 0)
    monkeypatch.setattr(feature_file, "_PROGRAM", program)
    assert Asking(tmp_path).refused(MICRO)[0] == 503
    assert said in capsys.readouterr().err
    assert not features_file(tmp_path / "t.gridmap.gpkg").exists()


def test_a_file_that_cannot_be_opened_at_first_is_asked_again(two, monkeypatch):
    first, second = (catalogue.catalogue_of(two, public=public) for public in (False, True))
    second = replace(second, path=two)  # another file, which cannot be opened for once
    connect = finding.connect_to
    monkeypatch.setattr(finding, "_of_thread", threading.local())
    assert finding.given_up(first, W1) is None

    def refused(path):
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(finding, "connect_to", refused)
    with pytest.raises(sqlite3.OperationalError):
        finding.given_up(second, W1)
    monkeypatch.setattr(finding, "connect_to", connect)
    assert finding.given_up(first, W1) is None


def test_who_asks_after_a_version_was_published_gets_it_though_an_older_one_is_being_made(
    tmp_path, monkeypatch
):
    path = tmp_path / "t.gridmap.gpkg"
    put_town(path)
    begun, ended = threading.Event(), threading.Event()

    def slowly(plan_path):
        made = refresh(plan_path)
        begun.set()
        assert ended.wait(20)
        return made

    monkeypatch.setattr(catalogue, "refresh_apart", slowly)
    join = catalogue._making_now

    def joined(plan_path):
        making, is_own = join(plan_path)
        if not is_own:
            ended.set()  # who came later waits for what was begun before
        return making, is_own

    monkeypatch.setattr(catalogue, "_making_now", joined)
    ask = Asking(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(ask, MICRO)
        assert begun.wait(20)
        put_town(path, THIRD)
        new, old = ask(MICRO), before.result()
    told = [json.loads(one.body) for one in (old, new)]
    assert [one["gridmap"]["version"] for one in told] == ["2", "3"]
    assert [len(one["features"]) for one in told] == [4, 3]
    # What each is known by is of that version: the older answer is not taken for the new one.
    tags = [one.headers["etag"] for one in (old, new)]
    assert [ask(MICRO, **{"if-none-match": tag}).status for tag in tags] == [200, 304]


def test_features_are_made_once_there_is_a_thread_for_it_again(tmp_path, monkeypatch):
    path = tmp_path / "t.gridmap.gpkg"
    put_town(path)
    monkeypatch.setattr(catalogue, "PATIENCE_S", 20)

    def full(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", full)
        with pytest.raises(RuntimeError):
            catalogue.catalogue_of(path, public=False)
    assert catalogue.catalogue_of(path, public=False).versions


def test_who_comes_again_later_is_told_so_while_features_are_made(tmp_path, monkeypatch):
    put_town(tmp_path / "t.gridmap.gpkg")
    ended = threading.Event()
    monkeypatch.setattr(catalogue, "PATIENCE_S", 0.01)
    monkeypatch.setattr(catalogue, "refresh_apart", lambda path: ended.wait() and refresh(path))
    status, _ = Asking(tmp_path).refused(MICRO)
    assert (status, Asking(tmp_path)(MICRO).headers["retry-after"]) == (503, "0")
    ended.set()
    monkeypatch.setattr(catalogue, "PATIENCE_S", 20)
    assert Asking(tmp_path).codes(MICRO) == [E1, W1, W2, "TVW03"]
