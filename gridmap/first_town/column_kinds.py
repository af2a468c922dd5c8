"""What a column holds, told by its cells and not by its header: people, phones, codes, classes.

Headers are changed and abbreviated by every office; what stands below them is not.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args

import pandas as pd

from gridmap.first_town.land_names import target_of_name
from layers.contract.text import narrow

__all__ = ["KINDS", "ColumnKind", "kind_of", "kinds_of", "share_of"]

ColumnKind = Literal[
    "phone", "person", "credit_code", "land_name", "land_code", "grid_code", "serial",
    "level", "place_name", "firm", "longitude", "latitude", "text", "empty",
]  # fmt: skip
KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)
_MOST = 400  # cells that are looked at
_MOSTLY, _OFTEN = 0.8, 0.55

_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?:\.0)?")
_LANDLINE = re.compile(r"0\d{2,3}[- ]?\d{7,8}")
_LOST_PHONE = re.compile(r"1\.\d{1,5}[eE]\+?10")
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,8}")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
    "向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕"
    "单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄"
)
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_LAND_CODE = re.compile(r"\d{2,4}[A-Za-z]?|\d{6}")
_GRID_CODE = re.compile(r"\d{6,22}")
_WHOLE = re.compile(r"\d{1,5}(?:\.0)?")
_LEVEL = re.compile(
    r"(?:第?[1-5一二三四五](?:\.0)?级?|乡?镇级?|街道|村级?|社区|行政村|自然村|(?:[一二三四]级)?网格)"
)
_PLACE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9（）()·\-—第]{1,24}"
    r"(?:村|镇|乡|街道|社区|居委会|村委会|网格|组|片区?|屯|庄|湾|寨|堡|店|岗|沟|营|楼)"
)
_FIRM = re.compile(
    r".{2,40}(?:公司|厂|店|超市|合作社|企业|集团|酒店|饭店|工厂|经营部|商行|中心|学校|医院|院|所|站|"
    r"小区|花园|家园|苑|广场|项目|楼盘|大厦|府|城)"
)
_NUMBER = re.compile(r"-?\d{1,3}\.\d{2,}")


def kinds_of(frame: pd.DataFrame) -> dict[str, ColumnKind]:
    """Say of every column of a table of texts what it holds.

    Parameters
    ----------
    frame
        Cells as texts, an empty one as "".
    """
    return {str(name): kind_of(frame[name]) for name in frame.columns}


def kind_of(cells: pd.Series) -> ColumnKind:
    """Say what a column of texts holds; "text" where nothing is known for most of its cells."""
    filled = [narrow(str(cell)).strip() for cell in cells if str(cell).strip()]
    if not filled:
        return "empty"
    some = filled[:: max(1, len(filled) // _MOST)]
    shares = {kind: share_of(some, kind) for kind in _PATTERNS}
    if shares["phone"] >= _OFTEN:
        return "phone"
    if shares["credit_code"] >= _OFTEN:
        return "credit_code"
    if shares["land_name"] >= _OFTEN:
        return "land_name"
    numeric = _kind_of_numbers(some, filled, shares)
    if numeric is not None:
        return numeric
    if shares["level"] >= _MOSTLY and len(set(some)) <= 6:
        return "level"
    if shares["person"] >= _OFTEN and shares["place_name"] < _OFTEN:
        return "person"
    if shares["place_name"] >= _OFTEN:
        return "place_name"
    return "firm" if shares["firm"] >= _OFTEN else "text"


def share_of(cells: list[str], kind: str) -> float:
    """Give the share of cells that look like a kind, 0 to 1."""
    if not cells:
        return 0.0
    return sum(bool(_PATTERNS[kind](cell)) for cell in cells) / len(cells)


def _kind_of_numbers(
    some: list[str], filled: list[str], shares: Mapping[str, float]
) -> ColumnKind | None:
    if shares["number"] >= _MOSTLY:
        values = [float(cell) for cell in some if _NUMBER.fullmatch(cell)]
        if all(72 <= value <= 136 for value in values):
            return "longitude"
        if all(3 <= value <= 54 for value in values):
            return "latitude"
    if shares["grid_code"] >= _MOSTLY and len(set(filled)) > 0.5 * len(filled):
        return "grid_code"
    if shares["whole"] >= _MOSTLY:
        whole = [int(float(cell)) for cell in filled if _WHOLE.fullmatch(cell)]
        if len(whole) > 2 and whole == list(range(whole[0], whole[0] + len(whole))):
            return "serial"
        if set(whole) <= {1, 2, 3, 4, 5} and 1 < len(set(whole)) < len(whole):
            return "level"
    if shares["land_code"] >= _MOSTLY and len(set(some)) < max(3, 0.7 * len(some)):
        return "land_code"
    return None


_PATTERNS: Mapping[str, Callable[[str], object]] = {
    "phone": lambda cell: (
        _MOBILE.fullmatch(cell) or _LANDLINE.fullmatch(cell) or _LOST_PHONE.fullmatch(cell)
    ),
    "credit_code": lambda cell: _CREDIT.fullmatch(cell.upper()),
    "land_name": lambda cell: target_of_name(cell),
    "number": _NUMBER.fullmatch,
    "grid_code": _GRID_CODE.fullmatch,
    "whole": _WHOLE.fullmatch,
    "land_code": _LAND_CODE.fullmatch,
    "level": _LEVEL.fullmatch,
    "person": lambda cell: _PERSON.fullmatch(cell) and cell[0] in _SURNAMES,
    "place_name": _PLACE.fullmatch,
    "firm": _FIRM.fullmatch,
}
