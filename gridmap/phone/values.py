"""What the page of a phone is given: plain values of one person's view, in both languages.

Everything is decided in the view (`gridmap.access.view`); phones of people never enter. Of objects
those that a register marks as sensitive stay out, for a file is carried about.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from gridmap.access.leader_view import OwnObject, own_objects
from gridmap.access.view import CadreView, GridView, cadre_view
from gridmap.maps.signs import signs_for_page
from gridmap.phone.link import PhoneLink, seal
from gridmap.phone.own_map import context_data, ground_data
from gridmap.phone.sheet import grid_parts
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.receipts.place_posts import PlacePost, place_posts
from gridmap.words import LANGUAGES, Language, say, words_in
from layers.contract.errors import PlanError, quoted
from layers.contract.phones import dialled
from layers.registers.classes import CLASSES

__all__ = ["Values", "mark_of", "phone_values"]

Values = dict[str, Any]
WORDS = ("my_grids.", "my_way.", "phone.", "below.own_objects")


def phone_values(
    plan: Plan, person_id: str, *, language: Language, printed: date, link: PhoneLink | None,
    confirmed: Mapping[str, str],
) -> Values:  # fmt: skip
    """Gather all that the page shows.

    Parameters
    ----------
    plan
        The plan as `gridmap.publish.release` gives it for the house.
    person_id
        Whose page it is.
    language
        Language that it opens in; it has both.
    printed
        Day it is made.
    link
        By which the person answers; None for a page to look at.
    confirmed
        Day of the receipt of a grid, group or object, by its code or id, where it is confirmed.

    Raises
    ------
    PlanError
        If the person is not on the roster, or on no post.
    """
    view = cadre_view(plan, person_id)
    posts = _posts(plan, person_id)
    if view is None or not (view.grids or posts):
        raise PlanError(
            f"{person_id!r} is on no post of this plan, so there is no page. Choose somebody on a "
            "post.",
            f"{quoted(person_id)}在本方案中没有岗位，无法生成手机页。请选择在岗人员。",
        )
    town, line = plan.rules.town, notice(plan)
    grounds = [ground_data(view, grid, "zh") for grid in view.grids]
    return {
        "language": language,
        "words": {one: words_in(one, *WORDS) | _of_files(one) for one in LANGUAGES},
        "name": view.name,
        "office": view.office,
        "town": {"zh": view.town, "en": view.town_en},
        "version": view.version,
        "date": view.valid_from,
        "printed": printed.isoformat(),
        "until": link.expires.isoformat() if link else "",
        "notice": {"zh": line.zh, "en": line.en},
        "credit": {"zh": town.credit_zh or town.credit, "en": town.credit or town.credit_zh},
        "office_phone": {"shown": view.office_phone, "dialled": dialled(view.office_phone)}
        if view.office_phone
        else None,
        "own": [{**one, "chosen": False} for one in grounds[0]["own"]] if grounds else [],
        "grids": [
            _grid(view, grid, ground, link, confirmed)
            for grid, ground in zip(view.grids, grounds, strict=True)
        ],
        "context": context_data(view),
        "signs": signs_for_page(),
        "posts": [_post(one, link, confirmed) for one in posts],
        "objects": {one: _objects(plan, person_id, one) for one in LANGUAGES},
        "link": _link(link),
    }


def mark_of(values: Values) -> str:
    """Give what changes when the page says something new, whatever day it is made."""
    told = values | {"printed": ""}
    for part in ("grids", "posts"):  # who confirms is no news to who confirms
        told[part] = [one | {"confirmed": ""} for one in values[part]]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _of_files(language: Language) -> dict[str, str]:
    """Say of a file what is said of an address where a browser gives no position."""
    return {"my_way.insecure": say("phone.insecure", language)}


def _grid(
    view: CadreView, grid: GridView, ground: Values, link: PhoneLink | None,
    confirmed: Mapping[str, str],
) -> Values:  # fmt: skip
    english = ground_data(view, grid, "en")
    parts = {one: grid_parts(grid, one, office_phone=view.office_phone) for one in LANGUAGES}
    return {
        **_answered(grid.code, grid.state, link, confirmed),
        "name": {"zh": grid.name, "en": grid.name_en},
        "ground": {"bounds": ground["bounds"], "neighbours": ground["neighbours"]},
        "names": {kind: [one["name"] for one in english[kind]] for kind in ("own", "neighbours")},
        "sheet": {one: [asdict(part) for part in parts[one]] for one in LANGUAGES},
    }


def _post(one: PlacePost, link: PhoneLink | None, confirmed: Mapping[str, str]) -> Values:
    return {
        **_answered(one.place, one.state, link, confirmed),
        "name": {"zh": one.name, "en": one.name_en},
        "kind": {each: say(f"lookup.{one.kind}", each) for each in LANGUAGES},
        "role": {"zh": one.role_name, "en": one.role_name_en},
        "duties": list(one.duties),
    }


def _answered(
    place: str, state: str, link: PhoneLink | None, confirmed: Mapping[str, str]
) -> Values:
    """Say what an answer about a place carries, and whether there is one already."""
    mark = seal(link.sealing, place, state) if link else ""
    return {"place": place, "state": state, "seal": mark, "confirmed": confirmed.get(place, "")}


def _posts(plan: Plan, person_id: str) -> list[PlacePost]:
    hidden = set(plan.objects.index[plan.objects["sensitive"].astype(bool)])
    return [one for one in place_posts(plan, person_id) if one.place not in hidden]


def _objects(plan: Plan, person_id: str, language: Language) -> list[tuple[str, str]]:
    shown = plan.with_tables(objects=plan.objects[~plan.objects["sensitive"].astype(bool)])
    return [(one.name, _about(one, language)) for one in own_objects(shown, person_id)]


def _about(one: OwnObject, language: Language) -> str:
    kind = CLASSES.get(one.kind, CLASSES["other"])
    who = say("below.in_charge", language, name=one.person or say("below.nobody", language))
    name, reason = (kind.zh, one.reason_zh) if language == "zh" else (kind.en, one.reason)
    return f"{name or kind.zh}{say('mark.list', language)}{who} {reason or one.reason_zh}"


def _link(link: PhoneLink | None) -> Values | None:
    if link is None:
        return None
    return {
        "plan": link.plan,
        "serial": link.serial,
        "person": link.person_id,
        "key": link.signing.hex(),
        "address": link.address,
    }
