"""One fault for every rule of ground, of the tree of grids and of their codes."""

from itertools import pairwise

import geopandas as gpd
import pandas as pd
import shapely
from faulty_tables import LIMITS, renamed, with_value
from plan_fixtures import (
    BOTTOM,
    E1A,
    LEFT,
    TOWN,
    W1,
    W1A,
    W1B,
    W2,
    W,
    ground,
    small_assignments,
    small_grids,
    small_patches,
    small_posts,
)

from boundaries.tiling.build import sealed


def with_shape(code, shape):
    grids = small_grids()
    shapes = grids.geometry.copy()
    shapes[code] = shape
    return grids.set_geometry(shapes)


def redrawn(code, shape):
    """A micro-grid of another shape, its patches with it."""
    patches = small_patches()
    own = patches.index[patches["grid_code"] == code]
    shapes = patches.geometry.copy()
    shapes[own] = shapes[own].intersection(shape).buffer(0)  # without lines of mere contact
    shapes[own[0]] = shapes[own[0]].union(shape.difference(shapes[own].union_all()))
    return {"grids": with_shape(code, shape), "patches": patches.set_geometry(shapes)}


def spiked():
    ring = [*small_grids().geometry[W1A].exterior.coords]
    x, y = ring[0]
    return with_shape(W1A, shapely.Polygon([(x, y), (x - 70, y + 30), *ring]))


def holed():
    hole = shapely.box(LEFT + 100, BOTTOM + 600, LEFT + 200, BOTTOM + 700)
    return redrawn(W1A, small_grids().geometry[W1A].difference(hole))


def overlapping(metres):
    shape = small_grids().geometry[E1A]
    strip = shapely.box(LEFT + 1000, BOTTOM + 500 - metres, LEFT + 2000, BOTTOM + 500)
    return redrawn(E1A, shape.union(strip))


def with_point(shape, point):
    """The polygon with one more vertex on an upright edge."""
    ring = [*shape.exterior.coords]
    for place, (one, two) in enumerate(pairwise(ring)):
        if one[0] == two[0] == point[0] and min(one[1], two[1]) < point[1] < max(one[1], two[1]):
            ring.insert(place + 1, point)
            return shapely.Polygon(ring)
    raise AssertionError


def unmatched():
    border = (LEFT + 500, BOTTOM + 700)  # between W1A and W1B
    return with_shape(W1A, with_point(small_grids().geometry[W1A], border))


def outside():
    above = shapely.box(LEFT + 1250, BOTTOM + 1000, LEFT + 1500, BOTTOM + 1100)
    return redrawn(E1A, small_grids().geometry[E1A].union(above))


def carved(piece):
    """One cell of W1A in two patches, one of them this piece."""
    patches = small_patches()
    cell = patches.loc[[f"{W1}-01"]]
    rest = cell.difference(piece)
    part = cell.set_geometry(cell.intersection(piece)).rename({f"{W1}-01": f"{W1}-01b"})
    patches = gpd.GeoDataFrame(
        pd.concat([patches.drop(index=f"{W1}-01"), cell.set_geometry(rest), part])
    )
    patches = sealed(patches)  # the neighbours of the piece get its corners
    patches["area_m2"] = patches.area
    return patches


def detached():
    """W1A gets the first and last cell of its row, W1B the two between."""
    patches = small_patches()
    patches.loc[[f"{W1}-11"], ["grid_code", "category"]] = [W1B, "farmland"]
    patches.loc[[f"{W1}-31"], ["grid_code", "category"]] = [W1A, "water"]
    grids = small_grids()
    shapes = grids.geometry.copy()
    shapes[W1A] = shapely.union(ground([0], [1]), ground([3], [1]))
    shapes[W1B] = ground([1, 2], [1])
    return {"grids": grids.set_geometry(shapes), "patches": patches}


def left_over():
    patches = small_patches()
    patches.loc[patches["grid_code"] == W1A, "grid_code"] = ""
    gone = f"{W1A}-01"
    assignments = small_assignments()
    return {
        "patches": patches,
        "grids": small_grids().drop(index=W1A),
        "posts": small_posts().drop(index=gone),
        "assignments": assignments[assignments["post_id"] != gone],
    }


def no_village():
    grids = with_value(small_grids(), W1, "parent_code", TOWN)
    return {"grids": grids}


def doubled():
    grids = small_grids()
    twin = grids.loc[[W1A]].set_geometry([ground([1], [1])], crs=grids.crs)
    rest = with_shape(W1A, ground([0], [1]))
    return gpd.GeoDataFrame(pd.concat([rest, twin]))


def swapped():
    tables = renamed(W1A, "x")
    tables = renamed(W1B, W1A, **tables)
    return renamed("x", W1B, **tables)


# rule: (maker of tables that have exactly this fault, limits, grid named, word of the sentence)
GROUND_FAULTS = {
    "COV-0": (lambda: {"grids": spiked()}, LIMITS, W1A, "Found: Self-intersection"),
    "COV-1": (lambda: holed(), LIMITS, W1, "10,000 m2 of level-3 grid"),
    "COV-2": (lambda: overlapping(10), LIMITS, E1A, "share 10,000 m2"),
    "COV-3": (lambda: {"grids": unmatched()}, LIMITS, W1A, "500.0 m of the border"),
    "COV-4": (lambda: outside(), LIMITS, E1A, "25,000 m2 of micro-grid"),
    "COV-5": (
        lambda: {"patches": carved(shapely.box(LEFT, BOTTOM, LEFT + 1.5, BOTTOM + 2000))},
        LIMITS,
        W1,
        "1 patch is narrower than 2 m",
    ),
    "COV-6": (
        lambda: {"patches": carved(shapely.box(LEFT, BOTTOM + 500, LEFT + 9, BOTTOM + 509))},
        LIMITS,
        W1,
        "1 patch has less than 100 m2",
    ),
    "COV-7": (lambda: detached(), LIMITS, W1A, "falls into 2 parts; the smallest has 125,000 m2"),
    "COV-8": (lambda: left_over(), LIMITS, W1, "250,000 m2 in 2 patches stay"),
    "TREE-1": (
        lambda: {"grids": with_value(small_grids(), TOWN, "parent_code", "410122")},
        LIMITS,
        TOWN,
        "has the parent '410122'",
    ),
    "TREE-2": (lambda: no_village(), LIMITS, W1, "belongs to no level-2 grid"),
    "TREE-3": (
        lambda: {"patches": with_value(small_patches(), f"{W1}-01", "parent_code", W2)},
        LIMITS,
        W1A,
        "125,000 m2 (50.0%)",
    ),
    "TREE-5": (
        lambda: {"patches": small_patches().drop(index=f"{W1}-01")},
        LIMITS,
        W1A,
        "is drawn with 250,000 m2, but 1 patch of it cover 125,000 m2",
    ),
    "TREE-4": (lambda: renamed(W, "village1"), LIMITS, "village1", "found 8 characters"),
    "CODE-1": (lambda: {"grids": doubled()}, LIMITS, W1A, "is on 2 grids"),
    "CODE-2": (lambda: renamed(W1B, f"{W1}2"), LIMITS, f"{W1}2", "2 digits from 01 to 99"),
    "CODE-3": (lambda: swapped(), LIMITS, W1, "2 of 2 micro-grids"),
}
