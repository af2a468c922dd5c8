"""Chinese names of land-use classes and what they are, for files whose codes say it not or doubly.

The names are those of GB/T 21010 and of the classes of 2023; where they differ, both stand here.
"""

from collections.abc import Mapping

from layers.contract.categories import CATEGORIES, SUBCLASSES
from layers.contract.text import narrow

__all__ = ["target_of_name"]

_NAMES: Mapping[str, str] = {
    "farmland": "耕地 水田 水浇地 旱地 田坎 基本农田 永久基本农田",
    "forest_orchard_grass": "园地 果园 茶园 橡胶园 其他园地 林地 乔木林地 竹林地 灌木林地 "
    "其他林地 有林地 灌木林 草地 天然牧草地 人工牧草地 其他草地 红树林地 森林沼泽 "
    "灌丛沼泽 沼泽草地",
    "water": "水域 河流水面 湖泊水面 水库水面 坑塘水面 河流 湖泊 水库 坑塘 水面 陆地水域 养殖坑塘",
    "water_margin": "沟渠 内陆滩涂 沿海滩涂 沼泽地 水工建筑用地 湿地 冰川及永久积雪",
    "park_green": "公园与绿地 公园绿地 广场用地 绿地与开敞空间用地 公园 绿地",
    "green_buffer": "防护绿地",
    "urban_res": "住宅用地 城镇住宅用地 居住用地 城镇住宅 城镇社区服务设施用地",
    "village_res": "农村宅基地 村庄 农村居民点 宅基地 农村社区服务设施用地 村庄用地 农村住宅",
    "market_commerce": "商服用地 商业用地 商业服务业用地 商业服务业设施用地 零售商业用地 "
    "批发市场用地 餐饮用地 旅馆用地 商务金融用地 娱乐用地 其他商服用地 物流仓储用地 仓储用地",
    "industry_other": "工矿仓储用地 工矿用地 工业用地 采矿用地 盐田 工业",
    "public_service": "公共管理与公共服务用地 机关团体用地 机关团体新闻出版用地 新闻出版用地 "
    "教育用地 科研用地 医疗卫生用地 社会福利用地 文化设施用地 体育用地 公用设施用地 科教文卫用地 "
    "特殊用地 殡葬用地 宗教用地 军事设施用地 监教场所用地 风景名胜设施用地 高教用地",
    "road_transport": "交通运输用地 公路用地 农村道路 城镇村道路用地 城镇道路用地 乡村道路用地 "
    "铁路用地 轨道交通用地 交通服务场站用地 交通场站用地 机场用地 港口码头用地 "
    "管道运输用地 道路用地 道路",
    "agri_facility": "设施农用地 农业设施建设用地 种植设施建设用地 畜禽养殖设施建设用地 "
    "水产养殖设施建设用地",
    "developable?": "空闲地 裸土地 留白用地",
    "other_land": "其他土地 裸岩石砾地 盐碱地 沙地 其他用地",
}
_TARGETS: dict[str, str] = {
    **{kind.zh: kind.key for kind in (*SUBCLASSES, *CATEGORIES)},
    **{name: target for target, names in _NAMES.items() for name in names.split()},
}


def target_of_name(name: str) -> str:
    """Give the category or sub-class of a class by its Chinese name; "" for no such name.

    Parameters
    ----------
    name
        As written, with a code in front or not.
    """
    plain = "".join(narrow(name).split()).lstrip("0123456789.-_ ")
    return _TARGETS.get(plain, "")
