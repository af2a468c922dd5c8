"""The page 大屏: the open plan over the whole window, scene after scene.

The page looks at the plan every minute by itself; scenes go to the browser by an address of their
own and only when they have changed, so that a screen may stay on for days. While the plan cannot
be read, or the server is away, what was shown last stays.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path

import streamlit as st

from gridmap.access.sidecar import BOARDS, beside
from gridmap.plan.plan import Plan
from gridmap.publish import release
from gridmap.remarks.board import Remark, remarks_of
from gridmap.ui.shell import guard, header
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.media_url import publish
from gridmap.ui.shell.plans import Stamp, counted_plan, open_plan, stamp_of
from gridmap.ui.wall.wall_file import player_script
from gridmap.ui.wall.wall_scenes import wall_values
from gridmap.ui.wall.wall_settings import WallSettings
from gridmap.words import Language
from layers.contract.errors import GridmapError

__all__ = ["show"]

HERE = Path(__file__).parent
KEY, LEAVING, SHOWN = "wall-screen", "wall-leaving", "wall-shown"
LOOK_S = 60  # seconds between two looks at the plan
KEPT = 4

_SCREEN = st.components.v2.component(
    "gridmap_wall",
    html='<section class="wall" tabindex="-1"></section>',
    css=(HERE / "wall.css").read_text(encoding="utf-8"),
    js=player_script() + "\n" + (HERE / "wall_page.js").read_text(encoding="utf-8"),
)


def show(context: PageContext) -> None:
    """Show the wall screen of the open plan, or why there is none."""
    if context.path is None:
        header.show(context, "wall", account=False)
        header.no_plan(context)
        return
    header.name_page(context.say("page.wall"), header.town_of(context.path, context.say))
    try:
        with st.spinner(context.say("app.opening")):
            _made(context, _settings(context))
    except GridmapError as error:
        header.show(context, "wall", account=False)
        st.error(plain(error.text(context.say.language)))
        return
    guard.fragment(run_every=LOOK_S)(_screen)(context)


def _screen(context: PageContext) -> None:
    if st.session_state.pop(LEAVING, False):
        go_to("coverage")
    settings = _settings(context)
    with suppress(GridmapError):  # being written, or gone: what is shown stays until it is read
        st.session_state[SHOWN] = _made(context, settings)
    made: bytes = st.session_state[SHOWN]

    def sent(name: str) -> object:
        return getattr(st.session_state.get(KEY), name, None)

    _SCREEN(
        key=KEY,
        data={
            "address": (address := publish(made, "application/json", KEY)),
            "key": address,
            "settings": asdict(settings),
        },
        on_settings_change=guard.callback(lambda: _change(settings, sent("settings"))),
        on_leave_change=guard.callback(lambda: st.session_state.update({LEAVING: True})),
    )


def _settings(context: PageContext) -> WallSettings:
    # Whoever came by a link may stand before the screen of anybody: no names unless asked for.
    return WallSettings.read(st.query_params, named=context.only is None)


def _change(now: WallSettings, sent: object) -> None:
    """Take over what a key on the screen has changed; it is what a browser sent."""
    if not isinstance(sent, Mapping):
        return
    pace = sent.get("pace_s")
    wanted = replace(
        now,
        light=sent.get("light") is True,
        names=sent.get("names") is True,
        pace_s=pace if isinstance(pace, int) and not isinstance(pace, bool) else now.pace_s,
    )
    checked = WallSettings.read(wanted.written(), named=False)
    for name, value in checked.written().items():
        st.query_params[name] = value


def _made(context: PageContext, settings: WallSettings) -> bytes:
    """Give the scenes of the plan as it is now."""
    assert context.path is not None
    records = tuple(
        stamp_of(record)
        for kind in ("answers", "comments", BOARDS)
        if (record := beside(context.path, kind)).exists()
    )
    return _scenes(
        stamp_of(context.path), records, context.say.language, settings.names, settings.public,
        date.today().isoformat(),
    )  # fmt: skip


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _scenes(
    plan: Stamp,
    records: tuple[Stamp, ...],
    language: Language,
    names: bool,
    public: bool,
    day: str,
) -> bytes:
    path = Path(plan[0])
    opened = open_plan(path)
    values = wall_values(
        release(opened if public else counted_plan(path), public=public, day=day),
        language=language,
        names=names,
        remarks=_remarks(opened, path),
        saved=datetime.fromtimestamp(plan[1] / 1e9).astimezone(),
    )
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _remarks(plan: Plan, path: Path) -> list[Remark]:
    try:
        return remarks_of(plan, path)
    except GridmapError:  # said where they are listed; the screen has the rest
        return []
