"""Files are written whole or not at all, and never over another without being told."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from project import ROOT

from layers.contract.errors import LayerFileError, UsageError
from layers.files import atomic
from layers.files.atomic import check_free, move_to_free, replacing, write_atomically


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_its_bytes_and_nothing_beside_it(tmp_path):
    write_atomically(tmp_path / "图.txt", "网格".encode())
    assert (tmp_path / "图.txt").read_bytes() == "网格".encode()
    assert names_in(tmp_path) == ["图.txt"]


def test_a_file_that_exists_is_not_overwritten_without_being_told(tmp_path):
    path = tmp_path / "plan.gpkg"
    path.write_text("old")
    with pytest.raises(UsageError, match=r"plan\.gpkg' exists already.*--overwrite") as caught:
        write_atomically(path, b"new")
    assert caught.value.zh == f"“{path}”已存在。请换一个文件名，或允许覆盖（--overwrite）。"
    assert path.read_text() == "old"
    write_atomically(path, b"new", overwrite=True)
    assert path.read_text() == "new"
    assert names_in(tmp_path) == ["plan.gpkg"]


def test_a_file_that_appears_during_the_writing_is_not_run_over(tmp_path):
    path = tmp_path / "plan.gpkg"

    def write_slowly():
        with replacing(path) as draft:
            draft.write_text("mine")
            path.write_text("another's")

    with pytest.raises(UsageError, match=r"exists already"):
        write_slowly()
    assert path.read_text() == "another's"
    assert names_in(tmp_path) == ["plan.gpkg"]


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_a_failure_half_way_leaves_the_old_file_and_no_journal(tmp_path, fault):
    path = tmp_path / "plan.gpkg"
    path.write_text("old")

    def fail():
        with replacing(path, overwrite=True) as draft:
            draft.write_text("half")
            draft.with_name("plan.gpkg-journal").write_text("half")
            raise fault

    with pytest.raises(fault):
        fail()
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["plan.gpkg"]


@pytest.mark.parametrize("waits", [True, False])
def test_on_windows_a_reader_in_the_way_is_waited_for(tmp_path, monkeypatch, waits):
    path, replace, tries = tmp_path / "plan.gpkg", os.replace, []
    path.write_text("old")

    def refused(source, target):  # as Windows does while somebody reads the file
        tries.append(source)
        if len(tries) < 3:
            raise PermissionError(13, "Access is denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refused)
    monkeypatch.setattr(atomic, "READERS_BLOCK", waits)
    if waits:
        write_atomically(path, b"new", overwrite=True)
    else:
        with pytest.raises(LayerFileError, match="open in another program"):
            write_atomically(path, b"new", overwrite=True)
    assert (path.read_text(), len(tries)) == (("new", 3) if waits else ("old", 1))


def test_a_file_that_moves_to_a_free_place_runs_over_none(tmp_path, monkeypatch):
    one, two = tmp_path / "one", tmp_path / "two"
    for refused in (False, True):  # where the disk knows no hard links too
        one.write_text("1")
        two.write_text("2")
        with monkeypatch.context() as patched:
            if refused:
                patched.setattr(os, "link", no_links)
            with pytest.raises(FileExistsError):
                move_to_free(one, two)
            assert (one.read_text(), two.read_text()) == ("1", "2")
            two.unlink()
            move_to_free(one, two)
        assert (names_in(tmp_path), two.read_text()) == (["two"], "1")


def no_links(_source, _target):
    raise PermissionError(1, "Operation not permitted")


def test_a_folder_in_the_way_is_named(tmp_path):
    with pytest.raises(LayerFileError, match=r"is a folder\. Give the name of a file"):
        write_atomically(tmp_path, b"", overwrite=True)


def test_a_missing_folder_is_named_and_not_made(tmp_path):
    with pytest.raises(LayerFileError, match=r"there is no folder .*mising"):
        write_atomically(tmp_path / "mising" / "plan.gpkg", b"")
    assert names_in(tmp_path) == []


def test_a_name_that_is_too_long_is_refused(tmp_path):
    with pytest.raises(LayerFileError, match=r"too long"):
        write_atomically(tmp_path / ("n" * 300), b"")


@pytest.mark.skipif(os.name == "nt", reason="needs the device files of POSIX")
def test_a_device_is_refused():
    with pytest.raises(LayerFileError, match=r"not an ordinary file"):
        check_free("/dev/null", overwrite=True)


@pytest.mark.skipif(os.name == "nt", reason="needs links of POSIX")
def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    write_atomically(link, b"new", overwrite=True)
    assert link.is_symlink()
    assert real.read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="needs the file modes of POSIX")
def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path):
    (tmp_path / "usual").write_text("")
    write_atomically(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    write_atomically(tmp_path / "new", b"", overwrite=True)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt", reason="needs the limits of POSIX")
def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path):
    import resource

    path = tmp_path / "plan.gpkg"
    path.write_text("old")
    # A real limit of the system, in a process of its own: the write fails as on a full disk.
    script = (
        "import sys; from layers.files.atomic import write_atomically\n"
        "try: write_atomically(sys.argv[1], bytes(2_000_000), overwrite=True)\n"
        "except ValueError as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )
    assert done.stdout.startswith(f"LayerFileError Cannot write '{path}': the disk is full.")
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["plan.gpkg"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="only root can step down to a user without rights",
)
def test_a_folder_without_permission_is_named():
    script = (
        "import os, sys; from layers.files.atomic import write_atomically; os.setuid(65534)\n"
        "try: write_atomically(sys.argv[1], b'')\n"
        "except ValueError as error: print(type(error).__name__, error, error.zh)"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", script, folder / "plan.gpkg"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert names_in(folder) == []
    assert done.stdout.startswith("LayerFileError Cannot write")
    assert "no permission to write in" in done.stdout
    assert "没有写入" in done.stdout
