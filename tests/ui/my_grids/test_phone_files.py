"""Phone pages in the app without a browser: downloaded, and their files of answers taken in."""

import drawn_plan
from cadre_page import CODE, HOSTILE, PERSON, inner_point, page, said, token_for
from phone_answers import answer, jpeg, link_for, written
from streamlit.testing.v1 import AppTest

from gridmap.publish import release
from gridmap.store import load_plan

SECONDS = 60
# The dialog closes with every run of a test, which knows no fragments: what is in it is run alone.
DIALOG = """
from pathlib import Path
from gridmap.ui.my_grids import phone_files
from gridmap.ui.shell.plans import open_plan
from gridmap.ui.shell.i18n import Translator
path = Path({path!r})
phone_files.show_take_in(open_plan(path), path, Translator("zh"))
"""


def pin():
    return dict(zip(("lon", "lat"), inner_point(), strict=True))


def file_of(path, link):
    plan = release(load_plan(path))
    said_of = {"sentence": HOSTILE, "photo": jpeg(), **pin()}
    both = (answer(plan, link, CODE), answer(plan, link, CODE, "dispute", 2, **said_of))
    return written(link, *both)


def take(path, *files):
    app = AppTest.from_string(DIALOG.format(path=str(path)), default_timeout=SECONDS).run()
    assert app.button(key="phone-take").disabled
    uploader = app.file_uploader(key="phone-files")
    for number, data in enumerate(files):
        uploader.upload(f"{number}.json", data)
    uploader.run().button(key="phone-take").click().run()
    assert not app.exception
    return app


def test_the_planner_takes_files_in_and_sees_photo_and_marks_with_the_dispute(path):
    link = link_for(path, PERSON)
    data = file_of(path, link)
    bad = written(link, answer(release(load_plan(path)), link, CODE, "dispute", 3, photo="bm9uZQ==",
                               sentence="bad", **pin()))  # fmt: skip
    app = take(path, data, data.replace(b"x", b"y"), data, bad)
    assert [note.value for note in app.success] == [
        "干部008：收到 2 条，针对旧版 0 条，以前收过 0 条，退回 0 条。",
        "干部008：收到 0 条，针对旧版 0 条，以前收过 2 条，退回 0 条。",
    ]
    assert "1.json：未收。" in app.error[0].value
    assert "收到 1 条" in app.warning[0].value
    assert any("照片不是可读取的图片" in note.value for note in app.caption)
    assert not app.button(key="phone-done").click().run().success

    planner = page(path.parent)
    assert not planner.button(key="phone-take-in").click().run().exception
    assert planner.file_uploader(key="phone-files").label == "答复文件"
    (shown,) = [note.value for note in planner.markdown if "onerror" in note.value]
    assert "手机页 2026-11-20" in shown
    assert "针对旧版" not in shown
    assert "<" not in shown.replace("\\<", "")
    assert len(planner.get("image")) == 1


def test_a_cadre_downloads_the_page_of_the_link(path):
    app = page(path.parent, token_for(path))
    (button,) = app.get("download_button")
    assert button.proto.label == "下载手机页"
    assert drawn_plan.PHONE not in said(app)
