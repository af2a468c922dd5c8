"""Answers of phone pages taken in: each once, signed, by who may; whatever else comes is refused.

The drawn town (tests/support/worlds/drawn_plan.py): P008 leads strip 01 of West 1.
"""

import base64
import io
import json
from datetime import timedelta

import drawn_plan
import pytest
from phone_answers import NOW, TODAY, answer, jpeg, link_for, written
from PIL import Image
from pyproj import Transformer
from saved_plans import put_plan

from gridmap.access.answers import disputes, faulty_answers, responses
from gridmap.access.links import revoke
from gridmap.access.sidecar import beside, is_private
from gridmap.phone import take_in
from gridmap.phone.answer_file import MOST_ANSWERS, MOST_BYTES
from gridmap.receipts import by_phone
from gridmap.receipts.by_phone import attach_photo, sent_by_phone
from gridmap.receipts.forgetting import forget_people
from gridmap.receipts.photos import drawn_anew, photo_of
from layers.contract.errors import UsageError

CODE, OTHER = f"{drawn_plan.WEST_1}01", f"{drawn_plan.WEST_2}01"
PERSON = "P008"
# Whatever is read of a file before its signature: each must be refused in words.
NO_FILES = [
    *(b"", b"{", b"\xff\xfe\x00", b"[]", b'"x"', b"null", b"{}", b"[" * 100_000),
    b'{"format": "gridmap-answers-1"}',
    json.dumps({"format": 1, "plan": "", "link": "", "body": "", "signature": ""}).encode(),
]


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "test.gridmap.gpkg"
    put_plan(drawn_plan.draw_plan, place)
    return place


@pytest.fixture
def link(path):
    return link_for(path, PERSON)


def pin(plan, east_m=0):
    middle = plan.grids.geometry[CODE].centroid
    turned = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True)
    lon, lat = turned.transform(middle.x + east_m, middle.y)
    return {"lon": lon, "lat": lat}


def outcomes(taken):
    return [one.outcome for one in taken.answers]


def test_a_receipt_and_a_dispute_with_a_photo_are_what_the_planner_sees(plan, path, link):
    said = answer(
        plan, link, CODE, "dispute", 2, sentence=" 河东\n三户 ", photo=jpeg(), **pin(plan)
    )
    taken = take_in(plan, path, written(link, answer(plan, link, CODE), said), when=NOW)

    assert (taken.person_id, outcomes(taken)) == (PERSON, ["taken", "taken"])
    row = disputes(path).iloc[0]
    assert (row.person_id, row.grid_code, row.sentence, row.settled) == (
        PERSON,
        CODE,
        "河东 三户",
        "",
    )
    assert (row.lon, row.lat) == pytest.approx(tuple(pin(plan).values()), abs=1e-7)
    own = responses(plan, path).query("person_id == @PERSON").iloc[0]
    assert (own.confirmed_on, own.state) == (NOW.date().isoformat(), "disputed")
    sent = sent_by_phone(path)[row.id]
    assert (sent.said, sent.outdated) == ("2026-11-20T09:30:00+08:00", False)
    assert Image.open(io.BytesIO(photo_of(path, sent.photo))).size == (400, 300)
    assert is_private(beside(path, "photos") / sent.photo)
    assert faulty_answers(path) == 0


def test_taken_in_twice_everything_is_there_once(plan, path, link):
    both = [
        answer(plan, link, CODE),
        answer(plan, link, CODE, "dispute", 2, sentence="a", **pin(plan)),
    ]
    data = written(link, *both)
    take_in(plan, path, data, when=NOW)
    before = beside(path, "answers").read_bytes()

    assert outcomes(take_in(plan, path, data, when=NOW)) == ["again", "again"]
    assert beside(path, "answers").read_bytes() == before
    # In a later file of the same page, which has one more answer.
    third = answer(plan, link, CODE, "dispute", 3, sentence="b", **pin(plan))
    assert outcomes(take_in(plan, path, written(link, *both, third), when=NOW))[2] == "taken"
    assert len(disputes(path)) == 2


@pytest.mark.parametrize("data", NO_FILES)
def test_what_is_no_file_of_answers_is_refused_in_words(plan, path, link, data):
    with pytest.raises(UsageError, match="no file of answers"):
        take_in(plan, path, data, when=NOW)


