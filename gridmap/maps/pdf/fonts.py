"""Which Chinese font of this machine is put into the file.

Every Windows, macOS and Linux desktop in Chinese has one of these. The signs that are printed, and
no others, are embedded, so that the file looks the same on any machine and its text can be
searched. Fonts are looked for by the name of their file, the better ones first.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from layers.contract.errors import LayerFileError

__all__ = ["Font", "find_font", "lacking", "open_font"]

# File of the regular face, file of the bold one.
_KNOWN = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    ("msyh.ttc", "msyhbd.ttc"),  # Microsoft YaHei
    ("Deng.ttf", "Dengb.ttf"),
    ("simhei.ttf", "simhei.ttf"),
    ("simsun.ttc", "simhei.ttf"),  # simsunb.ttf holds rare signs, not bold ones
    ("PingFang.ttc", "PingFang.ttc"),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc"),
    ("STHeiti Light.ttc", "STHeiti Medium.ttc"),
    ("wqy-microhei.ttc", "wqy-microhei.ttc"),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
)
_PROBE = "镇网格"  # a font that lacks these is none for Chinese
_SIMPLIFIED = ("SC", "CN")  # faces of a collection that draw signs as the mainland does


@dataclass(frozen=True)
class Font:
    """A font: its files, and the place of the face in each where a file holds several."""

    regular: Path
    bold: Path
    regular_face: int = 0
    bold_face: int = 0


def find_font(folders: list[Path] | None = None) -> Font:
    """Find a font with Chinese signs among those of this machine.

    Parameters
    ----------
    folders
        Where to look, folders in them included; None for the places where systems keep fonts.

    Raises
    ------
    LayerFileError
        When there is none: which to install, or how to name another.
    """
    there: dict[str, Path] = {}
    for path in _font_files(_folders() if folders is None else folders):
        there.setdefault(path.name.lower(), path)
    for regular, bold in _KNOWN:
        if regular.lower() in there:
            found = there[regular.lower()]
            return _font(found, there.get(bold.lower(), found))
    raise LayerFileError(
        "No Chinese font was found on this machine, so a PDF cannot show Chinese text. Install one "
        "(Debian, Ubuntu: fonts-noto-cjk), or name a font file with --font.",
        "本机没有找到中文字体，PDF 无法显示中文。请安装一种（Debian、Ubuntu：fonts-noto-cjk），"
        "或用 --font 指定字体文件。",
    )


def open_font(path: Path) -> Font:
    """Take a font file that somebody named.

    Raises
    ------
    LayerFileError
        When it cannot be read, or has no Chinese signs.
    """
    try:
        font = _font(path, path)
        with TTFont(path, fontNumber=font.regular_face, lazy=True) as face:
            if all(ord(sign) in face.getBestCmap() for sign in _PROBE):
                return font
    except (OSError, TTLibError) as error:
        raise LayerFileError(
            f"The font {str(path)!r} cannot be read: {error}. Name a TTF, OTF or TTC file.",
            f"字体文件“{path}”无法读取：{error}。请指定 TTF、OTF 或 TTC 文件。",
        ) from error
    raise LayerFileError(
        f"The font {str(path)!r} has no Chinese signs ({_PROBE}). Name another.",
        f"字体“{path}”中没有汉字（{_PROBE}），请另选一种。",
    )


def lacking(font: Font, text: str) -> str:
    """Give the signs of a text that the regular face does not have, sorted."""
    with TTFont(font.regular, fontNumber=font.regular_face, lazy=True) as face:
        known = face.getBestCmap()
    return "".join(sorted({sign for sign in text if sign.isprintable() and ord(sign) not in known}))


def _font(regular: Path, bold: Path) -> Font:
    return Font(regular, bold, _face(regular), _face(bold))


def _face(path: Path) -> int:
    """Place of the face for simplified Chinese in a collection; 0 for a file of one face."""
    if path.suffix.lower() != ".ttc":
        return 0
    with TTCollection(path, lazy=True) as faces:
        names = [str(face["name"].getDebugName(1) or "") for face in faces]
    simplified = [place for place, name in enumerate(names) if name.split()[-1:] and
                  name.split()[-1] in _SIMPLIFIED]  # fmt: skip
    return simplified[0] if simplified else 0


def _folders() -> list[Path]:
    home = Path.home()
    windows = Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    return [
        windows,
        home / "AppData/Local/Microsoft/Windows/Fonts",
        home / ".local/share/fonts",
        home / ".fonts",
        home / "Library/Fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
    ]


def _font_files(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from sorted(
                path
                for path in folder.rglob("*")
                if path.suffix.lower() in (".ttf", ".otf", ".ttc")
            )
