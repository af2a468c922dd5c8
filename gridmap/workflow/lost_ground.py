"""Whether patches hold the ground of the given grids: a row of issues where they do not.

Grids of a plan are dissolved from patches, so that they always fit each other; whether they are
still the grids that were given is asked of the hierarchy itself.
"""

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from gridmap.town.patches import deepest_grids
from layers.contract.issues import Issue, make_issues

__all__ = ["lost_ground"]

_SHARE = 1e-6  # of a grid: what rounding may do to its area


def lost_ground(patches: gpd.GeoDataFrame, hierarchy: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """List the given grids that lost or gained ground when they were tiled.

    Parameters
    ----------
    patches
        With `parent_code`, in a metric CRS.
    hierarchy
        The given grids by code, in the same CRS.

    Returns
    -------
    Issues, one error a deepest grid whose patches have another area than it, in m2.
    """
    given = deepest_grids(hierarchy)
    given_m2 = given.area
    found_m2 = patches.area.groupby(patches["parent_code"]).sum()
    apart = found_m2.reindex(given.index, fill_value=0.0) - given_m2
    rows = []
    for code in given.index[(apart.abs() > _SHARE * given_m2).to_numpy()]:
        size = float(abs(apart[code]))
        lost = apart[code] < 0
        name = str(given["name"].get(code, "")) or str(code)
        verb, verb_zh = ("lost", "少了") if lost else ("gained", "多了")
        said = f"{size:,.2f}" if size >= 0.01 else f"{size:.1e}"
        rows.append(
            Issue(
                rule="DATA-3",
                severity="error",
                code=str(code),
                level=int(given["level"][code]),
                size=size,
                unit="m2",
                message=f"{name} ({code}) {verb} {said} m2 when it was "
                f"tiled: given {given_m2[code]:,.2f} m2. Do not use this plan; look in the "
                "hierarchy for spikes and crossing lines there, and make the plan again.",
                message_zh=f"{name}（{code}）在生成图斑时{verb_zh} {said} 平方米，"
                f"原有 {given_m2[code]:,.2f} 平方米。请勿使用本方案；"
                "请检查网格体系中该网格的边界有无尖刺或自相交，然后重新生成方案。",
                geometry=_where(given.geometry[code], patches, str(code)),
            )
        )
    return make_issues(rows, patches.crs)


def _where(grid: BaseGeometry, patches: gpd.GeoDataFrame, code: str) -> BaseGeometry:
    """The ground of a grid in none of its patches, or of its patches outside it."""
    own = patches.geometry[(patches["parent_code"] == code).to_numpy()].union_all()
    return grid.symmetric_difference(own)
