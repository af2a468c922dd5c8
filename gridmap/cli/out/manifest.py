"""The command that checks files which were handed over against their manifest."""

from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.terminal.options import Json, Lang
from gridmap.cli.terminal.screen import Screen
from gridmap.words import say

__all__ = ["manifest"]


def manifest(
    place: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Folder or .zip with manifest.json.", show_default=False
        ),
    ],
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Check files that were handed over: complete, unchanged, and their grids without gaps.

    Ends with 1 when something is missing or not as it was. Needs no plan: whoever received the
    files can do it.
    """
    from boundaries.export.manifest import check_manifest

    screen = Screen.start(lang, json)
    found = check_manifest(place)
    for fault in (*found.faults, *found.remarks):
        screen.line(screen.pick(fault.zh, fault.en))
    content = found.content
    count, grids = len(content["files"]), len(content["certificates"])
    if not found.faults:
        screen.line(say("handover.manifest_sound", screen.language, count=count, grids=grids))
    else:
        screen.line(say("handover.manifest_faults", screen.language, count=len(found.faults)))
    told = ("version", "state", "audience", "credit", "licence", "disclaimer", "notice")
    for key in ("disclaimer", "notice", "credit", "licence"):
        if isinstance(content.get(key), str):
            screen.line(content[key])
    screen.emit(
        {
            "place": str(place),
            "sound": not found.faults,
            "files": count,
            "faults": [{"en": one.en, "zh": one.zh} for one in found.faults],
            "remarks": [{"en": one.en, "zh": one.zh} for one in found.remarks],
            **{key: content.get(key) for key in told},
        }
    )
    raise typer.Exit(int(bool(found.faults)))
