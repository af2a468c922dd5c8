"""Ways between the parts of a zone: the fewest patches that join them."""

from __future__ import annotations

from gridmap.partition.model.graph import Graph
from gridmap.partition.model.types import Array

__all__ = ["shortest_way"]


def shortest_way(
    graph: Graph, begin: Array, through: Array, goal: Array, longest: int | None = None
) -> list[int]:
    """List the patches between some patches and the nearest of a goal; empty without a way.

    Parameters
    ----------
    begin
        Numbers of the patches where ways begin.
    through, goal
        (n,) True for patches that a way may take, and for those where it may end.
    longest
        Patches a way may take; None for any number.
    """
    came = dict.fromkeys(begin.tolist(), -1)
    rim = begin.tolist()
    hops = 0
    while rim and (longest is None or hops <= longest):
        beyond: list[int] = []
        for v in rim:
            for u in graph.nbr[graph.ptr[v] : graph.ptr[v + 1]].tolist():
                if u in came:
                    continue
                if goal[u]:
                    way = [v]
                    while came[way[-1]] >= 0:
                        way.append(came[way[-1]])
                    return way[:-1]
                if through[u]:
                    came[u] = v
                    beyond.append(u)
        rim = beyond
        hops += 1
    return []
