"""What a plan gives to others, as bytes: boundaries, the map page and the report.

The command line writes these to files, the hand-over page offers them for download.
"""

import json
from typing import Any

from boundaries.export.geojson import Source, geojson_bytes
from boundaries.export.report import report_bytes
from gridmap.plan.kinds import kind_table
from gridmap.plan.notice import notice_line
from gridmap.plan.plan import Plan

__all__ = ["boundaries_of", "report_of", "topology_of"]


def boundaries_of(
    plan: Plan, *, licence: str = "", with_patches: bool = False, with_contacts: bool = False
) -> bytes:
    """Write the boundaries of a plan as GeoJSON; the options are those of `geojson_bytes`."""
    town = plan.rules.town
    return geojson_bytes(
        plan.grids,
        plan.patches,
        plan.assignments,
        plan.people,
        source=Source(
            code=town.code,
            name=town.name,
            name_en=town.name_en,
            version=town.version,
            credit=town.credit,
            licence=licence,
            notice=notice_line(plan),
            public=plan.is_redacted,
        ),
        with_patches=with_patches,
        with_contacts=with_contacts,
    )


def topology_of(written: bytes) -> dict[str, Any]:
    """Read the check of the tiling out of written boundaries, as their readers will."""
    # The head is the first line; the features need not be read.
    head = written.split(b"\n", 1)[0] + b"]}"
    topology: dict[str, Any] = json.loads(head)["gridmap"]["topology"]
    return topology


def report_of(plan: Plan) -> bytes:
    """Write what was found, kinds of ground, ledger and receipt as a workbook."""
    town = plan.rules.town
    title = f"{town.name} {town.name_en}".strip() + f" · 版本 version {town.version}"
    title = f"{title} · {notice_line(plan)}"
    return report_bytes(
        plan.issues,
        plan.ledger,
        plan.receipt,
        title=title,
        patches=plan.patches,
        kinds=kind_table(plan),
    )
