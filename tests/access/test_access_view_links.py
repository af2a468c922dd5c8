"""Links to look at: one plan for somebody without an account, and nobody's own page."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from gridmap.access.behalf import AccessEndedError, Behalf, is_valid, require_valid
from gridmap.access.links import (
    check_token,
    links_of,
    make_link,
    make_view_link,
    revoke,
    take_over,
)
from gridmap.access.machine import FILE, state_folder
from layers.contract.errors import UsageError

TODAY = date(2026, 11, 30)
LATER = TODAY + timedelta(days=30)


@pytest.fixture
def plan_path(tmp_path):
    path = tmp_path / "test.gridmap.gpkg"
    path.write_bytes(b"a plan")
    return path


def made(plan_path, label="张书记", today=TODAY, expires=LATER):
    return make_view_link(plan_path, label, expires=expires, today=today)


def test_it_opens_the_plan_to_look_at_until_its_last_day(plan_path):
    link, token = made(plan_path, " 张书记 \n 党委 ")
    assert (link.label, link.person_id, link.is_view) == ("张书记 党委", "", True)
    opened = check_token(plan_path, token, today=LATER)
    assert (opened.state, opened.person_id, opened.is_view) == ("good", "", True)
    assert check_token(plan_path, token, today=LATER + timedelta(days=1)).state == "expired"


def test_a_personal_link_is_none_to_look_at_and_the_list_tells_them_apart(plan_path):
    _, token = make_link(plan_path, "P1", expires=LATER, today=TODAY)
    made(plan_path)
    assert not check_token(plan_path, token, today=TODAY).is_view
    assert [(one.person_id, one.label, one.is_view) for one in links_of(plan_path)] == [
        ("P1", "", False),
        ("", "张书记", True),
    ]


def test_revoking_ends_it_in_a_copy_of_the_plan_as_well(plan_path, tmp_path):
    link, token = made(plan_path)
    revoke(plan_path, serial=link.serial, today=TODAY)
    assert check_token(plan_path, token, today=TODAY).state == "revoked"
    assert links_of(plan_path)[0].revoked


@pytest.mark.parametrize("label", ["", "  \n", "名" * 61])
def test_it_says_for_whom_it_is(plan_path, label):
    with pytest.raises(UsageError, match="Write 1 to 60"):
        made(plan_path, label)
    assert not list(plan_path.parent.glob("*.links"))


def test_who_looks_is_let_in_as_a_viewer_alone_and_writes_nothing(plan_path):
    today = date.today()
    link, token = made(plan_path, today=today, expires=today)
    folder = plan_path.parent
    viewer = Behalf(folder, "viewer", token=token, plan_path=plan_path)
    assert is_valid(viewer)
    with pytest.raises(AccessEndedError, match="not change it"):
        require_valid(viewer, plan_path)
    # Neither a planner nor a cadre by the same token, and no viewer by a cadre's.
    assert not is_valid(Behalf(folder, "planner", token=token, plan_path=plan_path))
    assert not is_valid(Behalf(folder, "cadre", token=token, plan_path=plan_path))
    _, own = make_link(plan_path, "P1", expires=today, today=today)
    assert not is_valid(Behalf(folder, "viewer", token=own, plan_path=plan_path))
    revoke(plan_path, serial=link.serial, today=today)
    assert not is_valid(viewer)


def test_on_another_machine_it_is_paused_until_somebody_takes_it_over(plan_path, monkeypatch):
    _, token = made(plan_path)
    monkeypatch.setenv("GRIDMAP_STATE", str(plan_path.parent / "elsewhere"))
    assert not (state_folder() / FILE).exists()
    assert check_token(plan_path, token, today=TODAY).state == "paused"
    with pytest.raises(UsageError, match="paused"):
        made(plan_path)
    take_over(plan_path)
    assert check_token(plan_path, token, today=TODAY).state == "good"
    assert Path(plan_path.parent / "elsewhere" / FILE).exists()
