"""The signed file by which a phone page hands answers on: read strictly, believed when signed.

The answers are one text, `body`, of which the very bytes are signed; no second way of writing the
same JSON can come between. Everything in it is hostile until it was checked here.
"""

import base64
import binascii
import hmac
import json
import math
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from gridmap.phone.link import PhoneLink, signature
from layers.contract.errors import UsageError

__all__ = ["ENDING", "FORMAT", "MOST_ANSWERS", "MOST_BYTES", "Answer", "Envelope", "Kind",
           "answers_in", "read_envelope"]  # fmt: skip

FORMAT = "gridmap-answers-1"
ENDING = ".gridmap-answers.json"
MOST_BYTES = 12_000_000  # of a file; the page stops at half of it
MOST_ANSWERS = 200
Kind = Literal["confirm", "dispute", "confirm_post", "dispute_post"]
_TEXTS = {"id": 16, "kind": 12, "place": 60, "state": 16, "seal": 16, "said": 25}
_LONGEST_SENTENCE = 2000  # what is too long for a dispute is told as that
_ID = re.compile(r"[0-9a-f]{16}")
_SAID = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d)?")


@dataclass(frozen=True)
class Envelope:
    """A file before its signature was checked: for which link it says to be, and what it says."""

    plan: str
    link: str
    body: str
    signature: str


@dataclass(frozen=True)
class Answer:
    """One answer as the phone wrote it; `lon` and `lat` are of disputes of a border alone."""

    id: str
    kind: Kind
    place: str  # code of a grid, or id of a group or object
    state: str
    seal: str
    said: str  # time on the phone, as it tells it
    sentence: str = ""
    lon: float = math.nan
    lat: float = math.nan
    photo: bytes | None = None  # as it was sent: hostile


def read_envelope(data: bytes) -> Envelope:
    """Read a file as far as it can be read before it is believed.

    Raises
    ------
    UsageError
        If it is too large or no file of answers.
    """
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"The file has {len(data):,} bytes, files of answers at most {MOST_BYTES:,}. Choose "
            "the file that the phone page made.",
            f"文件有 {len(data):,} 字节，答复文件最多 {MOST_BYTES:,} 字节。"
            "请选择手机页生成的文件。",
        )
    told = _object(data)
    names = ("format", "plan", "link", "body", "signature")
    if set(told) != set(names) or not all(isinstance(told[name], str) for name in names):
        raise _no_file()
    if told["format"] != FORMAT:
        raise UsageError(
            "The file is of another version of the phone page. Make a new page for this person.",
            "该文件由其他版本的手机页生成。请为此人重新生成手机页。",
        )
    return Envelope(told["plan"], told["link"], told["body"], told["signature"])


def answers_in(envelope: Envelope, link: PhoneLink) -> tuple[Answer, ...]:
    """Give the answers of a file, if the page of this link signed it.

    Raises
    ------
    UsageError
        If the signature is another one, or the answers are not as a page writes them.
    """
    right = signature(link.signing, envelope.body)
    if not hmac.compare_digest(right.encode(), envelope.signature.encode()):
        raise UsageError(
            "The signature does not fit: the file was changed on its way, or comes from another "
            "page. Ask for the file again.",
            "签名不符：文件在途中被改动，或来自别的手机页。请让对方重新生成答复文件。",
        )
    told = _object(envelope.body.encode())
    found = told.get("answers")
    own = (told.get("plan"), told.get("link"), told.get("person"))
    if own != (link.plan, link.serial, link.person_id) or not isinstance(found, list):
        raise _no_file()
    if len(found) > MOST_ANSWERS:
        raise UsageError(
            f"The file has {len(found)} answers, at most {MOST_ANSWERS} are taken at once.",
            f"文件有 {len(found)} 条答复，一次最多收 {MOST_ANSWERS} 条。",
        )
    return tuple(_answer(one) for one in found)


def _answer(told: Any) -> Answer:
    if not isinstance(told, dict):
        raise _no_file()
    texts = {name: _text(told.get(name), most) for name, most in _TEXTS.items()}
    kind = next((one for one in get_args(Kind) if one == texts["kind"]), None)
    if kind is None or not _ID.fullmatch(texts["id"]):
        raise _no_file()
    return Answer(
        id=texts["id"],
        kind=kind,
        place=texts["place"],
        state=texts["state"],
        seal=texts["seal"],
        said=texts["said"] if _SAID.fullmatch(texts["said"]) else "",
        sentence=_text(told.get("sentence", ""), _LONGEST_SENTENCE),
        lon=_number(told.get("lon")),
        lat=_number(told.get("lat")),
        photo=_photo(told.get("photo")),
    )


def _text(told: Any, most: int) -> str:
    if not isinstance(told, str) or len(told) > most:
        raise _no_file()
    return told


def _number(told: Any) -> float:
    """A finite number, or NaN, which is a place nowhere."""
    plain = isinstance(told, int | float) and not isinstance(told, bool)
    try:
        return float(told) if plain and math.isfinite(told) else math.nan
    except OverflowError:  # a whole number of hundreds of digits
        return math.nan


def _photo(told: Any) -> bytes | None:
    if told is None:
        return None
    if not isinstance(told, str):
        raise _no_file()
    try:
        return base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return b""  # no picture: told as one that cannot be read


def _object(data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise _no_file() from None
    if not isinstance(told, dict):
        raise _no_file()
    return told


def _no_file() -> UsageError:
    return UsageError(
        "This is no file of answers from a phone page, or it is damaged. Choose the file that the "
        f"page made; its name ends in {ENDING}.",
        f"这不是手机页生成的答复文件，或已损坏。请选择以 {ENDING} 结尾的文件。",
    )
