"""What looking into a file says of its place: a system told from numbers, of no place, or none."""

from pyproj import CRS

from layers.contract.errors import Named
from layers.contract.issues import Issue
from layers.contract.phrases import counted
from layers.location.crs_guess import NOWHERE, Guess

__all__ = ["NO_WAY", "guessed", "unplaced", "without_shapes"]

NO_WAY = Named(
    "it names a system that no way leads from to longitude and latitude",
    "其坐标系无法换算为经纬度",
)


def unplaced(file: str) -> Issue:
    """Say that no way leads from the system of a layer to a place on earth."""
    return Issue(
        "READ-5",
        "error",
        f'{file!r}: {NO_WAY}. Declare the right system with crs = "…" in rules.toml.',
        f"“{file}”：{NO_WAY.zh}。请在 rules.toml 中用 crs 声明。",
        code=file,
    )


def without_shapes(file: str, count: int) -> Issue:
    """Say that all shapes of a layer are empty: that is no fault of its coordinate system."""
    features = counted(count, "feature", "features")
    return Issue(
        "READ-1",
        "error",
        f"{file!r}: none of its {features} has a shape with coordinates. Export it again.",
        f"“{file}”：{count:,} 个要素的图形均为空。请重新导出。",
        code=file,
        size=float(count),
        unit="features",
    )


def guessed(guesses: list[Guess], file: str) -> tuple[CRS | None, Named, bool, list[Issue]]:
    """Give the system that was told from numbers, why, and how sure; and the issue of it."""
    why = Named(
        "; ".join(guess.why for guess in guesses) or NOWHERE.en,
        "；".join(guess.why_zh for guess in guesses) or NOWHERE.zh,
    )
    sure = bool(guesses) and guesses[0].sure
    do, do_zh = (
        (f"Reading takes it as {guesses[0].crs}", f"读取时按 {guesses[0].crs} 处理")
        if sure
        else ('Declare it with crs = "…" in rules.toml', "请在 rules.toml 中用 crs 声明")
    )
    note = Issue(
        "READ-5",
        "warning" if sure else "error",
        f"{file!r} names no coordinate system: {why}. {do}.",
        f"“{file}”没有坐标系信息：{why.zh}。{do_zh}。",
        code=file,
    )
    return (CRS(guesses[0].crs) if sure else None), why, sure, [note]
