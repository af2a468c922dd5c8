"""Rules ASSIGN-8 and PEOPLE: posts, roster and assignments agree, and the roster can be used."""

from collections.abc import Iterator

from boundaries.validate.tables import Fault, Tables
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS

__all__ = ["FORMER", "find_broken_assignments", "find_odd_people"]

FORMER = "former"  # role of a row that stands for somebody who is no longer named


def find_broken_assignments(tables: Tables) -> Iterator[Fault]:
    """ASSIGN-8: assignments that do not agree with the posts, the roster or each other."""
    filled = tables.filled
    twice = filled["post_id"].duplicated(keep=False)
    strange_post = ~filled["post_id"].isin(tables.posts.index)
    strange_person = ~filled["person_id"].isin(tables.people.index)
    post_grid = tables.posts["grid_code"][~tables.posts.index.duplicated()]
    elsewhere = (filled["post_id"].map(post_grid) != filled["grid_code"]) & ~strange_post
    for mask, text, text_zh in (
        (twice, "is filled by two people", "由两人同时担任"),
        (strange_post, "is not among the posts of the plan", "不在方案岗位表中"),
        (strange_person, "is given to a person who is not in the roster", "的任职人员不在花名册中"),
        (elsewhere, "belongs to another grid than the assignment says", "与任职记录的网格不符"),
    ):
        rows = filled[mask].sort_values(["post_id", "person_id"], kind="stable")
        for post, person, code in zip(
            rows["post_id"], rows["person_id"], rows["grid_code"], strict=True
        ):
            yield Fault(
                f"Post {post!r} on grid {code!r} {text}. Found person: {person!r}. Make the "
                "assignment again from the roster.",
                f"网格 {code} 的岗位 {post} {text_zh}（人员 {person}）。请按花名册重新定岗。",
                code=str(code),
                level=tables.level(str(code)),
                other_code=str(post),
                geometry=tables.shape(str(code)),
            )
    for post in sorted(tables.posts.index.difference(tables.assignments["post_id"])):
        code = str(post_grid[post])
        yield Fault(
            f"Post {post!r} on grid {code!r} has no row in the assignments, neither filled nor "
            "vacant. Make the assignment again from the roster.",
            f"网格 {code} 的岗位 {post} 没有任职记录（在岗或空缺）。请按花名册重新定岗。",
            code=code,
            level=tables.level(code),
            other_code=str(post),
            geometry=tables.shape(code),
        )
    on_grid = tables.posts[tables.posts["grid_code"] != ""]
    for post in sorted(on_grid.index[~on_grid["grid_code"].isin(tables.once.index)]):
        code = str(tables.posts.at[post, "grid_code"])
        yield Fault(
            f"Post {post!r} is on grid {code!r}, which is not in the plan. Make the posts again.",
            f"岗位 {post} 所属网格 {code} 不在方案中。请重新设岗。",
            code=code,
            other_code=str(post),
        )


def find_odd_people(tables: Tables) -> Iterator[Fault]:
    """PEOPLE-1: entries of the roster that the assignment could not use, one row a person."""
    people = tables.people[tables.people["role"] != FORMER].sort_index()
    known = set(tables.once.index)
    kinds = {*CATEGORY_KEYS, *RESIDUAL_KEYS}
    given = known - set(tables.micro.index)
    roles = {"cadre", "leader", "member", *tables.roles.names}
    places = known | {
        key for frame in (tables.groups, tables.objects) if frame is not None for key in frame.index
    }
    seated: set[str] = set()
    for row in people.itertuples():
        faults, faults_zh = [], []
        if row.role not in roles:
            own = "".join(f", {key!r}" for key in sorted(roles - {"cadre", "leader"}))
            faults.append(
                f"role {row.role!r} is neither 'cadre' nor 'leader'"
                + (f", nor of the rules ({own[2:]})" if own else "")
            )
            faults_zh.append(f"角色“{row.role}”无法识别")
        leads = row.role == "leader"
        for place in row.present_grid.split(";"):
            if leads and place in seated:
                faults.append(f"grid {place!r} already has a leader in the roster")
                faults_zh.append(f"网格 {place} 已有网格长")
            elif leads and place not in given:
                faults.append(f"a leader's present grid {place!r} is no given grid")
                faults_zh.append(f"网格长的现岗“{place}”不是既有网格")
            elif row.role in roles and not leads and place and place not in places:
                faults.append(f"present grid {place!r} is not in this plan")
                faults_zh.append(f"现岗网格“{place}”不在本方案中")
        if leads:
            seated |= set(row.present_grid.split(";"))
        # An empty home village is none that is wrong: the column may stay empty.
        if row.role in roles and not leads and row.home_code and tables.level(row.home_code) == 0:
            faults.append(f"home village {row.home_code!r} is not in this plan")
            faults_zh.append(f"居住村“{row.home_code}”不在本方案中")
        skills = [part.strip() for part in row.skills.split(";") if part.strip()]
        strange = [skill for skill in skills if skill not in kinds]
        if strange:
            faults.append(f"unknown skills {strange}")
            faults_zh.append(f"专长无法识别：{'、'.join(strange)}")
        if not faults:
            continue
        yield Fault(
            f"Person {row.Index!r}: {'; '.join(faults)}. Correct the roster; until then it does "
            "not count in the assignment.",
            f"人员 {row.Index}：{'；'.join(faults_zh)}。请更正花名册；更正前该项不参与定岗。",
            other_code=str(row.Index),
            size=float(len(faults)),
            unit="entries",
        )
