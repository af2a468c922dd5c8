"""All towns of a city planned, in as many processes as there are; each town is a row in the end.

Large towns are begun first. A town whose process is killed is tried again; one that fails is told,
and the others go on. What is done stays done: the next run begins where this one was stopped.
"""

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridmap.city.borders.journal import finish_settling
from gridmap.city.catalogue import Renewed, write_catalogue
from gridmap.city.folder import City, open_city
from gridmap.city.needs import Need, look_at
from gridmap.city.outcomes import Outcome
from gridmap.city.sending import Result, pack, unpack, work_on
from gridmap.city.slots import is_lost, open_executor
from gridmap.city.worker import Task, carry_out
from layers.contract.collecting import collect_rarely
from layers.contract.errors import Named, PlanError, UsageError
from layers.disks.local_only import require_local
from layers.files.atomic import write_atomically
from layers.files.locks import LockTimeout, is_locked, take_lock

__all__ = [
    "PROGRESS",
    "CityBusyError",
    "Progress",
    "Report",
    "alone_in",
    "is_running",
    "plan_city",
    "warm_up",
]

PROGRESS = "run.json"
_LOCK = "run.lock"
TRIES = 3  # of a town whose process is killed
_LOST = Named(
    f"Its process was killed {TRIES} times, perhaps because memory ran out. Close other programs, "
    "or plan with fewer processes ('--workers').",
    f"处理该镇的进程 {TRIES} 次被终止，可能是内存不足。请关闭其他程序，或减少进程数（--workers）。",
)


class CityBusyError(PlanError):
    """Another run of the city is going on."""


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    done, failed, all
        Towns of this run.
    running
        Names of the towns that are being worked on.
    left_s
        Seconds that are left, by the bytes of the layers; nan before the first town is done.
    town
        Which has just ended; "" at the beginning.
    waiting
        Names of the towns that are not begun.
    """

    done: int
    failed: int
    all: int
    running: tuple[str, ...]
    left_s: float
    town: str = ""
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a run has done.

    Attributes
    ----------
    outcomes
        Of the towns that were worked on, by name.
    needs
        How every town of the city stood before.
    settled
        Whether a border that a run was stopped at is now in both plans, or in none; None where
        there was no such run.
    renewed
        Towns whose tables were damaged and derived anew, or that are in the city no more.
    """

    outcomes: dict[str, Outcome]
    needs: tuple[Need, ...]
    settled: bool | None = None
    renewed: Renewed = field(default_factory=Renewed)

    @property
    def failed(self) -> list[str]:
        """Names of the towns that have no plan of their present data."""
        broken = [name for name, one in self.outcomes.items() if one.state == "failed"]
        return sorted([*broken, *(one.town.name for one in self.needs if one.state == "failed")])


def plan_city(
    city: City,
    *,
    workers: int = 0,
    scheduler: str = "",
    only: Collection[str] = (),
    anew: Collection[str] = (),
    tell: Callable[[Progress], None] | None = None,
) -> Report:
    """Plan every town of a city whose files, rules or plan logic have changed.

    Parameters
    ----------
    city
        The city.
    workers
        Processes of this machine; 0 for as many as it has cores.
    scheduler
        Address of a Dask scheduler to use instead; "" for this machine.
    only
        Names or codes of towns; none for all.
    anew
        Names or codes of towns to plan whatever has changed, and though edits are lost.
    tell
        Called when a town ends; it may raise to stop: what is done stays done.

    Returns
    -------
    The outcome of each town; plans and catalogue lie in the folder of the city. The same city gives
    the same bytes, however many processes there were.

    Raises
    ------
    CityBusyError
        If another run is going on.
    NetworkDiskError
        If the city lies on a disk of the network.
    GridmapError
        If a town that is named is not there, or the folder cannot be written.
    """
    require_local(city.folder)
    again = {city.town(one).name for one in anew}
    asked = {city.town(one).name for one in only} | (again if only else set())
    towns = [one for one in city.towns if not asked or one.name in asked]
    city.make_folders()
    with alone_in(city):
        settled = finish_settling(city)
        if settled is not None:
            city = open_city(city.folder)
            towns = [one for one in city.towns if not asked or one.name in asked]
        needs = [look_at(city, town, anew=town.name in again) for town in towns]
        tasks = [one.task for one in needs if one.task is not None]
        outcomes: dict[str, Outcome] = {}
        if tasks:
            count = min(workers or os.cpu_count() or 1, len(tasks))
            with open_executor(count, scheduler, warm_up) as (executor, at_once):
                run = _Run(executor, at_once, city.catalogue / PROGRESS, tell, bool(scheduler))
                outcomes = run.through(tasks)
        renewed = Renewed()
        write_catalogue(city, renewed)
    return Report(outcomes, tuple(needs), settled, renewed)


