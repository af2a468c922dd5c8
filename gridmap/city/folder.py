"""The folder of a city: its settings, its towns with their merged rules, and where things lie.

city.toml            settings
agreed-borders.json  which agreed borders count for which town, where there are any
given.json           what towns were given of the files that they share
towns/NAME/          rules and layers of each town
plans/NAME.gridmap.gpkg   the plan of each town: the truth
catalogue/           what is derived of the plans, made anew whenever it is missing
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from gridmap.access.scope import copied_from
from gridmap.city.borders.record import read_agreed
from gridmap.city.settings import FILE, Settings, read_settings
from gridmap.city.shared.town_rules import RULES, TownPlace, common_rules, read_town
from gridmap.plan_store.finding import CITY_PLANS
from gridmap.store import SUFFIX
from layers.contract.errors import LayerFileError, Named, quoted
from layers.files.reader_faults import reason_zh

__all__ = ["City", "TownPlace", "open_city"]


@dataclass(frozen=True)
class City:
    """A city: its folder, settings and towns in the order of their names."""

    folder: Path
    settings: Settings
    towns: tuple[TownPlace, ...]

    @property
    def plans(self) -> Path:
        """Folder of the plans."""
        return self.folder / CITY_PLANS

    @property
    def catalogue(self) -> Path:
        """Folder of what is derived."""
        return self.folder / "catalogue"

    def make_folders(self, *, plans: bool = True) -> None:
        """Make the folder of what is derived, and that of plans, where they are not there.

        Raises
        ------
        LayerFileError
            If they cannot be made.
        """
        for folder in (*((self.plans,) if plans else ()), self.catalogue):
            try:
                folder.mkdir(exist_ok=True)
            except OSError as error:
                why, why_zh = error.strerror, reason_zh(error)
                raise LayerFileError(
                    f"There can be no folder {str(folder)!r}: {why}. Take away a file of that "
                    "name, or allow writing in the folder of the city.",
                    f"无法建立文件夹{quoted(folder)}：{why_zh}。"
                    "请移走同名文件，或开放城市文件夹的写入权限。",
                ) from None

    def plan_of(self, name: str) -> Path:
        """Give the place of a town's plan."""
        return self.plans / f"{name}{SUFFIX}"

    def derived_of(self, name: str) -> Path:
        """Give the folder of what is derived of a town's plan."""
        return self.catalogue / "towns" / name

    def town(self, name: str) -> TownPlace:
        """Give a town by the name of its folder or by its code.

        Raises
        ------
        LayerFileError
            If there is none, or several have the code.
        """
        found = [one for one in self.towns if name in (one.name, one.code)]
        if len(found) == 1:
            return found[0]
        names = [one.name for one in self.towns]
        raise LayerFileError(
            f"The city has no town {name!r}. It has: {', '.join(names[:20])}"
            f"{' …' if len(names) > 20 else ''}.",
            f"城市中没有{quoted(name)}。现有：{'、'.join(names[:20])}"
            f"{'…' if len(names) > 20 else ''}。",
        )


def open_city(folder: Path | str, *, agreed: Mapping[str, str] | None = None) -> City:
    """Read the settings of a city and the rules of its towns; no layer is read.

    A town whose rules are wrong is in the city with its fault, so that the others go on.

    Parameters
    ----------
    folder
        With a `city.toml`.
    agreed
        The layer of agreed borders of each town by name, instead of that which counts.

    Raises
    ------
    GridmapError
        If the settings or the common rules cannot be read, a town that they name is not there, or
        there is no town at all.
    """
    folder = Path(folder)
    settings = read_settings(folder)
    common = common_rules(folder, settings)
    entries = {one.folder: one.area for one in settings.towns} or {
        path.parent.relative_to(folder).as_posix(): ""
        for path in sorted(folder.glob(f"towns/*/{RULES}"))
    }
    missing = [name for name in entries if not (folder / name).is_dir()]
    if missing:
        raise LayerFileError(
            f"{FILE} names {', '.join(map(repr, missing[:20]))}, which "
            f"{'is' if len(missing) == 1 else 'are'} not there, or no folder. Put the folder of "
            "the town there, or take it out of the file.",
            f"{FILE} 所列的{quoted(*missing[:20])}不存在，或不是文件夹。"
            "请放入镇文件夹，或从文件中删去。",
        )
    if not entries:
        raise LayerFileError(
            f"{str(folder)!r} has no towns. Put the folder of each town, with its rules.toml, "
            "below 'towns'.",
            f"{quoted(folder)}中没有镇。请把各镇的文件夹（内有 rules.toml）放到 towns 之下。",
        )
    layers = read_agreed(folder) if agreed is None else agreed
    towns = [
        read_town(
            folder / name,
            settings,
            common=common,
            area=area,
            agreed=layers.get(Path(name).name, ""),
        )
        for name, area in sorted(entries.items())
    ]
    names = {one.name for one in towns}
    towns = [_named_freely(one, folder, names) for one in towns]
    _require_unique(towns)
    return City(folder, settings, tuple(sorted(towns, key=lambda one: one.name)))


def _named_freely(town: TownPlace, city: Path, names: Set[str]) -> TownPlace:
    """Tell of a town that the place of its plan was taken before it came, by a copy of another's.

    It is worked on no more than one whose rules are wrong, so that the copy is never planned over.
    """
    begun = accumulate(town.name.split("-")[:-1], "{}-{}".format)
    place = city / CITY_PLANS / f"{town.name}{SUFFIX}"
    other = copied_from(place) if not names.isdisjoint(begun) else ""
    if not other:
        return town
    fault = Named(
        f"The place of its plan, {place.name!r}, is taken by a draft or copy of the plan of "
        f"{other!r}, made before this town came. Give the folder of this town another name. (Or "
        "duplicate that plan in the app, which finds another place, and delete it here.)",
        f"其方案位置{quoted(place.name)}已被{quoted(other)}方案的草稿或副本占用（早于该镇加入）。"
        "请为该镇的文件夹另取名称；也可在程序中复制该方案（副本会另选位置），再删除原件。",
    )
    return replace(town, rules=None, texts=None, fault=fault)


def _require_unique(towns: list[TownPlace]) -> None:
    for key, what in (("name", Named("name", "文件夹名")), ("code", Named("code", "编码"))):
        seen: dict[str, TownPlace] = {}
        for one in towns:
            value = getattr(one, key)
            if value and value in seen:
                other = seen[value]
                raise LayerFileError(
                    f"Two towns have the {what} {value!r}: {str(other.folder)!r} and "
                    f"{str(one.folder)!r}. Give each its own.",
                    f"两个镇的{what.zh}同为{quoted(value)}：{quoted(other.folder)}和"
                    f"{quoted(one.folder)}。请各用各的。",
                )
            seen[value] = one
