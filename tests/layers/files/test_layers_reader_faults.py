"""Why a file cannot be read: known reasons in Chinese, the rest in the words of the library."""

import errno
import zipfile
from pathlib import Path

import pytest

from layers.contract.issues import Issue, make_issues
from layers.files.reader_faults import CutOffError, reader_fault, reason_zh, remark_of


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "没有这个文件"),
        (PermissionError(errno.EACCES, "Permission denied"), "没有权限"),
        (OSError(errno.ENOTEMPTY, "Directory not empty"), "Directory not empty"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "文字不是 UTF-8 编码"),
        (zipfile.BadZipFile("Bad CRC-32 for 'a'"), "压缩内容已损坏（Bad CRC-32 for 'a'）"),
        (ValueError("something new.\nmore of it"), "something new"),
        (ValueError(), "ValueError"),
    ],
)  # fmt: skip
def test_what_is_known_is_said_in_chinese(error, said):
    assert reason_zh(error) == said


def test_a_cut_off_file_is_said_with_both_numbers():
    english, chinese = reader_fault(CutOffError(31, 150), Path("a.fgb"))
    assert english == "only 31 of 150 features came through"
    assert chinese == "应有 150 个要素，只读到 31 个"


def test_folders_of_this_machine_are_left_out():
    path = Path("/tmp/gridmap-x1/a.shp")
    for said in reader_fault(ValueError(f"cannot open {path}"), path):
        assert said == "cannot open a.shp"


def test_remarks_of_readers_are_told_in_both_languages_or_marked_as_theirs():
    known = remark_of("Value '8\xff' of field a.面积 parsed incompletely to real 8.")
    assert (known.en, known.zh) == (
        "some numbers of its table cannot be read",
        "属性表中部分数字无法读取",
    )
    other = remark_of("Something \x1b[31m else.")
    assert other.en == "Something \\x1b[31m else"
    assert other.zh == "读取程序提示：Something \\x1b[31m else"
    assert remark_of("Could not parse column 'a' as JSON; leaving as string") is None


def test_signs_that_a_screen_would_obey_are_shown_as_codes():
    issues = make_issues([Issue("READ-8", "info", "a\x1b[2Jb", "甲\x00乙")], None)
    assert issues[["message", "message_zh"]].iloc[0].tolist() == ["a\\x1b[2Jb", "甲\\x00乙"]
