"""What stands in the way of publishing a plan: all of it, as a list."""

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.publications.version import Version
from gridmap.workflow.workflow import recheck
from layers.contract.errors import Named, UsageError, quoted

__all__ = ["code_reasons", "day_of", "plan_reasons", "version_reasons"]


def day_of(text: str) -> date:
    """Read an ISO date.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"{text!r} is no date. Write it as 2026-11-30.",
            f"{quoted(text)}不是日期，请写成 2026-11-30。",
        ) from None


def plan_reasons(plan: Plan) -> Iterator[Named]:
    """Tell errors of the plan that the rules of validation find today, and what is no plan."""
    if plan.is_redacted:
        yield Named(
            "It is a copy for the public. Publish the plan that the copy was made of.",
            "这是供公开的副本。请发布原方案。",
        )
        return
    issues = recheck(plan).issues
    wrong = issues[issues["severity"] == "error"]
    for rule, code, en, zh in zip(
        wrong["rule"], wrong["code"], wrong["message"], wrong["message_zh"], strict=True
    ):
        where = " ".join(filter(None, (rule, code)))  # a fault of the whole town has no code
        yield Named(f"{where}: {en}", f"{where}：{zh}")


def version_reasons(versions: list[Version], *, number: str, first_day: date) -> Iterator[Named]:
    """Tell what is wrong with the number and the first day of a version that is new."""
    if not number.strip() or len(number) > 40 or not number.isprintable():
        yield Named(
            f"The number of a version is 1 to 40 signs on one line; found {number!r}.",
            f"版本号为 1 至 40 个字符，不换行；现为{quoted(number)}。",
        )
    known = next((one for one in versions if one.number == number), None)
    if known is not None:
        yield Named(
            f"Version {number!r} was published on {known.time[:10]} with other content, and a "
            "published version never changes. Give this one a new number.",
            f"版本{quoted(number)}已于 {known.time[:10]} 发布，内容与现在不同；"
            "已发布的版本不得更改。请使用新的版本号。",
        )
    if versions and first_day.isoformat() <= versions[-1].first_day:
        last = versions[-1]
        yield Named(
            f"Version {last.number!r} is in force from {last.first_day}; the next one begins "
            f"later. Found {first_day.isoformat()}.",
            f"版本{quoted(last.number)}自 {last.first_day} 起生效，新版本的首日须晚于此日；"
            f"现为 {first_day.isoformat()}。",
        )


def code_reasons(
    plan: Plan, before: pd.DataFrame, lineage: pd.DataFrame, retired: Mapping[str, str]
) -> Iterator[Named]:
    """Tell codes that were used for other ground before.

    Parameters
    ----------
    plan
        The plan that is to be published.
    before
        GRIDS of the version before.
    lineage
        What both have in common (`lineage_between`).
    retired
        Codes that were given up, with the day.
    """
    codes = plan.grids.index
    for code in codes[codes.isin(list(retired))]:
        yield Named(
            f"Code {code} was given up on {retired[code]} and is never used again. Number the "
            "grid anew: merge it and split it again, or divide the town again.",
            f"编码 {code} 已于 {retired[code]} 停用，不得再次使用。请重新编号：合并后再拆分，"
            "或重新划分。",
        )
    kept = set(lineage.loc[lineage["code"] == lineage["successor"], "code"])
    for code in _with_ground(before).intersection(_with_ground(plan.grids)).difference(kept):
        yield Named(
            f"Code {code} stood for other ground in the version before: no part of it is the "
            "same. Number the grid anew.",
            f"编码 {code} 在上一版本中是另一片地，两者没有任何重合。请为该网格另编新码。",
        )


def _with_ground(grids: pd.DataFrame) -> pd.Index:
    return grids.index[(grids["area_m2"] > 0).to_numpy()]