def test_a_file_that_was_changed_or_is_too_large_is_refused_whole(plan, path, link):
    good = written(link, answer(plan, link, CODE, "dispute", sentence="right", **pin(plan)))
    for bad in (
        good.replace(b"right", b"wrong"),
        written(link, answer(plan, link, CODE), signature="0" * 64),
        written(link, answer(plan, link, CODE), signature="é" * 64),
    ):
        with pytest.raises(UsageError, match="signature does not fit"):
            take_in(plan, path, bad, when=NOW)
    with pytest.raises(UsageError, match="bytes"):
        take_in(plan, path, b" " * (MOST_BYTES + 1), when=NOW)
    many = written(link, *[answer(plan, link, CODE)] * (MOST_ANSWERS + 1))
    with pytest.raises(UsageError, match="at once"):
        take_in(plan, path, many, when=NOW)
    with pytest.raises(UsageError, match="another version"):
        take_in(plan, path, written(link, format="gridmap-answers-9"), when=NOW)
    assert not beside(path, "answers").exists()


def test_only_who_has_a_link_that_opens_may_answer(plan, path, link, monkeypatch):
    data = written(link, answer(plan, link, CODE))
    ended = link_for(path, PERSON, days=5, made=TODAY - timedelta(days=30))
    with pytest.raises(UsageError, match="ended on"):
        take_in(plan, path, written(ended, answer(plan, ended, CODE)), when=NOW)
    other = path.with_name("other.gridmap.gpkg")
    put_plan(drawn_plan.draw_plan, other)
    link_for(other, PERSON)
    with pytest.raises(UsageError, match="another plan"):
        take_in(plan, other, data, when=NOW)
    # Signed by the own page, in the name of somebody else.
    with pytest.raises(UsageError, match="no file of answers"):
        take_in(plan, path, written(link, told={"person": "P001"}), when=NOW)
    monkeypatch.setenv("GRIDMAP_STATE", str(path.parent / "another machine"))
    with pytest.raises(UsageError, match="are paused"):
        take_in(plan, path, data, when=NOW)
    monkeypatch.undo()
    revoke(path, person_id=PERSON, today=TODAY)
    with pytest.raises(UsageError, match="revoked"):
        take_in(plan, path, data, when=NOW)
    assert not beside(path, "answers").exists()


def test_what_the_page_never_showed_is_refused_and_the_rest_taken(plan, path, link):
    invented = answer(plan, link, CODE, number=1) | {"place": OTHER}
    newer = answer(plan, link, CODE, number=2) | {"state": "0" * 16}
    far = answer(plan, link, CODE, "dispute", 3, sentence="far", **pin(plan, 30_000))
    nowhere = answer(plan, link, CODE, "dispute", 4, sentence="nowhere", lon=None, lat=10**400)
    mute = answer(plan, link, CODE, "dispute", 5, sentence=" ", **pin(plan))
    good = answer(plan, link, CODE, number=6)
    taken = take_in(plan, path, written(link, invented, newer, far, nowhere, mute, good), when=NOW)

    assert outcomes(taken) == ["refused"] * 5 + ["taken"]
    assert all(one.why and one.why_zh for one in taken.answers[:5])
    assert disputes(path).empty
    # Refused is not remembered: a page may try again.
    assert outcomes(take_in(plan, path, written(link, mute), when=NOW)) == ["refused"]


@pytest.mark.parametrize(
    "changed",
    [{"id": "x"}, {"id": None}, {"kind": "settle"}, {"place": 1}, {"sentence": ["a"]},
     {"photo": {}}, {"state": "s" * 99}, {"sentence": "s" * 9999}],
)  # fmt: skip
def test_an_answer_that_no_page_writes_refuses_the_file(plan, path, link, changed):
    with pytest.raises(UsageError, match="no file of answers"):
        take_in(plan, path, written(link, answer(plan, link, CODE) | changed), when=NOW)


