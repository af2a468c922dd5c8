"""What the command on many towns answers: what is found by name or code, and towns compared."""

import math
from pathlib import Path
from typing import Any

from gridmap.cli.city_tables import heads_of
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, printable, quoted

__all__ = ["show_compared", "show_found"]


def show_found(screen: Screen, folder: Path, text: str, limit: int) -> None:
    """List what is called so in a city; fewer than all are told as such."""
    from gridmap.city.catalogue import named_towns
    from gridmap.city.search import search_city
    from gridmap.city.search.names import as_typed, what_name

    if not as_typed(text):
        raise UsageError(
            "Say what to look for: city find CITY TEXT, with a name, a code or a part of one.",
            "请写明要查找的内容：city find 城市文件夹 内容（姓名、名称、编码或其中一段）。",
        )
    rows = search_city(folder, text, limit=limit)
    language, towns = screen.language, named_towns(folder).set_index("town")
    called = {
        one.Index: screen.pick(one.name, one.name_en) for one in towns.itertuples(name="Town")
    }
    cells = (
        (
            say(f"city.kind.{row.kind}", language), printable(row.name),
            printable(what_name(row.kind, row.what, language)) or "–", printable(row.code) or "–",
            printable(called.get(row.town, row.town)),
            "–" if math.isnan(row.lon) else f"{row.lon:.5f} {row.lat:.5f}",
        )
        for row in rows.itertuples(index=False)
    )  # fmt: skip
    count = rows.attrs["all"]
    if count:
        screen.table(heads_of(("kind", "name", "what", "code", "town", "place"), language), cells)
    key = "more" if count > len(rows) else "all" if count else "none"
    said = {"count": f"{count:,}", "shown": len(rows), "text": quoted(text)}
    screen.line(say(f"city.found.{key}", language, **said))
    screen.emit({"all": count, "found": rows.to_dict("records")})


def show_compared(
    screen: Screen, folder: Path, towns: list[str], area: str, figures: list[str]
) -> None:
    """Put towns beside each other; without one list those that lie far off."""
    if towns:
        _show_beside(screen, folder, towns, area, figures)
    else:
        _show_outliers(screen, folder, area, figures)


def _show_beside(
    screen: Screen, folder: Path, towns: list[str], area: str, figures: list[str]
) -> None:
    from gridmap.city.compare import compare_towns

    rows = compare_towns(folder, towns, area=area, figures=figures)
    labels, names = _labels(screen), list(dict.fromkeys(rows["town"]))
    cells = []
    for key, part in rows.groupby("key", sort=False):
        by_town = {row["town"]: row for row in part.to_dict("records")}
        first = next(iter(by_town.values()))
        told = (_told(screen, by_town.get(name)) for name in names)
        middle = screen.figure(first["median"], first["unit"])
        cells.append((labels[str(key)], *told, middle))
    heads = [say("city.head.figure", screen.language), *(f">{printable(one)}" for one in names)]
    screen.table([*heads, f">{say('city.head.median', screen.language)}"], cells)
    count = int(rows["towns"].max()) if len(rows) else 0
    screen.line(say("city.compared", screen.language, towns=count))
    screen.emit(rows.to_dict("records"))


def _show_outliers(screen: Screen, folder: Path, area: str, figures: list[str]) -> None:
    from gridmap.city.catalogue import named_towns
    from gridmap.city.compare import FAR, LEAST_TOWNS, find_outliers

    rows = find_outliers(folder, area=area, figures=figures)
    language, labels = screen.language, _labels(screen)
    towns = named_towns(folder).set_index("town")
    called = {
        one.Index: screen.pick(one.name, one.name_en) for one in towns.itertuples(name="Town")
    }
    cells = (
        (
            labels[row["key"]], printable(called.get(row["town"], row["town"])),
            printable(row["town"]), _told(screen, row),
            screen.figure(row["median"], row["unit"]),
            say(f"city.off.{'more' if row['distance'] > 0 else 'less'}", language),
            f"{abs(row['distance']):,.1f}",
        )
        for row in rows.to_dict("records")
    )  # fmt: skip
    if len(rows):
        keys = ("figure", "name", "town", ">value", ">median", "side", ">distance")
        screen.table(heads_of(keys, language), cells)
    screen.line(say("city.outliers", language, count=len(rows), far=FAR, least=LEAST_TOWNS))
    screen.emit(rows.to_dict("records"))


def _told(screen: Screen, row: dict[str, Any] | None) -> str:
    """Write a figure; a share with what it divides by."""
    from gridmap.city.compare import OF_UNITS

    if row is None:
        return "–"
    text = screen.figure(row["value"], row["unit"])
    if math.isnan(row["of"]):
        return text
    of = screen.figure(row["of"], OF_UNITS[row["key"]])
    return say("city.share_of", screen.language, share=text, of=of)


def _labels(screen: Screen) -> dict[str, str]:
    from gridmap.coverage import METRICS

    return {one.key: screen.pick(one.label_zh, one.label_en) for one in METRICS}
