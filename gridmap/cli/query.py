"""Commands that look into a file or a plan and change nothing: inspect, check, coverage."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gridmap.cli.terminal.options import (
    Json,
    Lang,
    On,
    Overwrite,
    PlanFile,
    Public,
    day_of,
    open_plan,
)
from gridmap.cli.terminal.screen import Screen
from gridmap.workflow.steps import Step
from layers.contract.errors import UsageError

if TYPE_CHECKING:
    from layers.inspect.file import LayerInspection

__all__ = ["check", "coverage", "inspect"]

_VALUES_ZH = {"number": "数字", "text": "文字"}

SEVERITIES = ("error", "warning", "info")
# Columns that fit a terminal of 80 signs; JSON has all metrics.
SHOWN = (
    "area_m2",
    "covered_share",
    "posts_filled_share",
    "load_h",
    "capacity_used_share",
)

_SHARES = ("weight", "amount", "hours", "load_share")
MISSES_NAMED = 5  # of what misses from the three 100 %; the file has all


def inspect(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A layer or register, any format.", show_default=False),
    ],
    outline: Annotated[
        Path | None,
        typer.Option("--outline", help="Polygons of the town, to look for a shift against them."),
    ] = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what is in a file: format, features, encoding, coordinate system, columns, faults.

    Ends with 1 when a layer cannot be read or has errors.
    """
    from layers.inspect.file import inspect_file
    from layers.reading.layer import read_layer

    screen = Screen.start(lang, json)
    with screen.progress() as tell:
        tell(Step.READ, 0.1)
        town = read_layer(outline) if outline else None
        found = inspect_file(file, outline=town)
    for layer in found.layers:
        _show(screen, layer)
    for remark in found.remarks:
        screen.line(
            screen.say("severity.info") + screen.say("colon") + screen.pick(remark.zh, remark.en)
        )
    for fault in found.faults:
        screen.line(screen.say("error") + fault.text(screen.language))
    screen.emit(
        {
            "file": str(file),
            "layers": [_plain(layer) for layer in found.layers],
            "remarks": [{"text": one.en, "text_zh": one.zh} for one in found.remarks],
            "faults": [{"message": str(fault), "message_zh": fault.zh} for fault in found.faults],
        }
    )
    errors = any((layer.issues["severity"] == "error").any() for layer in found.layers)
    raise typer.Exit(int(errors or bool(found.faults)))


def _show(screen: Screen, layer: "LayerInspection") -> None:
    if layer.layer:
        screen.line(screen.say("inspect.layer", name=layer.layer))
    screen.table(
        [screen.say("head.figure"), screen.say("head.value")],
        [
            [
                screen.pick(row["label_zh"], row["label_en"]),
                str(screen.pick(row["value_zh"], row["value"])),
            ]
            for row in layer.facts().to_dict("records")
        ],
    )
    heads = ("column", "kind_of_value", "filled", "different", "example")
    screen.table(
        [screen.say(f"head.{head}") for head in heads],
        [
            [str(name), screen.pick(_VALUES_ZH[str(kind)], str(kind)), *map(str, row)]
            for name, kind, *row in layer.columns.itertuples()
        ],
    )
    for row in layer.issues.to_dict("records"):
        text = screen.pick(row["message_zh"], row["message"])
        screen.line(screen.say(f"severity.{row['severity']}") + screen.say("colon") + text)


def _plain(layer: "LayerInspection") -> dict[str, Any]:
    """Lay a layer out for JSON."""
    names = [
        name for name in vars(layer) if name not in ("columns", "first_rows", "issues", "shift")
    ]
    issues = layer.issues.drop(columns=layer.issues.geometry.name)
    return {
        **{name: getattr(layer, name) for name in names},
        "shift": asdict(layer.shift) if layer.shift else None,
        "columns": layer.columns.reset_index().to_dict("records"),
        "issues": issues.to_dict("records"),
    }


