"""What `make clients` does where a program of another maker is missing."""

import pytest

from tests.support.clients import programs


@pytest.fixture
def bare(monkeypatch):
    """A machine without any of the programs; what would be added is noted."""
    added = []
    monkeypatch.setattr(programs, "is_here", lambda name: False)
    monkeypatch.setattr(programs.machine, "add_packages", added.extend)
    monkeypatch.setattr(programs, "_add_npm", lambda: added.append("npm"))
    monkeypatch.setattr(programs, "_add_python", lambda: added.append("PyPI"))
    monkeypatch.setattr(programs.sys, "platform", "linux")
    monkeypatch.setattr(programs.shutil, "which", lambda name: f"/usr/bin/{name}")
    return added


@pytest.mark.parametrize("user", [0, 1000])
def test_what_is_missing_is_added_and_the_system_changed_by_root_alone(
    user, bare, monkeypatch, capsys
):
    monkeypatch.setattr(programs.os, "geteuid", lambda: user, raising=False)

    assert programs.main() == 0
    assert bare == [*([] if user else ["gdal-bin", "postgresql-postgis"]), "npm", "PyPI"]
    told = capsys.readouterr().out
    assert "left out: tests with PostGIS, for want of initdb" in told
    assert "(Debian: gdal-bin)" in told


def test_nothing_is_done_where_all_are_here(bare, monkeypatch, capsys):
    monkeypatch.setattr(programs, "is_here", lambda name: True)

    assert (programs.main(), bare, capsys.readouterr().out) == (0, [], "")


def test_a_test_without_its_program_is_left_out_and_says_what_to_install(bare):
    with pytest.raises(pytest.skip.Exception, match=r"no GDAL .* gdal-bin"):
        programs.needed("GDAL")


def test_packages_of_another_lock_are_not_those_of_the_tests(monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "PACKAGES", tmp_path)
    monkeypatch.setattr(programs.shutil, "which", lambda name: f"/usr/bin/{name}")
    (tmp_path / "node_modules").mkdir()
    lock = tmp_path / "package-lock.json"
    lock.write_bytes((programs.CLIENTS / "package-lock.json").read_bytes())
    assert programs.node_modules() is None  # npm was stopped before its end

    (tmp_path / "node_modules" / ".package-lock.json").write_text("{}")
    assert programs.node_modules() == tmp_path / "node_modules"

    lock.write_text("{}")
    assert programs.node_modules() is None
