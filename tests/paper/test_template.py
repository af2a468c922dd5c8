"""The template of a town is read strictly, its logo with suspicion."""

import io
import struct
import zlib

import pytest
from PIL import Image

from gridmap.paper import default_template, read_template, template_text
from gridmap.paper.logo import LARGEST, SIDE, checked_logo
from gridmap.paper.template import FIELDS, parse_template
from layers.contract.errors import LayerFileError, LayerSchemaError


def picture(form="PNG", size=(40, 30), mode="RGB", **wishes):
    written = io.BytesIO()
    Image.new(mode, size, "#cc0000").save(written, form, **wishes)
    return written.getvalue()


def test_the_template_that_comes_along_names_every_key(tmp_path):
    (tmp_path / "mine.toml").write_text(template_text(), encoding="utf-8")
    template = read_template(tmp_path / "mine.toml")
    assert template == default_template()
    assert template.fields == FIELDS
    assert set(type(template).model_fields) - template.model_fields_set - {"image"} == set()
    assert template.said("title", "zh").format(name="甲", town="", parent="", code="") == "甲公示牌"


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("headline = '1'", "unknown key", "没有这个键"),
        ('size = "B5"', "'A4', 'A3', 'A2'", "“A4”、“A3”、“A2”"),
        ('title = "{grid}"', "{town}, {parent}", "花括号只能用"),
        ('title = "{name!r:>999999999}"', "{town}, {parent}", "花括号只能用"),
        ('title = "{"', "{town}, {parent}", "花括号只能用"),
        ('title = "a\\u0007"', "control signs", "控制字符"),
        (f'title = "{"长" * 121}"', "120 signs at most", "最多 120 个字"),
        ("above = 9", "less than or equal to 3", "须小于或等于 3"),
        ('hotline = "13812345678"', "mobile phones are private", "手机号属个人信息"),
        ('supervision = "ask"', "must be a public phone", "须为公开电话"),
        ('address = "javascript:alert(1)"', "must be an address", "须为网址"),
        ('address = "http://a@b/"', "must be an address", "须为网址"),
        ('logo = "../../etc/passwd"', "without a folder", "不带文件夹"),
        ('fields = ["map", "phones"]', "'map', 'people'", "“map”、“people”"),
        ('[colours]\nmain = "red"', "six digits", "六位"),
        ('[colours]\nmain = "#ffee00"', "too light", "太浅"),
        ('[duties]\nall = "x"', "must be a list", "列表"),
        ('image = "x"', "unknown key", "没有这个键"),
    ],
)
def test_what_is_wrong_is_said_with_its_key_and_what_to_do(text, english, chinese):
    with pytest.raises(LayerSchemaError) as caught:
        parse_template(text)
    assert english in str(caught.value)
    assert chinese in caught.value.zh


def test_a_file_that_is_no_template_is_refused(tmp_path):
    with pytest.raises(LayerFileError, match="not valid TOML"):
        parse_template("title = ")
    (tmp_path / "large.toml").write_bytes(b"#" * 200_000)
    (tmp_path / "gbk.toml").write_bytes("title = '镇'".encode("gbk"))
    for name in ("large.toml", "gbk.toml", "none.toml"):
        with pytest.raises(LayerFileError, match="cannot be read"):
            read_template(tmp_path / name)


def test_a_logo_lies_beside_the_template(tmp_path):
    (tmp_path / "t.toml").write_text('logo = "徽标.jpg"', encoding="utf-8")
    with pytest.raises(LayerFileError, match="not there"):
        read_template(tmp_path / "t.toml")
    (tmp_path / "徽标.jpg").write_bytes(picture("JPEG", (2000, 1000)))
    with Image.open(io.BytesIO(read_template(tmp_path / "t.toml").image)) as logo:
        assert (logo.format, logo.size) == ("PNG", (SIDE, SIDE // 2))


def test_of_a_logo_the_picture_alone_is_left():
    exif = Image.Exif()
    exif[0x010E] = "GPS 34.71 114.02"  # what is on the picture
    data = picture("JPEG", exif=exif, comment=b"camera 4711")
    for told in (b"GPS 34.71", b"camera 4711"):
        assert told in data
        assert told not in checked_logo(data, "x.jpg")
    clear = picture("PNG", mode="RGBA")
    with Image.open(io.BytesIO(checked_logo(clear, "x.png"))) as logo:
        assert logo.mode == "RGBA"


def bomb():
    """Write a PNG file of a few bytes that says it has 900 million pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda: b"",
        lambda: b"<svg onload='x'/>",
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n",
        lambda: picture("GIF"),
        lambda: picture("TIFF"),
        lambda: picture("PNG", (300, 300))[:80],
        lambda: picture("PNG", (6000, 5000)),
        lambda: b"\x89PNG\r\n\x1a\n" + b"0" * LARGEST,
        bomb,
    ],
    ids=["empty", "svg", "eps", "gif", "tiff", "torn", "pixels", "bytes", "bomb"],
)
def test_a_hostile_logo_is_refused(draw):
    with pytest.raises(LayerFileError, match="PNG or JPEG picture of at most 5 MB"):
        checked_logo(draw(), "logo.png")
