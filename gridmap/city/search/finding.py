"""People, firms and other objects, grids and towns of a whole city, by a name or a code.

Everything that can be found lies in one table of the catalogue. Its columns of texts are compared
from end to end, a group of rows after the other; the other columns are read
of the rows that are shown.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridmap.city.catalogue import named_towns
from gridmap.city.search.names import BREAK, KINDS, as_typed
from gridmap.city.settings import read_settings
from layers.contract.errors import PlanError, quoted

__all__ = ["COLUMNS", "search_city"]

COLUMNS = ("kind", "town", "area", "code", "name", "what", "grid_code", "lon", "lat")
LEAST_OF_CODE = 3  # signs: fewer begin or end too many codes
# Ranks of a hit, the best first.
WHOLE, CODE_START, NAME_START, CODE_END, NAME_PART, WORDS = range(6)
SOUND_START, SOUND_PART, MISSED = 6, 7, 8
_LETTER = re.compile("[a-z]")  # without one nothing is pinyin
_NOTHING = pd.DataFrame({name: [] for name in ("group", "row", "rank", "order")}, dtype="int64")


def search_city(
    folder: Path, text: str, *, towns: Collection[str] | None = None, limit: int = 50
) -> pd.DataFrame:
    """Find people, objects, grids and towns of a city by what somebody types.

    Parameters
    ----------
    folder
        Of the city; its catalogue is read.
    text
        A name, a code, the id or credit code of an object, or a part of one: of codes their
        beginning or end, of three signs and more; or a name in pinyin, in full or by its first
        letters, each character by its usual reading. Small or large letters, full-width or plain
        digits. Of several words each is in the name or in that of the town: `郑庵 张`.
    towns
        Folders of towns to look into; None for all.
    limit
        How many hits are given.

    Returns
    -------
    `kind` (town, grid, person, object), `town` (folder), `area`, `code`, `name`, `what` (key of
    the kind of ground or object, of a person the posts), `grid_code`, `lon`, `lat`. The best
    first: whole names and codes, beginnings of codes, beginnings of names, ends of codes, parts of
    names, words apart, pinyin; among the same towns, grids, people, objects, each by town and code.
    `attrs["all"]` tells how many there are in all.

    Raises
    ------
    LayerFileError
        If this is no city.
    PlanError
        If nothing of the city is planned yet.
    """
    path = Path(folder) / "catalogue" / "names.parquet"
    if not path.exists():
        read_settings(Path(folder))  # says what a city is, where this is none
        raise PlanError(
            f"There is nothing to search in {str(folder)!r} yet. Run 'city plan' first.",
            f"{quoted(folder)}还没有可查找的内容。请先运行 city plan。",
        )
    wanted = as_typed(text)
    of_towns = _towns_called(Path(folder), wanted.split(" "))
    with pq.ParquetFile(path, read_dictionary=["kind", "town"]) as file:
        parts = [
            _found_in(file, group, wanted, of_towns, towns, limit)
            for group in (range(file.num_row_groups) if wanted else ())
        ]
        found = pd.concat([_NOTHING, *(best for best, _ in parts)], ignore_index=True)
        # Rows lie by town, kind and code: the order that is left.
        best = found.sort_values(["rank", "order"], kind="stable").head(limit)
        rows = _rows(file, best)
    rows.attrs["all"] = sum(count for _, count in parts)
    return rows


def _found_in(
    file: pq.ParquetFile,
    group: int,
    wanted: str,
    of_towns: Mapping[str, Collection[str]],
    towns: Collection[str] | None,
    limit: int,
) -> tuple[pd.DataFrame, int]:
    """Find the best of a group (`group`, `row`, `rank`, `order` of its kind), and how many fit."""
    typed = wanted.replace(" ", "").replace("ü", "v")
    is_spelled = len(typed) > 1 and _LETTER.search(typed) is not None
    has_sound = is_spelled and "sounds" in file.schema_arrow.names
    columns = ["names", "codes", *(["sounds"] if has_sound else [])]
    texts = file.read_row_group(group, columns=columns)
    is_part = len(wanted) >= LEAST_OF_CODE
    of_code = wanted if is_part else BREAK + wanted + BREAK
    parts = {"names": wanted, "codes": of_code, **({"sounds": typed} if has_sound else {})}
    inside = {column: _has(texts[column], part) for column, part in parts.items()}
    hits = np.logical_or.reduce(list(inside.values()))
    is_several = len(of_towns) > 1
    if not is_several and not hits.any():
        return _NOTHING, 0
    owners = file.read_row_group(group, columns=["kind", "town"])
    with_words = np.zeros(len(hits), bool)
    if is_several:
        with_words = _with_all_words(texts["names"], owners["town"], of_towns)
        hits |= with_words
    if towns is not None:
        hits &= _is_in(owners["town"], towns)
    rows = np.flatnonzero(hits)
    ranks = _ranks(texts, {name: mine[rows] for name, mine in inside.items()}, rows, wanted, typed)
    ranks = np.where((ranks > WORDS) & with_words[rows], WORDS, ranks)
    kinds = owners["kind"].take(rows).cast(pa.string())
    order = pc.index_in(kinds, pa.array(KINDS)).to_numpy()
    fits = np.flatnonzero(ranks < MISSED)
    best = fits[np.lexsort((order[fits], ranks[fits]))][:limit]
    frame = pd.DataFrame(
        {"group": group, "row": rows[best], "rank": ranks[best], "order": order[best]}
    )
    return frame, len(fits)


def _ranks(
    texts: pa.Table, inside: Mapping[str, np.ndarray], rows: np.ndarray, wanted: str, typed: str
) -> np.ndarray:
    """Say of some rows how well each fits; only columns that have the text are looked at again."""
    ranks = np.full(len(rows), MISSED, dtype=np.int8)

    def put(column: str, part: str, rank: int) -> None:
        at = np.flatnonzero(inside[column])
        if len(at):
            ranks[at[_has(texts[column].take(rows[at]), part)]] = rank

    whole = BREAK + wanted + BREAK
    if "sounds" in inside:
        ranks[inside["sounds"]] = SOUND_PART
        put("sounds", BREAK + typed, SOUND_START)
    ranks[inside["names"]] = NAME_PART
    is_part = len(wanted) >= LEAST_OF_CODE
    if is_part:
        put("codes", wanted + BREAK, CODE_END)
    put("names", BREAK + wanted, NAME_START)
    if is_part:
        put("codes", BREAK + wanted, CODE_START)
    put("names", whole, WHOLE)
    put("codes", whole, WHOLE)
    return ranks


def _towns_called(folder: Path, words: Collection[str]) -> dict[str, Collection[str]]:
    """Give the towns whose name has a word, by word."""
    towns = named_towns(folder)
    called = [
        as_typed(f"{zh} {en}") for zh, en in zip(towns["name"], towns["name_en"], strict=True)
    ]
    return {
        word: [town for town, name in zip(towns["town"], called, strict=True) if word in name]
        for word in words
    }


def _with_all_words(
    names: pa.ChunkedArray, owners: pa.ChunkedArray, of_towns: Mapping[str, Collection[str]]
) -> np.ndarray:
    """Say which rows have each word in their names, or in those of their town, one in their own."""
    own, all_words = np.zeros(len(names), bool), np.ones(len(names), bool)
    for word, towns in of_towns.items():
        mine = _has(names, word)
        own |= mine
        all_words &= mine | _is_in(owners, towns)
    return own & all_words


def _has(texts: pa.ChunkedArray, part: str) -> np.ndarray:
    """Say in which texts a part is."""
    return pc.fill_null(pc.match_substring(texts, part), False).to_numpy()


def _is_in(owners: pa.ChunkedArray, towns: Collection[str]) -> np.ndarray:
    """Say which rows are of some towns."""
    one = owners.unify_dictionaries().combine_chunks()
    asked = np.isin(one.dictionary.to_pylist(), sorted(towns))
    return asked[one.indices.to_numpy()]


def _rows(file: pq.ParquetFile, chosen: pd.DataFrame) -> pd.DataFrame:
    """Read some rows, in the order in which they are named; groups without one are not read."""
    parts = []
    for group, mine in chosen.groupby("group"):
        table = file.read_row_group(int(group), columns=list(COLUMNS))
        parts.append(table.take(mine["row"].to_numpy()).to_pandas().set_index(mine.index))
    if not parts:
        return file.schema_arrow.empty_table().select(list(COLUMNS)).to_pandas()
    rows = pd.concat(parts).loc[chosen.index].reset_index(drop=True)
    return rows.astype(dict.fromkeys(("kind", "town"), "str"))
