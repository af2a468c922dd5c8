"""Archives are unpacked with suspicion."""

import gzip
import stat
import zipfile

import pytest

from layers.contract.errors import LayerFileError
from layers.files import archives
from layers.files.archives import require_no_bomb, unpacked


def pack(path, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refused(path):
    with pytest.raises(LayerFileError) as caught, unpacked(path):
        pass
    return str(caught.value)


def test_files_come_out_and_go_away_again(tmp_path):
    path = pack(tmp_path / "a.zip", **{"sub/a.txt": "x"})
    with unpacked(path) as folder:
        assert (folder / "sub" / "a.txt").read_text() == "x"
    assert not folder.exists()


def test_chinese_names_of_old_programs_are_read_as_gbk(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("XXXX.shp", "x")
    path.write_bytes(path.read_bytes().replace(b"XXXX.shp", "图斑".encode("gbk") + b".shp"))
    with unpacked(path) as folder:
        assert [file.name for file in folder.iterdir()] == ["图斑.shp"]


@pytest.mark.parametrize(
    "name", ["../a.shp", "/etc/a.shp", "C:/a.shp", "a/../../b.shp", "..\\a.shp"]
)
def test_names_that_leave_the_archive_are_refused(tmp_path, name):
    assert "that leads out of the archive" in refused(pack(tmp_path / "a.zip", **{name: "x"}))
    assert not (tmp_path.parent / "a.shp").exists()


def test_links_are_refused(tmp_path):
    entry = zipfile.ZipInfo("a.shp")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "holds the link 'a.shp'" in refused(tmp_path / "a.zip")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with (
        zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.shp", "w") as file,
    ):
        for _ in range(200):
            file.write(bytes(2**20))
    words = refused(tmp_path / "a.zip")
    assert "would unpack to 200 MB or more" in words
    assert "looks like a zip bomb and is refused" in words
    with pytest.raises(LayerFileError, match=r"zip bomb"):
        require_no_bomb(tmp_path / "a.zip")


def test_a_bomb_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 3 * 2**20)
    packed = tmp_path / "a.osm.gz"
    packed.write_bytes(gzip.compress(bytes(5 * 2**20)))
    assert "zip bomb" in refused(packed)


def test_too_many_files_are_refused(tmp_path):
    files = {f"{number}.txt": "" for number in range(archives.MAX_FILES + 1)}
    assert "holds 5,001 files, more than 5,000" in refused(pack(tmp_path / "a.zip", **files))


def test_a_broken_archive_is_named(tmp_path):
    good = pack(tmp_path / "a.zip", **{"a.shp": "x" * 1000}).read_bytes()
    (tmp_path / "a.zip").write_bytes(good[:60])
    assert "'a.zip' cannot be unpacked" in refused(tmp_path / "a.zip")
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"x" * 1000)[:20])
    assert "'a.gz' cannot be unpacked" in refused(tmp_path / "a.gz")
