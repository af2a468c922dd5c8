"""The limits that a plan is checked against: one number each, with the source of its default.

Where no source is named the default is an assumption of this project. A town's rules file decides
those it knows; `gridmap.town.limits` translates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.contract.errors import Named

__all__ = ["Limits", "RoleFacts"]


@dataclass(frozen=True)
class RoleFacts:
    """What the rules ASSIGN know of the roles of a town."""

    leading: frozenset[str] = frozenset({"leader"})  # whoever has one answers for the place
    optional: frozenset[str] = frozenset()  # a vacancy is no fault
    names: Mapping[str, Named] = field(default_factory=dict)  # by key; all roles of the town


@dataclass(frozen=True)
class Limits:
    """Limits of the validation rules. Areas in m², lengths in m, loads in officer-hours a week."""

    # COV: a plan is an exact tiling; what these forgive is the noise of computing an area
    uncovered_m2: float = 0.001  # COV-1: the larger of this …
    uncovered_share: float = 1e-10  # … and this share of the parent
    overlap_m2: float = 1.0  # COV-2: less is called a sliver
    overlap_width_m: float = 0.5  # COV-2: narrower is called a sliver
    edge_gap_m: float = 0.5  # COV-3: a gap no wider is an unmatched edge
    outside_m2: float = 0.001  # COV-4
    sliver_width_m: float = 2.0  # COV-5: 2 m in building tools of the land survey
    sliver_area_m2: float = 100.0  # COV-6: the kinds of ground not named in …
    sliver_area_by_kind_m2: Mapping[str, float] = field(default_factory=dict)  # COV-6
    min_border_m: float = 1.0  # COV-7: shorter borders do not join
    max_gap_m: float = 0.0  # COV-7: widest gap a link may bridge
    # TREE, CODE
    other_parent_share: float = 0.001  # TREE-3: 99.9 % of the ground lies in the parent
    micro_digits: int = 2  # CODE-2: 15 digits and 2 (DB11/T 2157-2023 gives the 15)
    # CAP
    officer_hours: float = 8.0  # CAP-9
    officers_max: int = 4  # CAP-10
    area_min_m2: float = 10_000.0  # CAP-5
    area_max_m2: float = 600_000.0  # CAP-5
    # CAP-5: categories whose sites may be smaller, with their own least area
    area_min_by_category_m2: Mapping[str, float] = field(default_factory=dict)
    # CAP-5: least and most of each measure by kind, in place of the above
    area_by_kind_m2: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    households_by_kind: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    objects_by_kind: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    # CAP-3: least and most households of a micro-grid of the household family; none: not looked at
    households_of_grid: tuple[float, float] | None = None
    width_min_m: float = 0.0  # CAP-11: mean width, 2 area / perimeter; 0 asks for nothing
    compactness_min: float = 0.0  # CAP-11: 4 pi area / perimeter², a circle has 1
    staff_per_subgrid: int = 300  # CAP-7: of a unit, or a part of it; the mean in Xihua is 194
    micro_grids_max: int = 12  # CAP-6: Zhengzhou has 5.94 a community grid
    # CAT
    purity_min: float = 0.8  # CAT-1
    # ASSIGN
    lead_warning: int = 2  # ASSIGN-3: leads this many micro-grids
    lead_error: int = 4
    load_index_max: float = 1.5  # ASSIGN-7: fullest officer against the mean
    # PUB: how the layers are classified, "" where nobody has said; None asks nothing
    source_classification: str | None = None
    sensitive_records: tuple[str, ...] = ()  # PUB-7, PUB-8
    secret_area_km2: float = 25.0  # PUB-6: 自然资发〔2020〕95号, item 18
