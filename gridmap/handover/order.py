"""An order: which kinds of files, of which grids or people, for whom; and what is wrong with it.

Plain values alone, so that it travels as JSON to the process that carries it out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from boundaries.export.formats import receiver_crs, require_reach
from boundaries.export.geojson import LAYOUTS, Form, Layout
from boundaries.export.rounding import DECIMALS, require_decimals
from gridmap.maps.pdf import PAPERS
from gridmap.publish.contacts import NONE, Choice, contacts_of
from gridmap.publish.licence import licence_of
from gridmap.versions.formats import Wish, check_wish
from gridmap.words import Language
from layers.contract.errors import UsageError, quoted

if TYPE_CHECKING:
    from gridmap.plan.plan import Plan

__all__ = ["Audience", "Option", "Order", "Targets", "check_order", "from_json", "to_json"]

Audience = Literal["house", "public"]
Targets = Literal["all", "parents", "grids", "people"]
# What a kind of file may heed of an order.
Option = Literal[
    "paper", "scale", "grey", "patches", "names", "licence", "crs",
    "formats", "encoding", "gcj02", "geojson",
    "template", "per_grid", "copies", "again", "noted", "each", "answers", "since",
]  # fmt: skip
NAMED = 5  # codes that an error names


@dataclass(frozen=True)
class Order:
    """An order.

    Attributes
    ----------
    kinds
        Keys of the kinds of files.
    targets
        What `codes` are: nothing for all; given grids, for the micro-grids below them; grids; ids
        of people.
    codes
        The grids or people.
    audience
        For the house or the public.
    language
        Of the files.
    paper, scale, grey
        Of the map on paper: A4 to A0, the denominator of its scale (0: what fits a sheet), greys
        in place of colours. Paper "" is what each kind has by itself.
    patches, names, licence
        Of the boundaries: with the patches, with names and roles of the people, and under which
        licence.
    crs
        Coordinate system of layers for other systems, as `boundaries.export.formats.receiver_crs`
        takes it; "" for the town's own.
    formats, encoding
        Of layers for other systems: their formats, and the encoding of texts in Shapefiles
        (`gridmap.versions.formats`).
    gcj02
        A copy for GCJ-02 maps, of the GeoJSON and of formats that may be one.
    multi, decimals, layout
        Of the GeoJSON (`boundaries.export.geojson.Form`).
    contacts, roles
        Phones that are printed: none, the office's, or those of the people on posts too, of these
        roles, none for all. See `gridmap.publish.contacts`.
    template, logo
        How boards and cards look, as TOML, and the picture in base64: see
        `gridmap.handover.templates`. "" for the town's own.
    per_grid, copies
        How many boards each grid has at least, those that hang included; cards of each grid.
    again, noted
        Whether boards that hang and are right are printed once more, and whether those that are
        made are noted as printed.
    each
        Whether every micro-grid has a page of the atlas.
    answers, address
        Of pages for phones: whether their cadres answer with them, and where the app is reached,
        "" where it is not.
    since
        File of an earlier plan of the town, beside this one or with its folder: ledgers and the
        announcement say what has changed since then. "" for none.
    """

    kinds: tuple[str, ...]
    targets: Targets = "all"
    codes: tuple[str, ...] = ()
    audience: Audience = "house"
    language: Language = "zh"
    paper: str = ""
    scale: int = 0
    grey: bool = False
    patches: bool = False
    names: bool = False
    licence: str = ""
    crs: str = ""
    formats: tuple[str, ...] = ("shp",)
    encoding: str = "utf-8"
    gcj02: bool = False
    multi: bool = False
    decimals: int = DECIMALS
    layout: Layout = "collection"
    contacts: Choice = "none"
    roles: tuple[str, ...] = ()
    template: str = ""
    logo: str = ""
    per_grid: int = 1
    copies: int = 1
    again: bool = False
    noted: bool = False
    each: bool = False
    answers: bool = False
    address: str = ""
    since: str = ""

    @property
    def is_public(self) -> bool:
        """Whether it is for the public."""
        return self.audience == "public"

    @property
    def form(self) -> Form:
        """How the GeoJSON is wanted."""
        return Form(self.decimals, self.multi, self.layout, self.gcj02)

    @property
    def wish(self) -> Wish:
        """How layers are wanted in other formats."""
        return Wish(
            self.crs, self.gcj02, self.encoding, self.licence, self.patches, self.names,
            self.language,
        )  # fmt: skip


def to_json(order: Order) -> dict[str, Any]:
    """Give an order as plain values."""
    return asdict(order)


def from_json(given: Mapping[str, Any]) -> Order:
    """Read an order back."""
    known = {field.name for field in fields(Order)}
    values = {key: value for key, value in given.items() if key in known}
    for key in ("kinds", "codes", "roles"):
        values[key] = tuple(values.get(key, ()))
    if "formats" in values:
        values["formats"] = tuple(values["formats"])
    return Order(**values)


def check_order(order: Order, plan: "Plan") -> None:
    """Refuse an order that cannot be carried out; ask before long work, not after it.

    Raises
    ------
    UsageError
        With what to do.
    """
    from gridmap.handover.catalogue import kind_of

    _check_kinds(order)
    _check_targets(order, plan)
    _check_contacts(order, plan)
    if order.paper and order.paper not in PAPERS:
        raise UsageError(
            f"There is no paper {order.paper!r}. Take one of {', '.join(PAPERS)}.",
            f"没有{quoted(order.paper)}这种纸张，请用 {'、'.join(PAPERS)} 之一。",
        )
    if order.names and order.is_public and not plan.rules.publish.names_public:
        raise UsageError(
            "Names of people would go to the public. The rules of the plan do not allow it: "
            "'names_public = true' under [publish] in rules.toml does. Or leave the names out.",
            "公开文件将写入姓名，而方案的规则不允许。如确需公开，请在 rules.toml 的 [publish] 中写 "
            "names_public = true；或不附姓名。",
        )
    if any("licence" in kind_of(key).options for key in order.kinds):
        licence_of(plan, wanted=order.licence, public=order.is_public)
    _check_files(order, plan)


def _check_kinds(order: Order) -> None:
    from gridmap.handover.catalogue import KINDS

    known = {kind.key: kind for kind in KINDS}
    if not order.kinds:
        raise UsageError(
            f"No file is ordered. Choose at least one of: {', '.join(known)}.",
            f"没有选择要生成的文件，请至少选一种：{'、'.join(known)}。",
        )
    unknown = [key for key in order.kinds if key not in known]
    if unknown:
        raise UsageError(
            f"There are no files of the kind {', '.join(map(repr, unknown))}. Choose of: "
            f"{', '.join(known)}.",
            f"没有{quoted(*unknown)}这种文件，请从这些中选：{'、'.join(known)}。",
        )
    unfit = [known[key] for key in order.kinds if order.audience not in known[key].audiences]
    if unfit:
        names = ", ".join(kind.title("en") for kind in unfit)
        names_zh = "、".join(kind.title("zh") for kind in unfit)
        whom, whom_zh = ("the public", "公开") if order.is_public else ("the house", "内部")
        raise UsageError(
            f"Not for {whom}: {names}. Leave it out, or choose the other audience.",
            f"不能用于{whom_zh}：{names_zh}。请去掉，或改选另一种用途。",
        )


def _check_files(order: Order, plan: "Plan") -> None:
    """Refuse files for other systems that cannot be."""
    from gridmap.handover.catalogue import kind_of

    wanted = {option for key in order.kinds for option in kind_of(key).options}
    require_reach(plan.grids, receiver_crs(order.crs, own=plan.crs))
    if "formats" in wanted:
        check_wish(order.formats, order.wish)
    if "geojson" not in wanted:
        return
    require_decimals(order.decimals)
    if order.layout not in LAYOUTS:
        raise UsageError(
            f"There is no layout {order.layout!r} of GeoJSON. Take one of {', '.join(LAYOUTS)}.",
            f"GeoJSON 没有{quoted(order.layout)}这种排列，请用 {'、'.join(LAYOUTS)} 之一。",
        )


def _check_contacts(order: Order, plan: "Plan") -> None:
    from gridmap.handover.catalogue import kind_of

    contacts_of(plan, order.contacts, roles=order.roles or None)
    if order.contacts == NONE or any(kind_of(key).contacts for key in order.kinds):
        return
    raise UsageError(
        "Phones were chosen, but none of the files has any. Leave the phones out.",
        "选择了电话，但所选文件都不含电话。请改为不印电话。",
    )


def _check_targets(order: Order, plan: "Plan") -> None:
    if order.targets not in get_args(Targets):
        known = get_args(Targets)
        raise UsageError(
            f"{order.targets!r} says not what is meant. Take one of {', '.join(known)}.",
            f"不明白{quoted(order.targets)}指什么，请用 {'、'.join(known)} 之一。",
        )
    if order.targets == "all":
        return
    if order.targets == "people":
        _require(order.codes, plan.people.index, ("people", "人员", "the roster", "花名册"))
        return
    _require(order.codes, plan.grids.index, ("grids", "网格", "the table of grids", "网格表"))
    if order.targets == "parents":
        micro = [code for code in order.codes if plan.grids.at[code, "kind"] == "micro"]
        if micro:
            raise UsageError(
                f"{', '.join(micro[:NAMED])}: a micro-grid has none below it. Choose it as a grid, "
                "or choose the village or grid above.",
                f"{quoted(*micro[:NAMED])}是微网格，下面没有网格。请按网格选它，或选其上级。",
            )


def _require(codes: tuple[str, ...], known: Iterable[str], what: tuple[str, str, str, str]) -> None:
    things, things_zh, table, table_zh = what
    if not codes:
        raise UsageError(
            f"No {things} are chosen. Choose some, or order files of all.",
            f"没有选择{things_zh}。请选择，或改为全部。",
        )
    there = set(known)
    missing = [code for code in codes if code not in there]
    if missing:
        more = " …" if len(missing) > NAMED else ""
        raise UsageError(
            f"The plan has no {things} {', '.join(map(repr, missing[:NAMED]))}{more}. "
            f"Take them from {table} of the plan.",
            f"方案中没有{things_zh}{quoted(*missing[:NAMED])}{more}，请从方案的{table_zh}中取。",
        )
