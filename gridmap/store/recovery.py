"""Saving what can be read of a plan file into a new one, and saying what is missing from it.

Nothing is guessed: a row that nobody can place is left out and named, an outline that is lost is
dissolved from its patches again, an entry of the log that is lost stays as such.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.plan import Plan
from gridmap.rules import Rules, load_rules, parse_rules
from gridmap.store.form import BARRIERS, CONTRACTS, FORMAT_KEY, LAYERS, TABLES
from gridmap.store.frames import with_later
from gridmap.store.order import Loss, bring_into_order
from gridmap.store.reading import read_place
from gridmap.store.salvage import Salvage
from gridmap.store.verifying import Verified, salvaged_from, verified
from layers.columns import EDITS, empty_frame, with_dtypes
from layers.errors import GridmapError, LayerFileError, quoted
from layers.lines import empty_lines

__all__ = ["LOST", "Recovered", "read_log", "recover_plan"]

GROUND = ("patches", "grids")  # without any of their rows there is no plan
LOST = "lost"  # kind of an entry of the log that cannot be read any more


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
    place = Path(path)
    found = read_place(place, lambda source, _: salvaged_from(source, place))
    _require_ground({name: found.frame(name) for name in GROUND}, place)
    rules, text = _rules(found, place, rules_file)
    losses: list[Loss] = []
    frames = {
        name: _frame(found, name, rules, place, losses)
        for name in (*LAYERS, *TABLES)
        if name != "edits"
    }
    _require_ground(frames, place)
    frames[BARRIERS] = _lines(found, frames["patches"].crs)
    frames["edits"] = _whole_log(found, losses)
    bring_into_order(frames, losses)
    receipt = _receipt(found)
    plan = Plan(rules=rules, rules_text=text, receipt=receipt, **frames)
    return Recovered(plan, tuple(losses), verified(found))


def read_log(path: Path | str) -> pd.DataFrame:
    """Read the log of edits alone, of a damaged plan too; lost entries are named as such."""
    place = Path(path)
    found = read_place(place, lambda source, _: salvaged_from(source, place))
    return _whole_log(found, [])


def _require_ground(frames: Mapping[str, pd.DataFrame | None], place: Path) -> None:
    for name in GROUND:
        frame = frames[name]
        if frame is None or frame.empty:
            raise LayerFileError(
                f"Of the table {name!r} of {str(place)!r} no row can be read, so there is no plan "
                "to save. Keep the file, and take a copy of it from before; 'python -m gridmap "
                "log' still writes the log of edits.",
                f"{quoted(place)}的表“{name}”没有一行能读出，无法救回方案。请保留该文件，并取用先前的备份；"
                "python -m gridmap log 仍可导出调整记录。",
            )


def _rules(found: Salvage, place: Path, rules_file: Path | None) -> tuple[Rules, str]:
    if rules_file is not None:
        return load_rules(rules_file), rules_file.read_text(encoding="utf-8-sig")
    frame = found.frame("rules")
    try:
        text = str(frame["text"].iloc[0])  # type: ignore[index]
        return parse_rules(text, source=f"{place.name}, table rules"), text
    except (GridmapError, TypeError, LookupError) as error:
        why = f" ({error})" if isinstance(error, GridmapError) else ""
        why_zh = f"（{error.zh}）" if isinstance(error, GridmapError) else ""
        raise LayerFileError(
            f"The rules in {str(place)!r} cannot be read{why}. Give the town's rules.toml with "
            "--rules.",
            f"{quoted(place)}中的规则无法读取{why_zh}。请用 --rules 给出本镇的 rules.toml。",
        ) from None


def _frame(
    found: Salvage, name: str, rules: Rules, place: Path, losses: list[Loss]
) -> pd.DataFrame:
    frame = found.frame(name)
    if frame is None:
        losses.append(_lost_table(name))
        contract = CONTRACTS.get(name, {})
        crs = rules.town.crs if name in LAYERS else None
        frame = empty_frame(contract, index="row", crs=crs)
        return frame.set_index(pd.RangeIndex(0)) if name in ("assignments", "issues") else frame
    lost = found.tables[name].lost
    if lost:
        losses.append(_lost_rows(name, lost))
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is None:
        frame = frame.set_crs(rules.town.crs)
    return with_later(frame, name)


def _whole_log(found: Salvage, losses: list[Loss]) -> pd.DataFrame:
    """Read the log, with an entry in the place of each that is lost: no number is given twice."""
    frame, lost = found.frame("edits"), 0
    if "edits" in found.tables:
        lost = found.tables["edits"].lost
    if frame is None or not set(EDITS) <= set(frame.columns):
        frame = empty_frame(EDITS, index="edit_id")
    log = with_dtypes(frame, EDITS)
    known = log.index.str.fullmatch(r"E\d{6}") & ~log.index.duplicated()
    log = log[known.astype(bool)]
    last = max([len(frame) + lost, *log.index.str[1:].astype("int64")])
    wanted = [f"E{number:06d}" for number in range(1, last + 1)]
    whole = log.reindex(pd.Index(wanted, dtype="str", name="edit_id"))
    gone = (whole["kind"].isna() | (whole["kind"] == LOST)).to_numpy()
    whole = with_dtypes(whole, EDITS)
    whole["kind"] = whole["kind"].where(~gone, LOST)
    torn = ~gone & ~whole["rows"].map(_is_json).to_numpy(dtype=bool)
    whole["rows"] = whole["rows"].where(~torn, "")
    losses += [
        Loss("edits", str(key), f"Entry {key} of the log is lost.", f"调整记录 {key} 已丢失。")
        for key in whole.index[gone]
    ]
    losses += [
        Loss(
            "edits", str(key), f"What entry {key} of the log replaced is lost: no undo of it.",
            f"调整记录 {key} 替换掉的内容已丢失，不能撤销。",
        )
        for key in whole.index[torn]
    ]  # fmt: skip
    return whole


def _is_json(text: str) -> bool:
    try:
        return not text or isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _lines(found: Salvage, crs: object) -> gpd.GeoDataFrame:
    frame = found.frame(BARRIERS)
    return frame if isinstance(frame, gpd.GeoDataFrame) else empty_lines(crs)


def _receipt(found: Salvage) -> dict[str, str]:
    frame = found.frame("receipt")
    if frame is None or not {"key", "value"} <= set(frame.columns):
        return {}
    pairs = frame[["key", "value"]].dropna().itertuples(index=False)
    return {str(key): str(value) for key, value in pairs if key != FORMAT_KEY}


def _lost_table(name: str) -> Loss:
    return Loss(
        name,
        "*",
        f"The table {name!r} is lost; it is empty now.",
        f"表“{name}”已丢失，现在为空。",
    )


def _lost_rows(name: str, count: int) -> Loss:
    return Loss(
        name,
        "*",
        f"Rows of the table {name!r} that are gone or cannot be read: {count}.",
        f"表“{name}”中缺失或无法读出的行数：{count}。",
    )
