"""What stands where there is no page to see: it does not open, or the address is none of ours.

A link that has ended, or a page that is for others, is said inside the app. At an address that is
none of ours the server answers with a page of its own, before Streamlit sees the request: what is
wrong, and the way home; Chinese first.
"""

from html import escape

from gridmap.access.links import State
from gridmap.ui.theme.head import theme_head
from gridmap.words import Language, say

__all__ = ["closed_page", "lost_page", "shut_page"]

_MARKS: tuple[tuple[Language, str], ...] = (("zh", ""), ("en", "_en"))
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{head}<style>
body {{ margin: 0; font: 16px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: var(--ink); background: var(--ground); }}
main {{ max-width: 34rem; margin: 12vh auto 0; padding: 0 1.25rem; }}
h1 {{ font-size: 1.5rem; margin: 0 0 0.5rem; }}
p {{ margin: 0 0 1rem; overflow-wrap: anywhere; }}
a {{ display: inline-block; padding: 0.6rem 1.2rem; border-radius: 0.5rem; background: var(--main);
  color: var(--on-main); text-decoration: none; }}
.en {{ color: var(--quiet); }}
</style></head><body><main>
<h1>{title}</h1><p>{note}</p>
<div class="en" lang="en"><p>{title_en}. {note_en}</p></div>
<a href="{home}">{go} <span lang="en">{go_en}</span></a>
</main></body></html>
"""


def closed_page(title: str, note: str) -> str:
    """Write what stands on a page that does not open, as HTML for the inside of a page."""
    return (
        '<section class="my-grid-closed"><div class="my-grid-mark" aria-hidden="true">!</div>'
        f"<h1>{escape(title)}</h1><p>{escape(note)}</p></section>"
    )


def shut_page(state: State, language: Language) -> bytes:
    """Write the page of a link that does not open, where the app itself is not shown."""
    title = say(f"closed.{state}", language)
    note = say("closed.paused_note" if state == "paused" else "closed.note", language)
    head = _PAGE.partition("<h1>")[0]
    lang = {"zh": "zh-CN", "en": "en"}[language]
    shown = head.replace("zh-CN", lang).format(title=escape(title), head=theme_head())
    return f"{shown}<h1>{escape(title)}</h1><p>{escape(note)}</p></main></body></html>".encode()


def lost_page(home: str) -> bytes:
    """Write the page at an address that is none of ours.

    Parameters
    ----------
    home
        Address of the first page, with whatever says who it is and what was open.
    """
    texts = {
        f"{name}{mark}": escape(say(f"lost.{name}", language))
        for name in ("title", "note", "go")
        for language, mark in _MARKS
    }
    return _PAGE.format(home=escape(home), head=theme_head(), **texts).encode()
