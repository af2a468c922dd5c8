"""The three 100 % on a terminal: each with what it divides, and the first of what misses."""

from pathlib import Path
from typing import Any

from gridmap.cli.screen import Screen

__all__ = ["show_rates", "write_misses"]

_NAMED = 5  # of what misses; the file has all


def show_rates(screen: Screen, plan: Any) -> list[dict[str, Any]]:
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
            first = rate.misses.head(_NAMED)
            why = first["why_zh"] if screen.language == "zh" else first["why"]
            named = [
                screen.say("rate.missing", name=row["name"] or row["id"], why=reason)
                for (_, row), reason in zip(first.iterrows(), why, strict=True)
            ]
            count = len(rate.misses)
            more = " …" if count > _NAMED else ""
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


def write_misses(plan: Any, path: Path, *, overwrite: bool) -> int:
    """Write all that misses as CSV and give the number of rows."""
    from boundaries.export.csv_table import csv_bytes
    from gridmap.coverage.three_rates import rates_table, three_rates
    from layers.files.atomic import write_atomically

    table = rates_table(three_rates(plan))
    written = csv_bytes(list(table.columns), table.itertuples(index=False, name=None))
    write_atomically(path, written, overwrite=overwrite)
    return len(table)
