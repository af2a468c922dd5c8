"""Saving the rules of a town: checked first, whole or not at all, and every older text is kept.

The older texts lie in a hidden folder beside the file, numbered; a save can be taken back and made
again, as often as there were saves. Where towns share rules, a file says a part of those in force:
what it is checked as is then the whole (`RulesFile.whole`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gridmap.rules import parse_rules
from gridmap.rules.changes import new_faults
from gridmap.rules.text import change_rules
from layers.contract.errors import LayerFileError, PlanError, quoted
from layers.files.atomic import write_atomically
from layers.files.reader_faults import reason_zh

__all__ = ["HISTORY", "RulesChangedError", "RulesFile", "can_redo", "can_undo", "next_text",
           "redo_save", "save_rules", "undo_save"]  # fmt: skip

HISTORY = ".rules"  # folder beside rules.toml
_OLD, _UNDONE = "old", "undone"


class RulesChangedError(PlanError):
    """Somebody else has saved the rules since they were read."""


def _alone(text: str) -> str:
    return text


@dataclass(frozen=True)
class RulesFile:
    """A rules file, and the rules that are in force by what it says.

    Attributes
    ----------
    path
        The file.
    common
        Text of the rules that it says otherwise than; "" where no town shares any with another.
    whole
        Gives the text in force for a text of the file.
    is_shared
        Whether it is the file that towns share, so that it need not be whole.
    """

    path: Path
    common: str = ""
    whole: Callable[[str], str] = _alone
    is_shared: bool = False

    def read(self) -> str:
        """Read the text of the file itself.

        Raises
        ------
        OSError, UnicodeDecodeError
            If it cannot be read.
        """
        return self.path.read_text(encoding="utf-8-sig")


def save_rules(
    path: Path,
    change: Callable[[str], str],
    *,
    seen: str | None = None,
    whole: Callable[[str], str] = _alone,
) -> str:
    """Change the rules of a town and keep the text that was there.

    Parameters
    ----------
    path
        The rules.toml.
    change
        Gives the new text from the one in force.
    seen
        The text that the change was made on, where it would overwrite what others saved.
    whole
        Gives the rules in force for a text of the file, which are checked.

    Returns
    -------
    The new text; the same when nothing changes.

    Raises
    ------
    GridmapError
        If the new text has faults that the old one has not, or it cannot be written; nothing is
        changed then.
    """
    after = ""

    def checked(before: str) -> str:
        nonlocal after
        _require_seen(before, seen)
        after = change(before)
        if after != before:
            if new_faults(whole(before), whole(after)):
                parse_rules(whole(after), source=path.name)
            _push(path, _OLD, before)
            _clear(path, _UNDONE)
        return after

    change_rules(path, checked)
    return after


def _require_seen(text: str, seen: str | None) -> None:
    if seen is not None and text != seen:
        raise RulesChangedError(
            "The rules were saved by somebody else meanwhile. Nothing was written; load the "
            "page again and make the change on the rules as they are now.",
            "规则已被他人修改并保存。本次内容未写入，请刷新页面后在新的规则上修改。",
        )


def can_undo(path: Path) -> bool:
    """Whether there is an older text to go back to."""
    return bool(_texts(path, _OLD))


def can_redo(path: Path) -> bool:
    """Whether a save was taken back last."""
    return bool(_texts(path, _UNDONE))


def next_text(path: Path, *, redo: bool = False) -> str:
    """Give the text that `undo_save`, or `redo_save`, would put in force; "" for none."""
    found = _texts(path, _UNDONE if redo else _OLD)
    return found[-1].read_text(encoding="utf-8") if found else ""


def undo_save(path: Path, *, seen: str | None = None) -> str:
    """Take the last save back; the text now in force can be brought back by `redo_save`.

    Parameters
    ----------
    path
        The rules.toml.
    seen
        The text whose save is taken back: one that somebody else has made since stays. None for
        whatever was saved last.

    Returns
    -------
    The text that is in force now.

    Raises
    ------
    RulesChangedError
        If there is no older text, or somebody else has saved since.
    LayerFileError
        If it cannot be written.
    """
    return _swap(path, _OLD, _UNDONE, seen)


def redo_save(path: Path, *, seen: str | None = None) -> str:
    """Bring back the save that was taken back last; see `undo_save`."""
    return _swap(path, _UNDONE, _OLD, seen)


def _swap(path: Path, source: str, target: str, seen: str | None) -> str:
    taken, text = path, ""

    def back(before: str) -> str:
        nonlocal taken, text
        _require_seen(before, seen)
        found = _texts(path, source)
        if not found:
            raise RulesChangedError(
                "There is no older text of the rules to go back to.", "没有可以恢复的旧规则。"
            )
        taken = found[-1]
        text = taken.read_text(encoding="utf-8")
        _push(path, target, before)
        return text

    change_rules(path, back)
    taken.unlink(missing_ok=True)
    return text


def _texts(path: Path, kind: str) -> list[Path]:
    return sorted(path.with_name(HISTORY).glob(f"{kind}-*.toml"))


def _push(path: Path, kind: str, text: str) -> None:
    folder = path.with_name(HISTORY)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Cannot keep the older rules in {str(folder)!r}: {why}. Nothing was saved.",
            f"无法在{quoted(folder)}中保留旧规则：{why_zh}。内容未保存。",
        ) from None
    before = _texts(path, kind)
    number = int(before[-1].stem.rpartition("-")[2]) + 1 if before else 1
    write_atomically(folder / f"{kind}-{number:05d}.toml", text.encode(), overwrite=True)


def _clear(path: Path, kind: str) -> None:
    for old in _texts(path, kind):
        old.unlink(missing_ok=True)
