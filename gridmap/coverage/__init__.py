"""Whose ground has somebody in charge, and how evenly the work lies.

Its modules:

    balance   the grids under one grid against their mean, and what a planner weighs with it
    boards    public boards held against a plan: which hang, of which version
    business  staff of business areas shared to the grids by the crosswalk
    cases     case counts joined to grids, summed, and the rates that their bases allow
    compare   two plans of one town side by side
    duty      who answers for a grid, an object or a group, and who leads above
    load_shares  each weight with its share of the load, and advice on idle capacity
    lying_across  the grids that an object lies in, several where it lies across a border
    metrics   the figures of coverage, each with what it divides by
    proof_lines  what is proven about a division, a sentence each
    service   who serves which ground: the sums that the metrics share
    shown     case counts and business areas in words
    split_figures  figures of the whole split: borders on visible lines, units cut
    three_rates  the three 100 %: division, publication, file, each with what misses
    workload  how evenly the load lies on officers and cadres
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.coverage.metrics import METRICS, Metric, coverage, town_figures

__all__ = ["METRICS", "Metric", "coverage", "town_figures"]

__getattr__, __dir__ = open_door(__name__, dict.fromkeys(__all__, "gridmap.coverage.metrics"))
