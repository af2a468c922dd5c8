"""A person's page with its link and receipts: what commands and pages of the app make alike."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gridmap.access.answers import responses
from gridmap.access.links import links_of, make_link
from gridmap.phone.link import phone_link
from gridmap.phone.page import page_of
from gridmap.phone.values import Values, phone_values
from gridmap.plan.plan import Plan
from gridmap.publish import release
from gridmap.receipts.place_posts import place_responses
from gridmap.words import Language

__all__ = ["Made", "confirmed_by", "file_name", "link_of_person", "make_page", "values_for"]

_NOT_IN_NAMES = '\\/:*?"<>|'


@dataclass(frozen=True)
class Made:
    """A page with the name of its file."""

    name: str
    page: bytes


def link_of_person(
    plan_path: Path, person_id: str, *, until: date, today: date
) -> tuple[str, bool]:
    """Give the serial of the latest link of a person that opens; one is made if there is none.

    Parameters
    ----------
    plan_path, person_id
        The plan, and whose link.
    until
        Last day of a link that is made.
    today
        A link of an earlier last day opens no more.

    Returns
    -------
    The serial, and whether the link was made.
    """
    good = [
        link
        for link in links_of(plan_path)
        if link.person_id == person_id and not link.revoked and link.expires >= today
    ]
    if good:
        return good[-1].serial, False
    return make_link(plan_path, person_id, expires=until, today=today)[0].serial, True


def make_page(
    plan: Plan, plan_path: Path, serial: str, *, today: date, address: str = "",
    language: Language = "zh",
) -> Made:  # fmt: skip
    """Make the page of a link, with what its person has confirmed.

    Parameters
    ----------
    plan, plan_path
        The plan and its file. The page is made of what `gridmap.publish.release` gives.
    serial
        The link.
    today
        Day it is made.
    address
        Of the app, as the phone can open it; "" when it cannot: answers go by file then.
    language
        Language that it opens in.

    Raises
    ------
    PlanError
        If the plan may not go out, or the person is on no post.
    UsageError
        If there is no such link that opens.
    LayerFileError
        If the files beside the plan cannot be read.
    """
    values = values_for(plan, plan_path, serial, today=today, address=address, language=language)
    return Made(file_name(values), page_of(values))


def values_for(
    plan: Plan,
    plan_path: Path,
    serial: str,
    *,
    today: date,
    language: Language,
    address: str = "",
) -> Values:
    """Give the values of a page, as `make_page` puts them into it."""
    link = phone_link(plan_path, serial, today=today, address=address)
    return phone_values(
        release(plan), link.person_id, language=language, printed=today, link=link,
        confirmed=confirmed_by(plan, plan_path, link.person_id),
    )  # fmt: skip


def file_name(values: Values) -> str:
    """Name the file of a page after its town, its person and the day it was made."""
    parts = (values["town"]["zh"], values["name"], values["printed"])
    name = "-".join("".join(" " if one in _NOT_IN_NAMES else one for one in part) for part in parts)
    return f"{' '.join(name.split())}.html"


def confirmed_by(plan: Plan, plan_path: Path, person_id: str) -> dict[str, str]:
    """Give the day of each receipt of a person for a place as it is now."""
    told = responses(plan, plan_path)
    own = told[told["person_id"] == person_id]
    days = dict(zip(own["grid_code"], own["confirmed_on"], strict=True))
    places = place_responses(plan, plan_path)
    on = places[places["person_id"] == person_id]
    days |= dict(zip(on["place"], on["confirmed_on"], strict=True))
    return {str(place): str(day) for place, day in days.items() if day}