def check(
    plan_file: PlanFile,
    severity: Annotated[
        Literal["error", "warning", "info"],
        typer.Option("--severity", help="Least severity to list."),
    ] = "warning",
    on: On = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """List every fault that the validation rules find in a plan, with place and remedy.

    Ends with 1 when there are errors. The file is not changed.
    """
    from gridmap.cli.terminal.summary import count_issues, has_errors
    from gridmap.store import load_plan
    from gridmap.workflow.workflow import recheck

    screen = Screen.start(lang, json)
    with screen.progress() as tell:
        plan = load_plan(plan_file)
        tell(Step.CHECK, 0.3)
        plan = recheck(plan, on=day_of(on))
    counts = count_issues(plan)
    wanted = SEVERITIES[: SEVERITIES.index(severity) + 1]
    issues = _listed(plan.issues, wanted)
    _show_issues(screen, issues)
    if not len(plan.issues):
        screen.line(screen.say("issues.none"))
    screen.line(screen.say("issues.count", **counts))
    hidden = len(plan.issues) - len(issues)
    if hidden:
        screen.line(screen.say("issues.hidden", count=hidden))
    screen.emit({"plan": str(plan_file), "counts": counts, "issues": issues})
    raise typer.Exit(int(has_errors(plan)))


def _listed(issues: Any, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """Give the issues of the wanted severities, worst first, with their place in degrees."""
    chosen = issues[issues["severity"].isin(wanted)]
    rank = chosen["severity"].map(SEVERITIES.index)
    chosen = chosen.loc[rank.sort_values(kind="stable").index]
    places = chosen.representative_point().to_crs("OGC:CRS84")
    plain = chosen.drop(columns=chosen.geometry.name).assign(lon=places.x, lat=places.y)
    rows: list[dict[str, Any]] = plain.round({"lon": 7, "lat": 7}).to_dict("records")
    return rows


def _show_issues(screen: Screen, issues: list[dict[str, Any]]) -> None:
    if not issues:
        return
    heads = [screen.say(f"head.{key}") for key in ("severity", "rule", "code", "message")]
    screen.table(
        heads,
        [
            [
                screen.say(f"severity.{row['severity']}"),
                row["rule"],
                row["code"],
                screen.pick(row["message_zh"], row["message"]),
            ]
            for row in issues
        ],
    )


def coverage(
    plan_file: PlanFile,
    level: Annotated[
        int | None, typer.Option("--level", help="One row a grid of this level.", min=1)
    ] = None,
    misses: Annotated[
        Path | None,
        typer.Option("--misses", help="CSV file to write: all that misses of the three 100 %."),
    ] = None,
    overwrite: Overwrite = False,
    public: Public = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show which land, objects and households have somebody responsible, and the workload.

    The figures of the town with the three 100 %, or with --level those of each grid of a level.
    """
    from layers.files.atomic import check_free

    screen = Screen.start(lang, json)
    if public and misses is not None:
        raise UsageError(
            "--misses lists what is not in order: that is for the house alone. Leave out one of "
            "--misses and --public.",
            "--misses 列出的是尚未办妥的事项，只供内部使用。请去掉 --misses 或 --public。",
        )
    if misses is not None:
        check_free(misses, overwrite=overwrite, endings=(".csv",))
    plan, said = open_plan(screen, plan_file, public=public, boards=True)
    if misses is not None:
        _write_misses(plan, misses, overwrite=overwrite)
        screen.line(screen.say("file.made", path=misses))
    if level is None:
        _town(screen, plan, said)
    else:
        _level(screen, plan, level, said)


def _town(screen: Screen, plan: Any, said: dict[str, Any]) -> None:
    from gridmap.coverage.load_shares import capacity_advice, load_shares
    from gridmap.coverage.metrics import town_figures
    from gridmap.publish.answers import public_figures

    found = town_figures(plan)
    if plan.is_redacted:
        found = found[found["key"].isin(public_figures(found["key"]))]
    figures = found.to_dict("records")
    screen.table(
        [screen.say("head.figure"), ">" + screen.say("head.value")],
        [
            [
                screen.pick(row["label_zh"], row["label_en"]),
                screen.figure(row["value"], row["unit"]),
            ]
            for row in figures
        ],
    )
    if plan.is_redacted:
        screen.emit({"town": plan.rules.town.name, "figures": figures, **said})
        return
    shares = load_shares(plan)
    _show_shares(screen, shares)
    advice = capacity_advice(plan)
    if advice is not None:
        screen.line(screen.pick(advice.zh, advice.en))
    rates = _show_rates(screen, plan)
    known = shares if shares["points"].notna().all() else shares.drop(columns="points")
    screen.emit(
        {
            "town": plan.rules.town.name,
            "figures": figures,
            "rates": rates,
            "load": known.to_dict("records"),
            "advice": None if advice is None else {"zh": advice.zh, "en": advice.en},
            **said,
        }
    )


def _show_shares(screen: Screen, shares: Any) -> None:
    """Print what the load is for, the largest share first."""
    from layers.contract.categories import KINDS

    points = bool(shares["points"].notna().any())
    heads = [screen.say("head.load_of"), *(">" + screen.say(f"head.{key}") for key in _SHARES)]
    rows = []
    for row in shares.itertuples():
        kind = KINDS[row.kind]
        what = screen.say(f"load.{row.measure}")
        cells = [f"{row.weight_h:g}", f"{row.amount:,.1f}", f"{row.load_h:,.1f}"]
        told = [f"{row.points:,.1f}"] if points else []
        rows.append(
            [
                f"{screen.pick(kind.zh, kind.en)}{screen.say('load.mark')}{what}",
                *cells,
                f"{100 * row.share:.1f}",
                *told,
            ]
        )
    screen.table([*heads, *([">" + screen.say("head.points")] if points else [])], rows)


def _level(screen: Screen, plan: Any, level: int, said: dict[str, Any]) -> None:
    from gridmap.coverage.metrics import METRICS
    from gridmap.coverage.metrics import coverage as count
    from gridmap.publish.answers import public_figures

    codes = plan.grids.index[plan.grids["level"] == level]
    if not len(codes):
        levels = ", ".join(str(number) for number in sorted(set(plan.grids["level"])))
        raise UsageError(
            f"The plan has no grids of level {level}. Its levels are {levels}.",
            f"方案中没有 {level} 级网格。现有级别：{levels}。",
        )
    rows = count(plan).loc[codes]
    metrics = {metric.key: metric for metric in METRICS}
    shown: Sequence[str] = SHOWN
    if plan.is_redacted:
        rows = rows[public_figures(rows.columns)]
        shown = list(rows.columns)
    heads = [
        screen.say("head.grid"),
        screen.say("head.name"),
        *(">" + _head(screen, metrics[key]) for key in shown),
    ]
    names = plan.grids.loc[codes]
    screen.table(
        heads,
        [
            [
                code,
                screen.pick(names.at[code, "name"], names.at[code, "name_en"]),
                *(screen.number(row[key], metrics[key].unit) for key in shown),
            ]
            for code, row in rows.iterrows()
        ],
    )
    grids = [{"grid_code": code, **row} for code, row in rows.to_dict("index").items()]
    screen.emit({"town": plan.rules.town.name, "level": level, "grids": grids, **said})


def _head(screen: Screen, metric: Any) -> str:
    return screen.unit_head(screen.pick(metric.label_zh, metric.label_en), metric.unit)


def _show_rates(screen: Screen, plan: Any) -> list[dict[str, Any]]:
    """Print the three rates and give them as plain values."""
    from gridmap.coverage.three_rates import three_rates

    rates = three_rates(plan)
    rows = []
    for rate in rates:
        counted = screen.say("list").join(
            screen.say(f"rate.{part.kind}", met=f"{part.met:,}", of=f"{part.of:,}")
            for part in rate.parts
        )
        share = screen.say("rate.unknown") if rate.unknown else f"{100 * rate.share:.1f}"
        rows.append([screen.pick(rate.name.zh, rate.name.en), share, counted])
    heads = [screen.say("head.rate"), ">" + screen.say("head.percent"), screen.say("head.counted")]
    screen.table(heads, rows)
    for rate in rates:
        name = screen.pick(rate.name.zh, rate.name.en.partition(":")[0])
        for said in (rate.unknown, rate.note):
            if said is not None:
                screen.line(screen.say("rate.said", name=name, said=screen.pick(said.zh, said.en)))
        if len(rate.misses):
            first = rate.misses.head(MISSES_NAMED)
            why = first["why_zh"] if screen.language == "zh" else first["why"]
            named = [
                screen.say("rate.missing", name=row["name"] or row["id"], why=reason)
                for (_, row), reason in zip(first.iterrows(), why, strict=True)
            ]
            count = len(rate.misses)
            more = " …" if count > MISSES_NAMED else ""
            shown = screen.say("list").join(named) + more
            screen.line(screen.say("rate.misses", name=name, count=f"{count:,}", named=shown))
    return [
        {
            "key": rate.key,
            "share": rate.share,
            "met": rate.met,
            "of": rate.of,
            "parts": [vars(part) for part in rate.parts],
            "unknown": rate.unknown.en if rate.unknown else None,
            "unknown_zh": rate.unknown.zh if rate.unknown else None,
            "misses": rate.misses.to_dict("records"),
        }
        for rate in rates
    ]


def _write_misses(plan: Any, path: Path, *, overwrite: bool) -> int:
    """Write all that misses as CSV and give the number of rows."""
    from boundaries.export.csv_table import csv_bytes
    from gridmap.coverage.three_rates import rates_table, three_rates
    from layers.files.atomic import write_atomically

    table = rates_table(three_rates(plan))
    written = csv_bytes(list(table.columns), table.itertuples(index=False, name=None))
    write_atomically(path, written, overwrite=overwrite)
    return len(table)
