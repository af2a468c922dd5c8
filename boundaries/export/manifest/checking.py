"""Files checked against their manifest: whoever received them can do it, without the plan."""

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boundaries.export.manifest.building import FORMAT, MANIFEST, Handed, certificate_of, hand
from layers.contract.errors import LayerFileError, Named, UsageError, quoted
from layers.files.reader_faults import reason_zh

__all__ = ["Checked", "check_manifest", "read_manifest"]


NAMED = 5  # codes that a fault names


@dataclass(frozen=True)
class Checked:
    """What came of a check.

    Attributes
    ----------
    content
        The manifest.
    faults
        What is not as the manifest says.
    remarks
        Files that it does not name: nothing is known of them.
    """

    content: dict[str, Any]
    faults: tuple[Named, ...]
    remarks: tuple[Named, ...]


def check_manifest(place: Path) -> Checked:
    """Check files against the manifest beside them, and their grids for gaps and overlaps anew.

    Parameters
    ----------
    place
        A folder or a zip file with `manifest.json`, or that file itself.

    Raises
    ------
    UsageError
        If there is no manifest.
    LayerFileError
        If it or the zip file cannot be read.
    """
    if place.is_file() and place.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(place) as book:
                names = [one.filename for one in book.infolist() if not one.is_dir()]
                return _checked(place, names, book.read)
        except zipfile.BadZipFile as error:
            raise LayerFileError(
                f"{str(place)!r} is no whole zip file ({error}). Ask for it once more.",
                f"{quoted(place)}不是完整的 zip 文件（{reason_zh(error)}）。请让对方重新发送。",
            ) from None
    folder = place.parent if place.name == MANIFEST else place
    try:
        names = sorted(one.name for one in folder.iterdir() if one.is_file())
        return _checked(folder, names, lambda name: (folder / name).read_bytes())
    except OSError as error:
        raise LayerFileError(
            f"Cannot read {str(place)!r} ({error}). Name the folder that holds {MANIFEST}, or the "
            "zip file.",
            f"无法读取{quoted(place)}（{reason_zh(error)}）。"
            f"请写明 {MANIFEST} 所在的文件夹，或该 zip 文件。",
        ) from None


def _checked(place: Path, names: list[str], read: Callable[[str], bytes]) -> Checked:
    if MANIFEST not in names:
        raise UsageError(
            f"There is no {MANIFEST} in {str(place)!r}, so that nothing can be compared. It comes "
            "with the files of 'handover' and 'export': ask the sender for it.",
            f"{quoted(place)}中没有 {MANIFEST}，无从比对。"
            "该文件由 handover 和 export 命令随成果生成，请向提供方索取。",
        )
    content = read_manifest(read(MANIFEST), place)
    faults: list[Named] = []
    sound: dict[str, list[Handed]] = {}
    for row in content["files"]:
        name = row["name"]
        if name not in names:
            faults.append(_missing(name))
            continue
        try:
            found = hand(name, row["kind"], read(name))
        except LayerFileError as error:
            faults.append(Named(str(error), error.zh))
            continue
        if (found.size, found.sha256) != (row["bytes"], row["sha256"]):
            faults.append(_changed(name, row, found))
        if row["certificate"] is not None:
            sound.setdefault(row["certificate"], []).append(found)
    faults += _grids(content, sound)
    known = {row["name"] for row in content["files"]} | {MANIFEST}
    strange = [_strange(name) for name in names if name not in known]
    return Checked(content, tuple(faults), tuple(strange))


def read_manifest(data: bytes, place: Path) -> dict[str, Any]:
    """Read a manifest from whomever: everything that is used later has the type it should have.

    Parameters
    ----------
    data
        The file.
    place
        Its folder, for the error.

    Raises
    ------
    LayerFileError
        If it is damaged or of a later version.
    """
    try:
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise ValueError("format")
        for row in content["files"]:
            whole = isinstance(row["bytes"], int)
            if not whole or not all(isinstance(row[k], str) for k in ("name", "kind", "sha256")):
                raise TypeError("files")
            if row["certificate"] is not None and row["certificate"] not in content["certificates"]:
                raise ValueError("certificate")
        for found in content["certificates"].values():
            {one["grid_code"]: float(one["area_m2"]) for one in found["leftovers"]}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise LayerFileError(
            f"{MANIFEST} in {str(place)!r} is damaged, or of a later version of gridmap. Ask for "
            "it once more, or update gridmap.",
            f"{quoted(place)}中的 {MANIFEST} 已损坏，或出自更新版本的软件。"
            "请让对方重新发送，或升级软件。",
        ) from None
    return dict(content)


def _grids(content: Mapping[str, Any], sound: Mapping[str, list[Handed]]) -> list[Named]:
    """Compute each certificate once more, on what lies there now."""
    faults = []
    for key, files in sound.items():
        left: dict[str, float] = {}
        for one in content["certificates"][key]["leftovers"]:
            left[one["grid_code"]] = left.get(one["grid_code"], 0.0) + float(one["area_m2"])
        found = certificate_of(files, left=left)
        for fault in found.faults if found is not None else ():
            what, what_zh = _FAULTS[fault["kind"]]
            codes = [code for code in (fault["grid_code"], *fault["codes"]) if code]
            more = " …" if len(codes) > NAMED else ""
            area = fault["area_m2"]
            size = "" if area is None else f", {area:,.2f} m²"
            size_zh = "" if area is None else f"，{area:,.2f} 平方米"
            text = ", ".join(codes[:NAMED]) + more
            text_zh = "、".join(codes[:NAMED]) + more
            faults.append(
                Named(
                    f"{key}: {what} ({len(codes)}): {text}{size}.",
                    f"{key}：{what_zh}（{len(codes)}）：{text_zh}{size_zh}。",
                )
            )
    return faults


_FAULTS = {
    "repeated": ("a code that stands twice", "编码重复"),
    "unsound": ("a polygon that crosses itself", "图形自相交"),
    "unsound patches": ("patches that stand twice or cross themselves", "图斑重复或自相交"),
    "orphaned": ("its parent is not there", "缺上级网格"),
    "overlap": ("ground in two grids", "网格重叠"),
    "beyond": ("ground of parts outside their parent", "下级超出上级"),
    "gap": ("ground of a parent in none of its parts", "网格之间有空隙"),
    "corners": ("corners that neighbours do not share", "相邻界点不一致"),
    "patches": ("patches that are not exactly their grid", "图斑与网格不一致"),
    "astray": ("patches in no grid", "图斑不在任何网格中"),
}


def _missing(name: str) -> Named:
    return Named(f"{name} is missing.", f"缺少文件{quoted(name)}。")


def _changed(name: str, row: Mapping[str, Any], found: Handed) -> Named:
    return Named(
        f"{name} is not the file that was handed over: {found.size:,} bytes and SHA-256 "
        f"{found.sha256[:12]}…, not {row['bytes']:,} and {row['sha256'][:12]}….",
        f"{quoted(name)}不是当初交付的文件：{found.size:,} 字节，SHA-256 为 {found.sha256[:12]}…，"
        f"应为 {row['bytes']:,} 字节、{row['sha256'][:12]}…。",
    )


def _strange(name: str) -> Named:
    return Named(
        f"{name} is not in the manifest: nothing is known of it.",
        f"{quoted(name)}不在清单中，来源不明。",
    )
