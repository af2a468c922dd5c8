"""The groups of a town, read from the tables that its rules name."""

from pathlib import Path

import pandas as pd

from gridmap.rules.governance import Groups
from gridmap.rules.schema import Rules
from gridmap.town.registered import empty_rows
from layers.contract.issues import Issue
from layers.registers.groups import GROUP_COLUMNS, RULE, read_groups

__all__ = ["groups_of", "town_groups"]


def groups_of(folder: Path, entry: Groups) -> tuple[pd.DataFrame, pd.DataFrame, list[Issue]]:
    """Read one table of `[[groups]]`: GROUPS, MEMBERS and the issues of reading."""
    given = {one: getattr(entry, key) for one, key in GROUP_COLUMNS.items()}
    return read_groups(
        folder / entry.file,
        layer=entry.layer,
        encoding=entry.encoding,
        columns={one: name for one, name in given.items() if name},
    )


def town_groups(folder: Path, rules: Rules) -> tuple[pd.DataFrame, pd.DataFrame, list[Issue]]:
    """Read all tables of `[[groups]]` as one GROUPS and one MEMBERS frame, with the issues.

    A group that two tables name is one, as the first of them has it.
    """
    groups, members = [empty_rows("groups")], [empty_rows("members")]
    issues: list[Issue] = []
    for entry in rules.groups:
        found, rows, told = groups_of(folder, entry)
        again = sorted(set(found.index) & {key for frame in groups for key in frame.index})
        if again:
            shown, file = ", ".join(again), Path(entry.file).name
            issues.append(
                Issue(
                    RULE,
                    "warning",
                    f"{file!r}: groups {shown} are named in another table too; they count once, "
                    "with the members of both.",
                    f"“{file}”：组合 {'、'.join(again)} 在其他表中也有，合为一组，成员合并。",
                    code=file,
                )
            )
        groups.append(found[~found.index.isin(again)])
        members.append(rows)
        issues += told
    whole = pd.concat(members, ignore_index=True)
    whole = whole[~whole.duplicated()].reset_index(drop=True)
    stacked = pd.concat(groups)
    stacked.index.name = "group_id"
    return stacked, whole, issues
