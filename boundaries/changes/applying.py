"""A delta applied to a file: the file of the new state, byte for byte as it was written."""

import hashlib
import math

from boundaries.changes.delta import Delta, apply_delta
from boundaries.changes.features import State
from boundaries.export.geojson.text import corners_of, feature_line, laid_out
from layers.contract.errors import BoundaryError

__all__ = ["applied_file"]


def applied_file(old: State, delta: Delta) -> bytes:
    """Give the file of the new state.

    Parameters
    ----------
    old
        The file that the delta was made for.
    delta
        What became of it.

    Returns
    -------
    GeoJSON, the bytes that 'export' wrote of the new plan, proven by the digest in its head.

    Raises
    ------
    BoundaryError
        If the delta was made for another state, or is damaged.
    """
    features = apply_delta(old.features, delta)
    head = dict(delta.new_head)
    decimals = int(head["decimals"])
    lines = [feature_line(one, decimals) for one in features]
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    if digest.hexdigest() != head["content_sha256"]:
        raise BoundaryError(
            "The delta is damaged: the boundaries that come out are not those it was made of. "
            "Fetch it anew.",
            "变更文件已损坏：套用后与原定的新边界不一致，请重新获取。",
        )
    corners = [corner for one in features for corner in corners_of(one["geometry"])]
    bounds: list[int] = []
    if corners:
        units = 10**decimals
        east, north = ([corner[axis] for corner in corners] for axis in (0, 1))
        ends = min(east), min(north), max(east), max(north)
        bounds = [math.floor(end * units + 0.5) for end in ends]
    return laid_out(head, bounds, lines, layout="collection")
