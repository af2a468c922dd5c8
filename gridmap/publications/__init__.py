"""Published versions of a plan: immutable, dated, proven, and asked by day.

They lie in one file beside the plan, `town.gridmap.published.gpkg`, which any GIS opens. Working on
the plan, or on a draft of it, changes nothing there.

Its modules:

    adding      what was published before, and the rows that a version adds
    asking      the plan of a day or version, every code ever published, what changed between two
    charge      who was responsible for a point or an object on a day
    checking    whether the record is as it was written
    copies      the record goes along when a plan is copied or branched, and forgets who must be
    elsewhere   versions that were published from another plan of the folder meanwhile
    form        tables and rows of the record, and the digest of each row
    lineage     where the ground of every grid went from one version to the next
    publishing  a plan becomes a version
    record      the file: read as it is, written whole or not at all
    refusals    what stands in the way of publishing
    retired     codes that are no longer, by the record and the log
    stamping    what the plan itself bears of the version it is published as
    version     a published version, and why one is refused
"""

from gridmap.publications.asking import (
    changes_between,
    decided_last,
    find_version,
    issued_beside,
    lineage_of,
    plan_of,
    published_codes,
    town_codes_of,
    version_on,
    versions_of,
)
from gridmap.publications.charge import Charge, OnPost, Responsible, who_was
from gridmap.publications.checking import check_record
from gridmap.publications.elsewhere import newer_of_another
from gridmap.publications.publishing import next_number, publish_plan
from gridmap.publications.retired import retired_of
from gridmap.publications.version import PublishRefusedError, Version

__all__ = [
    "Charge",
    "OnPost",
    "PublishRefusedError",
    "Responsible",
    "Version",
    "changes_between",
    "check_record",
    "decided_last",
    "find_version",
    "issued_beside",
    "lineage_of",
    "newer_of_another",
    "next_number",
    "plan_of",
    "publish_plan",
    "published_codes",
    "retired_of",
    "town_codes_of",
    "version_on",
    "versions_of",
    "who_was",
]
