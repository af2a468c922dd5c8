"""All scenes of a wall screen as one HTML file: for a screen whose computer has no app.

It shows the plan as it was when the file was made, asks nobody, and needs nothing beside it.
"""

import html
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from gridmap.maps.page import asset, for_script, policy
from gridmap.plan.plan import Plan
from gridmap.ui.wall.wall_scenes import wall_values
from gridmap.ui.wall.wall_settings import WallSettings
from gridmap.words import Language, say

__all__ = ["player_script", "wall_file"]

HERE = Path(__file__).parent


def wall_file(
    plan: Plan,
    settings: WallSettings,
    *,
    language: Language = "zh",
    saved: datetime | None = None,
) -> bytes:
    """Write the file.

    Parameters
    ----------
    plan
        The plan as `gridmap.publish.release` gives it.
    settings
        Pace, ground and names. Remarks are left out: a file is carried about.
    language
        Language of the screen.
    saved
        When the plan was saved.

    Raises
    ------
    PlanError
        If all ground is sensitive.
    """
    values = wall_values(plan, language=language, names=settings.names, saved=saved)
    title = html.escape(f"{values['town']} · {say('wall.screen', language)}")
    begin = (
        f"const board = gmWall.board(document.querySelector('.wall'), null);"
        f"gmWall.set(board, {for_script(asdict(settings))});"
        f"gmWall.take(board, {for_script(values)});"
    )
    style = (HERE / "wall.css").read_text(encoding="utf-8")
    page = (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head>'
        f'<meta charset="utf-8">{policy(fetches=False)}'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>body{{margin:0;background:#0f1215}}{style}</style></head>"
        f'<body><section class="wall" tabindex="-1"></section>'
        f"<script>{player_script()}{begin}</script></body></html>"
    )
    return page.encode()


def player_script() -> str:
    """Give the player and what it draws with as one script."""
    parts = ("wall_drawing.js", "wall_player.js")
    own = ((HERE / part).read_text(encoding="utf-8") for part in parts)
    return "\n".join([asset("elements.js"), *own])
