"""Rule CAP-7: how many people of a unit one exclusive grid or sub-grid takes."""

from collections.abc import Iterator
from dataclasses import replace

from boundaries.validate.tables import Fault, Tables, title

__all__ = ["find_large_units"]


def find_large_units(tables: Tables) -> Iterator[Fault]:
    """CAP-7: a unit with more staff than one sub-grid takes, whole or in its largest part.

    That the staff of the parts is not the staff of the unit is told as a fact.
    """
    grids = tables.exclusive
    parts = grids["headcount"].groupby(grids["parent_code"]).agg(["size", "sum"])
    for code, staff in grids["headcount"].astype(int).items():
        fault = (
            _unequal(tables, str(code), staff, *parts.loc[code].astype(int))
            if code in parts.index
            else _too_large(tables, str(code), staff)
        )
        if fault is not None:
            yield replace(
                fault,
                code=str(code),
                level=tables.level(str(code)),
                other_code=str(grids["parent_code"][code]),
                unit="people",
                geometry=tables.shape(str(code)),
            )


def _too_large(tables: Tables, code: str, staff: int) -> Fault | None:
    most, (name, name_zh) = tables.limits.staff_per_subgrid, tables.name(code)
    if staff <= most:
        return None
    needed = -(-staff // most)
    return Fault(
        f"{title(name)} has {staff:,} staff and no sub-grids; one takes {most} at most. Divide it "
        f"into {needed} by ground, building or team.",
        f"{name_zh}有 {staff} 名职工，未设子网格；每个子网格不超过 {most} 人。"
        f"请按区域、楼栋或班组分为 {needed} 个。",
        size=float(staff - most),
    )


def _unequal(tables: Tables, code: str, staff: int, count: int, inside: int) -> Fault | None:
    name, name_zh = tables.name(code)
    if staff == inside:
        return None
    return Fault(
        f"{title(name)} has {staff:,} staff, its {count} sub-grids {inside:,}. Bring the numbers "
        "up to date.",
        f"{name_zh}有 {staff} 名职工，其 {count} 个子网格合计 {inside} 名。请更新人数。",
        size=float(abs(staff - inside)),
        severity="info",
    )
