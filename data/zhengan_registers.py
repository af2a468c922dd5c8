"""The invented registers of the sample town Zheng'an: firms, institutions; the group, the boards.

Used by `make_zhengan.py`. The report names about 50 key firms and 13 institutions stationed in the
town, in one big grid of the community; who they are, their staff and codes are invented. The credit
codes are of a region 999999, which no authority has, with check signs by GB 11714 and GB 32100.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
from zhengan_layers import CODES

__all__ = ["make_boards", "make_group", "make_registers"]

TRADES = ("汽车配件", "机械加工", "商贸物流", "农产品加工", "新材料")
CAUSES = ("资金链断裂", "规划手续不全", "产权登记滞后", "司法查封")
KINDS = {
    "0801": "党政机关", "0803": "学校", "0805": "医疗卫生", "0806": "社会福利", "0809": "公用设施",
}  # fmt: skip
STAFF = {"党政机关": 60.0, "学校": 45.0, "医疗卫生": 40.0, "社会福利": 25.0, "公用设施": 20.0}
FIRM, INSTITUTION, REGION = "91", "12", "999999"
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# Files of these firms and institutions are not complete: what is missing of which.
GAPS = {
    "QY007": "行业", "QY019": "统一社会信用代码", "QY033": "核实日期", "QY046": "职工人数",
    "DW05": "职工人数",
}  # fmt: skip
LARGE_FIRMS = 12
VISITS_FROM = np.datetime64("2025-09-01")
VISIT_DAYS = 90
HUNG_ON, REPLACED_ON = "2025-12-02", "2024-03-15"
VERSION, OLD_VERSION = "1", "0"


def make_registers(
    layers: dict[str, gpd.GeoDataFrame], firms: list[int], *, seed: int
) -> dict[str, pd.DataFrame]:
    """Invent the registers: 8 problem estates, 50 key firms on their sites, 13 institutions."""
    rng = np.random.default_rng(seed)
    estates = layers["problem_estate"]
    rows = {
        "编号": [f"WT{number:03d}" for number in range(1, len(estates) + 1)],
        "名称": estates["name"],
        "问题": rng.choice(CAUSES, len(estates)),
        "地块编号": estates["record"],
    }
    place = np.repeat(layers["key_enterprise"]["record"].to_numpy(), firms)
    numbers = range(1, len(place) + 1)
    enterprises = pd.DataFrame(
        {
            "编号": [f"QY{number:03d}" for number in numbers],
            "名称": [f"示例企业{number:02d}" for number in numbers],
            "行业": rng.choice(TRADES, len(place)),
            "地块编号": place,
        }
    )
    facts = np.random.default_rng(seed + 1)
    enterprises = with_facts(enterprises, FIRM, facts, middle=70.0)
    staff = enterprises["职工人数"]
    large = staff.rank(method="first", ascending=False) <= LARGE_FIRMS
    enterprises["规模"] = np.where(large, "规上", "")
    enterprises.loc[staff.idxmax(), "规模"] = "规上;链主"
    return {
        "problem_estates": pd.DataFrame(rows),
        "key_enterprises": with_gaps(enterprises),
        "units": with_gaps(make_units(layers["other"], facts)),
    }


def make_units(other: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The 13 institutions stationed in the town: office, schools, clinics, works of the town."""
    own = other[other["dlbm"].isin(KINDS) & (other["name"] != "")]
    units = pd.DataFrame(
        {
            "编号": [f"DW{number:02d}" for number in range(1, len(own) + 1)],
            "名称": own["name"].to_numpy(),
            "类型": own["dlbm"].map(KINDS).to_numpy(),
            "地块编号": own["record"].to_numpy(),
        }
    )
    return with_facts(
        units, INSTITUTION, rng, middle=units["类型"].map(STAFF).to_numpy(), spread=0.3
    )


def with_facts(
    table: pd.DataFrame,
    kind: str,
    rng: np.random.Generator,
    *,
    middle: float | np.ndarray,
    spread: float = 0.8,
) -> pd.DataFrame:
    """Add credit codes, staff and days of the last visit."""
    staff = np.round(rng.lognormal(np.log(middle), spread, len(table))).astype(int)
    visits = VISITS_FROM + rng.integers(0, VISIT_DAYS, len(table))
    return table.assign(
        统一社会信用代码=[credit_code(kind, number) for number in range(1, len(table) + 1)],
        职工人数=np.clip(staff, 5, 600),
        核实日期=visits.astype(str),
    )


def credit_code(kind: str, number: int) -> str:
    """Make a credit code that no firm can have, for the region does not exist."""
    body = f"MA{number:06d}" if kind == FIRM else f"G{number:07d}"
    values = [int(sign, 36) for sign in body]
    left = 11 - sum(w * v for w, v in zip(ORGANISATION_WEIGHTS, values, strict=True)) % 11
    organisation = body + {10: "X", 11: "0"}.get(left, str(left))
    first = f"{kind}{REGION}{organisation}"
    rest = sum(SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(first)) % 31
    return first + SIGNS[(31 - rest) % 31]


def with_gaps(table: pd.DataFrame) -> pd.DataFrame:
    """Leave a few cells empty, as in every register."""
    texts = table.astype(str)
    for number, column in GAPS.items():
        if number in set(texts["编号"]):
            texts.loc[texts["编号"] == number, column] = ""
    return texts


def make_group(hierarchy: gpd.GeoDataFrame, registers: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The big grid of the community: all villages, firms and institutions; a row each."""
    villages = hierarchy.loc[hierarchy["level"] == 2, "code"]
    members = [("grid", code) for code in villages]
    for file in ("key_enterprises", "units"):
        members += [("object", f"{file}:{number}") for number in registers[file]["编号"]]
    return pd.DataFrame(
        {
            "组合编号": "DWG01",
            "名称": "郑庵社区大网格",
            "类型": "big_grid",
            "成员类型": [kind for kind, _ in members],
            "成员": [member for _, member in members],
        }
    )


def make_boards(hierarchy: gpd.GeoDataFrame, registers: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Boards of the given grids and of the first firms; a few are old, or not hung yet."""
    given = hierarchy.sort_values(["level", "code"])
    rows = [
        ("", code, f"{name}公示栏", VERSION, HUNG_ON)
        for code, name in zip(given["code"], given["name"], strict=True)
    ]
    rows[9] = (*rows[9][:3], OLD_VERSION, REPLACED_ON)
    rows[10] = (*rows[10][:3], OLD_VERSION, REPLACED_ON)
    rows[-1] = (*rows[-1][:4], "")
    rows += [
        (f"key_enterprises:{number}", "", "厂门口", VERSION, HUNG_ON)
        for number in registers["key_enterprises"]["编号"][:20]
    ]
    rows += [
        (f"units:{number}", "", "大门口", VERSION, HUNG_ON) for number in registers["units"]["编号"]
    ]
    columns = ["对象编号", "网格编码", "位置", "版本", "悬挂日期"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(0, "编号", [f"GP{number:03d}" for number in range(1, len(rows) + 1)])
    return table[["编号", "网格编码", "对象编号", "位置", "版本", "悬挂日期"]]


assert set(KINDS) <= set(CODES.values())
