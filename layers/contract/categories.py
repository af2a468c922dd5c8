"""The seven categories of land and the sub-classes of the residual ground, with their names.

The order is the default precedence where layers overlap: registers carry a named duty and come
first, the status of supply outranks plain land cover. A town's rules may change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "CATEGORIES",
    "CATEGORY_KEYS",
    "KINDS",
    "RESIDUAL",
    "RESIDUAL_KEYS",
    "SUBCLASSES",
    "Kind",
]


@dataclass(frozen=True)
class Kind:
    """A category or sub-class: its key in files, its names on screens, and former names.

    Former names are still understood where a user's table uses them.
    """

    key: str
    zh: str
    en: str
    former: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every word by which a user's table may name it."""
        return (self.key, self.zh, self.en, *self.former)


CATEGORIES: tuple[Kind, ...] = (
    Kind("problem_estate", "问题楼盘", "Problem estate"),
    Kind("key_enterprise", "重点企业", "Key enterprise"),
    Kind("supplied_unbuilt", "已供未建用地", "Supplied, unbuilt"),
    Kind("developable", "可开发用地", "Developable land"),
    Kind("water", "水域", "Water"),
    Kind("park_green", "公园绿地", "Park and green"),
    Kind("farmland", "耕地", "Farmland"),
)
"""The seven categories of ground in the order in which overlaps are decided where the rules say
nothing: key, Chinese and English name."""
RESIDUAL = Kind("residual", "其他用地", "Other ground")

SUBCLASSES: tuple[Kind, ...] = (
    Kind("village_res", "村庄居住", "Village housing"),
    Kind("urban_res", "城镇住宅", "Urban housing"),
    Kind("market_commerce", "商业市场", "Markets and commerce", ("商服市场",)),
    Kind("industry_other", "工矿用地", "Industry and mining", ("其他工矿", "Other industry")),
    Kind("public_service", "公共服务", "Public service"),
    Kind("road_transport", "交通用地", "Roads and transport"),
    Kind("forest_orchard_grass", "林草园地", "Forest, orchard, grass", ("园林草地",)),
    Kind("agri_facility", "设施农用地", "Farm facilities"),
    Kind("water_margin", "水域边缘", "Water margin"),
    Kind("green_buffer", "防护绿地", "Green buffer"),
    Kind("other_land", "其他土地", "Other land"),
    Kind("unmapped", "未标注土地", "Ground in no layer"),
)
"""The sub-classes of residual ground, which is in none of the seven categories."""

CATEGORY_KEYS = tuple(kind.key for kind in CATEGORIES)
RESIDUAL_KEYS = tuple(kind.key for kind in SUBCLASSES)
KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES)}
