"""The pen of paper: its font, texts that are found again, drawings used twice, codes and images."""

import io
import re
import shutil
import subprocess
import zlib
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image

from gridmap.maps.pdf.codes import draw_code
from gridmap.maps.pdf.fonts import find_font, lacking, loaded, open_font
from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import broken, fitted, paragraph
from gridmap.maps.pdf.sheets import Box
from layers.contract.errors import LayerFileError

DAY = date(2026, 11, 30)
RARE = "㙍䢺鄌鿍㵐𬭚"  # of place names; the last is above U+FFFF
HOSTILE = '(a)\\<b>&"$(x)'
NO_SIGN_OF_FONT = "≒"  # the one sign of GBK that the font lacks


def pen_on(width=100.0, height=60.0, **wishes):
    made = Pen((width, height), find_font(), title="样张", made=DAY, **wishes)
    made.new_sheet()
    return made


def text_of(data, page=0):
    return pypdfium2.PdfDocument(data)[page].get_textpage().get_text_range()


def picture(data, dpi=150, page=0):
    return pypdfium2.PdfDocument(data)[page].render(scale=dpi / 72).to_pil()


def gbk():
    pairs = (bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    return "".join(pair.decode("gbk", "ignore") for pair in pairs)


# the font


def test_the_font_has_every_chinese_character_of_gbk_in_both_weights():
    signs = gbk()
    assert sum("\u4e00" <= sign <= "\u9fa5" for sign in signs) == 20_902
    font = find_font()
    assert lacking(font, signs + RARE) == NO_SIGN_OF_FONT
    known = [loaded(path).charToGlyph.keys() for path in (font.regular, font.bold)]
    assert known[0] == known[1]


def built(path, sign, *, postscript):
    """Write a font of one sign."""
    glyphs = [".notdef", "one"]
    pen = T2CharStringPen(500, None) if postscript else TTGlyphPen(None)
    for step, points in (("moveTo", (0, 0)), ("lineTo", (0, 500)), ("lineTo", (500, 0))):
        getattr(pen, step)(points)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=not postscript)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap({ord(sign): "one"})
    if postscript:
        shape = pen.getCharString()
        builder.setupCFF("Built", {}, dict.fromkeys(glyphs, shape), {})
    else:
        builder.setupGlyf(dict.fromkeys(glyphs, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Built", "styleName": "Regular", "psName": "Built"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def test_a_font_that_is_none_or_has_postscript_outlines_or_no_chinese_is_refused(tmp_path):
    (tmp_path / "x.ttf").write_bytes(b"no font")
    with pytest.raises(LayerFileError, match="cannot be put into a PDF"):
        open_font(tmp_path / "x.ttf")
    with pytest.raises(LayerFileError, match="TrueType outlines"):
        open_font(built(tmp_path / "x.otf", "镇", postscript=True))
    with pytest.raises(LayerFileError, match="no Chinese signs"):
        open_font(built(tmp_path / "latin.ttf", "A", postscript=False))


def test_one_file_may_be_both_weights_of_a_print():
    font = open_font(find_font().regular)
    pen = Pen((50, 20), font, title="", made=DAY)
    pen.new_sheet()
    pen.text("网格", (5, 5), 4)
    pen.text("网格长", (5, 12), 4, bold=True)
    assert text_of(pen.output()).split() == ["网格", "网格长"]


# texts


def test_texts_are_found_again_whole_each_once_and_only_their_signs_are_in_the_file():
    pen = pen_on()
    pen.text("台前村第一网格", (5, 10), 5, halo=0.5)
    pen.text("名" + RARE, (5, 17), 5)
    pen.text('(a)\\<b>&"$(x)', (5, 25), 5, bold=True)
    pen.text("斜着写的路名", (50, 40), 5, angle=30, halo=0.4)
    data = pen.output()
    text = text_of(data)
    for told in ("台前村第一网格", "名" + RARE, '(a)\\<b>&"$(x)', "斜着写的路名"):
        assert text.count(told) == 1
    assert len(data) < 30_000
    assert re.findall(rb"/BaseFont /(\S+)", data).count(b"GRIDMP+NotoSansSC-RegularGR") == 2
    assert b"Helvetica" not in data


def test_signs_that_the_font_lacks_are_told():
    pen = pen_on()
    pen.text("甲≒乙\U000f0000", (5, 10), 5)
    assert pen.lacking() == NO_SIGN_OF_FONT
    assert "甲" in text_of(pen.output())


def test_lines_do_not_begin_with_a_full_stop_nor_end_with_an_opening_bracket():
    pen = pen_on()
    text = "负责信息采集、隐患排查、矛盾调解（含邻里纠纷），以及政策宣传。电话0371-66668888。"
    for room in range(12, 80, 3):
        lines = broken(pen, text, 3, room)
        assert "".join(lines) == text
        assert all(pen.width(line, 3) <= room for line in lines)
        if room > 45:  # the number and its full stop have a line of their own
            assert not any(line[0] in "，。、）" for line in lines)
            assert not any(line[-1] == "（" for line in lines)
            assert any("0371-66668888" in line for line in lines)


def test_english_is_broken_between_words():
    assert broken(pen_on(), "who is in charge here", 3, 18) == ["who is in", "charge here"]


def test_a_text_is_made_smaller_then_broken_and_never_cut():
    pen = pen_on()
    name = "郑州市中牟县郑庵镇人民政府驻台前村专职网格员"
    room = pen.width(name, 4)
    assert fitted(pen, name, (room + 1, 10), 4).size == 4
    smaller = fitted(pen, name, (0.8 * room, 10), 4)
    assert (smaller.lines, round(smaller.size, 1)) == ((name,), 3.2)
    for share in (0.6, 0.4, 0.2, 0.05):
        for high in (12, 5, 2):
            found = fitted(pen, name, (share * room, high), 4)
            assert "".join(found.lines) == name
            assert max(pen.width(line, found.size) for line in found.lines) < share * room + 1e-6
            assert found.height <= high + 1e-6
    assert len(fitted(pen, name, (0.6 * room, 12), 4).lines) == 2


def test_a_paragraph_tells_where_it_ends():
    pen = pen_on()
    end = paragraph(pen, "第一行\n第二行", (5, 10, 80), 4, leading=1.5)
    assert end == pytest.approx(10 + 2 * 1.5 * 4)
    assert text_of(pen.output()).split() == ["第一行", "第二行"]


# drawings, images, codes


def test_a_drawing_on_many_sheets_is_in_the_file_once():
    calls = []

    def draw():
        calls.append(1)
        with pen.inside(Box(10, 10, 40, 40)):
            pen.fill([Box(0, 0, 30, 30).polygon()], "#cc0000", 0.5)
            pen.line([(12, 12), (38, 38)], Stroke(1, "#000000", opacity=0.5))
            pen.text("图", (25, 25), 8, colour="#003366")

    pen = pen_on()
    sizes = []
    for count in (2, 8):
        pen = pen_on()
        for _ in range(count):
            pen.reuse("a map (1)", Box(10, 10, 40, 40), draw, right=50)
            pen.new_sheet()
        sizes.append(len(pen.output()))
    assert len(calls) == 2
    assert sizes[1] - sizes[0] < 6 * 500


def test_a_drawing_used_again_looks_the_same_where_it_is_placed():
    pen = pen_on()

    def draw():
        pen.fill([Box(0, 0, 30, 30).polygon()], "#cc0000", 0.5)

    pen.reuse("a red one", Box(10, 10, 40, 40), draw)
    pen.reuse("a red one", Box(10, 10, 40, 40), draw, right=40, down=5)
    page = picture(pen.output(), dpi=25.4)  # a pixel is a mm
    assert [page.getpixel(at) for at in ((20, 20), (60, 20), (60, 12), (60, 33), (45, 20))] == [
        (229, 128, 128), (229, 128, 128), (255, 255, 255), (229, 128, 128), (255, 255, 255),
    ]  # fmt: skip


def test_an_image_stands_upright_and_keeps_what_is_clear_in_it():
    image = Image.new("RGBA", (2, 2), (0, 0, 255, 255))
    image.putpixel((0, 0), (255, 0, 0, 255))  # upper left
    image.putpixel((1, 1), (0, 0, 0, 0))
    pen = pen_on()
    for left in (10, 50):
        pen.image(image, Box(left, 10, left + 20, 30))
    data = pen.output()
    page = picture(data, dpi=25.4)
    assert page.getpixel((13, 13)) == (255, 0, 0)
    assert page.getpixel((27, 27)) == (255, 255, 255)
    assert page.getpixel((27, 13)) == (0, 0, 255)
    assert data.count(b"/Subtype /Image") == 2  # the image and what is clear in it, each once


def test_in_grey_an_image_is_grey_too():
    pen = pen_on(grey=True)
    pen.image(Image.new("RGB", (1, 1), (255, 0, 0)), Box(0, 0, 100, 60))
    red, green, blue = picture(pen.output()).getpixel((50, 50))
    assert red == green == blue < 255


def test_a_code_is_read_from_the_picture_of_its_page_by_another_reader():
    told = "gridmap:B0001 410122106001 v3"
    pen = pen_on()
    draw_code(pen, told, Box(10, 10, 35, 35))
    found = zxingcpp.read_barcodes(picture(pen.output(), dpi=100))
    assert [(one.text, one.format) for one in found] == [(told, zxingcpp.BarcodeFormat.QRCode)]


def test_the_same_drawing_has_the_same_bytes_and_the_day_it_was_given():
    def made():
        pen = pen_on()
        pen.text("同样", (5, 5), 4)
        pen.image(Image.new("RGB", (3, 3), (9, 9, 9)), Box(1, 1, 5, 5))
        return pen.output()

    data = made()
    assert data == made()
    assert (
        pypdfium2.PdfDocument(io.BytesIO(data))
        .get_metadata_dict()["CreationDate"]
        .startswith("D:20261130")
    )


def test_every_number_in_a_file_is_written_out():
    # 6e-17, the cosine of a right angle as Python writes it, is no number of PDF.
    pen = pen_on()
    for angle in (0, 90, 180, 270):
        pen.text("路", (50, 30), 4, angle=angle, halo=0.3)
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pen.output(), re.DOTALL)
    pages = [zlib.decompress(one) for one in streams if one[:1] == b"x"]
    written = b"".join(page for page in pages if b" Tm " in page)
    assert written.count(b" Tm ") == 8
    assert re.findall(rb"\d[eE][-+]?\d", written) == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="this machine has no pdftotext")
def test_another_reader_finds_the_same_text(tmp_path):
    pen = pen_on()
    for row, text in enumerate(("台前村第一网格", "名" + RARE, HOSTILE)):
        pen.text(text, (5, 10 + 10 * row), 5, halo=0.5)
    pen.text("路名", (80, 30), 5, angle=90, halo=0.5)
    (tmp_path / "x.pdf").write_bytes(pen.output())
    run = subprocess.run(["pdftotext", tmp_path / "x.pdf", "-"], capture_output=True, check=True)
    assert run.stderr == b""
    assert sorted(run.stdout.decode().split()) == sorted(
        ["台前村第一网格", "名" + RARE, HOSTILE, "路名"]
    )
