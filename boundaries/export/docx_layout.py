"""A Word document laid out as offices in China write: modelled on GB/T 9704-2012, not certified.

A4 with margins of 37, 35, 28 and 26 mm, a title of 22 points, a body of 16 points in lines of 28
points, pages numbered at the outer edge. Fonts are named as offices have them, with the names of
those that stand in where they are missing.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from boundaries.export.packages import settled

__all__ = ["laid_out"]

_TITLE, _BODY, _HEAD, _SUBHEAD, _TABLE = (
    "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "仿宋_GB2312",
)  # fmt: skip
# What stands in on a machine without the font of that name.
_INSTEAD = {"方正小标宋简体": "华文中宋", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体"}
_LATIN = "Times New Roman"
_TITLE_PT, _BODY_PT, _TABLE_PT, _PAGE_PT = 22, 16, 10.5, 14
_LINE_PT, _TITLE_LINE_PT, _TABLE_LINE_PT = 28, 35, 18
_WIDTH_MM = 156  # of the text


def laid_out(lines: Iterable[str]) -> bytes:
    """Lay out a document from plain lines.

    Parameters
    ----------
    lines
        One paragraph a line: `# ` a title, `## ` a head, `### ` a head below it, `> ` on the right,
        `| a 30 | b 40` the first row of a table with the widths of its columns in mm, `| a | b`
        further rows; anything else is body text. Empty lines are left out; `---` is an empty one.

    Returns
    -------
    The content of a .docx file; the same lines give the same bytes.
    """
    document = Document()
    _set_page(document)
    _set_fonts(document)
    table: Any = None
    for line in filter(None, map(str.strip, lines)):
        if line.startswith("|"):
            cells = [one.strip() for one in line[1:].split("|")]
            table = _row(document, table, cells)
            continue
        table = None
        _paragraph(document, line)
    drawn = io.BytesIO()
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.save(drawn)
    return settled(drawn, None)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)  # 7 mm below the text
    document.settings.odd_and_even_pages_header_footer = True
    for foot, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = foot.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(16)
        _run(paragraph, "— ", "宋体", _PAGE_PT)
        field = parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
        paragraph._p.append(field)
        _run(paragraph, " —", "宋体", _PAGE_PT)


def _set_fonts(document: Any) -> None:
    """Set the body, and name what stands in for each font."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(_BODY_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _BODY)
    for part in document.part.package.parts:
        if str(part.partname) == "/word/fontTable.xml":
            told = "".join(
                f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
                "</w:font>"
                for name, other in _INSTEAD.items()
            )
            end = b"</w:fonts>"
            part._blob = part.blob.replace(end, told.encode() + end)


def _paragraph(document: Any, line: str) -> None:
    mark, _, rest = line.partition(" ")
    if line == "---":
        mark, rest = "---", ""
    marked = mark in ("#", "##", "###", ">", "---")
    text = rest if marked else line
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(_TITLE_LINE_PT if mark == "#" else _LINE_PT)
    font, size = _BODY, _BODY_PT
    if mark == "#":
        font, size = _TITLE, _TITLE_PT
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif mark == ">":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        form.right_indent = Pt(2 * _BODY_PT)
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        _indent_two_signs(paragraph)
        font = {"##": _HEAD, "###": _SUBHEAD}.get(mark, _BODY)
        form.keep_with_next = mark in ("##", "###")
    _run(paragraph, text, font, size)


def _indent_two_signs(paragraph: Any) -> None:
    paragraph.paragraph_format.first_line_indent = Pt(2 * _BODY_PT)
    paragraph._p.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def _run(paragraph: Any, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.color.rgb = _LATIN, Pt(size), RGBColor(0, 0, 0)
    run._r.rPr.rFonts.set(qn("w:eastAsia"), font)


def _row(document: Any, table: Any, cells: Sequence[str]) -> Any:
    """Add a row; the first of a table says how wide its columns are."""
    if table is None:
        told = [one.rsplit(" ", 1) for one in cells]
        widths = [float(width) for _, width in told]
        scale = _WIDTH_MM / sum(widths)
        table = document.add_table(rows=0, cols=len(cells), style="Table Grid")
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width * scale)
        row = _filled(table, [text for text, _ in told], _HEAD)
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        return table
    _filled(table, [*cells, *[""] * (len(table.columns) - len(cells))], _TABLE)
    return table


def _filled(table: Any, cells: Sequence[str], font: str) -> Any:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    for cell, column, text in zip(row.cells, table.columns, cells, strict=True):
        cell.width, cell.vertical_alignment = column.width, WD_ALIGN_VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(_TABLE_LINE_PT)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, text, font, _TABLE_PT)
    return row
