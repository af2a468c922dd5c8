"""An invented town of zoning polygons, as urban plans in Taiwan have them: mixed uses and streets.

Blocks of 200 m by 150 m between streets of 20 m: housing with shops on the main street, works in
the east, schools, a market, a park; around them an agricultural zone, woods, and ground in no zone.
"""

from blank_town import blank_town
from shapely import box, union_all

__all__ = ["zoning_town"]

_STREET = 20.0
_WIDE, _HIGH = 200.0, 150.0
_COLUMNS, _ROWS = 8, 7
_USES = (
    "uuuusuii",
    "uucuuuii",
    "ummuusii",
    "cccccccc",
    "uupuuxii",
    "uupuuuii",
    "uuuusuii",
)
_KINDS = {
    "u": "urban_res",
    "c": "market_commerce",
    "m": "market_commerce",
    "i": "industry_other",
    "s": "public_service",
    "p": "park_green",
    "x": "other_land",
}


def zoning_town(rules: str):
    """Lay out the town of 3.4 km by 2.4 km under further lines of rules."""
    wide, high = _COLUMNS * (_WIDE + _STREET), _ROWS * (_HIGH + _STREET)
    west, south = 800.0, 600.0
    ground = []
    for row, uses in enumerate(_USES):
        for column, use in enumerate(uses):
            x = west + _STREET + column * (_WIDE + _STREET)
            y = south + _STREET + row * (_HIGH + _STREET)
            ground.append((_KINDS[use], box(x, y, x + _WIDE, y + _HIGH)))
    inner = box(west, south, west + wide + _STREET, south + high + _STREET)
    blocks = union_all([shape for _, shape in ground])
    ground.append(("road_transport", inner - blocks))
    ground.append(("farmland", box(0, 0, 2500, 2400) - inner))
    ground.append(("forest_orchard_grass", box(2500, 1200, 3400, 2400) - inner))
    ground.append(("water_margin", box(2500, 0, 2530, 1200) - inner))
    return blank_town([(1700, 2400), (1700, 2400)], rules, ground=ground, households=4000)
