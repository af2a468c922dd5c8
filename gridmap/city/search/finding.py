"""People, firms and other objects, grids and towns of a whole city, by a name or a code.

Everything that can be found lies in one table of the catalogue. Its columns of texts are compared
from end to end, which takes a tenth of a second for a million names; the other columns are read
of the rows that are shown.
"""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridmap.city.search.names import BREAK, KINDS, as_typed
from layers.contract.errors import PlanError, quoted

__all__ = ["COLUMNS", "search_city"]

COLUMNS = ("kind", "town", "area", "code", "name", "what", "grid_code", "lon", "lat")
LEAST_OF_CODE = 3  # signs: fewer begin or end too many codes
# Ranks of a hit, the best first.
WHOLE, CODE_START, NAME_START, CODE_END, NAME_PART, WORDS, MISSED = range(7)


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
        beginning or end, of three signs and more. Small or large letters, full-width or plain
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
    names, words apart; among the same towns, grids, people, objects, each by town and code.
    `attrs["all"]` tells how many there are in all.

    Raises
    ------
    PlanError
        If nothing of the city is planned yet.
    """
    path = Path(folder) / "catalogue" / "names.parquet"
    if not path.exists():
        raise PlanError(
            f"There is nothing to search in {str(folder)!r} yet. Run 'city plan' first.",
            f"{quoted(folder)}还没有可查找的内容。请先运行 city plan。",
        )
    wanted = as_typed(text)
    with pq.ParquetFile(path) as file:
        compared = file.read(columns=["kind", "town", "names", "codes"])
        ranks = _ranks(compared, wanted, towns) if wanted else np.full(len(compared), MISSED)
        found = np.flatnonzero(ranks < MISSED)
        kinds = pc.index_in(
            compared["kind"], pa.array(KINDS, compared.schema.field("kind").type)
        ).to_numpy()[found]
        # Rows lie by town, kind and code: the order that is left.
        best = found[np.lexsort((found, kinds, ranks[found]))][:limit]
        rows = _rows(file, best)
    rows.attrs["all"] = len(found)
    return rows


def _ranks(compared: pa.Table, wanted: str, towns: Collection[str] | None) -> np.ndarray:
    """Say of each row how well it fits."""
    names, codes = compared["names"], compared["codes"]
    ranks = np.full(len(compared), MISSED, dtype=np.int8)
    words = wanted.split(" ")
    if len(words) > 1:
        ranks[_with_all_words(compared, words)] = WORDS
    ranks[_has(names, wanted)] = NAME_PART
    if len(wanted) >= LEAST_OF_CODE:
        ranks[_has(codes, wanted + BREAK)] = CODE_END
    ranks[_has(names, BREAK + wanted)] = NAME_START
    if len(wanted) >= LEAST_OF_CODE:
        ranks[_has(codes, BREAK + wanted)] = CODE_START
    whole = BREAK + wanted + BREAK
    ranks[_has(names, whole) | _has(codes, whole)] = WHOLE
    if towns is not None:
        ranks[
            ~pc.is_in(
                compared["town"], pa.array(sorted(towns), compared.schema.field("town").type)
            ).to_numpy()
        ] = MISSED
    return ranks


def _with_all_words(compared: pa.Table, words: list[str]) -> np.ndarray:
    """Say which rows have each word in their names, or in those of their town, one in their own."""
    own, all_words = np.zeros(len(compared), bool), np.ones(len(compared), bool)
    is_town = pc.equal(compared["kind"], "town")
    towns = compared.filter(is_town)
    for word in words:
        mine = _has(compared["names"], word)
        of_town = towns["town"].filter(pa.array(_has(towns["names"], word)))
        own |= mine
        all_words &= mine | pc.is_in(compared["town"], of_town.combine_chunks()).to_numpy()
    return own & all_words


def _has(texts: pa.ChunkedArray, part: str) -> np.ndarray:
    """Say in which texts a part is."""
    return pc.match_substring(texts, part).to_numpy()


def _rows(file: pq.ParquetFile, chosen: np.ndarray) -> pd.DataFrame:
    """Read some rows, in the order in which they are named; groups without one are not read."""
    sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    begins = np.concatenate([[0], np.cumsum(sizes)])
    groups = np.searchsorted(begins, chosen, side="right") - 1
    parts = []
    for group in np.unique(groups):
        mine = chosen[groups == group]
        table = file.read_row_group(int(group), columns=list(COLUMNS))
        parts.append(table.take(mine - begins[group]).to_pandas().set_index(mine))
    if not parts:
        return file.schema_arrow.empty_table().select(list(COLUMNS)).to_pandas()
    return pd.concat(parts).loc[chosen].reset_index(drop=True)
