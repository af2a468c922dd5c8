"""Small pictures of what each kind of file is, as drawings on white paper."""

import base64

__all__ = ["picture"]

_SHEET = '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="1.5" class="p"/>'
_MAP = (
    '<path d="M{x} {y}h{w}v{h}h-{w}z" class="m"/>'
    '<path d="M{x} {mid}l{a} -{b} {a} {b}M{half} {y}v{h}" class="l"/>'
)


def _sheet(x: float, y: float, w: float, h: float) -> str:
    return _SHEET.format(x=x, y=y, w=w, h=h)


def _map(x: float, y: float, w: float, h: float) -> str:
    return _MAP.format(x=x, y=y, w=w, h=h, mid=y + 0.6 * h, a=w / 2, b=0.35 * h, half=x + 0.55 * w)


def _lines(x: float, y: float, w: float, count: int, step: float = 4) -> str:
    rows = "".join(f"M{x} {y + step * row}h{w * (0.7 if row % 2 else 1)}" for row in range(count))
    return f'<path d="{rows}" class="t"/>'


def _table(x: float, y: float, w: float, h: float) -> str:
    rows = "".join(f"M{x} {y + h * row / 5}h{w}" for row in range(1, 5))
    bars = "".join(f"M{x + w * share} {y}v{h}" for share in (0.3, 0.65))
    return f'<path d="M{x} {y}h{w}v{h / 5}h-{w}z" class="f"/><path d="{rows}{bars}" class="t"/>'


_CODE = (
    '<path d="M{x} {y}h3v3h-3zM{b} {y}h3v3h-3zM{x} {c}h3v3h-3zM{b} {c}h2M{m} {n}h2v2" class="k"/>'
)


def _code(x: float, y: float) -> str:
    return _CODE.format(x=x, y=y, b=x + 5, c=y + 5, m=x + 5, n=y + 6)


_WIDE, _TALL = _sheet(6, 5, 60, 38), _sheet(20, 2, 32, 44)
_PICTURES = {
    "boards": _WIDE + '<path d="M6 5h60v8h-60z" class="f"/>' + _map(9, 16, 28, 18)
    + _lines(41, 18, 22, 4) + '<path d="M9 36h46v5h-46z" class="f"/>' + _code(57, 33),
    "cards": "".join(
        _sheet(x, y, 27, 18) + _lines(x + 12, y + 6, 12, 3) + _map(x + 2, y + 4, 8, 10)
        for x in (7, 38) for y in (4, 26)
    ),
    "print": _WIDE + _map(9, 8, 40, 32) + _lines(53, 10, 10, 7),
    "map": '<rect x="4" y="4" width="64" height="40" rx="3" class="p"/>'
    '<path d="M4 11h64" class="t"/><path d="M8 7.5h.5M12 7.5h.5M16 7.5h.5" class="k"/>'
    + _map(8, 14, 56, 26),
    "tasks": _TALL + _map(23, 6, 26, 17) + _lines(23, 28, 26, 5),
    "phones": '<rect x="24" y="2" width="24" height="44" rx="4" class="p"/>' + _map(27, 8, 18, 18)
    + _lines(27, 31, 18, 3) + '<path d="M33 42h6" class="k"/>',
    "atlas": _sheet(26, 3, 36, 36) + _sheet(18, 6, 36, 36) + _sheet(10, 9, 36, 36)
    + _map(13, 13, 30, 22) + _lines(13, 39, 14, 2),
    "certificate": _TALL + '<path d="M26 9h20M30 14h12" class="k"/>' + _lines(25, 21, 22, 4)
    + '<circle cx="44" cy="39" r="4" class="f"/>',
    "report": _WIDE + _table(10, 9, 52, 30),
    "ledger": _WIDE + _table(10, 9, 52, 30),
    "announcement": _TALL + '<path d="M26 9h20" class="k"/>' + _lines(24, 16, 24, 6),
    "plan": '<ellipse cx="36" cy="10" rx="20" ry="6" class="p"/>'
    '<path d="M16 10v28c0 8 40 8 40 0V10" class="p"/><path d="M16 24c0 8 40 8 40 0" class="t"/>',
    "boundaries": _map(8, 6, 56, 36) + '<path d="M14 30l10 -8 9 6 12 -12" class="l"/>',
    "geopackage": _sheet(22, 3, 40, 28) + _sheet(16, 9, 40, 28) + _sheet(10, 15, 40, 28)
    + _map(13, 18, 34, 22),
    "objects": _WIDE + _table(24, 9, 38, 30) + '<circle cx="15" cy="15" r="3.5" class="f"/>'
    '<circle cx="15" cy="26" r="3.5" class="f"/>',
}  # fmt: skip
_SAME = {"formats": "geopackage", "copy": "plan"}


_STYLE = (
    "<style>.p{fill:#fff;stroke:#8a94a0}.m{fill:#e4eef8;stroke:#3577b8}"
    ".l{fill:none;stroke:#3577b8;stroke-width:1.4}.t{fill:none;stroke:#98a2ae;stroke-width:1.2}"
    ".f{fill:#5b93c9}.k{fill:none;stroke:#3d444c;stroke-width:1.6;stroke-linecap:round}</style>"
)  # on white paper, in light and dark alike


def picture(key: str) -> str:
    """Give the picture of a kind as the address of an image; any sheet where it has none."""
    drawn = _PICTURES.get(_SAME.get(key, key), _TALL + _lines(24, 10, 24, 8))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 48">{_STYLE}{drawn}</svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
