"""What the command on many towns shows when it hands out what they share: parcels, people."""

from typing import TYPE_CHECKING

from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, printable

if TYPE_CHECKING:
    from gridmap.city.folder import City
    from gridmap.city.shared.cutting import Cut
    from gridmap.city.shared.roster import Handed

__all__ = ["show_cut"]


def show_cut(screen: Screen, opened: "City") -> bool:
    """Give each town its parcels and its people; whether something is left that fits no town."""
    from gridmap.city.shared.cutting import cut_ground
    from gridmap.city.shared.roster import cut_roster

    settings = opened.settings
    if settings.landuse is None and settings.roster is None:
        raise UsageError(
            "city.toml names nothing that towns share. Write '[landuse]' or '[roster]' with "
            "'file = \"…\"' into it.",
            'city.toml 未指定共用的文件。请写入 [landuse] 或 [roster]，以及 file = "…"。',
        )
    cuts: list[Cut] = []
    if settings.landuse is not None:
        with screen.progress() as tell:
            cuts = cut_ground(opened, tell=tell)
        _show_ground(screen, cuts)
    handed = cut_roster(opened) if settings.roster is not None else None
    if handed is not None:
        _show_roster(screen, handed)
    screen.emit(
        {
            "landuse": [
                {"town": one.town, "parcels": one.parcels, "is_new": one.is_new,
                 "fault": str(one.fault) if one.fault else None}
                for one in cuts
            ],
            "roster": [
                {"town": one.town, "people": one.people, "state": one.state,
                 "why": str(one.why) if one.why else None}
                for one in (handed.towns if handed else ())
            ],
            "faults": handed.faults.to_dict("records") if handed else [],
        }
    )  # fmt: skip
    lacking = handed is not None and (
        len(handed.faults) > 0 or any(one.state in ("none", "kept") for one in handed.towns)
    )
    return any(one.fault for one in cuts) or lacking


def _show_ground(screen: Screen, cuts: "list[Cut]") -> None:
    heads = [say(f"city.head.{key}", screen.language) for key in ("town", "parcels", "why")]
    cells = (
        (
            printable(one.town),
            f"{one.parcels:,}",
            screen.pick(one.fault.zh, one.fault.en)
            if one.fault
            else say(f"city.cut.{'new' if one.is_new else 'same'}", screen.language),
        )
        for one in cuts
    )
    screen.table([heads[0], f">{heads[1]}", heads[2]], cells)


def _show_roster(screen: Screen, handed: "Handed") -> None:
    language = screen.language
    heads = [say(f"city.head.{key}", language) for key in ("town", "people", "why")]
    cells = (
        (
            printable(one.town), f"{one.people:,}",
            screen.pick(one.why.zh, one.why.en) if one.why
            else say(f"city.cut.{one.state}", language),
        )
        for one in handed.towns
    )  # fmt: skip
    screen.table([heads[0], f">{heads[1]}", heads[2]], cells)
    if handed.faults.empty:
        return
    screen.line(say("city.roster.faults", language, count=len(handed.faults)))
    rows = (
        (printable(one.row), printable(one.town), printable(screen.pick(one.fault_zh, one.fault)))
        for one in handed.faults.itertuples()
    )
    screen.table([say(f"city.head.{key}", language) for key in ("row", "town", "why")], rows)
