"""The boundaries of a plan as files for other systems, with the state of the plan in their head."""

from pathlib import Path

from boundaries.export.geojson import Form, Source, Written, geojson_files
from gridmap.edits.moves.log import state_id
from gridmap.plan.notice import notice_line
from gridmap.plan.plan import Plan
from gridmap.publications import retired_of
from gridmap.publish.licence import licence_of

__all__ = ["boundary_files", "source_of"]


def boundary_files(
    plan: Plan,
    *,
    beside: Path | None = None,
    licence: str = "",
    form: Form = Form(),  # noqa: B008
    with_patches: bool = False,
    with_contacts: bool = False,
) -> Written:
    """Write the boundaries of a plan as GeoJSON.

    Parameters
    ----------
    plan
        The plan as it may go out (`gridmap.publish.release`).
    beside
        File of the plan, for the record of publications that may lie beside it: it says which codes
        are no longer. None for a plan without one.
    licence
        For these files; "" for that of the rules.
    form, with_patches, with_contacts
        As `boundaries.export.geojson.geojson_files` has them.

    Raises
    ------
    UsageError
        If files for the public have no licence.
    BoundaryError
        If the grids are so far from a tiling that rounding cannot give one.
    """
    return geojson_files(
        plan.grids,
        plan.patches,
        plan.assignments,
        plan.people,
        source=source_of(plan, beside=beside, licence=licence),
        form=form,
        with_patches=with_patches,
        with_contacts=with_contacts,
    )


def source_of(
    plan: Plan, *, beside: Path | None = None, licence: str = "", must_be_licensed: bool = True
) -> Source:
    """Say of a plan as it may go out whose boundaries it has.

    Parameters
    ----------
    plan, beside, licence
        As `boundary_files` has them.
    must_be_licensed
        Whether a plan for the public without a licence is refused: not where no data goes out.

    Raises
    ------
    UsageError
        If boundaries for the public have no licence.
    """
    town, public = plan.rules.town, plan.is_redacted
    return Source(
        code=town.code,
        name=town.name,
        name_en=town.name_en,
        version=town.version,
        state=state_id(plan),
        credit=town.credit,
        licence=licence_of(plan, wanted=licence, public=public and must_be_licensed),
        notice=notice_line(plan),
        public=public,
        retired=retired_of(plan, beside),
    )
