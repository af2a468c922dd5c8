"""A sheet of personal links to print and to cut: on each card whose it is, a QR code, the last day.

One HTML file that needs nothing from outside. Names are hostile until escaped.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from gridmap.access.links import qr_svg

__all__ = ["LinkCard", "link_sheet"]

_STYLE = """
body { margin: 1cm; color: #1c1f23;
  font-family: 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif; }
h1 { font-size: 14pt; margin: 0 0 2mm; }
p { margin: 0 0 5mm; color: #4a515a; font-size: 10pt; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 4mm;
  grid-template-columns: repeat(auto-fill, minmax(56mm, 1fr)); }
li { border: 1px dashed #8a9199; padding: 3mm; break-inside: avoid; overflow-wrap: anywhere; }
li b { display: block; font-size: 12pt; }
li span { display: block; color: #4a515a; font-size: 9pt; }
li img { width: 42mm; height: 42mm; display: block; margin: 1mm auto; }
"""


@dataclass(frozen=True)
class LinkCard:
    """What one card says."""

    name: str
    about: str  # office and grids
    address: str
    until: str


def link_sheet(cards: Iterable[LinkCard], *, title: str, note: str, language: str) -> str:
    """Write the sheet.

    Parameters
    ----------
    cards
        In order.
    title, note
        What the sheet is, and what to do with it.
    language
        "zh" or "en", for the browser.
    """
    items = "".join(_card(card) for card in cards)
    return (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1><p>{escape(note)}</p>"
        f"<ul>{items}</ul></body></html>"
    )


def _card(card: LinkCard) -> str:
    picture = base64.b64encode(qr_svg(card.address).encode()).decode()
    return (
        f"<li><b>{escape(card.name)}</b><span>{escape(card.about)}</span>"
        f'<a href="{escape(card.address)}"><img alt="{escape(card.address)}" '
        f'src="data:image/svg+xml;base64,{picture}"></a><span>{escape(card.until)}</span></li>'
    )
