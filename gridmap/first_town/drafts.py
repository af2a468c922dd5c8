"""Where a first town is put together before it is one: a hidden folder beside the towns."""

import shutil
from contextlib import suppress
from pathlib import Path

from layers.contract.errors import LayerFileError, UsageError, quoted
from layers.files.atomic import watched_write
from layers.files.paths import clean_name
from layers.files.reader_faults import reason_zh

__all__ = ["drafts_of", "drop_draft", "finish", "is_draft", "new_draft"]

_DRAFTS = ".new"
_MOST = 1_000


def new_draft(towns: Path) -> Path:
    """Make an empty folder for a town that is being made.

    Raises
    ------
    LayerFileError
        If it cannot be made.
    """
    parent = towns / _DRAFTS
    try:
        with watched_write(parent):
            parent.mkdir(parents=True, exist_ok=True)
            for number in range(1, _MOST):
                with suppress(FileExistsError):
                    (folder := parent / f"{number:03d}").mkdir(mode=0o700)
                    return folder
    except OSError as error:
        raise _cannot(parent, error) from None
    raise UsageError(
        f"There are {_MOST} towns in the making. Give some of them up.",
        f"正在新建的乡镇已有 {_MOST} 个。请先放弃一些。",
    )


def drafts_of(towns: Path) -> list[Path]:
    """List the towns in the making that have files, the one changed last first."""
    parent = towns / _DRAFTS
    if not parent.is_dir():
        return []
    found = [one for one in parent.iterdir() if one.is_dir() and one.name.isdigit()]
    found = [one for one in found if any(path.name[0] != "." for path in one.iterdir())]
    return sorted(found, key=lambda one: (-one.stat().st_mtime_ns, one.name))


def is_draft(folder: Path) -> bool:
    """Whether a folder is that of a town in the making."""
    return folder.parent.name == _DRAFTS


def drop_draft(folder: Path) -> None:
    """Give a town in the making up; its folder holds copies alone."""
    if is_draft(folder):
        with watched_write(folder):
            shutil.rmtree(folder, ignore_errors=True)


def finish(folder: Path, name: str) -> Path:
    """Let a town in the making be a town under a name that is free.

    Parameters
    ----------
    folder
        Of the town in the making, with its rules.
    name
        What the town is called.

    Returns
    -------
    The folder of the town.
    """
    towns = folder.parent.parent
    stem = clean_name(name) or "town"
    try:
        with watched_write(towns / stem):
            target, number = towns / stem, 1
            while target.exists():
                number += 1
                target = towns / f"{stem}-{number}"
            folder.rename(target)
    except OSError as error:
        raise _cannot(towns / stem, error) from None
    return target


def _cannot(folder: Path, error: OSError) -> LayerFileError:
    why, why_zh = error.strerror, reason_zh(error)
    return LayerFileError(
        f"Cannot make the folder {str(folder)!r}: {why}. Choose another place.",
        f"无法建立文件夹{quoted(folder)}：{why_zh}。请换一个位置。",
    )
