"""The announcement of a division (关于划分微网格的公告) as a Word document, made of a template.

An announcement is for the public whoever asks for it: it is made of the copy that
`gridmap.publish.release` gives for the public, also where the plan is that of the house.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.coverage.compare import compare_plans
from gridmap.coverage.duty import Duties
from gridmap.ledgers.fields import fields_of_template, in_both_languages
from gridmap.ledgers.grids import villages_of
from gridmap.plan.identity import identity_of
from gridmap.plan.names import names_of, place_names
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import OFFICE
from gridmap.publish.release import release
from gridmap.rules.words import kind_name
from gridmap.words import Language, say
from layers.contract.errors import Named

__all__ = ["Announcement", "announcement_docx", "default_template"]

_M2_A_HECTARE, _MU_A_HECTARE = 10_000, 15
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Announcement:
    """An announcement.

    Attributes
    ----------
    docx
        The file.
    remarks
        What is to be said of it, a sentence each: whom it names, what a reader has to fill in.
    """

    docx: bytes
    remarks: tuple[Named, ...]


def announcement_docx(
    plan: Plan,
    *,
    template: bytes | None = None,
    contacts: Mapping[str, str] | None = None,
    before: Plan | None = None,
    printed: date,
    language: Language = "zh",
    tell: Tell | None = None,
) -> Announcement:
    """Write the announcement of a division.

    Parameters
    ----------
    plan
        A plan; what may not be public is left out of it.
    template
        A .docx file with placeholders, as `default_template` is; None for that.
    contacts
        What `gridmap.publish.contacts.contacts_of` gives: the number of the office is the hotline,
        those of people are never in an announcement.
    before
        The version before, to say what is new; None says nothing of it.
    printed
        The day of the announcement; people in office on it are named, where the rules let them.
    language
        Of words and of the template that comes along.
    tell
        Called with steps done and all steps; it may raise to cancel.

    Raises
    ------
    LayerFileError
        If the template is no plain document, or has placeholders that there are not.
    PlanError
        If nothing may go out, or `before` is of another town.
    """
    from boundaries.export.docx_filling import filled_document  # the page need not wait for it

    told = tell or _quiet
    told(0, 3)
    day = printed.isoformat()
    shown = release(plan, public=True, day=day)
    hotline = (contacts or {}).get(OFFICE, "")
    values = _facts(shown, hotline, printed, language)
    told(1, 3)
    values |= _changes(shown, None if before is None else release(before, public=True), language)
    told(2, 3)
    data = filled_document(
        default_template(language) if template is None else template,
        in_both_languages(values),
        fields_of_template(),
        printed=printed,
        line=str(values["line"]),
    )
    told(3, 3)
    return Announcement(data, tuple(_remarks(shown, hotline)))


def default_template(language: Language = "zh") -> bytes:
    """Make the template that comes along, to be changed in Word or WPS; the content of a .docx."""
    from boundaries.export.docx_layout import laid_out

    text = Path(__file__).with_name(f"announcement-{language}.txt").read_text(encoding="utf-8")
    return laid_out(text.splitlines())


def _quiet(done: int, count: int) -> None:
    """Tell nobody."""


def _remarks(shown: Plan, hotline: str) -> Iterable[Named]:
    key = "named" if len(shown.people) else "nameless"
    yield _said(f"ledger.announcement.{key}")
    if not hotline:
        yield _said("ledger.announcement.no_hotline")


def _said(key: str) -> Named:
    return Named(say(key, "en"), say(key, "zh"))


def _facts(plan: Plan, hotline: str, printed: date, language: Language) -> dict[str, Any]:
    """Give the values of all fields but those of changes."""
    town, line, micro = plan.rules.town, notice(plan), plan.micro_grids
    name = str(
        names_of(pd.DataFrame({"name": [town.name], "name_en": [town.name_en]}), language)[0]
    )
    grids = _grids(plan, language)
    villages = _villages(plan, grids, language)
    area = float(micro["area_m2"].sum())
    return {
        "town": name,
        "issuer": _issuer(name) if language == "zh" else name,
        "town_code": town.code,
        "version": town.version,
        "in_force_from": _day(town.valid_from, language),
        "printed": _day(printed, language),
        "hotline": hotline,
        "line": line.zh if language == "zh" else line.en,
        "borders": say("handover.legal", language),
        "credit": (language == "zh" and town.credit_zh) or town.credit,
        "grid_count": len(micro),
        "village_count": len(villages),
        "area_ha": f"{area / _M2_A_HECTARE:.2f}",
        "area_km2": f"{area / 1e6:.2f}",
        "names_people": bool(len(plan.people)),
        "kinds": _kinds(micro, language),
        "villages": villages,
        "grids": grids,
    }


def _issuer(name: str) -> str:
    """Name the office that announces, as towns and subdistricts call theirs."""
    return f"{name}人民政府" if name.endswith(("镇", "乡")) else f"{name}办事处"


def _day(day: date, language: Language) -> str:
    shown = "{:d}" if language == "zh" else "{:02d}"
    month, number = shown.format(day.month), shown.format(day.day)
    return say("ledger.day", language, year=day.year, month=month, day=number)


def _kinds(micro: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    areas = micro["area_m2"].groupby(kind_of(micro)).agg(["size", "sum"])
    areas = areas.sort_values("size", ascending=False, kind="stable")
    return [
        {
            "name": kind_name(str(kind), language),
            "count": int(count),
            "area_ha": f"{area / _M2_A_HECTARE:.2f}",
        }
        for kind, count, area in areas.itertuples()
    ]


def _grids(plan: Plan, language: Language) -> list[dict[str, Any]]:
    names, duties, join = place_names(plan, language), Duties(plan), say("mark.list", language).join
    micro = plan.micro_grids
    villages = villages_of(plan).reindex(micro.index)
    rows = []
    for code, kind, village, area in zip(
        micro.index, kind_of(micro), villages, micro["area_m2"], strict=True
    ):
        people = duties.people(code)
        leading = [one["name"] for one in people if duties.leads(one["role"])]
        others = [one["name"] for one in people if not duties.leads(one["role"])]
        rows.append(
            {
                "code": code,
                "name": str(names.get(code, "")),
                "village": str(names.get(village, "")),
                "village_code": village,
                "category": kind_name(str(kind), language),
                "area_ha": f"{area / _M2_A_HECTARE:.2f}",
                "area_mu": f"{area / _M2_A_HECTARE * _MU_A_HECTARE:.1f}",
                "leader": join(leading),
                "members": join(others),
            }
        )
    return rows


def _villages(
    plan: Plan, grids: Iterable[dict[str, Any]], language: Language
) -> list[dict[str, Any]]:
    """Gather the micro-grids of each village, in the order of codes."""
    names, duties, join = place_names(plan, language), Duties(plan), say("mark.list", language).join
    of_village: dict[str, list[dict[str, Any]]] = {}
    for grid in grids:
        of_village.setdefault(grid.pop("village_code"), []).append(grid)
    return [
        {
            "code": code,
            "name": str(names.get(code, "")),
            "leader": join(one["name"] for one in duties.people(code) if duties.leads(one["role"])),
            "grid_count": len(own),
            "area_ha": f"{plan.grids['area_m2'].get(code, 0.0) / _M2_A_HECTARE:.2f}",
            "grids": own,
        }
        for code, own in sorted(of_village.items())
    ]


def _changes(plan: Plan, before: Plan | None, language: Language) -> dict[str, Any]:
    """Say which micro-grids are new, gone or have other borders since the version before."""
    lists: dict[str, list[dict[str, str]]] = {"new": [], "gone": [], "redrawn": []}
    if before is not None:
        found = compare_plans(before, plan)
        for which, table, state, of in (
            ("new", found.second, "only", plan),
            ("gone", found.first, "only", before),
            ("redrawn", found.second, "ground", plan),
        ):
            names = place_names(of, language)
            codes = table.index[table["state"] == state]
            lists[which] = [{"code": code, "name": str(names.get(code, ""))} for code in codes]
    earlier = ""
    if before is not None:
        earlier = identity_of(before).title or before.rules.town.version
    return {
        "has_earlier": before is not None,
        "earlier": earlier,
        **{f"{which}_count": len(rows) for which, rows in lists.items()},
        **{f"{which}_grids": rows for which, rows in lists.items()},
    }
