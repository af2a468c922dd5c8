"""The announcement read back as Word would: whom it names, what is new, how a town changes it."""

import io
import zipfile
from datetime import date

import docx
import pytest
from project import ROOT
from public_bytes import LINE, PRINTED, opened, told
from secret_plan import NAMES, OFFICE, PHONES, SECRETS, secret_plan
from small_plan import small_plan

from boundaries.export.docx_layout import laid_out
from gridmap.ledgers import announcement_docx, default_template, field_names
from gridmap.plan.plan import Plan
from gridmap.publish import release
from layers.contract.errors import LayerFileError

CONTACTS = {"": OFFICE, "002": PHONES[1]}


def made(plan: Plan, **more):
    return announcement_docx(plan, printed=PRINTED, **more)


def text_of(data):
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_it_is_for_the_public_also_when_the_plan_is_of_the_house():
    for plan in (secret_plan(), release(secret_plan()), release(secret_plan(), public=True)):
        found = made(plan)
        assert told(found.docx, SECRETS) == []
        assert LINE in opened(found.docx)
        assert "未允许公布姓名" in found.remarks[0].zh
        assert "另行公布" in text_of(found.docx)


def test_names_stand_in_it_where_the_rules_let_them_and_phones_of_people_never():
    plan = secret_plan("names_public = true\n")
    found = made(plan, contacts=CONTACTS)
    assert set(told(found.docx, NAMES)) == set(NAMES[1:3])  # who leads the town leads no micro-grid
    assert f"服务热线{OFFICE}" in text_of(found.docx)
    assert told(found.docx, PHONES) == []
    assert "服务热线" not in text_of(made(plan).docx)


def test_it_says_what_there_is_and_who_signs():
    text = text_of(made(small_plan()).docx)
    assert text.startswith("小镇人民政府\n关于划分微网格的公告\n")
    assert "小镇共划分微网格3个，分布在2个村（社区），面积合计8.00公顷（0.08平方公里）" in text
    assert "耕地2个、公园绿地1个。" in text
    assert "版本为2026-1，自2026年1月1日起启用" in text
    assert "小镇人民政府\n2026年3月1日" in text
    assert "网格线为管理界线，非法定界线。" in text
    assert "上一版本" not in text
    assert "E01\n网格E01\n公园绿地\n60.0" in text


def test_it_says_which_micro_grids_are_new_and_gone():
    plan = small_plan()
    patches = plan.patches.assign(grid_code=plan.patches["grid_code"].replace("W02", "W01"))
    before = plan.with_tables(
        patches=patches, grids=plan.grids.drop(index="W02"),
        posts=plan.posts[plan.posts["grid_code"] != "W02"],
        assignments=plan.assignments[plan.assignments["grid_code"] != "W02"],
    )  # fmt: skip
    text = text_of(made(plan, before=before).docx)
    assert "新增微网格1个，撤销0个，范围调整1个。新增：网格W02（W02）。\n" in text
    back = text_of(made(before, before=plan).docx)
    assert "新增微网格0个，撤销1个，范围调整1个。撤销：网格W02（W02）。" in back


def test_a_town_has_a_template_of_its_own_with_fields_in_either_language():
    own = laid_out(
        ["{{ 镇名 }}通告 {{ town }}", "{% for 格 in 微网格 %}{{ 格.code }} {% endfor %}"]
    )
    assert text_of(made(small_plan(), template=own).docx).startswith(
        "小镇通告 小镇\nE01 W01 W02 \n"
    )
    with pytest.raises(LayerFileError, match="镇长"):
        made(small_plan(), template=laid_out(["{{ 镇长 }}"]))


def test_the_template_that_comes_along_can_be_saved_changed_and_used():
    template = default_template()
    assert made(small_plan(), template=template).docx == made(small_plan()).docx
    english = text_of(made(small_plan(), language="en").docx)
    assert english.startswith("Small Town\nAnnouncement of the micro-grids\n")
    assert "3 micro-grids in 2 villages, 8.00 ha" in english


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_templates_in_the_folder_are_those_that_come_along(language):
    # Packed by another version of zlib the bytes may differ; what is in them does not.
    path = ROOT / "docs" / "templates" / f"announcement-{language}.docx"
    with (
        zipfile.ZipFile(path) as kept,
        zipfile.ZipFile(io.BytesIO(default_template(language))) as made_now,
    ):
        assert kept.namelist() == made_now.namelist()
        for name in kept.namelist():
            assert kept.read(name) == made_now.read(name), "run docs/templates/make_templates.py"


def test_every_field_is_used_somewhere_or_listed_for_whoever_writes_a_template():
    names = dict(field_names("zh"))
    assert names["村社"] == ["编码", "名称", "网格长", "微网格数", "面积公顷", "微网格"]
    lines = [f"{{{{ {name} }}}}" for name, inside in names.items() if not inside]
    for name, inside in names.items():
        told_of = "".join(f"{{{{ a.{one} }}}}" for one in inside)
        lines += [f"{{% for a in {name} %}}{told_of}{{% endfor %}}"] if inside else []
    assert made(small_plan(), template=laid_out(lines)).docx  # each has a value


def test_the_day_of_the_announcement_decides_who_is_in_office():
    plan = secret_plan("names_public = true\n")
    ends = plan.assignments["person_id"].map({"002": "2026-02-28"}).fillna("")
    plan = plan.with_tables(assignments=plan.assignments.assign(valid_to=ends))
    assert NAMES[1] not in text_of(made(plan).docx)
    early = announcement_docx(plan, printed=date(2026, 2, 1)).docx
    assert NAMES[1] in text_of(early)


def test_progress_is_told_and_may_be_cancelled():
    steps = []
    made(small_plan(), tell=lambda *step: steps.append(step))
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
