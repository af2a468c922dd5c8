"""The columns of registers and of lists of boards: their headers, and their keys in the rules."""

from collections.abc import Mapping

__all__ = ["BOARD_HEADERS", "BOARD_KEYS", "FACTS", "FACT_KEYS"]

# What a register may tell of its objects, with the headers by which it is known without being
# named; the first is what we write ourselves. Id, name, record and position decide where an object
# counts: those the town names.
FACTS: Mapping[str, tuple[str, ...]] = {
    "credit_code": (
        *("统一社会信用代码", "社会信用代码", "信用代码"),
        *("credit_code", "uscc"),
    ),
    "staff": (
        *("职工人数", "员工人数", "从业人数", "从业人员", "职工数", "员工数", "在职人数"),
        *("staff", "employees", "headcount"),
    ),
    "households": ("户数", "住户数", "households"),
    "size": ("规模", "企业规模", "规模标识", "规上", "size"),
    "seen_on": (
        *("核实日期", "走访日期", "登记日期", "采集日期", "更新日期"),
        "seen_on",
    ),
    "sensitive": ("涉密", "敏感", "是否涉密", "是否敏感", "sensitive"),
}
# How the rules of a town name each of them.
FACT_KEYS: Mapping[str, str] = {fact: f"{fact}_column" for fact in FACTS}
# Of a list of boards.
BOARD_HEADERS: Mapping[str, tuple[str, ...]] = {
    "board_id": ("编号", "公示牌编号", "牌号", "board_id", "id"),
    "grid_code": ("网格编码", "网格代码", "所属网格", "网格", "grid_code", "grid"),
    "object_id": ("对象编号", "企业编号", "对象", "object_id", "object"),
    "place": ("位置", "悬挂位置", "地点", "安装位置", "place"),
    "version": ("版本", "版本号", "方案版本", "version"),
    "hung_on": ("悬挂日期", "上墙日期", "安装日期", "公示日期", "hung_on"),
}
BOARD_KEYS: Mapping[str, str] = {
    "board_id": "id_column",
    "grid_code": "grid_column",
    "object_id": "object_column",
    "place": "place_column",
    "version": "version_column",
    "hung_on": "hung_on_column",
}
