"""Layers in the formats of other systems, as the command export writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import UsageError, quoted

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan
    from gridmap.versions.formats import Made, Wish

__all__ = ["FormatsWish", "require_marked", "write_formats"]

ZIP = ".zip"
ENDINGS = {
    "shp": (ZIP,), "kml": (".kml",), "topojson": (".topojson", ".json"), "pmtiles": (".pmtiles",),
}  # fmt: skip
MARK = "gcj02"
NAMED = 5  # places named on the screen; the file has all


@dataclass(frozen=True)
class FormatsWish:
    """The files that were asked for, by format: a file each, or a folder or zip file of several."""

    places: Mapping[str, Path]
    wish: "Wish"
    paths: list[Path] = field(default_factory=list)  # filled as they are written

    @property
    def beside(self) -> list[Path]:
        """A file in each folder that files are to lie in."""
        return [
            place if name in ENDINGS or _is_zip(place) else place / name
            for name, place in self.places.items()
        ]

    def check(self, *, overwrite: bool) -> None:
        """Refuse places that cannot take the files, and what no file can be; before long work."""
        from gridmap.versions.formats import check_wish
        from layers.files.atomic import check_free

        if not self.places:
            return
        check_wish(tuple(self.places), self.wish)
        for name, place in self.places.items():
            if name in ENDINGS:
                check_free(place, overwrite=overwrite, endings=ENDINGS[name])
            elif _is_zip(place):
                check_free(place, overwrite=overwrite)
            elif place.suffix:
                raise UsageError(
                    f"--{name} writes a file for each layer: name a folder, or a .zip file that "
                    f"holds them, not {str(place)!r}.",
                    f"--{name} 每个图层写一个文件：请给出文件夹，或一个 .zip 文件，"
                    f"不能是{quoted(place)}。",
                )
            if self.wish.gcj02 and place.suffix:
                require_marked(place)


def require_marked(place: Path) -> None:
    """Refuse a name by which somebody could take a copy for GCJ-02 maps for true places.

    Raises
    ------
    UsageError
        If the name does not say it.
    """
    if MARK in place.name.lower():
        return
    name = f"{place.stem}-{MARK}{place.suffix}"
    raise UsageError(
        f"A GCJ-02 copy is no true map: its name has to say so. Name it {name!r}.",
        f"GCJ-02 副本不是真实位置，文件名中须写明。请命名为{quoted(name)}。",
    )


def write_formats(
    plan: "Plan", wanted: FormatsWish, *, beside: Path, overwrite: bool, screen: Screen
) -> dict[str, Any]:
    """Write the files that were asked for; say what was written, and what of it is not as it is."""
    from gridmap.handover import File
    from gridmap.handover.delivery import into_folder, into_zip
    from gridmap.publish.licence import licence_of
    from gridmap.store import SUFFIX
    from gridmap.versions.formats import format_files
    from layers.files.atomic import write_atomically

    if not wanted.places:
        return {}
    stem, made = beside.name.removesuffix(SUFFIX), dict[str, list["Made"]]()
    for one in format_files(plan, tuple(wanted.places), wanted.wish, beside=beside):
        made.setdefault(one.format, []).append(one)
    licence = licence_of(plan, wanted=wanted.wish.licence, public=plan.is_redacted)
    told: dict[str, Any] = {"licence": licence or None}
    for name, place in wanted.places.items():
        told[name] = str(place)
        if name in ENDINGS:
            write_atomically(place, made[name][0].data, overwrite=overwrite)
            wanted.paths.append(place)
            continue
        files = [File(f"{stem}{one.name}", one.data) for one in made[name]]
        put = into_zip if _is_zip(place) else into_folder
        put(files, place, overwrite=overwrite, private=False)  # as all that export writes
        wanted.paths.extend([place] if _is_zip(place) else [place / one.name for one in files])
    losses = [loss for files in made.values() for one in files for loss in one.losses]
    if losses:
        places = [f"{one.layer} {one.key} {one.field} {one.characters}" for one in losses]
        more = " …" if len(places) > NAMED else ""
        listed = screen.say("list").join(places[:NAMED]) + more
        screen.remark(say("handover.lost", screen.language, count=len(losses), places=listed))
    told["losses"] = [
        {"layer": one.layer, "code": one.key, "property": one.field, "lacking": one.lacking}
        for one in losses
    ]
    return told


def _is_zip(place: Path) -> bool:
    return place.suffix.lower() == ZIP
