"""Phone pages in the app: downloaded by who answers with them, and their files of answers taken in.

What came with a dispute from a phone, photo and marks, is shown beside it. Files are hostile until
they were taken in (`gridmap.phone.take_in`).
"""

from datetime import date, datetime
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode, urlsplit

import streamlit as st

from gridmap.access.entrance import is_loopback
from gridmap.access.links import TOKEN
from gridmap.phone import Taken, make_page, take_in
from gridmap.phone.answer_file import MOST_BYTES
from gridmap.phone.take_in import Outcome
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.receipts.by_phone import Sent
from gridmap.receipts.photos import photo_of
from gridmap.ui.shell import guard, plans
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.phone_route import ROUTE as PHONE
from gridmap.ui.shell.server import app_address
from layers.contract.errors import GridmapError, Named

__all__ = ["marks", "offer_install", "offer_page", "open_take_in", "show_photo", "show_take_in"]

TAKEN = "phone-taken"
MOST_FILES = 200
PHOTO_PX = 320


def offer_page(path: Path, serial: str, name: str, address: str, say: Translator, key: str) -> None:
    """Offer the page of a link as a file.

    Parameters
    ----------
    path, serial
        The plan and the link.
    name
        Whose link it is, for the name of the file.
    address
        Of the app as phones can open it; an address of this machine alone is none.
    say, key
        Words, and what the button is known by.
    """
    reached = "" if is_loopback(urlsplit(address).hostname or "") else address

    def made() -> bytes:
        plan = plans.open_plan(path)
        return make_page(
            plan, path, serial, today=date.today(), address=reached, language=say.language
        ).page

    st.download_button(
        say("phone_files.download"),
        guard.deferred(made),
        file_name=f"{say('phone_files.file_name', name=name)}.html",
        mime="text/html",
        on_click="ignore",
        key=key,
        width="stretch",
    )
    st.caption(say("phone_files.download_note"))


def offer_install(say: Translator) -> None:
    """Offer the address of the page that browsers keep, to who came by a link."""
    told = {TOKEN: st.query_params.get(TOKEN, "")}
    told |= {"lang": "en"} if say.language == "en" else {}
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    address = f"{app_address()}{f'/{base}' if base else ''}/{PHONE}/?{urlencode(told)}"
    st.link_button(say("phone_files.install"), address, width="stretch")


def open_take_in(plan: Plan, path: Path, say: Translator) -> None:
    """Open the dialog that takes files of answers in."""
    st.session_state.pop(TAKEN, None)

    @guard.dialog(say("phone_files.take_in"), width="large")
    def taking() -> None:
        show_take_in(plan, path, say)

    taking()


def show_take_in(plan: Plan, path: Path, say: Translator) -> None:
    """Show what is in the dialog."""
    st.caption(say("phone_files.take_note"))
    sent = st.file_uploader(
        say("phone_files.files"),
        type=["json", "txt"],
        accept_multiple_files=True,
        max_upload_size=max(MOST_BYTES // 2**20, 1),
        key="phone-files",
    )
    if st.button(say("phone_files.take"), type="primary", disabled=not sent, key="phone-take"):
        files = [(one.name, one.getvalue()) for one in sent[:MOST_FILES]]
        st.session_state[TAKEN] = [_taken(plan, path, *one) for one in files]
    for name, told in st.session_state.get(TAKEN, []):
        _tell(plan, name, told, say)
    # What is behind the dialog knows of it as soon as that is closed.
    if TAKEN in st.session_state and st.button(say("phone_files.done"), key="phone-done"):
        st.session_state.pop(TAKEN)
        st.rerun()


def marks(sent: Sent | None, say: Translator) -> str:
    """Say of a dispute that it came from a phone page, and whether that was old; "" for others."""
    if sent is None:
        return ""
    when = sent.said[:16].replace("T", " ")
    told = say("phone_files.by_phone", time=when) if when else say("phone_files.by_phone_bare")
    return told + (say("phone_files.outdated") if sent.outdated else "")


def show_photo(path: Path, sent: Sent | None, say: Translator) -> None:
    """Show the photo of a dispute, if it has one."""
    photo = photo_of(path, sent.photo) if sent and sent.photo else None
    if photo is not None:
        st.image(photo, caption=say("phone_files.photo"), width=PHOTO_PX)


def _taken(plan: Plan, path: Path, name: str, data: bytes) -> tuple[str, Taken | Named]:
    try:
        return name, take_in(plan, path, data, when=datetime.now())
    except GridmapError as error:
        return name, Named(error.text("en"), error.text("zh"))


def _tell(plan: Plan, name: str, told: Taken | Named, say: Translator) -> None:
    zh = say.language == "zh"
    if not isinstance(told, Taken):
        why = told.zh if zh else told.en
        st.error(say("phone_files.refused", file=plain(name), why=plain(why)))
        return
    person = plain(str(plan.people["name"].get(told.person_id, told.person_id)))
    counts = {one: told.count(one) for one in get_args(Outcome)}
    bad = counts["refused"] or any(one.why for one in told.answers)
    (st.warning if bad else st.success)(say("phone_files.taken", name=person, **counts))
    names = place_names(plan, say.language)
    for one in told.answers:
        if one.why:
            place, why = str(names.get(one.place, one.place)), one.why_zh if zh else one.why
            st.caption(say("phone_files.left", place=plain(place), why=plain(why)))
