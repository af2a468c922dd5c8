"""Compiling kernels, with a cache that knows when any of what they are made of has changed.

numba keeps compiled code on disk, but looks only at the file of the function itself: a function
compiled into it from another file may change unnoticed. Here the stamp of a cached kernel is a hash
of its own file and of all that its module holds from other files: the stamps of their kernels,
their named tuples and their constants. So an update never runs old code, and compiles again only
what it has touched.

The stamp is set on an object of numba's that is not public; nothing else here or elsewhere is.
`TRIED` names the version it was last tried with. Where a later numba keeps its stamps in another
place, kernels are compiled at every start: slow, but never old.
"""

import functools
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.core.dispatcher import Dispatcher

__all__ = ["TRIED", "kernel"]

TRIED = "0.68.1"
"""The version of numba whose cache this was tried with."""

F = TypeVar("F", bound=Callable[..., Any])


def kernel(**options: Any) -> Callable[[F], F]:
    """Compile a function on its first call and keep the result on disk.

    What a kernel reads from other files is imported above it, by name: kernels, named tuples,
    numbers and arrays.

    Parameters
    ----------
    **options
        Passed on to `numba.njit`, as ``fastmath=True``.
    """

    def decorate(function: F) -> F:
        compiled: Any = njit(cache=True, **options)(function)
        if compiled is function:
            return function  # NUMBA_DISABLE_JIT: nothing is compiled, nothing kept
        stamp = _stamp(function)
        compiled.stamp = stamp
        if not _set_stamp(compiled, stamp):
            compiled = njit(**options)(function)
            compiled.stamp = stamp
        return cast("F", compiled)

    return decorate


def _set_stamp(compiled: Any, stamp: str) -> bool:
    """Set what numba compares before it loads compiled code; tells whether that place is there."""
    file: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if not hasattr(file, "_source_stamp") or not hasattr(file, "_version"):
        return False
    file._source_stamp = stamp
    # The version is compared before anything kept is unpickled, which fails where a named tuple
    # that was kept has another name or another module by now.
    file._version = f"{file._version} {stamp}"
    return True


def _stamp(function: Callable[..., Any]) -> str:
    """Hash what a function is compiled from."""
    digest = hashlib.sha256(_source(__file__) + _source(function.__code__.co_filename))
    for line in sorted(_taken_over(function)):
        digest.update(line.encode())
    return digest.hexdigest()


@functools.cache
def _source(path: str) -> bytes:
    return hashlib.sha256(Path(path).read_bytes()).digest()


def _taken_over(function: Callable[..., Any]) -> Iterator[str]:
    """Describe what the module of a function holds from other files, one line each."""
    for name, value in function.__globals__.items():
        if name.startswith("__"):
            continue
        if isinstance(value, Dispatcher):
            yield f"{name}: {getattr(value, 'stamp', value.py_func.__module__)}"
        elif isinstance(value, type) and hasattr(value, "_fields"):
            yield f"{name}: {value._fields} {value.__annotations__}"
        elif isinstance(value, type) and issubclass(value, np.generic):
            yield f"{name}: {value.__name__}"
        elif isinstance(value, np.ndarray):
            yield f"{name}: {value.dtype} {value.shape} {value.tobytes().hex()}"
        elif isinstance(value, bool | int | float | str | bytes | tuple | np.generic):
            yield f"{name}: {value!r}"
