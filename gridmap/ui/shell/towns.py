"""The user's own towns: folders with a rules.toml, made anew or copied from a sample.

A town folder lies right below the folder of towns; those of a city lie where its settings say, and
share rules. Nothing here knows Streamlit.
"""

import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path

from gridmap.access.behalf import seen_of
from gridmap.access.scope import city_with, data_at
from gridmap.city.one_town.rules_files import shared_file, town_file
from gridmap.city.settings import FILE as CITY_SETTINGS
from gridmap.plan_store.finding import CITY_PLANS
from gridmap.rules import Rules, load_rules, parse_rules
from gridmap.rules.entries import Entry, entries_of
from gridmap.rules.history import RulesFile
from gridmap.rules.text import read_values, set_value
from layers.contract.errors import GridmapError, LayerFileError, UsageError, quoted
from layers.files.atomic import watched_write, write_atomically
from layers.files.paths import LONGEST_NAME, clean_name
from layers.files.reader_faults import reason_zh

__all__ = [
    "RULES",
    "TEMPLATE",
    "clean_name",
    "copy_sample",
    "find_samples",
    "find_towns",
    "is_of_city",
    "is_said_by_town",
    "make_town",
    "names_of",
    "plan_folder",
    "plan_place",
    "rules_file_of",
    "rules_of",
    "rules_text_of",
    "shared_files",
    "town_of_plan",
    "trial_store",
]

RULES = "rules.toml"
SAMPLES = Path(__file__).resolve().parents[3] / "data"
TEMPLATE = Path(__file__).with_name("new_town.toml")


def find_towns(towns: Path) -> list[Path]:
    """Town folders right below a folder that may be seen, the one changed last first."""
    found = seen_of(path.parent for path in towns.glob(f"*/{RULES}") if path.parent.name[0] != ".")
    return sorted(found, key=lambda path: (-_changed(path), path.name))


def find_samples() -> list[Path]:
    """Town folders that come with the project; nobody changes them, they are copied."""
    return sorted((path.parent for path in SAMPLES.glob(f"*/{RULES}")), reverse=True)


def rules_file_of(town: Path) -> RulesFile:
    """Give the rules file of a town, with what the city says below it where it is a town of one.

    Raises
    ------
    GridmapError
        If what the city says cannot be read.
    """
    city = city_with(town)
    return RulesFile(town / RULES) if city is None else town_file(city, town)


def rules_text_of(town: Path) -> str:
    """Read the rules that are in force in a town as text.

    Raises
    ------
    LayerFileError
        If there are none, or they are not UTF-8.
    """
    return rules_file_of(town).whole(_text_of(town))


def rules_of(town: Path) -> Rules:
    """Read and check the rules that are in force in a town.

    Raises
    ------
    GridmapError
        If they cannot be read, or are no rules.
    """
    if city_with(town) is None:
        return load_rules(town / RULES)
    return parse_rules(rules_text_of(town), source=RULES)


def is_said_by_town(town: Path, entry: Entry) -> bool:
    """Whether what a file is stands in the town's own rules, where the town can change it.

    In a city it may stand in the rules of all towns, or follow from what was cut for the town.
    """
    own = entries_of(_text_of(town)) if city_with(town) is not None else [entry]
    return any((one.path, one.file) == (entry.path, entry.file) for one in own)


def _text_of(town: Path) -> str:
    path = town / RULES
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"{str(path)!r} cannot be read: {why}. Check that it is there.",
            f"无法读取{quoted(path)}：{why_zh}。请确认文件存在。",
        ) from None
    except UnicodeDecodeError:
        raise LayerFileError(
            f"{str(path)!r} is not UTF-8 text. Save it as UTF-8.",
            f"{quoted(path)}不是 UTF-8 文本。请另存为 UTF-8 编码。",
        ) from None


def names_of(town: Path) -> tuple[str, str]:
    """Give the Chinese and the English name of a town; the folder's where the rules say none."""
    try:
        given = read_values(_text_of(town)).get("town", {})  # no two towns share a name
    except ValueError:  # unreadable rules are told where they are looked at
        given = {}
    name = given.get("name") if isinstance(given, dict) else None
    name_en = given.get("name_en") if isinstance(given, dict) else None
    name = name if isinstance(name, str) and name else town.name
    return name, name_en if isinstance(name_en, str) and name_en else name


