"""What the command on many towns shows: states, figures, borders, people."""

import math
from typing import TYPE_CHECKING, Any

from gridmap.cli.terminal.screen import Screen
from gridmap.words import Language, say
from layers.contract.errors import printable

if TYPE_CHECKING:
    from gridmap.city.folder import City

__all__ = ["heads_of", "show_areas", "show_borders", "show_people", "show_status"]


def show_status(screen: Screen, opened: "City") -> bool:
    """List the towns with their state."""
    from gridmap.city.status import changed_since_cut, town_states

    rows = town_states(opened)
    heads = [say(f"city.head.{key}", screen.language) for key in
             ("town", "code", "area", "state", "why")]  # fmt: skip
    cells = (
        (printable(row.town), row.code, row.area,
         say(f"city.state.{row.state}", screen.language), screen.pick(row.fault_zh, row.fault))
        for row in rows.itertuples()
    )  # fmt: skip
    screen.table(heads, cells)
    for told in changed_since_cut(opened):
        screen.line(screen.pick(told.zh, told.en))
    screen.emit(rows.to_dict("records"))
    return False


def show_areas(screen: Screen, opened: "City") -> bool:
    """Show the figures of areas."""
    from gridmap.city import areas_of

    rows = areas_of(opened)
    language = screen.language
    level = {one.key: screen.pick(one.name, one.name_en) for one in opened.settings.levels}
    columns = ("area", "level", ">towns", ">planned", ">micro_grids", ">covered", ">posts",
               ">vacant", ">cadres")  # fmt: skip
    heads = heads_of(columns, language)
    cells = (
        (
            printable(screen.pick(row["name"], row["name_en"])), level[row["level"]],
            *(_whole(row[key]) for key in ("towns", "planned", "micro_grids")),
            screen.number(row["covered_share"], "share"),
            *(_whole(row[key]) for key in ("posts", "posts_vacant", "cadres")),
        )
        for row in rows.to_dict("records")
    )  # fmt: skip
    screen.table(heads, cells)
    screen.emit([_plain(code, row) for code, row in zip(rows.index, rows.to_dict("records"),
                                                       strict=True)])  # fmt: skip
    return False


def show_borders(screen: Screen, opened: "City") -> bool:
    """Show faults along the borders between towns, and how many micro-grids face each other."""
    from gridmap.city.borders import check_borders, facing_grids

    rows, facing = check_borders(opened), facing_grids(opened)
    keys = ("fault", "town", "other", ">m2", ">length", "place")
    cells = (
        (
            say(f"city.border.{row.kind}", screen.language), printable(row.town),
            printable(row.other), f"{row.m2:,.0f}" if row.m2 else "–",
            f"{row.length_m:,.0f}" if row.length_m else "–", f"{row.lon:.5f} {row.lat:.5f}",
        )
        for row in rows.itertuples()
    )  # fmt: skip
    if len(rows):
        screen.table(heads_of(keys, screen.language), cells)
    counts = rows["kind"].value_counts()
    told = {kind: int(counts.get(kind, 0)) for kind in ("overlap", "gap", "drawing")}
    screen.line(say("city.borders", screen.language, **told))
    sums = {"pairs": len(facing), "km": float(facing["length_m"].sum()) / 1000}
    screen.line(say("city.facing", screen.language, pairs=sums["pairs"], km=f"{sums['km']:,.1f}"))
    screen.emit({"faults": rows.to_dict("records"), "facing": facing.to_dict("records")})
    return bool(len(rows))


def show_people(screen: Screen, opened: "City") -> bool:
    """Show who is on two rosters, and which town could lend to which."""
    from gridmap.city.people import propose_loans, shared_people

    shared, loans = shared_people(opened), propose_loans(opened)
    if len(shared):
        cells = (
            (printable(row.name), screen.say(f"rosters.{row.known_by}"),
             printable(row.rosters.replace(";", " ")))
            for row in shared.itertuples(index=False)
        )  # fmt: skip
        screen.table(heads_of(("person", "known_by", "rosters"), screen.language), cells)
    screen.line(say("city.shared", screen.language, count=len(shared)))
    if len(loans):
        lent = (
            (printable(row.town), printable(row.other), str(row.people), f"{row.km:,.1f}")
            for row in loans.itertuples()
        )
        screen.table(heads_of(("lends", "gets", ">people", ">km"), screen.language), lent)
    screen.line(say("city.loans", screen.language, count=int(loans["people"].sum())))
    screen.emit({"shared": shared.to_dict("records"), "loans": loans.to_dict("records")})
    return bool(len(shared))


def heads_of(keys: tuple[str, ...], language: Language) -> list[str]:
    """Name columns; one that begins with '>' stands to the right."""
    return [
        (">" if key.startswith(">") else "") + say(f"city.head.{key.removeprefix('>')}", language)
        for key in keys
    ]


def _whole(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:,.0f}"


def _plain(code: str, row: dict[str, Any]) -> dict[str, Any]:
    """Leave out figures that an area has not: JSON has no nan."""
    known = {
        key: value
        for key, value in row.items()
        if not (isinstance(value, float) and math.isnan(value))
    }
    return {"code": code, **known}
