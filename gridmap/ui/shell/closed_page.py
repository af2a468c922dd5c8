"""What stands on a page that does not open: a link that has ended, or nobody who may see it."""

from html import escape

__all__ = ["closed_page"]


def closed_page(title: str, note: str) -> str:
    """Write the page of a link that does not open, as HTML."""
    return (
        '<section class="mine-closed"><div class="mine-mark" aria-hidden="true">!</div>'
        f"<h1>{escape(title)}</h1><p>{escape(note)}</p></section>"
    )
