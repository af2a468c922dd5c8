"""Layers for other systems and the manifest, as the command export writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.contract.errors import UsageError, quoted

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan

__all__ = ["LayersWish", "require_one_folder", "write_layers", "write_manifest"]

GPKG = ".gpkg"


@dataclass(frozen=True)
class LayersWish:
    """The layers that were asked for."""

    gpkg: Path | None
    crs: str
    licence: str
    patches: bool
    contacts: bool

    @property
    def files(self) -> dict[str, tuple[Path, ...]]:
        """Files by the kind they are of."""
        return {"geopackage": (self.gpkg,)} if self.gpkg is not None else {}

    @property
    def paths(self) -> list[Path]:
        """All files."""
        return [path for paths in self.files.values() for path in paths]

    def require_use(self, *, others: bool) -> None:
        """Refuse choices that no file heeds, neither these nor others with layers."""
        if self.files or others or not (self.crs or self.patches):
            return
        raise UsageError(
            "--crs and --with-patches are of layers: name a file with --gpkg or --shp. GeoJSON is "
            "always in WGS84, and has its patches in a file of their own (--patches FILE).",
            "--crs 和 --with-patches 只用于图层文件，请用 --gpkg 或 --shp 指定文件。"
            "GeoJSON 只用 WGS84，图斑另写一个文件（--patches 文件）。",
        )

    def check_free(self, *, overwrite: bool) -> None:
        """Refuse places that cannot take the files; ask before long work."""
        from boundaries.export.manifest.building import PLAN_FILE
        from layers.files.atomic import check_free

        if self.gpkg is None:
            return
        check_free(self.gpkg, overwrite=overwrite, endings=(GPKG,))
        if self.gpkg.name.endswith(PLAN_FILE):
            raise UsageError(
                f"{str(self.gpkg)!r} is a name of plans: layers for other systems are none, and "
                "gridmap could not open them. Name it like 'town-layers.gpkg'.",
                f"{quoted(self.gpkg)}是方案文件的名称，而图层文件不是方案。"
                "请命名为 town-layers.gpkg 之类。",
            )


def write_layers(
    plan: "Plan", wish: LayersWish, *, beside: Path, overwrite: bool
) -> dict[str, Any]:
    """Write the layers that were asked for; say what was written."""
    if not wish.files:
        return {}
    from gridmap.versions.receivers import about_plan, geopackage_of
    from layers.files.atomic import write_atomically

    about = about_plan(plan, beside=beside, crs=wish.crs, licence=wish.licence)
    told: dict[str, Any] = {key: about[key] for key in ("crs", "state", "licence")}
    if wish.gpkg is not None:
        data = geopackage_of(
            plan,
            beside=beside,
            crs=wish.crs,
            licence=wish.licence,
            with_patches=wish.patches,
            with_contacts=wish.contacts,
        )
        write_atomically(wish.gpkg, data, overwrite=overwrite)
        told["gpkg"] = str(wish.gpkg)
    return told


def require_one_folder(paths: Iterable[Path | None]) -> None:
    """Refuse a manifest of files that lie in different folders."""
    folders = {path.resolve().parent for path in paths if path is not None}
    if len(folders) > 1:
        raise UsageError(
            "A manifest lies beside its files, and these are to lie in different folders. Name "
            "files of one folder, or leave --manifest out.",
            "清单须与文件放在一起，而这些文件不在同一文件夹。请放入同一文件夹，或去掉 --manifest。",
        )


def write_manifest(
    plan: "Plan", files: Mapping[str, Iterable[Path | None]], *, beside: Path, licence: str
) -> dict[str, Any]:
    """Write the manifest beside files that were written, by the kind they are of."""
    from boundaries.export.manifest import hand
    from gridmap.handover.manifest import manifest_file
    from layers.files.atomic import write_atomically

    written = [(kind, path) for kind, paths in files.items() for path in paths if path is not None]
    handed = [hand(path.name, kind, path.read_bytes()) for kind, path in written]
    folder = written[0][1].parent
    made = manifest_file(handed, plan, beside=beside, licence=licence, place=folder)
    write_atomically(folder / made.name, made.data, overwrite=True)
    return {"manifest": str(folder / made.name)}
