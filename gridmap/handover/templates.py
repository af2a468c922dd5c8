"""The template of boards and cards: of an order, else the town's own, else as it comes along.

The town's own lies beside its plans, one for each town, with its logo; all plans and drafts of the
town in that folder look alike.
"""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmap.paper import Template, read_template, template_text
from gridmap.paper.logo import checked_logo
from gridmap.paper.template import parse_template
from gridmap.plan.plan import Plan
from gridmap.rules.changes import apply_changes
from layers.contract.errors import UsageError
from layers.files.atomic import write_atomically

__all__ = ["changed_template", "own_logo", "own_template", "save_own_template", "template_for"]


def own_template(plan: Plan, source: Path) -> Path:
    """Give the place of a town's own template, whether there is one or not."""
    return source.parent / f"template-{plan.rules.town.code}.toml"


def own_logo(plan: Plan, source: Path) -> bytes:
    """Read the logo of the town's own template; b"" for none."""
    path = own_template(plan, source)
    return read_template(path).image if path.is_file() else b""


def template_for(text: str, logo: str, plan: Plan, source: Path) -> Template:
    """Give the template of an order.

    Parameters
    ----------
    text
        The template as TOML; "" for the town's own, or the one that comes along.
    logo
        Its logo, a picture in base64; "" for none.
    plan, source
        The plan and its file.

    Raises
    ------
    GridmapError
        With every fault of the template or its logo.
    """
    if not text:
        own = own_template(plan, source)
        return read_template(own) if own.is_file() else parse_template(template_text())
    try:
        data = base64.b64decode(logo, validate=True)
    except binascii.Error:
        raise UsageError(
            "The logo of the template did not arrive whole. Choose its file again.",
            "模板的徽标没有完整传到，请重新选择文件。",
        ) from None
    return parse_template(text, logo=checked_logo(data, "logo") if data else b"")


def changed_template(text: str, changes: Mapping[str, Any]) -> str:
    """Write values into the text of a template by dotted key; its comments stay."""
    return apply_changes(text, changes)


def save_own_template(plan: Plan, source: Path, text: str, logo: bytes) -> Path:
    """Make a template the town's own.

    Parameters
    ----------
    plan, source
        The plan and its file.
    text
        The template.
    logo
        Its logo as `checked_logo` gives it; b"" for none.

    Raises
    ------
    GridmapError
        If the template has faults, or cannot be written.
    """
    path = own_template(plan, source)
    picture = path.with_suffix(".png")
    kept = apply_changes(text, {"logo": picture.name if logo else ""})
    parse_template(kept, logo=logo)
    if logo:
        write_atomically(picture, logo, overwrite=True)
    write_atomically(path, kept.encode(), overwrite=True)
    return path
