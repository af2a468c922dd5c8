"""The command demo: plans, maps and boundaries of both sample towns, made side by side."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.terminal.options import Json, Lang
from gridmap.cli.terminal.screen import Screen, Tell
from gridmap.workflow.steps import Step
from layers.contract.collecting import collect_rarely

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan

__all__ = ["SAMPLES", "demo"]

Table = tuple[list[str], list[list[str]]]

SAMPLES = ("zhengan", "cambridge")
_SAVED = 0.9  # share of the work of a sample after which its plan is on disk


def demo(
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the results; older ones in it are replaced.")
    ] = Path("out"),
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Towns made side by side. Same results.")
    ] = min(len(SAMPLES), os.cpu_count() or 1),
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make the plans, maps and boundaries of both sample towns, and show their figures.

    Ends with 1 when a plan has errors.
    """
    from layers.contract.errors import LayerFileError, UsageError, quoted
    from layers.files.reader_faults import reason_zh

    screen = Screen.start(lang, json)
    data = Path(__file__).parents[3] / "data"
    if not all((data / town / "rules.toml").is_file() for town in SAMPLES):
        raise UsageError(
            f"There are no sample towns at {str(data)!r}. Run the demo from a copy of the project.",
            f"{quoted(data)}中没有示例镇。请在项目文件夹中运行 demo。",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Cannot make the folder {str(out)!r}: {why}. Give another one with --out.",
            f"无法建立文件夹{quoted(out)}：{why_zh}。请用 --out 换一个文件夹。",
        ) from None
    folders = [data / town for town in SAMPLES]
    if workers > 1:
        summaries, table = _make_side_by_side(screen, folders, out, workers)
    else:
        with screen.progress() as tell:
            summaries = [
                _make_sample(folder, out, _part_of(tell, number, len(folders)))
                for number, folder in enumerate(folders)
            ]
        table = _table_of(screen, summaries)
    # The app opens the newest plan first: that of the reference town.
    os.utime(summaries[0]["files"][0])
    screen.table(*table)
    for summary in summaries:
        for path in summary["files"]:
            screen.line(screen.say("file.made", path=path))
    screen.line(screen.say("demo.look"))
    screen.emit({"towns": summaries})
    good = all(one["errors"] == 0 and one["tiling_rounded"] for one in summaries)
    raise typer.Exit(0 if good else 1)


def _make_side_by_side(
    screen: Screen, folders: list[Path], out: Path, workers: int
) -> tuple[list[dict[str, Any]], Table]:
    """Make each town in a process of its own; results in the order of the towns, and their table.

    Map and boundaries of a town are written from its saved plan by whoever is free, so that the
    longer of two towns ends on both cores.
    """
    with _pool(workers, len(folders)) as (pool, shares):
        # Begun before the bar, which is a thread: nothing may be forked beside one.
        jobs = [pool.submit(_make_numbered, at, town, out) for at, town in enumerate(folders)]
        writing: dict[int, Future[bool]] = {}
        with screen.progress() as tell:
            while not all(job.done() for job in jobs):
                tell(Step.BOTH, sum(shares) / len(folders))
                for at, town in enumerate(folders):
                    if shares[at] >= _SAVED and at not in writing:
                        writing[at] = pool.submit(_write_saved, town.name, out)
                time.sleep(0.02)
            made = [job.result() for job in jobs]
            valid = [
                writing[at].result() if at in writing else _write_saved(town.name, out)
                for at, town in enumerate(folders)
            ]
        summaries = [
            {**summary, "tiling_rounded": one} for summary, one in zip(made, valid, strict=True)
        ]
        return summaries, pool.submit(_table_of, screen, summaries).result()


@contextmanager
def _pool(workers: int, towns: int) -> Iterator[tuple[Executor, Any]]:
    """Open processes that can plan, and numbers by which each town tells how far it is.

    Loading the libraries takes a process two seconds. On Linux it is done once, before the
    processes are forked; elsewhere each does it, and this process does not.
    """
    is_forked = sys.platform == "linux"
    if is_forked:
        _load()
        gc.collect()
        gc.freeze()  # what is there now stays: no process looks through it again
    context = multiprocessing.get_context("fork" if is_forked else "spawn")
    shares: Any = context.Array("d", towns)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(shares,)
    ) as pool:
        try:
            yield pool, shares
        except KeyboardInterrupt:  # told to end: what is being made is not waited for
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise
    if is_forked:
        gc.unfreeze()


