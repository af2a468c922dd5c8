"""Do the given grids fit together? The tree of codes, and each level as a tiling of the one above.

`check_hierarchy` lists every fault as a row, `require_sound_hierarchy` refuses a hierarchy with
errors; `boundaries.hierarchy.border_repair` removes the hairlines that are left.
"""

import geopandas as gpd

from boundaries.hierarchy.border_repair import repair_hierarchy
from boundaries.hierarchy.nesting import geometry_faults, nesting_faults
from boundaries.hierarchy.outlines import valid_grids
from boundaries.hierarchy.tree import code_faults, tree_faults
from boundaries.overlay.lattice import moved, origin_of
from layers.contract.errors import BoundaryError, Named
from layers.contract.issues import make_issues
from layers.contract.phrases import few_texts
from layers.location.crs import require_metric

__all__ = ["check_hierarchy", "repair_hierarchy", "require_sound_hierarchy"]

_TOLD = 20  # faults named in the error; the others are counted


def require_sound_hierarchy(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Refuse a hierarchy with errors; return the warnings.

    Parameters
    ----------
    grids
        HIERARCHY frame in a metric CRS, index `code`.

    Returns
    -------
    An ISSUES frame with the warnings of `check_hierarchy`.

    Raises
    ------
    BoundaryError
        With one sentence for every error, each with the code, the size and what to do.
    """
    issues = check_hierarchy(grids)
    errors = issues[issues["severity"] == "error"]
    if len(errors):
        texts = map(Named, errors["message"], errors["message_zh"])
        listed = few_texts(texts, _TOLD, lines=True)
        many = "s" if len(errors) > 1 else ""
        raise BoundaryError(
            f"The grid hierarchy has {len(errors)} fault{many}:\n{listed.en}",
            f"网格体系有 {len(errors)} 处错误：\n{listed.zh}",
        )
    return issues


def check_hierarchy(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """List every fault of the given grids.

    Parameters
    ----------
    grids
        HIERARCHY frame in a metric CRS, index `code`.

    Returns
    -------
    An ISSUES frame. Errors: CODE-1 code given twice; TREE-1 not one town, an orphan, a cycle, a
    jump of levels; GEOM-1 no ground; COV-1 ground of a parent in no child; COV-2 siblings overlap;
    COV-4 ground outside the parent. Hairline mismatches of COV-1, COV-2 and COV-4, and invalid
    polygons that can be repaired (GEOM-2), are warnings.
    """
    require_metric(grids, Named("The grid hierarchy", "网格体系"))
    origin = origin_of(grids.geometry.to_numpy())
    near = moved(grids, origin)
    issues = [*code_faults(near), *tree_faults(near), *geometry_faults(near)]
    sound = valid_grids(near[~near.index.duplicated()])
    sound = sound[~sound.geometry.is_empty]
    issues += nesting_faults(sound, origin)
    return moved(make_issues(issues, grids.crs), origin.back)
