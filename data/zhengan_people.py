"""The invented people of Zheng'an: leaders of its given grids, and cadres; nobody of them exists.

Used by the scripts of the sample town and of the test town, which has the same figures.
"""

import geopandas as gpd
import pandas as pd
from invented_people import COLUMNS, NO_PHONE, invent_cadres

__all__ = ["make_roster"]

# About what 142 micro-grids ask for, so that skills are a choice and not a formality.
SKILLS = {
    "耕地": 92,
    "重点企业": 32,
    "问题楼盘": 22,
    "可开发用地": 19,
    "已供未建用地": 16,
    "水域": 15,
    "公园绿地": 15,
}
OFFICES = (
    "党政办公室",
    "党建工作办公室",
    "经济发展办公室",
    "综合治理办公室",
    "应急管理办公室",
    "农业农村办公室",
    "规划建设办公室",
    "自然资源所",
    "综合行政执法队",
    "便民服务中心",
    "财政所",
)
POSTS = ("副主任", "科员", "科员", "工作人员", "工作人员")
PEOPLE_SEED = 20251201


def make_roster(hierarchy: gpd.GeoDataFrame) -> pd.DataFrame:
    """Invent 33 standing leaders of the given grids and 211 cadres for the micro-grids."""
    titles = {1: "镇党委书记", 2: "村党支部书记", 3: "三级网格长"}
    leaders = [
        (
            f"WG{number:03d}",
            f"示例网格长{number:03d}",
            titles[grid.level],
            "网格长",
            "",
            grid.code if grid.level == 2 else grid.parent_code if grid.level == 3 else "",
            grid.code,
            NO_PHONE,
        )
        for number, grid in enumerate(hierarchy.itertuples(), start=1)
    ]
    cadres = invent_cadres(
        211,
        skills=SKILLS,
        homes=list(hierarchy.loc[hierarchy["level"] == 2, "code"]),
        offices=OFFICES,
        posts=POSTS,
        second_skill_share=0.4,
        seed=PEOPLE_SEED,
    )
    return pd.concat([pd.DataFrame(leaders, columns=list(COLUMNS)), cadres], ignore_index=True)
