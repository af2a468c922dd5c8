"""The limits of the validation rules as a town's rules file sets them."""

from boundaries.validate.limits import Limits, RoleFacts
from gridmap.rules import Rules
from gridmap.rules.roles import leading_roles, role_name, roles_of
from layers.contract.errors import Named

__all__ = ["limits_from", "roles_from"]


def roles_from(rules: Rules) -> RoleFacts:
    """Take what the validation rules know of roles from the rules of a town."""
    roles = roles_of(rules)
    return RoleFacts(
        leading=leading_roles(rules),
        optional=frozenset(key for key, role in roles.items() if role.optional),
        names={
            key: Named(role_name(rules, key, "en"), role_name(rules, key, "zh")) for key in roles
        },
    )


def limits_from(rules: Rules) -> Limits:
    """Take the limits a town decides from its rules; the others keep their defaults."""
    area_min_ha, area_max_ha = rules.split.warn_area_ha
    return Limits(
        sliver_width_m=rules.tiling.sliver_width_m,
        sliver_area_m2=rules.tiling.sliver_area_m2,
        sliver_area_by_kind_m2={
            str(kind): area_m2 for kind, area_m2 in rules.tiling.sliver_area_by_kind_m2.items()
        },
        min_border_m=rules.contiguity.min_border_m,
        max_gap_m=rules.contiguity.max_gap_m,
        micro_digits=rules.numbering.micro_digits,
        officer_hours=rules.capacity.officer_hours,
        officers_max=rules.capacity.officers_max,
        staff_per_subgrid=rules.exclusive.staff_per_subgrid,
        load_index_max=rules.capacity.load_index_max,
        area_min_m2=10_000 * area_min_ha,
        area_max_m2=10_000 * area_max_ha,
        area_min_by_category_m2={
            str(kind): 10_000 * area_ha
            for kind, area_ha in rules.split.min_area_ha.items()
            if area_ha < area_min_ha
        },
        area_by_kind_m2={
            kind: (10_000 * least, 10_000 * most)
            for kind, (least, most) in _bands(rules, "area_ha").items()
        },
        households_by_kind=_bands(rules, "households"),
        objects_by_kind=_bands(rules, "objects"),
        households_of_grid=rules.household_grids.households,
        width_min_m=rules.split.width_min_m,
        compactness_min=rules.split.compactness_min,
        purity_min=rules.split.warn_purity,
        source_classification=rules.publish.source_classification or "",
        sensitive_records=rules.publish.sensitive_records,
    )


def _bands(rules: Rules, measure: str) -> dict[str, tuple[float, float]]:
    """Give the bands of one measure by kind, for those kinds that have one."""
    found = {str(kind): getattr(band, measure) for kind, band in rules.split.bands.items()}
    return {kind: band for kind, band in found.items() if band is not None}
