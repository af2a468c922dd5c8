"""The command that looks into files before they become part of a town: inspect."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.options import Json, Lang
from gridmap.cli.screen import Screen
from gridmap.workflow.steps import Step

if TYPE_CHECKING:
    from layers.inspect.file import LayerInspection

__all__ = ["inspect"]

_VALUES_ZH = {"number": "数字", "text": "文字"}


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
