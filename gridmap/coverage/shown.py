"""Tables of case counts and business areas in words, as the page and the command line show them."""

import math

import pandas as pd

from gridmap.coverage.business import staff_of_grids
from gridmap.coverage.cases import RATES, case_table
from gridmap.plan.plan import Plan
from gridmap.words import Language, say
from layers.departments.cases import COUNTS

__all__ = ["cases_shown", "crosswalk_shown", "staff_shown"]

M2_A_HECTARE = 10_000
_LEAST_HA = 0.005  # less is written as 0.00: two drawings of one border


def cases_shown(plan: Plan, *, level: int, language: Language) -> pd.DataFrame:
    """Write the case counts of the grids of a level; counts that no row gives have no column."""
    table = case_table(plan.cases, plan.grids, level=level)
    given = [key for key in COUNTS if plan.cases[key].notna().any()]
    columns = {
        "grid": table["grid_code"],
        "name": [_name(plan, code, language) for code in table["grid_code"]],
        "period": table["period"],
        "base": table["base"],
        **{key: [_count(value) for value in table[key]] for key in given},
        **{key: [_share(value) for value in table[key]] for key, _, _ in RATES},
        "flag": [_flags(flag, language) for flag in table["flag"]],
    }
    return pd.DataFrame(
        {say(f"cases.head.{key}", language): values for key, values in columns.items()}
    )


def crosswalk_shown(plan: Plan, language: Language) -> pd.DataFrame:
    """Write how business areas meet the grids; ground that rounds to 0.00 ha is left out."""
    outside = say("business.outside", language)
    table = plan.crosswalk[plan.crosswalk["area_m2"] / M2_A_HECTARE >= _LEAST_HA]
    names = plan.business["name"].reindex(table["area_id"]).to_numpy()
    columns = {
        "area": [f"{area} {name}".strip() for area, name in zip(table["area_id"], names,
                                                               strict=True)],
        "department": plan.business["department"].reindex(table["area_id"]).to_numpy(),
        "level": table["level"],
        "grid": table["grid_code"],
        "name": [_name(plan, code, language) if code else outside for code in table["grid_code"]],
        "ha": [f"{value / M2_A_HECTARE:,.2f}" for value in table["area_m2"]],
        "share_of_area": [_share(value) for value in table["share_of_area"]],
        "share_of_grid": [_share(value) if value else "–" for value in table["share_of_grid"]],
    }  # fmt: skip
    return pd.DataFrame(
        {say(f"business.head.{key}", language): list(values) for key, values in columns.items()}
    )


def staff_shown(plan: Plan, language: Language) -> pd.DataFrame:
    """Write the staff that each grid has a share of."""
    table, outside = (
        staff_of_grids(plan.business, plan.crosswalk),
        say("business.outside", language),
    )
    columns = {
        "level": table["level"],
        "grid": table["grid_code"],
        "name": [_name(plan, code, language) if code else outside for code in table["grid_code"]],
        "staff": table["staff"],
    }
    return pd.DataFrame(
        {say(f"business.head.{key}", language): list(values) for key, values in columns.items()}
    )


def _name(plan: Plan, code: str, language: Language) -> str:
    row = plan.grids.loc[code]
    english = str(row["name_en"]) if language == "en" else ""
    return str(row["label"]) or english or str(row["name"])


def _count(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}"


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.1f}%"


def _flags(flag: str, language: Language) -> str:
    """Write what is doubtful, such as `closed:lacks_ten_thousand`, in words."""
    texts = []
    for one in filter(None, flag.split(";")):
        key, _, mark = one.partition(":")
        count = say(f"cases.head.{key}", language)
        texts.append(say(f"cases.flag.{mark}", language, count=count))
    return say("mark.list", language).join(texts)
