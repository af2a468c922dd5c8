"""What the command on many towns does for a border between two of them: settled, and told."""

from typing import TYPE_CHECKING

from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, printable

if TYPE_CHECKING:
    from gridmap.city.folder import City

__all__ = ["show_settled"]

_TWO = 2


def show_settled(
    screen: Screen, opened: "City", towns: list[str], by: str, anew: list[str]
) -> None:
    """Settle the border between two towns, and show what each gives and takes."""
    from gridmap.city.borders.settling import settle_border
    from gridmap.city.tiles import renew_city_tiles

    if len(towns) != _TWO or not by:
        raise UsageError(
            "Name two towns, and which border counts: 'city settle CITY TOWN TOWN --by …', a town, "
            "a file of lines, or 'own'.",
            "请指定两个镇，以及以哪条界线为准：city settle 城市 镇 镇 --by …，"
            "可写镇、线图层文件，或 own（各按自己的画法）。",
        )
    with screen.progress() as tell:

        def told(town: str) -> None:
            tell(say("city.settling", screen.language, town=printable(town)), 0.5)

        settled = settle_border(opened, towns[0], towns[1], by=by, anew=anew, tell=told)
    renew_city_tiles(opened)
    heads = [say(f"city.head.{key}", screen.language) for key in ("town", "gives", "takes", "why")]
    cells = (
        (
            printable(row.town), f"{row.given_m2:,.1f}", f"{row.taken_m2:,.1f}",
            say(f"city.settled.{'anew' if row.is_planned else 'same'}", screen.language),
        )
        for row in settled.moves.itertuples()
    )  # fmt: skip
    screen.table([heads[0], f">{heads[1]}", f">{heads[2]}", heads[3]], cells)
    screen.line(say("city.settled", screen.language))
    screen.emit({"towns": settled.moves.to_dict("records"), "failed": settled.report.failed})
