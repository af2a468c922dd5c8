"""A border explained in words and as values: what the page and the command say alike."""

from dataclasses import dataclass
from typing import Any

from gridmap.what_if.explain import ALONG, Explained
from gridmap.what_if.moving import Move
from layers.contract.errors import Named

__all__ = ["MOVES_TOLD", "Told", "explained_text", "explained_values"]

MOVES_TOLD = 6
"""So many moves are told, the cheapest first; the values have all."""

_LEAST_M = 0.5


@dataclass(frozen=True)
class Told:
    """A border explained, a sentence each."""

    head: Named  # between which, how long, along what
    why: tuple[Named, ...]
    moves: tuple[Named, ...]  # what giving a patch to the other side costs, the cheapest first
    more: Named | None  # how many moves are not told

    @property
    def lines(self) -> tuple[Named, ...]:
        """All of it, in order."""
        return (self.head, *self.why, *self.moves, *((self.more,) if self.more else ()))


def explained_text(found: Explained) -> Told:
    """Say what put a border there and what moving it costs."""
    border = found.border
    one, two = (
        Named(
            f"{name.en} ({code}, {hours:.1f} h a week)",
            f"{name.zh}（{code}，每周 {hours:.1f} 小时）",
        )
        for name, code, hours in zip(found.names, border.codes, found.loads_h, strict=True)
    )
    along = _metres(border.by_kind)
    head = Named(
        f"Border between {one.en} and {two.en}: {border.length_m:,.0f} m, of it {along.en}.",
        f"{one.zh}与{two.zh}之间的界线：长 {border.length_m:,.0f} 米，其中{along.zh}。",
    )
    why = [reason.text for reason in found.reasons]
    if found.may_merge:
        why.append(
            Named(
                "Nothing forbids one micro-grid in the place of both; taking the border away would "
                f"save {found.price:,.0f} priced metres.",
                f"两格合为一格并不违反规则；取消这条界线可省 {found.price:,.0f}（米×价）。",
            )
        )
    if not found.moves:
        why.append(
            Named(
                "The layers or the given grids draw it; a division does not move it.",
                "这条界线由图层或给定网格决定，划分不会移动它。",
            )
        )
    moves = tuple(_move_line(move) for move in found.moves[:MOVES_TOLD])
    left = len(found.moves) - MOVES_TOLD
    more = Named(f"{left} more patches lie beside it.", f"另有 {left} 块地块在其两侧。")
    return Told(head, tuple(why), moves, more if left > 0 else None)


def _move_line(move: Move) -> Named:
    """Say what giving one patch to the other side costs."""
    metres, price = _metres(move.metres, signed=True), f"{move.price:+,.0f}"
    posts, posts_zh = (
        (f", {move.posts:+d} posts", f"，岗位 {move.posts:+d}") if move.posts else ("", "")
    )
    text = (
        f"Patch {move.patch} to {move.to_code}: {move.load_h:.1f} h go over, then "
        f"{move.from_h:.1f} and {move.to_h:.1f} h{posts}; border {metres.en or 'as long'}, "
        f"price {price}."
    )
    text_zh = (
        f"地块 {move.patch} 划给 {move.to_code}：移动 {move.load_h:.1f} 小时，"
        f"之后两格为 {move.from_h:.1f}、{move.to_h:.1f} 小时{posts_zh}；"
        f"界线{metres.zh or '长度不变'}，按价 {price}。"
    )
    if move.broken:
        text += f" Not allowed: {' '.join(one.en for one in move.broken)}"
        text_zh += f"不符合规则：{''.join(one.zh for one in move.broken)}"
    return Named(text, text_zh)


def explained_values(found: Explained) -> dict[str, Any]:
    """Give the same as plain values for machines."""
    return {
        "codes": list(found.border.codes),
        "names": [{"zh": one.zh, "en": one.en} for one in found.names],
        "loads_h": list(found.loads_h),
        "length_m": found.border.length_m,
        "metres": found.border.by_kind,
        "price": found.price,
        "may_merge": found.may_merge,
        "reasons": [
            {"key": one.key, "text": one.text.en, "text_zh": one.text.zh, "metres": one.metres}
            for one in found.reasons
        ],
        "moves": [
            {
                "patch": one.patch,
                "from": one.from_code,
                "to": one.to_code,
                "load_h": one.load_h,
                "from_h": one.from_h,
                "to_h": one.to_h,
                "posts": one.posts,
                "metres": one.metres,
                "price": one.price,
                "broken": [{"text": text.en, "text_zh": text.zh} for text in one.broken],
            }
            for one in found.moves
        ],
    }


def _metres(by_kind: dict[str, float], *, signed: bool = False) -> Named:
    """List metres by what they run along, the longest first; nothing where there are none."""
    told = sorted(by_kind.items(), key=lambda one: -abs(one[1]))
    told = [(kind, metres) for kind, metres in told if abs(metres) >= _LEAST_M]
    mark = "+" if signed else ""
    return Named(
        ", ".join(f"{metres:{mark},.0f} m {ALONG[kind].en}" for kind, metres in told),
        "、".join(f"{ALONG[kind].zh} {metres:{mark},.0f} 米" for kind, metres in told),
    )
