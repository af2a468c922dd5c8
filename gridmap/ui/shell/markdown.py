"""Texts of data for places that read Markdown."""

__all__ = ["plain"]

MARKDOWN = "\\`*_[]()#<>|$~:"


def plain(text: str) -> str:
    """Give a text in which no sign works as Markdown."""
    return "".join(f"\\{sign}" if sign in MARKDOWN else sign for sign in text)
