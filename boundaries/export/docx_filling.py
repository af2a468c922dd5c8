"""A Word document made of a template: its placeholders filled with plain values, and nothing run.

What a template may ask for stands in `placeholders`, what its file may hold in `docx_template`.
"""

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from docxtpl import DocxTemplate

from boundaries.export.docx_template import require_sound_template
from boundaries.export.packages import clean_text, settled
from boundaries.export.placeholders import Fields, PlaceholderEnvironment, TemplateError
from layers.contract.errors import LayerFileError, quoted

__all__ = ["filled_document"]

_MOST_SIGNS = 2_000  # of a value


def filled_document(
    template: bytes, values: Mapping[str, Any], fields: Fields, *, printed: date, line: str
) -> bytes:
    """Fill a template.

    Parameters
    ----------
    template
        The content of a .docx file, from whomever.
    values
        Texts, numbers, booleans, and lists of mappings of such, by the names of `fields`.
    fields
        What a template may name.
    printed
        The day that the file says it was made on.
    line
        What has to stand in the document; where the template has no room for it, it is the last
        paragraph.

    Returns
    -------
    The content of a .docx file; the same arguments give the same bytes.

    Raises
    ------
    LayerFileError
        If the template is no plain document, names what there is not, or cannot be read.
    """
    require_sound_template(template)
    try:
        made = DocxTemplate(io.BytesIO(template))
        made.render(_plain(values), PlaceholderEnvironment(fields))
        document = made.docx  # `get_docx` would read the template again
        if line not in _texts(document):
            document.add_paragraph(clean_text(line))
        _settle_properties(document.core_properties, printed)
        drawn = io.BytesIO()
        document.save(drawn)
    except LayerFileError:
        raise
    except TemplateError as error:
        raise _unreadable(error) from None
    except Exception as error:
        # So many things are said by three libraries of a document that is not one.
        raise _damaged(error) from None
    return settled(drawn, printed)


def _plain(value: Any) -> Any:
    """Give values as a template may have them: one line of text, no object with methods of ours."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool | int):
        return value
    # Line breaks and tabs would become paragraphs of their own.
    return clean_text(" ".join(str(value).split()), _MOST_SIGNS)


def _texts(document: Any) -> str:
    """Give all text of a document with its heads and feet."""
    parts = [document.element.body]
    for section in document.sections:
        for one in (section.header, section.footer, section.first_page_footer):
            if not one.is_linked_to_previous:
                parts.append(one._element)
    return "\n".join("".join(part.itertext()) for part in parts)


def _settle_properties(properties: Any, printed: date) -> None:
    """Leave out who wrote the template, and when."""
    day = datetime.combine(printed, datetime.min.time())
    properties.created = properties.modified = day
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.revision = 1


def _unreadable(error: TemplateError) -> LayerFileError:
    near = " ".join(getattr(error, "docx_context", ())).strip()
    near = re.sub(r"\s+", " ", near)[:120]
    return LayerFileError(
        f"A placeholder of the template is not written as it should be: {error}. Look near "
        f"{near!r}.",
        f"模板中有占位符书写有误（{error}）。请检查这附近：{quoted(near)}。",
    )


def _damaged(error: Exception) -> LayerFileError:
    return LayerFileError(
        f"The template cannot be filled in ({type(error).__name__}). Open it in Word or WPS, save "
        "it again as .docx, and check that each loop has its end.",
        f"模板无法填写（{type(error).__name__}）。请用 Word 或 WPS 打开后重新另存为 .docx，"
        "并检查每个循环都有结束标记。",
    )
