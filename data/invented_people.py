"""Invent a roster for a sample town: nobody in it exists, no phone in it can ring.

Used by the scripts that made the sample towns; nothing of the application imports it.
"""

import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["invent_cadres", "write_roster"]

# With lxml, where it is installed, openpyxl writes the same cells in other bytes. It asks when it
# is imported, which pandas does at the first workbook.
os.environ["OPENPYXL_LXML"] = "False"
COLUMNS = ("编号", "姓名", "单位职务", "身份", "技能", "家庭村", "现任网格", "电话")
NO_PHONE = "000-0000-0000"
# A workbook is a zip: all its dates are set to this one, so that the same roster is the same bytes.
ZIP_DATE = (2025, 12, 1, 0, 0, 0)


def invent_cadres(
    count: int,
    *,
    skills: Mapping[str, int],
    homes: Sequence[str],
    offices: Sequence[str],
    posts: Sequence[str],
    second_skill_share: float,
    seed: int,
) -> pd.DataFrame:
    """Invent cadres whose skills are met about as often as `skills` says.

    Parameters
    ----------
    count
        Number of cadres.
    skills
        Chinese name of a category: how many cadres have it as their first skill, in proportion.
    homes
        Codes of the home villages, drawn evenly.
    offices, posts
        Offices of the town and posts in them, drawn evenly.
    second_skill_share
        Share of the cadres who have a second skill, between 0 and 1.
    """
    rng = np.random.default_rng(seed)
    names = list(skills)
    exact = np.array([skills[name] for name in names]) * count / sum(skills.values())
    quota = np.floor(exact).astype(int)
    quota[np.argsort(quota - exact, kind="stable")[: count - quota.sum()]] += 1
    first = rng.permutation(np.repeat(names, quota))
    rows = []
    for number, skill in enumerate(first, start=1):
        own = [str(skill)]
        if rng.random() < second_skill_share:
            own.append(str(rng.choice([name for name in names if name != skill])))
        rows.append(
            (
                f"GB{number:03d}",
                f"示例干部{number:03d}",
                f"{rng.choice(offices)}{rng.choice(posts)}",
                "下沉干部",
                ";".join(own),
                str(rng.choice(homes)),
                "",
                NO_PHONE,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def write_roster(roster: pd.DataFrame, path: Path) -> None:
    """Write the roster as a workbook with all cells text, the same bytes on every run."""
    from openpyxl.xml.constants import DCTERMS_NS, DCTERMS_PREFIX
    from openpyxl.xml.functions import register_namespace

    buffer = io.BytesIO()
    # Other libraries of the process may have given the words of the properties another prefix.
    register_namespace(DCTERMS_PREFIX, DCTERMS_NS)
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        roster.to_excel(writer, sheet_name="花名册", index=False)
        for cells in writer.sheets["花名册"].iter_rows():
            for cell in cells:
                cell.number_format = "@"
        for letter, width in zip("ABCDEFGH", (9, 14, 30, 10, 26, 16, 18, 16), strict=True):
            writer.sheets["花名册"].column_dimensions[letter].width = width
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "docProps/core.xml":
                continue_at = content.index(b"<dcterms:created")
                content = content[:continue_at] + b"</cp:coreProperties>"
            entry = zipfile.ZipInfo(item.filename, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
