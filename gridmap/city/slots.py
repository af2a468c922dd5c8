"""Processes that each plan one town at a time; one that is killed takes no other town with it.

`concurrent.futures` breaks a whole pool when one of its processes dies, and with it the work of
all others. So each slot is a pool of one process, replaced when it breaks. A Dask cluster is used
through the same interface.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from layers.contract.errors import UsageError, quoted
from layers.files.reader_faults import reason_zh

__all__ = ["Slots", "is_lost", "one_thread_each", "open_executor"]

PATIENCE = "10s"  # for a scheduler that does not answer
# What libraries read when they are loaded; a worker has one core for itself.
_THREADS = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"),
    *("ARROW_IO_THREADS", "GDAL_NUM_THREADS"),
)


def is_lost(error: BaseException) -> bool:
    """Whether the process that worked on a town is gone, and the town can be tried again."""
    # Dask's error is known by its name, so that Dask need not be there.
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


class Slots(Executor):
    """So many processes, each of them replaced when it is killed."""

    def __init__(self, workers: int, warm: Callable[[], None]) -> None:
        self._warm = warm
        self._pools: list[ProcessPoolExecutor | None] = [None] * workers
        self._last: list[Future[Any] | None] = [None] * workers  # what each was given last

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Give work to a free process.

        Raises
        ------
        RuntimeError
            If none is free: whoever submits waits for one before.
        """
        free = (at for at, last in enumerate(self._last) if last is None or last.done())
        slot = next(free, None)
        if slot is None:
            raise RuntimeError("no slot is free")
        try:
            future = self._pool(slot).submit(fn, *args, **kwargs)
        except BrokenProcessPool as error:  # killed while it had nothing to do
            future = Future()
            future.set_exception(error)
        self._last[slot] = future
        return future

    def _pool(self, slot: int) -> ProcessPoolExecutor:
        """Give the pool of a slot, another one where its process was killed."""
        pool, last = self._pools[slot], self._last[slot]
        if (
            pool is not None
            and last is not None
            and isinstance(last.exception(), BrokenProcessPool)
        ):
            pool.shutdown(wait=False)
            pool = None
        if pool is None:
            pool = ProcessPoolExecutor(
                1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._warm,),
            )
        self._pools[slot] = pool
        return pool

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes; with `cancel_futures` at once, whatever they are at."""
        for pool in filter(None, self._pools):
            if cancel_futures:
                for process in list((pool._processes or {}).values()):
                    process.kill()
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)


def _begin(warm: Callable[[], None]) -> None:
    """Begin a process: it ends with the one that started it, also when that is killed."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    warm()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that are started in this block use one thread each."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def open_executor(
    workers: int, scheduler: str, warm: Callable[[], None]
) -> Iterator[tuple[Executor, int]]:
    """Open processes of this machine, or a Dask cluster; give it and how much it does at once.

    Parameters
    ----------
    workers
        Processes of this machine.
    scheduler
        Address of a Dask scheduler, such as tcp://10.0.0.5:8786; "" for this machine.
    warm
        Called in each new process before its first town.

    Raises
    ------
    UsageError
        If Dask is not installed, or nobody answers at the address.
    """
    if not scheduler:
        with one_thread_each():
            slots = Slots(workers, warm)
            try:
                yield slots, workers
            except BaseException:
                slots.shutdown(wait=False, cancel_futures=True)
                raise
            slots.shutdown()
        return
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise UsageError(
            "Dask is not installed here. Install it ('pip install distributed'), or leave out "
            "--scheduler to use the processes of this machine.",
            "未安装 Dask。请安装（pip install distributed），或去掉 --scheduler，使用本机进程。",
        ) from None
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"No Dask scheduler answers at {scheduler!r}: {error}. Correct the address, or leave "
            "out --scheduler.",
            f"{quoted(scheduler)}处没有 Dask 调度器应答：{reason_zh(error)}。"
            "请更正地址，或去掉 --scheduler。",
        ) from None
    # A town is sent with its files.
    large = dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GB"})
    with large, client, client.get_executor(retries=2) as executor:
        yield executor, max(1, sum(client.nthreads().values()))
