"""Rows of the ledger by object: what its register says, where it lies, who is in charge."""

from collections.abc import Collection, Iterator

import pandas as pd

from gridmap.ledgers.values import Row, day_of
from gridmap.lookup.object_list import object_list
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.words import Language, say
from layers.registers.classes import CLASSES

__all__ = ["object_rows", "objects_in_order"]


def objects_in_order(plan: Plan, codes: Collection[str] | None) -> pd.DataFrame:
    """List the objects with who is in charge: those in no grid first, then by grid and id.

    Parameters
    ----------
    plan
        A released plan; of one for the public the objects that lists may show.
    codes
        Only objects in these grids; None for all.
    """
    table = pd.DataFrame(object_list(plan, with_contacts=True, with_hidden=not plan.is_redacted))
    if codes is not None:
        table = table[table["grid_code"].isin(list(codes))]
    at = plan.grids.index.get_indexer(table["grid_code"])  # -1: in none
    order = pd.DataFrame({"at": at, "id": table.index}, index=table.index)
    return table.loc[order.sort_values(["at", "id"], kind="stable").index]


def object_rows(plan: Plan, objects: pd.DataFrame, *, language: Language) -> Iterator[Row]:
    """Give a row for each object, by the keys of its columns.

    Parameters
    ----------
    plan
        A released plan.
    objects
        What `objects_in_order` gives.
    language
        Of the words.
    """
    sensitive = plan.objects["sensitive"].reindex(objects.index)
    for name, row in zip(objects.index, objects.to_dict("records"), strict=True):
        one = CLASSES.get(row["class"])
        place = row["grid_name_en"] if language == "en" else ""
        yield {
            "object_id": name,
            "class": getattr(one, language) if one else row["class"],
            "object": row["name"],
            "credit_code": row["credit_code"],
            "grid": row["grid_code"] or say("ledger.in_no_grid", language),
            "grid_name": place or row["grid_name"],
            "charge_role": role_title(plan.rules, row["charge_role"], language)
            if row["charge_role"]
            else "",
            "charge_person": row["charge_person"],
            "charge_office": row["charge_office"],
            "charge_code": row["charge_code"],
            "staff": int(row["staff"]) or None,
            "size": row["size"],
            "households": round(float(row["households"])) or None,
            "register": row["register"],
            "record": row["record"],
            "seen_on": day_of(row["seen_on"]),
            "missing": row["missing"],
            "sensitive": say("ledger.yes", language) if sensitive[name] else "",
        }
