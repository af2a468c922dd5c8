"""What a plan of an earlier format lacks, as a row among its issues."""

from gridmap.plan.plan import Plan
from layers.contract.issues import Issue, join_issues, make_issues

__all__ = ["with_what_it_lacks"]


def with_what_it_lacks(plan: Plan, written: int) -> Plan:
    """Say in a STORE-1 row what a plan cannot hold that an earlier gridmap has made.

    Parameters
    ----------
    plan
        The plan as read; columns that it did not have are filled with what stands for "unknown".
    written
        The format of its file.
    """
    if "STORE-1" in set(plan.issues["rule"]):
        return plan
    registers = len(plan.rules.registers)
    more = f", though its rules name {registers}" if registers else ""
    more_zh = f"（其规则列有 {registers} 个台账）" if registers else ""
    row = Issue(
        "STORE-1",
        "info",
        f"An earlier gridmap made this plan (format {written}). All that it had is here; it keeps "
        f"no objects of registers{more}, no groups, boards or counts of cases, and every person in "
        "it has one post at most. To have them, make the plan again from the folder of the town.",
        f"本方案由较早版本的 gridmap 生成（格式 {written}）。原有内容都在；其中没有"
        f"台账对象{more_zh}、组合、公示牌和案件数，每人至多一岗。如需这些内容，请用镇文件夹重新生成方案。",
    )
    return plan.with_tables(
        issues=join_issues([plan.issues, make_issues([row], plan.crs)], plan.crs)
    )
