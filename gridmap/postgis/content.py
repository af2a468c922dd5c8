"""What of a published version goes into a database: grids and objects, without people.

A database is read by many for long: only what was published goes in, and only under a licence.
"""

from dataclasses import dataclass
from pathlib import Path

from boundaries.export.formats import Layer
from boundaries.export.postgis import TownHead
from gridmap.plan.notice import notice_line
from gridmap.publications import decided_last, find_version, plan_of, version_on
from gridmap.publish import release
from gridmap.publish.licence import licence_of
from gridmap.publish.release import refuse_secrets
from gridmap.publish.sensitive import hiding_too
from gridmap.versions.receivers import layers_of
from layers.contract.errors import UsageError

__all__ = ["Content", "content_of"]

CRS = "EPSG:4490"


@dataclass(frozen=True)
class Content:
    """A town as a database gets it, until the last day of its version; "" while it has none."""

    head: TownHead
    layers: tuple[Layer, ...]
    last_day: str = ""


def content_of(
    path: Path,
    *,
    day: str,
    number: str = "",
    public: bool = False,
    licence: str = "",
    area: tuple[str, str] = ("", ""),
) -> Content:
    """Give a published version of a plan as it may go into a database.

    Parameters
    ----------
    path
        The plan.
    day
        ISO date; its version is the one in force then.
    number
        Number of a version instead; "" for that of the day.
    public
        Whether it goes to the public (`gridmap.publish.release`).
    licence
        For this database; "" for that of the rules.
    area
        Code and name of the area that the town lies in.

    Raises
    ------
    PlanError
        If there is no such version, or the layers are state secrets, as the plan says today.
    UsageError
        If there is no licence.
    LayerFileError
        If the record of publications is damaged, or the plan cannot be read.
    """
    version = find_version(path, number) if number else version_on(path, day)
    decided = decided_last(path)
    refuse_secrets(decided)
    whole = hiding_too(plan_of(path, version.number, of_the_place=False), decided.sensitive_records)
    plan = release(whole, public=public, day=day)
    town = plan.rules.town
    # Given later, it holds for what was published before.
    named = licence_of(plan, wanted=licence or decided.licence, public=public)
    if not named:
        raise UsageError(
            "There is no licence: whoever reads the database could not tell what may be done with "
            "the data. Write it into the rules ('licence' under [publish]) and publish again, or "
            "give it for this database with --licence.",
            "没有数据许可，使用数据库的人无从知道可以怎样使用这些数据。请在规则的 [publish] 中写明 "
            "licence 后重新发布，或用 --licence 给出。",
        )
    head = TownHead(
        town_code=town.code,
        name=town.name,
        name_en=town.name_en,
        area_code=area[0],
        area_name=area[1],
        version=version.number,
        valid_from=version.first_day,
        licence=named,
        credit=town.credit,
        notice=notice_line(plan),
    )
    return Content(head, layers_of(plan, crs=CRS), version.last_day)
