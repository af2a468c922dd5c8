"""Why a file cannot be read: known reasons in Chinese, the rest in the words of the library."""

import errno
import zipfile
from pathlib import Path

import pytest

from layers.reader_faults import CutOffError, reader_fault, reason_zh


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
