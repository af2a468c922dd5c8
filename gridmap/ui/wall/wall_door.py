"""The way to the wall screen from the page 覆盖: for whom, with which names and looks, how fast.

What is chosen goes into the address of the screen. The same can be taken along as a file.
"""

from datetime import date, datetime

import streamlit as st

from gridmap.plan.plan import Plan
from gridmap.publish import release, require_release
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import stamp_of
from gridmap.ui.wall.wall_file import wall_file
from gridmap.ui.wall.wall_settings import WallSettings
from layers.contract.errors import GridmapError

__all__ = ["show"]

HOUSE, PUBLIC = "house", "public"
PACES = (10, 20, 30, 60)


@guard.fragment
def show(context: PageContext, plan: Plan) -> None:
    """Show the button with its choices.

    Parameters
    ----------
    context
        Who looks at which plan.
    plan
        The plan.
    """
    say = context.say
    with st.popover(say("wall.screen"), icon=":material/tv:", key="wall-door"):
        st.caption(say("wall_door.note"))
        settings = _choices(context)
        if st.button(say("wall_door.open"), type="primary", key="wall-open", width="stretch"):
            for name, value in settings.written().items():
                st.query_params[name] = value
            go_to("wall")
        st.caption(say("wall_door.stay_note"))
        _download(context, plan, settings)


def _choices(context: PageContext) -> WallSettings:
    say = context.say
    before = WallSettings.read(st.query_params, named=context.only is None)
    audience = st.segmented_control(
        say("wall_door.audience"),
        [HOUSE, PUBLIC],
        default=PUBLIC if before.public else HOUSE,
        required=True,
        format_func=lambda one: say(f"wall_door.audience.{one}"),
        key="wall-audience",
        help=say("wall_door.audience_note"),
    )
    names = st.toggle(
        say("wall_door.show_names"), before.names, key="wall-show-names",
        help=say("wall_door.show_names_note"),
    )  # fmt: skip
    light = st.toggle(say("wall_door.light_ground"), before.light, key="wall-light")
    pace = st.segmented_control(
        say("wall_door.seconds"),
        PACES,
        default=before.pace_s if before.pace_s in PACES else PACES[1],
        required=True,
        key="wall-seconds",
    )
    return WallSettings(audience == PUBLIC, bool(names), bool(light), int(pace or PACES[1]))


def _download(context: PageContext, plan: Plan, settings: WallSettings) -> None:
    """Offer the scenes as a file; what may not leave the house says why."""
    assert context.path is not None  # the page is shown for a plan
    say = context.say
    try:
        require_release(plan)
    except GridmapError as error:
        st.caption(plain(error.text(say.language)))
        return
    saved = datetime.fromtimestamp(stamp_of(context.path)[1] / 1e9).astimezone()

    def made() -> bytes:
        told = release(plan, public=settings.public, day=date.today().isoformat())
        return wall_file(told, settings, language=say.language, saved=saved)

    st.download_button(
        say("wall_door.download"),
        guard.deferred(made),
        file_name=f"{plan.rules.town.name}-{say('wall_door.file_name')}.html",
        mime="text/html",
        on_click="ignore",
        key="wall-download",
        width="stretch",
    )
    st.caption(say("wall_door.download_note"))
