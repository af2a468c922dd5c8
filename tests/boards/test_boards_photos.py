"""Photos of boards: the code and the point are read, and the copy tells nothing of the phone."""

import io
import struct
import zlib

import pytest
import segno
from PIL import ExifTags, Image, ImageDraw

from gridmap.access.sidecar import beside
from gridmap.boards import photos
from gridmap.boards.board import Board
from gridmap.boards.numbers import number_of
from gridmap.boards.photos import read_photo
from gridmap.boards.qr import qr_text
from gridmap.receipts.photos import keep_photo, photo_of, remove_photo
from layers.contract.errors import UsageError

NUMBER = number_of(["W1"])
BOARD = Board(NUMBER, "41012210623400303", "", "大庄村商铺03", version="1", hotline="0371-62180000")
SECRET = "Zhang's phone"


def photo(*texts, size=(2000, 1500), place=None, turn=0.0, **more):
    """A board on a wall: a QR code a sixth as wide as the photo, with what a phone writes."""
    picture = Image.new("RGB", size, (150, 140, 120))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((200, 150, size[0] - 200, size[1] - 150), fill="white")
    for number, text in enumerate(texts):
        code = io.BytesIO()
        segno.make(text, error="m").save(code, kind="png", scale=10, border=4)
        stamp = Image.open(code).convert("RGB").resize((420, 420))
        picture.paste(stamp.rotate(turn, fillcolor="white"), (400 + 700 * number, 700))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place or {})
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=70, exif=exif, **more)
    return data.getvalue()


def gps(lon=(113.0, 54.0, 36.0), lat=(34.0, 42.0, 18.0), accuracy=8.0):
    keys = ExifTags.GPS
    return {keys.GPSLongitude: lon, keys.GPSLongitudeRef: "E", keys.GPSLatitude: lat,
            keys.GPSLatitudeRef: "N", keys.GPSHPositioningError: accuracy}  # fmt: skip


@pytest.mark.parametrize("text", [qr_text(BOARD), qr_text(BOARD, "http://192.168.1.20:8501")])
def test_number_and_point_are_read_and_the_copy_is_small_and_bare(text):
    found = read_photo(photo(text, place=gps(), turn=7.0, comment=SECRET.encode()))
    assert found.numbers == (NUMBER,)
    assert found.spot.lon == pytest.approx(113.91)
    assert found.spot.lat == pytest.approx(34.705)
    assert found.spot.accuracy_m == 8.0
    assert SECRET.encode() not in found.copy
    with Image.open(io.BytesIO(found.copy)) as copy:
        assert max(copy.size) == 1280
        assert not copy.getexif()
        assert "comment" not in copy.info
    assert read_photo(found.copy).numbers == (NUMBER,)
    assert read_photo(found.copy).spot is None


def test_two_boards_on_one_photo_are_both_told_and_other_codes_are_not():
    other = Board(number_of(["W2"]), "2")
    assert set(read_photo(photo(qr_text(BOARD), qr_text(other))).numbers) == {
        NUMBER, other.number}  # fmt: skip
    assert read_photo(photo("http://evil.example/?t=1")).numbers == ()
    assert read_photo(photo()).numbers == ()


@pytest.mark.parametrize(
    "place",
    [
        gps(lon=(0.0, 0.0, 0.0), lat=(0.0, 0.0, 0.0)),
        gps(lon=(999.0, 0.0, 0.0)),
        gps(lat=(float("inf"), 0.0, 0.0)),
        {ExifTags.GPS.GPSLongitude: (1.0, 2.0, 3.0)},
    ],
)
def test_a_point_that_is_none_is_left_out(place):
    assert read_photo(photo(place=place)).spot is None


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"\xff\xd8\xff\xe0 no picture", photo()[:5000], b"GIF89a" + bytes(40)]
)
def test_what_is_no_photo_is_refused(data):
    with pytest.raises(UsageError, match="no photo"):
        read_photo(data)


def test_a_photo_that_would_fill_the_memory_is_refused(monkeypatch):
    data = io.BytesIO()
    Image.new("1", (8, 8)).save(data, "PNG")
    for side in (12_000, 30_000):
        head = b"IHDR" + struct.pack(">II", side, side) + data.getvalue()[24:29]
        huge = data.getvalue()[:12] + head + struct.pack(">I", zlib.crc32(head))
        with pytest.raises(UsageError, match="no photo"):
            read_photo(huge + data.getvalue()[33:])
    monkeypatch.setattr(photos, "_MOST_PIXELS", 2_000_000)  # without a file of so many
    with pytest.raises(UsageError, match="no photo"):
        read_photo(photo())
    with pytest.raises(UsageError, match="larger than"):
        read_photo(bytes(21 * 2**20))


def test_a_photo_is_kept_beside_the_plan_for_its_owner_alone(tmp_path):
    plan_path = tmp_path / "town.gridmap.gpkg"
    copy = read_photo(photo()).copy
    name = keep_photo(plan_path, copy)
    assert keep_photo(plan_path, copy) == name
    kept = beside(plan_path, "photos") / name
    assert (kept.stat().st_mode & 0o077, kept.parent.stat().st_mode & 0o077) == (0, 0)
    assert photo_of(plan_path, name) == copy
    (tmp_path / "secret.jpg").write_bytes(b"x")
    for hostile in ("../secret.jpg", "..", "", "a" * 24 + ".jpg\n"):
        assert photo_of(plan_path, hostile) is None
    remove_photo(plan_path, name)
    remove_photo(plan_path, name)
    assert photo_of(plan_path, name) is None
