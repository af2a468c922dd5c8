"""Files of answers as a phone page writes them, for tests without a browser."""

import base64
import io
import json
from datetime import date, datetime, timedelta

from PIL import Image

from gridmap.access.links import make_link
from gridmap.phone.answer_file import FORMAT
from gridmap.phone.link import phone_link, seal, signature
from gridmap.phone.take_in import states_shown

__all__ = ["NOW", "TODAY", "answer", "jpeg", "link_for", "written"]

TODAY = date.today()
NOW = datetime.combine(TODAY, datetime.min.time()).replace(hour=9, minute=30)


def link_for(path, person, days=30, made=TODAY):
    """Make a link, and give what a page of it has."""
    made_link, _ = make_link(path, person, expires=made + timedelta(days=days), today=made)
    return phone_link(path, made_link.serial, today=made)


def answer(plan, link, place, kind="confirm", number=1, **more):
    """Give one answer about a place as a page of this plan shows it."""
    state = _state(plan, link.person_id, place)
    return {
        "id": f"{number:016x}",
        "kind": kind,
        "place": place,
        "state": state,
        "seal": seal(link.sealing, place, state),
        "said": "2026-11-20T09:30:00+08:00",
        **more,
    }


_states = {}  # of plans that tests go on using: working them out takes a moment


def _state(plan, person, place):
    if (id(plan), person) not in _states:
        _states[id(plan), person] = plan, states_shown(plan, person)
    return _states[id(plan), person][1][place]


def written(link, *answers, **changed):
    """Write and sign a file; what is changed is changed after it was signed."""
    told = {"plan": link.plan, "link": link.serial, "person": link.person_id, "answers": answers}
    body = json.dumps(told | changed.pop("told", {}), ensure_ascii=False)
    envelope = {"format": FORMAT, "plan": link.plan, "link": link.serial, "body": body,
                "signature": signature(link.signing, body)}  # fmt: skip
    return json.dumps(envelope | changed).encode()


def jpeg(width=400, height=300, **saved):
    """Draw a photo, in base64 as a page sends it."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 40, 40)).save(out, "JPEG", **saved)
    return base64.b64encode(out.getvalue()).decode()
