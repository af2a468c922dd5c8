"""Templates of Word documents from whomever: filled in, or refused with the reason."""

import io
import re
import zipfile
from datetime import date

import docx
import pytest

from boundaries.export.docx_filling import filled_document
from boundaries.export.docx_layout import laid_out
from boundaries.export.docx_template import require_sound_template
from layers.contract.errors import LayerFileError

DAY, LINE = date(2026, 3, 1), "内部使用"
FIELDS = {"镇名": None, "town": None, "有": None, "村社": {"名称": None, "格": {"编码": None}}}
VALUES = {
    "镇名": "甲<镇>&\x0b乙\n丙 {{ 7*7 }}",
    "有": False,
    "村社": [
        {"名称": "东村", "格": [{"编码": "001"}, {"编码": "002"}]},
        {"名称": "西村", "格": []},
    ],
}


def filled(*lines, line=LINE):
    return filled_document(laid_out(lines), VALUES, FIELDS, printed=DAY, line=line)


def texts(data):
    return [one.text for one in docx.Document(io.BytesIO(data)).paragraphs]


def changed(data, **parts):
    """Give a package with other parts; of a name that is there the new content counts."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(result, "w") as package:
        for name in given.namelist():
            if name not in parts:
                package.writestr(name, given.read(name))
        for name, content in parts.items():
            package.writestr(name, content)
    return result.getvalue()


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def test_values_are_filled_in_as_text_of_one_line_and_never_read_again():
    found = texts(filled("公告：{{ 镇名 }}", "{%p if 有 %}", "无", "{%p endif %}"))
    assert found == ["公告：甲<镇>& 乙 丙 {{ 7*7 }}", LINE]


def test_lists_become_paragraphs_and_rows_of_tables():
    data = filled(
        "{%p for 村 in 村社 %}", "{{ loop.index }} {{ 村.名称 }}", "| 编码 20 | 村 20",
        "| {%tr for 一 in 村.格 %}", "| {{ 一.编码 }} | {{ 村.名称 }}", "| {%tr endfor %}",
        "{%p endfor %}", LINE,
    )  # fmt: skip
    assert texts(data) == ["1 东村", "2 西村", LINE]
    tables = docx.Document(io.BytesIO(data)).tables
    assert [[cell.text for cell in row.cells] for row in tables[0].rows] == [
        ["编码", "村"], ["001", "东村"], ["002", "东村"],
    ]  # fmt: skip
    assert len(tables[1].rows) == 1


def test_a_placeholder_that_an_editor_has_cut_into_pieces_is_found():
    template = laid_out(["{{ 镇名 }}"])
    body = part(template, "word/document.xml").decode()
    pieces = ["{", "{ 镇", "名 }}"]
    cut = body.replace("{{ 镇名 }}", '</w:t></w:r><w:proofErr w:type="x"/><w:r><w:t>'.join(pieces))
    assert cut != body
    data = filled_document(
        changed(template, **{"word/document.xml": cut}), VALUES, FIELDS, printed=DAY, line=LINE
    )
    assert texts(data)[0].startswith("甲<镇>")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ 镇 }}", "镇"),
        ("{{ 镇名.__class__ }}", "镇名.__class__"),
        ("{{ 村社.append }}", "村社.append"),
        ("{% for 村 in 村社 %}{{ 村.人口 }}{% endfor %}", "村.人口"),
        ("{% for 字 in 镇名 %}{{ 字 }}{% endfor %}", "镇名"),
        ("{{ self }}", "self"),
        ("{{ loop.index }}", "loop.index"),
        ("{% if 电话 %}1{% endif %}", "电话"),
    ],
)
def test_a_placeholder_that_there_is_not_is_named_with_those_that_there_are(text, named):
    with pytest.raises(LayerFileError) as caught:
        filled(text)
    assert f"“{named}”" in caught.value.zh
    assert "镇名" in caught.value.zh
    assert "town" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''['__class__'] }}",
        "{{ 镇名['__class__'] }}",
        "{{ 镇名.upper() }}",
        "{{ range(10) }}",
        "{{ 镇名 * 1000000000 }}",
        "{{ 镇名|attr('__class__') }}",
        "{{ 镇名 ~ 镇名 }}",
        "{% set a = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% for a in [1, 2] %}{% endfor %}",
        3 * "{% for a in 村社 %}" + 3 * "{% endfor %}",
    ],
)
def test_a_template_can_run_nothing(text):
    with pytest.raises(LayerFileError):
        filled(text)


def test_a_placeholder_written_wrong_is_told_with_what_stands_near_it():
    with pytest.raises(LayerFileError, match=r"Look near .*本镇共有"):
        filled("本镇共有{{ 镇名 %} 个网格")


def test_the_line_stands_in_the_document_once_whatever_the_template_says():
    assert texts(filled("甲")) == ["甲", LINE]
    assert texts(filled(f"甲（{LINE}）")) == [f"甲（{LINE}）"]


def test_no_hour_and_no_author_are_in_the_file_and_the_bytes_are_the_same():
    core = part(laid_out(["甲"]), "docProps/core.xml").decode()
    named = core.replace("</cp:coreProperties>", "<cp:lastModifiedBy>王秘书</cp:lastModifiedBy>"
                         "<dc:creator>王秘书</dc:creator></cp:coreProperties>")  # fmt: skip
    named = re.sub("<dc:creator>[^王]*</dc:creator>|<dc:creator/>|<cp:lastModifiedBy/>", "", named)
    template = changed(laid_out(["甲"]), **{"docProps/core.xml": named})
    assert "王秘书" in part(template, "docProps/core.xml").decode()
    first = filled_document(template, VALUES, FIELDS, printed=DAY, line=LINE)
    assert filled_document(template, VALUES, FIELDS, printed=DAY, line=LINE) == first
    properties = docx.Document(io.BytesIO(first)).core_properties
    assert properties.created.date() == properties.modified.date() == DAY
    assert properties.author == properties.last_modified_by == ""
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


RELS = "word/_rels/document.xml.rels"
OUTSIDE = '<Relationship Id="r9" Type="{}/{}" Target="http://a.example/t" TargetMode="External"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def linked(kind):
    template = laid_out(["甲"])
    link = OUTSIDE.format(OFFICE, kind)
    rels = part(template, RELS).decode().replace("</Relationships>", link + "</Relationships>")
    return changed(template, **{RELS: rels})


def bodied(inside):
    template = laid_out(["甲"])
    body = part(template, "word/document.xml").decode()
    return changed(
        template, **{"word/document.xml": body.replace("</w:body>", inside + "</w:body>")}
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: b"PK", "no DOCX"),
        (lambda: b"x" * (20 * 2**20 + 1), "larger than 20 MB"),
        (lambda: linked("attachedTemplate"), "from elsewhere"),
        (lambda: linked("image"), "from elsewhere"),
        (lambda: changed(laid_out(["甲"]), **{"word/vbaProject.bin": b"x"}), "macro"),
        (lambda: changed(laid_out(["甲"]), **{"word/embeddings/a.xlsx": b"x"}), "embedded"),
        (lambda: changed(laid_out(["甲"]), **{"word/a.xml": b"<!DOCTYPE a>"}), "entities"),
        (lambda: changed(laid_out(["甲"]), **{"word/a.xml": b" " * (3 * 2**20)}), "more text"),
        (lambda: bodied("<w:p><w:r><w:t>{</w:t></w:r></w:p>" * 2_001), "braces"),
        (lambda: bodied('<w:p><w:fldSimple w:instr=" DDEAUTO c x"/></w:p>'), "field"),
        (lambda: bodied('<w:p><w:r><w:instrText> INCLUDETEXT "c:/a"</w:instrText></w:r></w:p>'),
         "field"),
    ],
)  # fmt: skip
def test_a_template_that_is_more_than_a_document_is_refused(data, why):
    with pytest.raises(LayerFileError, match=why):
        filled_document(data(), VALUES, FIELDS, printed=DAY, line=LINE)


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": b"<a"},
        {"word/document.xml": b"<a/>"},
        {"[Content_Types].xml": b"<a/>"},
        {"_rels/.rels": b""},
    ],
)
def test_a_damaged_template_is_told_as_one(parts):
    with pytest.raises(LayerFileError, match="cannot be filled in"):
        filled_document(changed(laid_out(["甲"]), **parts), VALUES, FIELDS, printed=DAY, line=LINE)


def test_a_bomb_is_refused_before_it_is_opened():
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/a.png", b"\0" * (130 * 2**20))
    with pytest.raises(LayerFileError, match="zip bomb"):
        require_sound_template(result.getvalue())


def test_links_that_are_only_clicked_are_allowed():
    require_sound_template(linked("hyperlink"))


def test_a_page_is_laid_out_as_offices_write():
    section = docx.Document(io.BytesIO(laid_out(["# 题", "## 一、甲", "正文"]))).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins] == [37, 35, 28, 26]
    data = laid_out(["# 题", "## 一、甲", "正文"])
    title, head, body = docx.Document(io.BytesIO(data)).paragraphs
    assert (title.runs[0].font.size.pt, body.runs[0].font.size.pt) == (22, 16)
    assert body.paragraph_format.line_spacing.pt == 28
    fonts = [re.search('eastAsia="([^"]+)"', one._p.xml)[1] for one in (title, head, body)]
    assert fonts == ["方正小标宋简体", "黑体", "仿宋_GB2312"]
    assert 'altName w:val="仿宋"' in part(data, "word/fontTable.xml").decode()
