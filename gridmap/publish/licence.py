"""Under which licence the boundaries of a plan are handed over."""

from gridmap.plan.plan import Plan
from layers.contract.errors import UsageError

__all__ = ["licence_of"]


def licence_of(plan: Plan, *, wanted: str = "", public: bool = False) -> str:
    """Give the licence of boundaries: the one asked for, else that of the rules.

    Parameters
    ----------
    plan
        The plan.
    wanted
        Licence for these files alone.
    public
        Whether they are for the public, who must know what they may do with them.

    Returns
    -------
    Its name; "" for the house where nobody has said: who gives it on asks first.

    Raises
    ------
    UsageError
        If files for the public have none.
    """
    licence = wanted.strip() or plan.rules.publish.licence.strip()
    if licence or not public:
        return licence
    raise UsageError(
        "Boundaries for the public have no licence: nobody could tell what they may do with them. "
        "Write it into the rules, as 'licence = \"CC-BY-4.0\"' under [publish], or into this plan "
        "with 'python -m gridmap classify PLAN --licence …'; for one file there is --licence. "
        "Ground from OpenStreetMap is under ODbL-1.0.",
        "公开的边界文件没有数据许可，接收方无从知道可以怎样使用。请在规则的 [publish] 中写明 "
        'licence（如 licence = "CC-BY-4.0"），'
        "或用 python -m gridmap classify PLAN --licence 写入本方案；"
        "只用于一个文件时可用 --licence，页面上请填“数据许可说明”。"
        "底图来自 OpenStreetMap 的为 ODbL-1.0。",
    )
