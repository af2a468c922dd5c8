"""A roster repaired: each repair with its cell before and after, done only when a person takes it.

The file itself is never changed: a repaired copy is made of what was taken.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from gridmap.first_town.roster.cells import clean_person, made_ids, plain_phone
from gridmap.first_town.roster.posts import GridNames, homes_from, leaders_from
from layers.contract.errors import Named
from layers.contract.identifiers import find_lost_digits
from layers.registers.roster_columns import HEADERS, roster_columns
from layers.registers.roster_words import ROLE_WORDS, words_of

__all__ = ["KINDS", "Repair", "RepairKind", "find_repairs", "repaired", "standard_rows"]

RepairKind = Literal["nobody", "double", "leader", "role", "home", "phone", "name", "id"]
KINDS: tuple[RepairKind, ...] = get_args(RepairKind)
# Columns that say who somebody is: two rows alike in these are one person.
_SAME_PERSON = ("name", "phone")


@dataclass(frozen=True)
class Repair:
    """One repair: what a cell holds before and after; "" after a row that is left out."""

    kind: RepairKind
    row: object  # of the file
    person: str
    column: str  # ours; "" when the row is left out
    before: str
    after: str
    why: Named

    @property
    def key(self) -> str:
        """Name it among all repairs of a roster."""
        return f"{self.kind} {self.row} {self.column}"


def standard_rows(cells: pd.DataFrame, given: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Give the rows of a roster under our names of columns; those that it lacks are empty.

    Parameters
    ----------
    cells
        The roster as texts, index: rows of the file.
    given
        Columns of the file by ours, where they are named or guessed; others go by their header.
    """
    found = roster_columns(cells.columns, given)
    columns = {
        name: cells[found[name]].astype("str").str.strip() if name in found else ""
        for name in HEADERS
    }
    return pd.DataFrame(columns, index=cells.index, dtype="str")


def find_repairs(rows: pd.DataFrame, grids: GridNames | None = None) -> list[Repair]:
    """List what can be repaired in a roster, in the order of `KINDS`, then of rows.

    Parameters
    ----------
    rows
        From `standard_rows`.
    grids
        Names and codes of the town's grids, for leaders and homes.
    """
    nobody = [row for row in rows.index if not rows.at[row, "name"]]
    found = [
        Repair("nobody", row, "", "", _row_text(rows.loc[row]), "",
               Named("no name: a heading or a remark", "没有姓名：是分节标题或备注"))
        for row in nobody
    ]  # fmt: skip
    people = rows.drop(index=nobody)
    clean = people.assign(
        name=people["name"].map(clean_person), phone=people["phone"].map(plain_phone)
    )
    found += _cells(people, clean)
    doubles = _doubles(clean)
    found += doubles
    clean = clean.drop(index=[one.row for one in doubles])
    if grids is not None:
        found += _posts(clean, grids)
    ids = made_ids(clean["person_id"], clean["name"])
    found += [
        Repair("id", row, str(clean.at[row, "name"]), "person_id",
               str(clean.at[row, "person_id"]), new, why)
        for row, (new, why) in ids.items()
    ]  # fmt: skip
    places = {row: at for at, row in enumerate(rows.index)}
    return sorted(found, key=lambda one: (KINDS.index(one.kind), places[one.row]))


def repaired(
    rows: pd.DataFrame, repairs: Sequence[Repair], *, refused: Collection[str] = ()
) -> pd.DataFrame:
    """Give the rows with the repairs that were taken.

    Parameters
    ----------
    rows
        From `standard_rows`; it stays as it is.
    repairs
        From `find_repairs`.
    refused
        Keys of those that are not wanted.
    """
    taken = [one for one in repairs if one.key not in refused]
    gone = [one.row for one in taken if one.kind in ("nobody", "double")]
    changed = rows.drop(index=gone)
    for one in taken:
        if one.column and one.row in changed.index:
            changed.at[one.row, one.column] = one.after
    return changed


def _cells(people: pd.DataFrame, clean: pd.DataFrame) -> list[Repair]:
    found = []
    whys = {
        "name": Named("blanks within a name", "姓名中的空格"),
        "phone": Named("a phone as a number or with signs", "电话成了数字或带有符号"),
    }
    lost = find_lost_digits(people["phone"])
    for column, why in whys.items():
        for row in people.index[people[column] != clean[column]]:
            told = why
            if column == "phone" and bool(lost[row]):
                told = Named(
                    "its last digits are lost in the file; left empty",
                    "末几位在文件中已丢失，只能留空",
                )
            found.append(
                Repair(column, row, str(clean.at[row, "name"]), column,  # type: ignore[arg-type]
                       str(people.at[row, column]), str(clean.at[row, column]), told)
            )  # fmt: skip
    return found


def _doubles(people: pd.DataFrame) -> list[Repair]:
    """Find rows that say somebody again: the same name and phone, or the same in all that is said.

    A second row with another post is no double: it says that one person has two.
    """
    first: dict[tuple[str, ...], object] = {}
    found = []
    for row in people.index:
        one = people.loc[row]
        keys = [("row", *one.drop("person_id"))]
        if one["phone"]:
            keys.append(("phone", *(one[name] for name in _SAME_PERSON), one["present_grid"]))
        before = next((first[key] for key in keys if key in first), None)
        if before is None:
            first |= dict.fromkeys(keys, row)
            continue
        why = Named(
            f"the same person as in row {before}: same name and phone, or the same row",
            f"与第 {before} 行是同一人（姓名、电话相同，或整行相同）",
        )
        found.append(Repair("double", row, str(one["name"]), "", _row_text(one), "", why))
    return found


def _posts(people: pd.DataFrame, grids: GridNames) -> list[Repair]:
    found = []
    leaders = leaders_from(people, grids)
    for row, (code, name, why) in leaders.items():
        who = str(people.at[row, "name"])
        for column, after in (("role", "网格长"), ("present_grid", name)):
            before = str(people.at[row, column])
            if before != after and before != code:
                found.append(Repair("leader", row, who, column, before, after, why))
    why = Named(
        "no role that gridmap knows: counted as a cadre", "不是已知的身份，按干部计，否则不能上岗"
    )
    for row in people.index:
        said = words_of(str(people.at[row, "role"]))
        if said and row not in leaders and not any(word in ROLE_WORDS for word in said):
            who, before = str(people.at[row, "name"]), str(people.at[row, "role"])
            found.append(Repair("role", row, who, "role", before, "干部", why))
    for row, (name, why) in homes_from(people, grids).items():
        found.append(Repair("home", row, str(people.at[row, "name"]), "home_code", "", name, why))
    return found


def _row_text(row: pd.Series) -> str:
    return " ".join(str(cell) for cell in row if str(cell))