def _load() -> None:
    """Load what planning a town needs. What its files need is loaded by whoever writes them."""
    import gridmap.cli.terminal.summary
    import gridmap.publications
    import gridmap.store
    import gridmap.workflow.workflow  # noqa: F401


_shares: Any = None


def _begin(shares: Any) -> None:
    """Keep the numbers by which a worker tells how far its town is."""
    global _shares
    _shares = shares
    collect_rarely()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # forked, it would clean up as its parent does
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End a worker whose parent was killed: it would wait for ever for another town."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _table_of(screen: Screen, summaries: list[dict[str, Any]]) -> Table:
    """Lay out the figures of the towns."""
    from gridmap.cli.terminal.summary import summary_table

    return summary_table(screen, summaries)


def _make_numbered(at: int, folder: Path, out: Path) -> dict[str, Any]:
    """Make, save, summarise and report the plan of a town."""

    def tell(_text: str, share: float) -> None:
        _shares[at] = share

    start = time.perf_counter()
    made, names = _plan_and_save(folder, out, tell)
    tell(Step.WRITE, _SAVED)
    _write_report(made, names)
    return _told(made, names, start)


def _write_saved(name: str, out: Path) -> bool:
    """Write map and boundaries of a plan on disk; whether the boundaries are a valid tiling."""
    from gridmap.store import load_plan

    names = _names(name, out)
    return _draw_and_bound(load_plan(names[0]), names)


def _part_of(tell: Tell, number: int, count: int) -> Tell:
    """Report the progress of one of several towns."""
    return lambda text, share: tell(text, (number + share) / count)


def _make_sample(folder: Path, out: Path, tell: Tell) -> dict[str, Any]:
    start = time.perf_counter()
    made, names = _plan_and_save(folder, out, tell)
    tell(Step.DRAW, _SAVED)
    valid = _draw_and_bound(made, names)
    _write_report(made, names)
    return {**_told(made, names, start), "tiling_rounded": valid}


def _names(town: str, out: Path) -> list[Path]:
    """Name the files of a town: its plan, its map, its boundaries and its report."""
    from gridmap.store import SUFFIX

    return [out / f"{town}{ending}" for ending in (SUFFIX, ".html", ".geojson", ".report.xlsx")]


def _plan_and_save(folder: Path, out: Path, tell: Tell) -> tuple["Plan", list[Path]]:
    """Make and save the plan of a town; the files it is to have."""
    from gridmap.publications import issued_beside
    from gridmap.store import save_plan
    from gridmap.workflow.workflow import make_plan

    names = _names(folder.name, out)
    issued = issued_beside(names[0])
    made = make_plan(folder, progress=lambda text, share: tell(text, 0.8 * share), issued=issued)
    tell(Step.SAVE, 0.8)
    save_plan(made, names[0], overwrite=True)
    return made, names


def _draw_and_bound(made: "Plan", names: list[Path]) -> bool:
    """Write map and boundaries of a plan; whether the boundaries are a valid tiling."""
    from gridmap.maps import map_html
    from gridmap.publish import release
    from gridmap.versions.boundaries import boundary_files
    from layers.files.atomic import write_atomically

    made = release(made)
    written = boundary_files(made)
    write_atomically(names[1], map_html(made).encode(), overwrite=True)
    write_atomically(names[2], written.grids, overwrite=True)
    return bool(written.head["topology"]["valid_tiling"])


def _write_report(made: "Plan", names: list[Path]) -> None:
    from gridmap.ledgers.report import report_of
    from gridmap.publish import release
    from layers.files.atomic import write_atomically

    write_atomically(names[3], report_of(release(made)), overwrite=True)


def _told(made: "Plan", names: list[Path], start: float) -> dict[str, Any]:
    from gridmap.cli.terminal.summary import summarise

    return {
        **summarise(made),
        "seconds": round(time.perf_counter() - start, 1),
        "files": [str(name) for name in names],
    }
