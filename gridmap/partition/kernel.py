"""Compiling kernels, with a cache that knows when any of them has changed.

numba keeps compiled code on disk, but looks only at the file of the function itself: a function
compiled into it from another file may change unnoticed. Here the stamp of every cached kernel is a
hash of all source files of the engine that hold kernels, so that an update never runs old code.
Kernels read no constants from other files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def _stamp() -> tuple[str, int]:
    """Hash the sources that hold kernels."""
    digest = hashlib.sha256()
    size = 0
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        text = path.read_bytes()
        if b"@kernel" not in text and path.name != Path(__file__).name:
            continue
        digest.update(text)
        size += len(text)
    return digest.hexdigest(), size


_STAMP = _stamp()


def kernel(**options: Any) -> Callable[[F], F]:
    """Compile a function on its first call and keep the result on disk.

    Parameters
    ----------
    **options
        Passed on to `numba.njit`, as ``fastmath=True``.
    """

    def decorate(function: F) -> F:
        compiled = njit(cache=True, **options)(function)
        compiled._cache._cache_file._source_stamp = _STAMP
        return cast("F", compiled)

    return decorate