@dataclass
class _Run:
    """Towns on their way through an executor."""

    executor: Executor
    at_once: int
    place: Path
    tell: Callable[[Progress], None] | None
    afar: bool = False  # on machines that have nothing of the city
    begun: float = field(default_factory=time.monotonic)

    def through(self, tasks: Sequence[Task]) -> dict[str, Outcome]:
        """Work on all towns, the largest first."""
        waiting = sorted(tasks, key=lambda one: (-one.size, one.town))[::-1]
        on_the_way: dict[Future[Any], tuple[Task, int]] = {}
        outcomes: dict[str, Outcome] = {}
        tried: list[tuple[Task, int]] = []
        while waiting or tried or on_the_way:
            while len(on_the_way) < self.at_once and (tried or waiting):
                task, tries = tried.pop() if tried else (waiting.pop(), 0)
                on_the_way[self._begun(task)] = task, tries + 1
            if not outcomes:
                self._say(tasks, outcomes, [one.town for one, _ in on_the_way.values()])
            for future in wait(on_the_way, return_when=FIRST_COMPLETED).done:
                task, tries = on_the_way.pop(future)
                error = future.exception()
                if error is None:
                    outcomes[task.town] = self._done(task, future.result())
                elif is_lost(error) and tries < TRIES:
                    tried.append((task, tries))
                    continue
                elif is_lost(error):
                    outcomes[task.town] = Outcome(
                        task.town, task.code, "failed", task.inputs, fault=_LOST
                    )
                elif self.afar:
                    raise _cluster_fault(error) from error
                else:
                    raise error
                self._say(tasks, outcomes, [one.town for one, _ in on_the_way.values()], task.town)
        return outcomes

    def _begun(self, task: Task) -> Future[Any]:
        if self.afar:
            return self.executor.submit(work_on, pack(task))
        return self.executor.submit(carry_out, task)

    def _done(self, task: Task, result: Outcome | Result) -> Outcome:
        return unpack(task, result) if isinstance(result, Result) else result

    def _say(
        self,
        tasks: Sequence[Task],
        outcomes: dict[str, Outcome],
        running: list[str],
        town: str = "",
    ) -> None:
        done = sum(one.size for one in tasks if one.town in outcomes)
        whole = sum(one.size for one in tasks)
        took = time.monotonic() - self.begun
        failed = sum(one.state == "failed" for one in outcomes.values())
        told = Progress(
            done=len(outcomes) - failed,
            failed=failed,
            all=len(tasks),
            running=tuple(sorted(running)),
            left_s=took * (whole - done) / done if done else float("nan"),
            town=town,
            waiting=tuple(
                sorted(
                    one.town
                    for one in tasks
                    if one.town not in outcomes and one.town not in running
                )
            ),
        )
        text = json.dumps({**vars(told), "left_s": told.left_s if done else None})
        write_atomically(self.place, text.encode(), overwrite=True)
        if self.tell is not None:
            self.tell(told)


def _cluster_fault(error: BaseException) -> UsageError:
    """Say of an error of the cluster itself what to do; faults of towns are outcomes."""
    why = str(error).strip().partition("\n")[0] or type(error).__name__
    return UsageError(
        f"The cluster does not work: {why} Put gridmap, in the same version, where scheduler and "
        "workers find it, and start them anew; or leave out --scheduler. What is done stays done.",
        f"集群无法工作：{why} 请把同一版本的 gridmap 装到调度器和执行进程能找到的位置并重新启动，"
        "或去掉 --scheduler。已完成的内容不受影响。",
    )


def is_running(city: City) -> bool:
    """Whether a run of the city is going on now."""
    return city.catalogue.is_dir() and is_locked(city.catalogue / _LOCK)


@contextmanager
def alone_in(city: City) -> Iterator[None]:
    """Keep other runs of the city out while a block lasts.

    Raises
    ------
    CityBusyError
        If one is going on.
    """
    folder = city.catalogue
    city.make_folders(plans=False)
    try:
        held = take_lock(folder / _LOCK, wait_s=0)
    except LockTimeout:
        raise CityBusyError(
            f"Another run of this city is going on in {str(folder.parent)!r}. Wait for it, or stop "
            "it first.",
            f"“{folder.parent}”的另一次运行正在进行。请等待完成，或先停止。",
        ) from None
    with held:
        yield


def warm_up() -> None:
    """Get a new process ready: what plans a town is loaded."""
    collect_rarely()
    import gridmap.workflow.workflow  # noqa: F401
