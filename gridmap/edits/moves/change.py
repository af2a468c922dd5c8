"""From a request to the exact change: which patches change hands, and every rule that forbids it.

Whatever comes out keeps the hard rules: each patch stays under its given grid, locked micro-grids
do not change, codes are new or in force. Contiguity and capacity may break here; that is told
before anything is accepted (`gridmap.edits.preview`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch, places_of_patches
from gridmap.edits.moves.closing import close_request, exclusive_codes
from gridmap.edits.moves.cuts import Cuts
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.log import issued_codes, locked_grids
from gridmap.edits.moves.resolve_moves import MoveRequest, left_with_parent, read_request
from gridmap.edits.moves.select import parents_in
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError, quoted

__all__ = ["Change", "change_to", "resolve"]


@dataclass(frozen=True)
class Change:
    """What an edit does to one plan, exactly.

    `before` and `after` hold the micro-grid of every patch of `patches`: the ground after all cuts.
    `codes` gives the new codes that tokens such as "+1" stand for.
    """

    edit: Edit
    patches: gpd.GeoDataFrame
    before: pd.Series
    after: pd.Series
    cuts: Cuts | None = None
    created: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()  # created and retired ones among them
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def moved(self) -> pd.Series:
        """The new micro-grid of the patches that change hands, by id."""
        return self.after[self.after != self.before]

    @property
    def reshuffled(self) -> set[str]:
        """Micro-grids that get or lose ground; cutting a patch alone takes none away."""
        moved = self.after != self.before
        return set(self.before[moved]) | set(self.after[moved])


def resolve(plan: Plan, edit: Edit) -> Change:
    """Work out what an edit does to a plan.

    Raises
    ------
    PlanError
        If the edit names what is not there, would cross a given grid, touches a locked micro-grid
        or ground outside `within`, or changes nothing; the message says which.
    """
    if edit.kind in ("lock", "unlock"):
        return _lock(plan, edit)
    if edit.kind == "close":
        request = close_request(plan, edit.grids[0])
    else:
        _require_no_unit(plan, [*edit.grids, *edit.targets])
        request = read_request(plan, edit)
    patches = plan.patches if request.patches is None else request.patches
    before = patches["grid_code"]
    moves = _all_moves(edit, request, patches, plan.grids)
    codes = _new_codes(plan, patches, moves)
    after = before.copy()
    after.loc[list(moves)] = [codes.get(to, to) for to in moves.values()]
    pieces = request.cuts.pieces if request.cuts else []
    changed = (after != before) | patches.index.isin(pieces)
    if not changed.any() and not request.gone:
        raise PlanError(
            "The edit changes nothing: the patches are in that micro-grid already.",
            "本次调整没有变化：所选图斑已在该微网格内。",
        )
    touched = sorted({*before[changed], *after[changed], *request.gone})
    if edit.kind == "close":  # the unit around a part that is closed stays as it is
        units = exclusive_codes(plan.grids).difference(request.gone)
        touched = [code for code in touched if code and code not in units]
    else:
        _require_no_unit(plan, touched)
        _require_known(plan, touched, set(codes.values()))
        _require_parents(plan, patches[changed], after[changed], codes)
    _require_free(plan, touched)
    _require_within(plan, patches[changed], edit.within)
    return _change(edit, patches, after, touched, request.cuts, codes)


def change_to(
    plan: Plan,
    edit: Edit,
    patches: gpd.GeoDataFrame,
    after: pd.Series,
    *,
    cuts: Cuts | None = None,
    told: Iterable[str] = (),
) -> Change:
    """Give the change to a division that is known as a whole, such as an imported one.

    Parameters
    ----------
    plan
        The plan.
    edit
        What asks for it; only its kind is looked at.
    patches
        Patches of the plan after the cuts, labelled as they are.
    after
        The micro-grid of every patch, on the same index; codes that the plan does not have are new.
    cuts
        What was cut.
    told
        Further micro-grids of which something is told, although their ground stays.

    Raises
    ------
    PlanError
        If a micro-grid would cross a given grid or the site of a unit, or is locked.
    """
    changed = (after != patches["grid_code"]) | patches.index.isin(cuts.pieces if cuts else [])
    touched = sorted({*patches.loc[changed, "grid_code"], *after[changed], *told} - {""})
    _require_no_unit(plan, touched)
    new = {code: code for code in touched if code not in plan.grids.index}
    _require_known(plan, touched, set(new))
    _require_parents(plan, patches[changed], after[changed], new)
    _require_free(plan, touched)
    return _change(edit, patches, after, touched, cuts, new)


def _change(
    edit: Edit,
    patches: gpd.GeoDataFrame,
    after: pd.Series,
    touched: list[str],
    cuts: Cuts | None,
    codes: dict[str, str],
) -> Change:
    left = set(after[after.isin(touched)])  # those with ground
    labelled = patches.assign(grid_code=after)
    assert isinstance(labelled, gpd.GeoDataFrame)  # made anew it would copy the shapes
    return Change(
        edit,
        labelled,
        patches["grid_code"],
        after,
        cuts,
        tuple(sorted(set(codes.values()) & left)),
        tuple(code for code in touched if code not in left),
        tuple(touched),
        tuple(codes.items()),
    )


def _lock(plan: Plan, edit: Edit) -> Change:
    """Lock or unlock: no ground changes hands."""
    _require_no_unit(plan, edit.grids)
    locked = locked_grids(plan)
    _require_known(plan, edit.grids, ())
    new = [code for code in edit.grids if (code in locked) != (edit.kind == "lock")]
    if not new:
        raise PlanError(
            f"The edit changes nothing: these micro-grids are {edit.kind}ed already.",
            f"本次操作没有变化：所选微网格已{'锁定' if edit.kind == 'lock' else '解锁'}。",
        )
    label = plan.patches["grid_code"]
    return Change(edit, plan.patches, label, label, touched=tuple(sorted(new)))


def _all_moves(
    edit: Edit, request: MoveRequest, patches: gpd.GeoDataFrame, grids: gpd.GeoDataFrame
) -> dict[str, str]:
    """Moves of the edit, and those on top of it; all of patches that there are."""
    moves = dict(request.moves) | dict(edit.also)
    here = patches.index.get_indexer(list(moves)) >= 0
    unknown = sorted(patch for patch, known in zip(moves, here, strict=True) if not known)
    if unknown:
        raise PlanError(
            f"Ground of the edit is not in this plan ({', '.join(unknown[:5])}). It was "
            "cut, or the plan is another one: select the ground anew.",
            f"本方案中没有所选图斑（{'、'.join(unknown[:5])}）：可能已被切分，或方案已更换。"
            "请重新选择。",
        )
    own = patches.loc[list(moves), "grid_code"]
    left = sorted(own.index[own == ""])
    if left:
        raise left_with_parent(places_of_patches(patches, left, grids))
    return moves


def _new_codes(plan: Plan, patches: gpd.GeoDataFrame, moves: dict[str, str]) -> dict[str, str]:
    """Codes for the micro-grids to be made: the next numbers under their parent, never used."""
    tokens = sorted(
        {to for to in moves.values() if to.startswith("+")}, key=lambda to: (len(to), to)
    )
    if not tokens:
        return {}
    parent = patches["parent_code"]
    digits = plan.rules.numbering.micro_digits
    issued = issued_codes(plan)
    last: dict[str, int] = {}
    codes = {}
    for token in tokens:
        first = next(patch for patch, to in moves.items() if to == token)
        above = str(parent[first])
        if above not in last:
            tails = [code[len(above) :] for code in issued if code.startswith(above)]
            numbers = [int(tail) for tail in tails if len(tail) == digits and tail.isdecimal()]
            last[above] = max(numbers, default=0)
        last[above] += 1
        if last[above] >= 10**digits:
            raise PlanError(
                f"Grid {above!r} has used all its {10**digits - 1} numbers for micro-grids, and a "
                "code is never used twice. Number a new version with more digits "
                "(numbering.micro_digits).",
                f"网格 {above} 的 {10**digits - 1} 个微网格序号已用完，编码不得重复使用。"
                "请在新版本中增加序号位数（numbering.micro_digits）。",
            )
        codes[token] = f"{above}{last[above]:0{digits}d}"
    return codes


def _require_known(plan: Plan, codes: Iterable[str], created: Iterable[str]) -> None:
    codes = list(codes)
    known = {*_parents_of(plan, codes), *created}
    _refuse_unknown([code for code in codes if code not in known])


def _parents_of(plan: Plan, codes: Iterable[str]) -> dict[str, str]:
    """Grid above each of some micro-grids; a town has too many to look at all for a few."""
    grids = plan.grids
    micro = (grids["kind"] == "micro") & grids.index.isin(list(codes))
    parents: dict[str, str] = grids["parent_code"][micro].to_dict()
    return parents


def _require_no_unit(plan: Plan, codes: Iterable[str]) -> None:
    """Refuse to redraw the site of a unit: its border is that of the unit, not of our making."""
    units = exclusive_codes(plan.grids).intersection(list(codes))
    if len(units):
        code = str(units[0])
        name = str(plan.grids.at[code, "label"] or plan.grids.at[code, "name"])
        raise PlanError(
            f"{code!r} ({name}) is an exclusive grid: its ground is the site of a unit and crosses "
            "to no micro-grid, nor the other way round. Leave it alone; if the unit has left, "
            "close its grid (page 调整, or command close), and if its site has changed, correct "
            "[[sites]] and make the plan again.",
            f"{code}（{name}）是专属网格：其范围即单位场所，不与微网格互划。请勿调整；"
            "如单位已迁出，请撤销该专属网格（“调整”页面，或命令 close）；如场所有变，"
            "请更正 [[sites]] 后重新生成方案。",
        )


def _refuse_unknown(codes: list[str]) -> None:
    if codes:
        raise PlanError(
            f"There is no micro-grid {', '.join(map(repr, codes[:5]))} in this plan. It was "
            "merged or split since, or was never there: choose one of the list.",
            f"本方案中没有微网格{quoted(*codes[:5])}：可能已合并或拆分。请从列表中选择。",
        )


def _require_parents(
    plan: Plan, patches: gpd.GeoDataFrame, after: pd.Series, codes: dict[str, str]
) -> None:
    """Refuse a micro-grid across given grids: the rule that holds in every path."""
    parent_of = _parents_of(plan, after.unique())
    for code in sorted(set(codes.values())):
        members = patches.loc[after == code, "parent_code"]
        if len(members):
            parent_of[code] = members.iloc[0]
    wrong = patches.index[(patches["parent_code"] != after.map(parent_of)).to_numpy()]
    if len(wrong):
        patch, code = str(wrong[0]), str(after[wrong[0]])
        above = str(patches.at[patch, "parent_code"])
        place = place_of_patch(patches, patch, plan.grids)
        raise PlanError(
            f"The patch in {place.en} lies in grid {above!r}, micro-grid {code!r} in grid "
            f"{str(parent_of[code])!r}: a micro-grid never crosses a given grid "
            f"({len(wrong)} patches found). Choose a micro-grid of {above!r}.",
            f"{place.zh}位于网格 {above}，微网格 {code} 位于网格 {parent_of[code]}："
            f"微网格不得跨越上级网格（共 {len(wrong)} 个图斑）。请选择 {above} 内的微网格。",
        )


def _require_free(plan: Plan, touched: list[str]) -> None:
    locked = sorted(locked_grids(plan).intersection(touched))
    if locked:
        raise PlanError(
            f"Micro-grid {', '.join(map(repr, locked[:5]))} is locked and does not change. Unlock "
            "it first, or leave its ground alone.",
            f"微网格{quoted(*locked[:5])}已锁定，不能调整。请先解锁，或不涉及其范围。",
        )


def _require_within(plan: Plan, patches: gpd.GeoDataFrame, within: str) -> None:
    if not within:
        return
    inside = parents_in(plan, within)
    outside = patches.index[~patches["parent_code"].isin(inside)]
    if len(outside):
        place = place_of_patch(patches, str(outside[0]), plan.grids)
        raise PlanError(
            f"The patch in {place.en} lies outside grid {within!r}, to which this edit is limited "
            f"({len(outside)} patches found). Take it out of the selection, or lift the limit.",
            f"{place.zh}在限定网格 {within} 之外（共 {len(outside)} 个）。"
            "请取消选择这些图斑，或解除限定。",
        )
