"""What is said of a plan file that cannot be opened as it is, and the ways on that lose nothing."""

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from gridmap.store.form import FORMAT, SUFFIX
from layers.contract.errors import LayerFileError, quoted

__all__ = ["ANEW", "ANEW_ZH", "PlanChangedError", "columns_told", "made_by_newer",
           "plan_changed", "recovered_name"]  # fmt: skip

PLAIN = re.compile(r"[\w@%+=:,./\\-]+")  # signs that mean themselves in a command

# Nobody is told to make a plan anew: the edits in the file would be lost.
ANEW = (
    "Keep the file: 'python -m gridmap verify' says what is wrong, 'python -m gridmap recover' "
    "saves what can be read."
)
ANEW_ZH = (
    "请保留该文件：python -m gridmap verify 可查明问题，"
    "python -m gridmap recover 可救回能读出的内容。"
)


class PlanChangedError(LayerFileError):
    """A plan is not as gridmap wrote it: damaged, or changed by another program."""

    what: tuple[str, str] = ("", "")  # what is not as it was, without the way on


def plan_changed(path: Path, en: str, zh: str) -> PlanChangedError:
    """Say that a plan is not as it was written, with what is wrong, and the way on."""
    shown, new = _typed(path), _typed(recovered_name(path))
    error = PlanChangedError(
        f"The plan {str(path)!r} was damaged or changed outside gridmap: {en} Keep the file. "
        f"'python -m gridmap verify {shown}' says what is not as it was, 'python -m gridmap "
        f"recover {shown} --out {new}' takes the content over as it is now.",
        f"方案{quoted(path)}已损坏，或被 gridmap 以外的程序改动：{zh}请保留该文件。"
        f"用 python -m gridmap verify {shown} 查看何处有变，"
        f"用 python -m gridmap recover {shown} --out {new} 按现有内容另存。",
    )
    error.what = en, zh
    return error


def made_by_newer(path: Path, written: str) -> LayerFileError:
    """Say that a plan is of a format that this version does not know."""
    return LayerFileError(
        f"{str(path)!r} was made by a newer gridmap: format {written}, this one reads up to "
        f"{FORMAT}. Update gridmap.",
        f"{quoted(path)}由较新的 gridmap 生成：格式 {written}，本版最高支持 {FORMAT}。"
        "请更新 gridmap。",
    )


def columns_told(changed: Mapping[str, Sequence[str]]) -> str:
    """Name tables with their columns, the same in every language."""
    return "; ".join(f"{table} ({', '.join(names)})" for table, names in changed.items())


def recovered_name(path: Path) -> Path:
    """Name the file that what is recovered of a plan goes to when nobody names one."""
    stem = path.name.removesuffix(SUFFIX).removesuffix(".gpkg")
    return path.with_name(f"{stem}-recovered{SUFFIX}")


def _typed(path: Path) -> str:
    """Write a path as it is typed into a command, whatever signs are in it."""
    text = f"./{path}" if str(path).startswith("-") else str(path)
    if PLAIN.fullmatch(text):
        return text
    # Within these marks the shells of all systems leave spaces, brackets and & alone.
    return shlex.quote(text) if any(sign in text for sign in '"$`!') else f'"{text}"'