def test_answers_about_a_state_of_before_are_kept_and_marked(plan, path, link):
    near, far = pin(plan), pin(plan, 30_000)
    old = [
        answer(plan, link, CODE),
        answer(plan, link, CODE, "dispute", 2, sentence="x", **near),
        answer(plan, link, CODE, "dispute", 3, sentence="far", **far),
    ]
    posts = plan.posts.assign(duties="巡河")
    later = plan.with_tables(posts=posts)

    assert outcomes(take_in(later, path, written(link, *old), when=NOW)) == [
        "outdated", "outdated", "refused",
    ]  # fmt: skip
    row = disputes(path).iloc[0]
    assert (row.sentence, sent_by_phone(path)[row.id].outdated) == ("x", True)
    assert (responses(later, path)["confirmed_on"] == "").all()
    # Also where the grid is no longer the person's.
    rows = plan.assignments.assign(person_id="P001")
    gone = answer(plan, link, CODE, "dispute", 4, sentence="y", **pin(plan))
    taken = take_in(plan.with_tables(assignments=rows), path, written(link, gone), when=NOW)
    assert outcomes(taken) == ["outdated"]
    # Who is not on the roster any more is told so.
    without = plan.with_tables(people=plan.people.drop(PERSON), assignments=rows)
    assert outcomes(take_in(without, path, written(link, gone | {"id": "f" * 16}), when=NOW)) == [
        "refused"
    ]


def large_photo():
    """Of few pixels, but more bytes than a page ever makes of them."""
    out = io.BytesIO()
    Image.effect_noise((1280, 1280), 200).save(out, "JPEG", quality=100)
    return base64.b64encode(out.getvalue()).decode()


def exif_photo():
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    return jpeg(exif=exif, comment=b"SECRET-NOTE")


def test_a_photo_is_drawn_anew_and_a_hostile_one_left_out(plan, path, link):
    def sending(number, photo):
        more = {"sentence": f"s{number}", "photo": photo, **pin(plan)}
        return answer(plan, link, CODE, "dispute", number, **more)

    gif = io.BytesIO()
    Image.new("P", (9, 9)).save(gif, "GIF")
    bad = [
        "no base64",
        jpeg(1281, 10),
        jpeg()[: len(jpeg()) // 2],
        base64.b64encode(gif.getvalue()).decode(),
        base64.b64encode(b"<svg onload=alert(1)>").decode(),
        large_photo(),
    ]
    every = [sending(number, photo) for number, photo in enumerate([exif_photo(), *bad])]
    taken = take_in(plan, path, written(link, *every), when=NOW)

    assert outcomes(taken) == ["taken"] * 7
    assert [bool(one.why_zh) for one in taken.answers] == [False] + [True] * 6
    sent = sent_by_phone(path)
    kept = [photo_of(path, sent[number].photo) for number in disputes(path)["id"]]
    assert [photo is not None for photo in kept] == [True] + [False] * 6
    assert b"SECRET" not in kept[0]
    assert b"Exif" not in kept[0]


def test_photos_are_few_and_are_forgotten_with_their_person(plan, path, link, monkeypatch):
    monkeypatch.setattr(by_phone, "MOST_OF_ONE", 1)
    every = [
        answer(plan, link, CODE, "dispute", one, sentence=str(one), photo=photo, **pin(plan))
        for one, photo in enumerate([jpeg(), jpeg(300)])
    ]
    taken = take_in(plan, path, written(link, *every), when=NOW)
    assert [bool(one.why) for one in taken.answers] == [False, True]
    assert len(kept_photos(path)) == 1
    # One dispute has one photo; the same picture of somebody else is the same file.
    first, second = (drawn_anew(base64.b64decode(jpeg(width))) for width in (400, 300))
    for other in (first, second):
        attach_photo(path, "f" * 12, "P001", other, when=NOW)
    assert len(kept_photos(path)) == 1

    gone = {PERSON: "left-00001"}
    forget_people(path, gone, today=TODAY)
    assert PERSON not in beside(path, "answers").read_text("utf-8")
    assert len(kept_photos(path)) == 1  # still of P001
    forget_people(path, {"P001": "left-00002"}, today=TODAY, dry_run=True)
    assert len(kept_photos(path)) == 1
    forget_people(path, {"P001": "left-00002"}, today=TODAY)
    assert kept_photos(path) == []


def kept_photos(path):
    return list(path.parent.glob("*.photos/*.jpg"))
