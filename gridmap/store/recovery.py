"""Saving what can be read of a plan file into a new one, and saying what is missing from it.

Nothing is guessed: a row that nobody can place is left out and named, an outline that is lost is
dissolved from its patches again, an entry of the log that is lost stays as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.plan.plan import CHECKED, Plan
from gridmap.plan.tables import empty_tables
from gridmap.rules import Rules, load_rules, parse_rules
from gridmap.store.contract import NUL, NUMBERED
from gridmap.store.form import (
    CONTRACTS,
    DIGESTS,
    FORMAT_KEY,
    LAYERS,
    OBJECTS,
    TABLES,
)
from gridmap.store.frames import with_later, with_subclass
from gridmap.store.log_recovery import salvaged_known, whole_log
from gridmap.store.order import Loss, bring_into_order, lost_table
from gridmap.store.salvage import Salvage
from gridmap.store.verifying import Verified, format_of, verified
from layers.contract.columns import empty_frame, later_columns
from layers.contract.errors import GridmapError, LayerFileError, quoted

__all__ = ["Recovered", "recover_plan"]

GROUND = ("patches", "grids")  # without any of their rows there is no plan
PROOFS = {
    "receipt": (
        "The receipt is lost: from which data and rules the plan was made is not known any more.",
        "来源记录（receipt）已丢失：方案由哪些数据和规则生成已无从得知。",
    ),
    "frame_columns": (
        "The table 'frame_columns' is lost: order and kinds of the columns are the usual ones.",
        "表“frame_columns”已丢失：各列的顺序和类型按通常情况处理。",
    ),
}


@dataclass(frozen=True)
class Recovered:
    """A plan of what could be read, what it lacks, and what was found wrong with the file."""

    plan: Plan
    losses: tuple[Loss, ...]
    found: Verified


def recover_plan(path: Path | str, *, rules_file: Path | None = None) -> Recovered:
    """Make a plan of what can be read of a file; the file stays as it is.

    Parameters
    ----------
    path
        The file.
    rules_file
        A rules.toml to take in place of the rules in the file, where those cannot be read.

    Raises
    ------
    InUseError
        If another program is writing it.
    LayerFileError
        If there is no such file, or too little of it can be read: no patches, grids or rules.
    """
    target = Path(path)
    found = salvaged_known(target)
    _require_ground({name: found.frame(name) for name in GROUND}, target)
    rules, text = _rules(found, target, rules_file)
    losses = _lost_proofs(found)
    frames = {
        name: _frame(found, name, rules, target, losses)
        for name in (*LAYERS, *TABLES)
        if name != "edits"
    }
    crs = frames["patches"].crs
    for name, none in empty_tables(crs).items():
        if isinstance(none, gpd.GeoDataFrame):
            frames[name] = _shapes(found, name, none, losses)
        elif name in found.tables:
            frames[name] = _frame(found, name, rules, target, losses)
    frames["edits"] = whole_log(found, losses)
    frames = {name: _without_nul(frame, name, losses) for name, frame in frames.items()}
    bring_into_order(frames, losses)
    frames["grids"] = with_subclass(frames["grids"], frames["patches"])
    report, receipt = verified(found), _receipt(found)
    if losses or rules_file is not None or not report.is_sound:
        receipt.pop(CHECKED, None)  # the issues are those of tables that are not these any more
    plan = Plan(rules=rules, rules_text=text, receipt=receipt, **frames)
    return Recovered(plan, tuple(losses), report)


def _require_ground(frames: Mapping[str, pd.DataFrame | None], path: Path) -> None:
    for name in GROUND:
        frame = frames[name]
        if frame is None or frame.empty:
            raise LayerFileError(
                f"Of the table {name!r} of {str(path)!r} no row can be read, so there is no plan "
                "to save. Keep the file, and take a copy of it from before; 'python -m gridmap "
                "log' still writes the log of edits.",
                f"{quoted(path)}的表“{name}”没有一行能读出，无法救回方案。请保留该文件，并取用先前的备份；"
                "python -m gridmap log 仍可导出调整记录。",
            )


def _rules(found: Salvage, path: Path, rules_file: Path | None) -> tuple[Rules, str]:
    if rules_file is not None:
        return load_rules(rules_file), rules_file.read_text(encoding="utf-8-sig")
    frame = found.frame("rules")
    try:
        text = str(frame["text"].iloc[0])  # type: ignore[index]
        return parse_rules(text, source=f"{path.name}, table rules"), text
    except (GridmapError, TypeError, LookupError) as error:
        why = f" ({error})" if isinstance(error, GridmapError) else ""
        why_zh = f"（{error.zh}）" if isinstance(error, GridmapError) else ""
        raise LayerFileError(
            f"The rules in {str(path)!r} cannot be read{why}. Give the town's rules.toml with "
            "--rules.",
            f"{quoted(path)}中的规则无法读取{why_zh}。请用 --rules 给出本镇的 rules.toml。",
        ) from None


def _frame(found: Salvage, name: str, rules: Rules, path: Path, losses: list[Loss]) -> pd.DataFrame:
    frame = found.frame(name)
    if frame is None:
        losses.append(lost_table(name))
        contract = CONTRACTS.get(name, {})
        crs = rules.town.crs if name in LAYERS else None
        frame = empty_frame(contract, index="row", crs=crs)
        return frame.set_index(pd.RangeIndex(0)) if name in NUMBERED else frame
    lost = found.tables[name].lost
    if lost:
        losses.append(_lost_rows(name, lost))
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is None:
        frame = frame.set_crs(rules.town.crs)
    return with_later(frame, name)


def _without_nul(frame: Any, name: str, losses: list[Loss]) -> Any:
    """Leave a sign out of all texts that nobody can write to a file."""
    columns = {str(one): values for one, values in frame.items() if str(values.dtype) == "str"}
    found = {
        one: values.str.replace(NUL, "", regex=False)
        for one, values in columns.items()
        if values.str.contains(NUL, regex=False).any()
    }
    keys = frame.index
    if str(keys.dtype) == "str" and keys.str.contains(NUL, regex=False).any():
        keys = keys.str.replace(NUL, "", regex=False)
    elif not found:
        return frame
    losses.append(
        Loss(
            name, "*",
            f"Texts of the table {name!r} had signs without a meaning (U+0000); they are left out.",
            f"表“{name}”的文字含有无意义的字符（U+0000），已略去。",
        )
    )  # fmt: skip
    return frame.assign(**found).set_axis(keys, axis=0)


def _shapes(
    found: Salvage, name: str, none: gpd.GeoDataFrame, losses: list[Loss]
) -> gpd.GeoDataFrame:
    """Give a layer that not every plan has; what has no shape any more is lost."""
    if name not in found.tables:
        return none
    frame, lost = found.frame(name), found.tables[name].lost
    if not isinstance(frame, gpd.GeoDataFrame) or not _needed(none, name) <= set(frame):
        losses.append(lost_table(name))
        return none
    shapes = frame.geometry.to_numpy()
    without = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    # An object that did not join has no place; it was written without one.
    kept = frame[~without] if name != OBJECTS else frame
    lost += len(frame) - len(kept)
    if lost:
        losses.append(_lost_rows(name, lost))
    kept = kept if kept.crs else kept.set_crs(none.crs)
    return gpd.GeoDataFrame(with_later(kept, name), geometry=kept.geometry.name, crs=kept.crs)


def _needed(none: gpd.GeoDataFrame, name: str) -> set[str]:
    """Name the columns that every version wrote."""
    return set(none.columns) - later_columns(CONTRACTS.get(name, {}))


def _receipt(found: Salvage) -> dict[str, str]:
    frame = found.frame("receipt")
    if frame is None or not {"key", "value"} <= set(frame.columns):
        return {}
    pairs = frame[["key", "value"]].dropna().itertuples(index=False)
    return {str(key): str(value) for key, value in pairs if key != FORMAT_KEY}


def _lost_proofs(found: Salvage) -> list[Loss]:
    """Name what says where a plan comes from and proves it, where that is lost."""
    losses = [Loss(name, "*", *told) for name, told in PROOFS.items() if found.frame(name) is None]
    if found.digests is None and format_of(found) != "1":
        losses.append(
            Loss(
                DIGESTS, "*",
                "The digests are lost: nothing proves the rest. Look through it.",
                "摘要已丢失：其余内容无从核对，请逐项查看。",
            )
        )  # fmt: skip
    return losses


def _lost_rows(name: str, count: int) -> Loss:
    return Loss(
        name,
        "*",
        f"Rows of the table {name!r} that are gone or cannot be read: {count}.",
        f"表“{name}”中缺失或无法读出的行数：{count}。",
    )
