"""A context for the drawn plan: two roads that cross, a river, a pond, houses and a place.

The town is 2,000 m x 1,000 m. 长安大街 runs from west to east along its middle, 河滨路 from south
to north; both go on beyond the border. The lane has no name, the place is the hamlet 小王庄.
"""

import geopandas as gpd
import shapely
from drawn_plan import draw_plan

from layers.contract.columns import CONTEXT

__all__ = ["HAMLET", "HIGH_STREET", "RIVER_ROAD", "context_of", "draw_context"]

HIGH_STREET, RIVER_ROAD, HAMLET = "长安大街", "河滨路", "小王庄"


def draw_context(*, houses: int = 12, street: str = HIGH_STREET) -> gpd.GeoDataFrame:
    """Draw CONTEXT around the drawn plan, with so many houses in rows of 60."""
    grids = draw_plan().grids
    west, south, _, _ = grids.total_bounds

    def line(*points):
        return shapely.LineString([(west + x, south + y) for x, y in points])

    def house(number):
        x, y = west + 40 + 30 * (number % 60), south + 20 + 15 * (number // 60)
        return shapely.box(x, y, x + 12, y + 9)

    rows = [
        ("road", "primary", street, line((-300, 520), (900, 520))),
        ("road", "primary", street, line((900, 520), (2300, 530))),
        ("road", "tertiary", RIVER_ROAD, line((1130, -300), (1130, 400), (1110, 1300))),
        ("road", "lane", "", line((200, 520), (220, 700))),
        ("rail", "", "", line((0, 950), (2000, 950))),
        ("water", "", "小清河", line((0, 100), (700, 130), (2000, 90))),
        ("water", "", "", shapely.box(west + 1500, south + 600, west + 1650, south + 700)),
        ("place", "", HAMLET, shapely.Point(west + 1400, south + 800)),
        *(("building", "", "", house(number)) for number in range(houses)),
    ]
    return context_of(rows, grids.crs)


def context_of(rows, crs) -> gpd.GeoDataFrame:
    """Make CONTEXT of rows of kind, class, name and shape."""
    kinds, classes, names, shapes = zip(*rows, strict=True)
    columns = {"kind": kinds, "class": classes, "name": names, "layer": ["drawn.fgb"] * len(rows)}
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
    frame.index.name = "row"
    return frame.astype(dict(CONTEXT))
