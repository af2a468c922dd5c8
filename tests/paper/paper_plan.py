"""The small drawn plan with people who may be named, a road, a team without ground, odd names."""

from functools import cache

import geopandas as gpd
import pandas as pd
import shapely
from small_plan import EAST, NORTH, RULES_TEXT, small_plan

from gridmap.rules import parse_rules

PHONES = {"001": "0371-6000 0001", "002": "13812345678", "003": "0371-6000 0003"}
OFFICE = "0371-6000 1234"
RARE = "㙍䢺鄌鿍㵐"
LONG = "郑州市中牟县郑庵镇台前村沿河路商业街物业服务与志愿服务联合网格"
HOSTILE = '<b>&"$(x)'
TEAM = "X01"  # an exclusive grid without ground, in W
BROKEN = "W02"  # its leader's post is vacant


@cache
def paper_plan(*, named=True):
    """Make the plan; `named` lets names of people go out."""
    plan = small_plan()
    text = RULES_TEXT.replace("[town]", f'[town]\noffice_phone = "{OFFICE}"')
    text += f'[publish]\nnames_public = {str(named).lower()}\nsource_classification = "public"\n'
    people = plan.people.copy()
    people["phone"] = [PHONES.get(person, "") for person in people.index]
    people.loc["001", "name"] = f"欧阳{RARE[:2]}"
    grids = plan.grids.copy()
    grids.loc["E01", "name"] = LONG
    grids.loc["W01", "name"] = f"{RARE}街网格"
    grids.loc["W02", "name"] = HOSTILE
    team = grids.loc[["W01"]].set_axis(pd.Index([TEAM], name=grids.index.name))
    team = team.assign(kind="exclusive", spatial=False, name="快递小哥流动网格", level=3)
    team["geometry"] = [None]
    return plan.with_tables(
        rules=parse_rules(text),
        rules_text=text,
        people=people,
        grids=gpd.GeoDataFrame(pd.concat([grids, team]), crs=grids.crs),
        context=gpd.GeoDataFrame(
            {"kind": ["road"], "class": ["primary"], "name": ["郑开大道"], "layer": "c.fgb"},
            geometry=[shapely.LineString([(EAST - 50, NORTH + 95), (EAST + 450, NORTH + 95)])],
            crs=plan.crs,
        ),
    )


def crowded_plan(names):
    """Give E01 a member of each name, with a phone."""
    plan = paper_plan()
    count = len(names)
    people = pd.Index([f"{900 + number}" for number in range(count)], name=plan.people.index.name)
    posts = pd.Index([f"E01-{10 + number}" for number in range(count)], name=plan.posts.index.name)
    more_people = plan.people.loc[["002"] * count].set_axis(people)
    more_people["name"] = names
    more_people["phone"] = [f"0371-6600 {number:04d}" for number in range(count)]
    more_posts = plan.posts.loc[["E01-2"] * count].set_axis(posts).assign(number=range(count))
    rows = plan.assignments
    own = rows[rows["person_id"] == "002"].iloc[[0] * count]
    own = own.assign(person_id=list(people), post_id=list(posts), role="member")
    return plan.with_tables(
        people=pd.concat([plan.people, more_people]),
        posts=pd.concat([plan.posts, more_posts]),
        assignments=pd.concat([rows, own], ignore_index=True),
    )
