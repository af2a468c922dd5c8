"""The hand-over page: what a plan gives to others, checked before it goes out.

A viewer gets boundaries without people, the map and nothing that holds the roster.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from gridmap.lookup.object_list import objects_of
from gridmap.maps import map_html
from gridmap.plan.output import boundaries_of, report_of, topology_of
from gridmap.plan.plan import Plan
from gridmap.store import SUFFIX, save_plan
from gridmap.ui.handover import audience, print_card
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["show"]

SHOWN_CODES = 8
GPKG = "application/geopackage+sqlite3"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = 4


def show(context: PageContext, plan: Plan) -> None:
    """Show the page."""
    assert context.path is not None
    say, town = context.say, plan.rules.town
    st.caption(
        say("handover.version", version=plain(town.version), date=town.valid_from.isoformat())
        + " · "
        + say("handover.legal")
    )
    _checks(context, plan)
    released = audience.choose(context, plan, context.path)
    if released is None:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _boundaries(context, released, context.path)
        print_card.show(context, released, context.path)
    with right:
        _files(context, released, context.path)


def _files(context: PageContext, plan: Plan, path: Path) -> None:
    language = context.say.language
    stem = _stem(plan, path)
    _file(
        context, "map", f"{stem}.html", "text/html",
        lambda: map_html(plan, language=language).encode(),
    )  # fmt: skip
    if plan.is_redacted:
        _file(context, "copy", f"{stem}{SUFFIX}", GPKG, lambda: _as_file(plan))
    elif context.may_change:
        _file(context, "report", f"{stem}.report.xlsx", XLSX, lambda: report_of(plan))
    if len(plan.objects) and (plan.is_redacted or context.may_change):
        _file(
            context, "objects", f"{stem}.objects.csv", "text/csv", lambda: objects_of(plan, "csv")
        )
    if context.may_change and not plan.is_redacted:
        _file(context, "plan", path.name, GPKG, path.read_bytes)


def _stem(plan: Plan, path: Path) -> str:
    """Name of the files that are made, in which those for the public can be told."""
    return path.name.removesuffix(SUFFIX) + ("-public" if plan.is_redacted else "")


def _as_file(plan: Plan) -> bytes:
    """Write a copy of a plan as it is downloaded."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / f"copy{SUFFIX}"
        save_plan(plan, place)
        return place.read_bytes()


def _checks(context: PageContext, plan: Plan) -> None:
    say = context.say
    errors = int((plan.issues["severity"] == "error").sum())
    if errors:
        st.warning(say("handover.errors", count=errors))
    else:
        st.success(say("handover.clean"))
    vacant = int((plan.assignments["status"] == "vacant").sum())
    if vacant:
        st.info(say("handover.vacant", count=vacant))


def _boundaries(context: PageContext, plan: Plan, path: Path) -> None:
    say = context.say
    with st.container(border=True, key="handover-boundaries"):
        st.subheader(say("handover.kind.boundaries"), anchor=False)
        st.caption(say("handover.kind.boundaries_note"))
        patches = st.toggle(say("handover.with_patches"), key="handover-patches")
        contacts = (
            st.toggle(say("handover.with_contacts"), key="handover-contacts")
            if context.may_change and (not plan.is_redacted or len(plan.people))
            else False
        )
        licence = st.text_input(say("handover.licence"), key="handover-licence", max_chars=200)
        stamp = (str(path), path.stat().st_mtime_ns)
        wanted = (stamp, licence.strip(), patches, contacts, plan.is_redacted)
        if st.button(say("handover.make"), type="primary", key="handover-make"):
            st.session_state["handover-wanted"] = wanted
        # Other options, or a plan changed since: what was made is no longer what is wanted.
        if st.session_state.get("handover-wanted") != wanted:
            return
        try:
            with st.spinner(say("handover.making")):
                written = _written(*wanted, plan)
        except GridmapError as error:
            st.error(say("handover.cannot", why=plain(error.text(say.language))))
            return
        _findings(context, plan, written)
        name = f"{_stem(plan, path)}.geojson"
        st.download_button(
            say("handover.download", name=plain(name), size=_size(len(written))),
            written,
            file_name=name,
            mime="application/geo+json",
            on_click="ignore",
            key="handover-geojson",
        )


def _findings(context: PageContext, plan: Plan, written: bytes) -> None:
    say, topology = context.say, topology_of(written)
    if topology["valid_tiling"]:
        st.success(say("handover.valid", count=len(plan.grids)))
    else:
        st.error(say("handover.invalid"))
    if topology["mended"]:
        codes = say("mark.list").join(topology["mended"][:SHOWN_CODES])
        more = " …" if len(topology["mended"]) > SHOWN_CODES else ""
        st.caption(say("handover.repaired", codes=plain(codes) + more))


def _file(
    context: PageContext, key: str, name: str, mimetype: str, make: Callable[[], bytes]
) -> None:
    """Offer a file that is made when it is asked for."""
    say = context.say
    with st.container(border=True, key=f"handover-card-{key}"):
        st.subheader(say(f"handover.kind.{key}"), anchor=False)
        st.caption(say(f"handover.kind.{key}_note"))
        st.download_button(
            say("handover.download_file", name=plain(name)),
            guard.deferred(make),
            file_name=name,
            mime=mimetype,
            on_click="ignore",
            key=f"handover-{key}",
        )


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1000))} kB"


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _written(
    stamp: tuple[str, int], licence: str, patches: bool, contacts: bool, public: bool, _plan: Plan
) -> bytes:
    """Write boundaries once for a state of the file; Streamlit does not hash `_plan`."""
    return boundaries_of(_plan, licence=licence, with_patches=patches, with_contacts=contacts)
