"""Seeded random numbers for compiled code: the same stream on every machine.

The generator is xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift
generators, scrambled", ACM TOMS 42, 2016). Its state is an array of one unsigned number, so that
kernels share and advance it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.kernel import kernel

__all__ = ["draw_below", "draw_bits", "draw_share", "start_stream"]


@kernel()
def start_stream(seed: int) -> Array:
    """Open a stream for a seed: splitmix64 spreads small seeds over all bits."""
    z = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    state = np.empty(1, np.uint64)
    state[0] = z | np.uint64(1)
    return state


@kernel(inline="always")
def draw_bits(state: Array) -> Any:
    """Draw the next 31 random bits as a whole number."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.int64((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(33))


@kernel(inline="always")
def draw_below(state: Array, bound: int) -> int:
    """Draw a whole number in [0, bound), bound below 2^31."""
    return (draw_bits(state) * bound) >> 31


@kernel(inline="always")
def draw_share(state: Array) -> float:
    """Draw a number in [0, 1)."""
    return draw_bits(state) * (1.0 / 2147483648.0)
