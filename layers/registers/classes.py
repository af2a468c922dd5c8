"""Classes of objects in registers (对象类别): firms, estates, institutions and the like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["CLASSES", "CLASS_KEYS", "HIDDEN", "ClassKey", "ObjectClass", "class_of_category"]

ClassKey = Literal[
    "enterprise", "estate", "unit", "building", "station", "vacancy", "parcel", "other"
]


@dataclass(frozen=True)
class ObjectClass:
    """One class: its key in rules and tables, its names, and the signs of maps."""

    key: ClassKey
    zh: str
    en: str
    sign: str  # one letter or sign that tells it apart on a map
    public: bool = True  # whether lists for the public may show it


CLASSES: Mapping[str, ObjectClass] = {
    one.key: one
    for one in (
        ObjectClass("enterprise", "企业", "Enterprise", "企"),
        ObjectClass("estate", "楼盘", "Estate", "盘", public=False),
        ObjectClass("unit", "单位", "Institution", "单"),
        ObjectClass("building", "楼栋", "Building", "楼"),
        ObjectClass("station", "驿站", "Station", "驿"),
        ObjectClass("vacancy", "空置房产", "Vacancy", "空", public=False),
        ObjectClass("parcel", "地块", "Parcel", "地"),
        ObjectClass("other", "其他", "Other", "他"),
    )
}
CLASS_KEYS: tuple[str, ...] = get_args(ClassKey)
# Never in anything that the public gets, whatever else a town decides.
HIDDEN = frozenset(key for key, one in CLASSES.items() if not one.public)
_BY_CATEGORY = {
    "problem_estate": "estate",
    "key_enterprise": "enterprise",
    "supplied_unbuilt": "parcel",
    "developable": "parcel",
}


def class_of_category(category: str) -> str:
    """Give the class of a register that names its category alone."""
    return _BY_CATEGORY.get(category, "other")