def make_town(towns: Path, name: str, code: str, *, today: date) -> Path:
    """Make the folder of a new town with rules to start from.

    Parameters
    ----------
    towns
        Folder of towns; made when it is missing.
    name, code
        Of the town: what it is called, and the code of its level-1 grid.
    today
        From when its first version is in force.

    Raises
    ------
    UsageError
        If the name or the code cannot be used, or there is such a town already.
    """
    called, number = name.strip(), code.strip()
    if not called or not called.isprintable() or len(called) > LONGEST_NAME:
        raise UsageError(
            f"{name!r} cannot be the name of a town. Give 1 to {LONGEST_NAME} letters.",
            f"{quoted(name)}不能作为镇名。请给出 1 到 {LONGEST_NAME} 个字。",
        )
    if not (number.isascii() and number.isalnum() and len(number) <= 20):
        raise UsageError(
            f"{code!r} cannot be the code of a town. Give 1 to 20 digits or letters, such as the "
            "12 digits of the statistical area code.",
            f"{quoted(code)}不能作为镇的编码。请给出 1 至 20 位数字或字母，如 12 位统计区划代码。",
        )
    text = TEMPLATE.read_text(encoding="utf-8")
    values = {"name": called, "code": number, "valid_from": today}
    for key, value in values.items():
        text = set_value(text, ("town", key), value)
    folder = _new_folder(towns, clean_name(called))
    write_atomically(folder / RULES, text.encode("utf-8"))
    return folder


def copy_sample(sample: Path, towns: Path) -> Path:
    """Copy a sample town into the folder of towns, under a name that is free.

    Raises
    ------
    LayerFileError
        If it cannot be written.
    """
    folder = _new_folder(towns, sample.name)
    try:
        files = [path for path in sorted(sample.iterdir()) if path.is_file()]
        # The rules come last: only with them it is a town.
        for path in sorted(files, key=lambda path: path.name == RULES):
            shutil.copyfile(path, folder / path.name)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _cannot_make(folder, error) from None
    return folder


def plan_folder(folder: Path, town: Path) -> Path:
    """Folder in which the plans of a town lie."""
    return folder / town.name


def plan_place(folder: Path, town: Path) -> Path:
    """Give the place of a further plan of a town: the first name that is free."""
    number, path = 1, plan_folder(folder, town) / f"{town.name}.gridmap.gpkg"
    while path.exists():
        number += 1
        path = path.with_name(f"{town.name}-{number}.gridmap.gpkg")
    return path


def town_of_plan(path: Path, folder: Path, towns: Path) -> Path | None:
    """Give the own town that a plan was made from; None for a plan from elsewhere.

    Where the folder of plans is that of a city, it is the folder with the data of that town.
    """
    if is_of_city(folder):
        found = data_at(path, folder)
        return found if found is not None and (found / RULES).is_file() else None
    try:
        first = path.resolve().relative_to(folder.resolve()).parts
    except ValueError:
        return None
    town = towns / first[0]
    return town if len(first) > 1 and (town / RULES).is_file() else None


def shared_files(city: Path) -> list[Path]:
    """Give the files of a city that the rules of each of its towns rest on."""
    with suppress(GridmapError):
        shared = shared_file(city)
        return [city / CITY_SETTINGS, *([shared.path] if shared is not None else [])]
    return [city / CITY_SETTINGS]


def is_of_city(folder: Path) -> bool:
    """Whether plans that lie in a folder are those of a city."""
    return folder.name == CITY_PLANS and (folder.parent / CITY_SETTINGS).is_file()


def trial_store(folder: Path, town: Path) -> Path:
    """Folder in which the trials of a town lie, beside its plans."""
    return plan_folder(folder, town) / ".trials"


def _new_folder(towns: Path, name: str) -> Path:
    """Make a folder of this name, or of the first that is free with a number behind."""
    try:
        for number in range(1, 1000):
            folder = towns / (name if number == 1 else f"{name}-{number}")
            with watched_write(folder):
                try:
                    folder.mkdir(parents=True)
                except FileExistsError:
                    continue
            return folder
    except OSError as error:
        raise _cannot_make(towns / name, error) from None
    raise UsageError(f"There are too many towns {name!r}.", f"名为{quoted(name)}的镇过多。")


def _cannot_make(folder: Path, error: OSError) -> LayerFileError:
    why, why_zh = error.strerror, reason_zh(error)
    return LayerFileError(
        f"Cannot make the folder {str(folder)!r}: {why}. Choose another place.",
        f"无法建立文件夹{quoted(folder)}：{why_zh}。请换一个位置。",
    )


def _changed(town: Path) -> int:
    try:
        return (town / RULES).stat().st_mtime_ns
    except OSError:
        return 0
