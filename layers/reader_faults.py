"""Why a file cannot be read, in English and Chinese; what a library says stays in its own words."""

from pathlib import Path

__all__ = ["CutOffError", "first_line", "reader_fault"]


class CutOffError(ValueError):
    """Fewer features came than the file says it holds: `CutOffError(came, expected)`."""


def reader_fault(error: BaseException, path: Path) -> tuple[str, str]:
    """Say in English and Chinese why a reader gave up on a file."""
    if isinstance(error, NameError):  # pyogrio, of a coordinate system
        return (
            "its coordinate system cannot be understood (look at the .prj file)",
            "坐标系无法识别（请查看 .prj 文件）",
        )
    if isinstance(error, IndexError):  # pyogrio, of a file that opens
        return "it holds no layer", "其中没有图层"
    if isinstance(error, CutOffError):
        came, expected = error.args
        return (
            f"only {came} of {expected} features came through",
            f"应有 {expected} 个要素，只读到 {came} 个",
        )
    said = first_line(error, path)
    return said, said


def first_line(error: BaseException, path: Path) -> str:
    """Give the first line of what a reader says, without the folders of this machine."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return line.replace(str(path), path.name).replace(str(path.parent), "")
