"""The first page of a kind of file as a picture: what will be on paper, before it is made."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2

from gridmap.handover.carrying import job_of
from gridmap.handover.catalogue import kind_of
from gridmap.handover.order import Order
from gridmap.plan.plan import Plan

__all__ = ["WIDTH_PX", "first_page", "page_picture"]

WIDTH_PX = 1100  # of the picture: sharp on a card beside the form, and when it is enlarged
_PDF = b"%PDF"


def first_page(
    order: Order, key: str, plan: Plan, released: Plan, *, source: Path, printed: date
) -> bytes | None:
    """Draw the first page of a kind of file, of the first target that is chosen.

    Parameters
    ----------
    order
        What is ordered.
    key
        Of the kind that is looked at.
    plan, released
        The plan as it is in its file, and as it may go out.
    source, printed
        As `carry_out` gets them.

    Returns
    -------
    A picture, PNG. None for a kind whose file is no paper.

    Raises
    ------
    GridmapError
        If it cannot be made.
    """
    kind = kind_of(key)
    if not kind.suffix.endswith(".pdf"):
        return None
    job = job_of(order, kind, plan, released, source=source, printed=printed)
    for file in kind.make(replace(job, codes=job.codes[:1], is_preview=True)):
        if file.data.startswith(_PDF):
            return page_picture(file.data)
    return None


def page_picture(pdf: bytes, *, page: int = 0, width_px: int = WIDTH_PX) -> bytes:
    """Draw a page of a PDF file as PNG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[page]
        scale = width_px / max(sheet.get_width(), sheet.get_height())
        picture = sheet.render(scale=scale).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    # Flat colours and letters: 64 colours make a third of the bytes, and the eye sees no other.
    picture.quantize(64).save(out, "PNG")
    return out.getvalue()
