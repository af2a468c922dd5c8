"""What an atlas says: which grids have a page, and the rows of its tables."""

from collections.abc import Collection
from dataclasses import dataclass

from gridmap.coverage.duty import Duties
from gridmap.coverage.metrics import town_figures
from gridmap.maps.pdf.painter import Painter
from gridmap.rules.words import kind_name
from gridmap.words import Language, say
from layers.contract.errors import UsageError

__all__ = ["AtlasFacts", "Row"]

M2_A_HECTARE = 10_000
MU_A_HECTARE = 15
FIGURES = (
    "area_km2", "grids_level_2", "grids_level_3", "micro_grids", "exclusive_grids", "households",
    "objects", "cadres", "posts_vacant",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A grid in a table of the atlas: `number` within the grid of the page, `who` is on post."""

    code: str
    number: str
    name: str
    kind: str
    hectares: str
    households: str
    load: str
    who: str


class AtlasFacts:
    """What the atlas of a plan says.

    Parameters
    ----------
    painter
        Of the plan, in the language of the atlas.
    codes
        Grids that were asked for: given ones with all in them, others for a page of their own; None
        for all given grids below the town.
    each
        Whether every micro-grid and exclusive grid with ground has a page of its own.

    Raises
    ------
    UsageError
        For a grid that there is not, and a plan with nothing to show.
    """

    def __init__(self, painter: Painter, codes: Collection[str] | None, *, each: bool) -> None:
        self.plan, self.painter, self.language = painter.plan, painter, painter.language
        self.duties = Duties(self.plan)
        grids = self.plan.grids
        self._parent = grids["parent_code"].to_dict()
        self._given = set(grids.index[grids["kind"] == "base"])
        wanted = set(grids.index) if codes is None else set(codes)
        for unknown in sorted(wanted - set(grids.index)):
            raise UsageError(
                f"The plan has no grid {unknown!r}. Take a code from its table of grids.",
                f"方案中没有网格“{unknown}”，请从网格表中取编码。",
            )
        given = {below for code in wanted & self._given for below in painter.inside(code)}
        alone = wanted - given
        self._shown = given | alone
        town = {code for code in self._given if grids.at[code, "level"] == 1}
        own = (self._shown - self._given) if each else alone
        own &= set(grids.index[grids["spatial"]])
        self.pages = self._in_order((self._shown & self._given - town) | own)
        self._on_pages = set(self.pages)
        if not self.pages:
            raise UsageError(
                "No grid of the atlas has a page: the plan has no given grids below the town.",
                "图集没有可出图的网格：方案中没有镇以下的网格。",
            )

    def _in_order(self, codes: set[str]) -> list[str]:
        """Sort codes so that what lies in a grid follows it."""
        return sorted(codes, key=self.line)

    def line(self, code: str) -> tuple[str, ...]:
        """Give the codes from the town down to a grid."""
        return tuple(reversed(self.duties.upwards(code))) or (code,)

    def depth(self, code: str) -> int:
        """Count the grids with pages that a grid lies in: its place in the outline."""
        return sum(up in self._on_pages for up in self.line(code)[:-1])

    def is_given(self, code: str) -> bool:
        """Whether a grid is a given one, with others below it."""
        return code in self._given

    def page_of(self, code: str) -> str:
        """Give the grid on whose page one is shown: itself, or the nearest above; "" for none."""
        return next((up for up in self.duties.upwards(code) if up in self._on_pages), "")

    def index(self) -> list[str]:
        """Give the grids of the index: all that are on some page and not given, by code."""
        return sorted(code for code in self._shown - self._given if self.page_of(code))

    def below(self, code: str) -> list[str]:
        """Give the grids of the table of a page: given ones right below, or all others within."""
        inside = self.painter.inside(code) - {code}
        given = sorted(one for one in inside & self._given if self._parent[one] == code)
        return given or sorted(inside - self._given)

    def row(self, code: str, within: str = "") -> Row:
        """Gather the row of a grid in the table of another."""
        grid, painter = self.plan.grids.loc[code], self.painter
        kind = str(grid["subclass"] or grid["category"])
        if str(grid["kind"]) == "exclusive":
            kind_told = say("card.exclusive", self.language)
        else:
            kind_told = kind_name(kind, self.language) if kind else ""
        area, load = float(grid["area_m2"]) / M2_A_HECTARE, float(grid["load_h"])
        people = float(grid["households"])
        return Row(
            code,
            painter.number_in(code, within) if within else code,
            painter.named(code),
            kind_told,
            f"{area:,.2f}" if area else "",
            f"{people:,.0f}" if people else "",
            f"{load:,.1f}" if load else "",
            self.who(code),
        )

    def about(self, code: str) -> list[tuple[str, str]]:
        """Give the figures of a grid with their names and units, those that it has."""
        grid, language = self.plan.grids.loc[code], self.language
        area = float(grid["area_m2"]) / M2_A_HECTARE
        people, load = float(grid["households"]), float(grid["load_h"])
        mu = f"{area * MU_A_HECTARE:,.0f}"
        rows = [
            ("card.category", self.row(code).kind),
            ("card.area", area and say("card.area.value", language, ha=f"{area:,.2f}", mu=mu)),
            ("card.households", people and f"{people:,.0f}"),
            ("card.load", load and say("card.load.value", language, load=f"{load:,.1f}")),
        ]
        return [(say(key, language), str(value)) for key, value in rows if value]

    def who(self, code: str) -> str:
        """Name who is on post of a grid, whoever leads it first; and count what is vacant."""
        duty = self.duties.of_grid(code)
        names = say("mark.list", self.language).join(one["name"] for one in duty["people"])
        if not duty["vacant"]:
            return names
        vacant = say("sheets.atlas.vacant", self.language, count=duty["vacant"])
        return f"{names} {vacant}".strip()

    def figures(self) -> list[tuple[str, str]]:
        """Give the figures of the cover: name and value; zeros and what is unknown left out."""
        table = town_figures(self.plan).set_index("key")
        label = "label_zh" if self.language == "zh" else "label_en"
        given = self.plan.grids.loc[sorted(self._given), "level"]
        micro = {
            f"grids_level_{level}" for level in set(self.plan.micro_grids["level"]) - set(given)
        }
        found = []
        for key in FIGURES:
            if key in micro:  # told as micro-grids
                continue
            if key in table.index and (table.at[key, "value"] or key == "posts_vacant"):
                value, unit = float(table.at[key, "value"]), str(table.at[key, "unit"])
                found.append((str(table.at[key, label]), _told(value, unit, self.language)))
        return found


def _told(value: float, unit: str, language: Language) -> str:
    if unit == "km2":
        return say("sheets.atlas.km2", language, value=f"{value:,.2f}")
    return f"{value:,.0f}"
