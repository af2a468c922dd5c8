"""Where two lines cross, computed in twice the digits of a double and rounded once.

Plain doubles lose the last digits of a crossing, and which ones depends on the direction of the
lines. A number of two parts, what a double holds and what it leaves out (Dekker 1971), loses
nothing that counts, so that the place is the same whoever computes it: the geometry library does
likewise.
"""

from layers.contract.kernel import kernel

__all__ = ["crossing"]

_SPLIT = 134217729.0  # 2^27 + 1, which parts a double into two halves


@kernel(nogil=True)
def _sum(a, b):
    """Two doubles added: the sum, and what it leaves out."""
    total = a + b
    other = total - a
    return total, (a - (total - other)) + (b - other)


@kernel(nogil=True)
def _product(a, b):
    """Two doubles multiplied: the product, and what it leaves out."""
    total = a * b
    t = _SPLIT * a
    high_a = t - (t - a)
    t = _SPLIT * b
    high_b = t - (t - b)
    low_a, low_b = a - high_a, b - high_b
    left = ((high_a * high_b - total) + high_a * low_b + low_a * high_b) + low_a * low_b
    return total, left


@kernel(nogil=True)
def _times(a, b, c, d):
    """(a + b) (c + d), each of two parts."""
    total, left = _product(a, c)
    return _sum(total, left + (a * d + b * c))


@kernel(nogil=True)
def _minus(a, b, c, d):
    """(a + b) - (c + d), each of two parts."""
    total, left = _sum(a, -c)
    low, rest = _sum(b, -d)
    total, left = _sum(total, left + low)
    return _sum(total, left + rest)


@kernel(nogil=True)
def _ratio(a, b, c, d):
    """(a + b) / (c + d), each of two parts, rounded once."""
    first = a / c
    high, low = _times(c, d, first, 0.0)
    high, low = _minus(a, b, high, low)
    second = high / c
    rest, left = _times(c, d, second, 0.0)
    high, low = _minus(high, low, rest, left)
    total, left = _sum(first, second)
    return total + (left + high / c)


@kernel(nogil=True)
def crossing(ax, ay, bx, by, cx, cy, dx, dy):
    """Where the lines a-b and c-d cross, as near as a double can be."""
    px, pxl = _sum(ay, -by)
    py, pyl = _sum(bx, -ax)
    one, left = _product(ax, by)
    two, more = _product(bx, ay)
    pw, pwl = _minus(one, left, two, more)
    qx, qxl = _sum(cy, -dy)
    qy, qyl = _sum(dx, -cx)
    one, left = _product(cx, dy)
    two, more = _product(dx, cy)
    qw, qwl = _minus(one, left, two, more)
    one, left = _times(py, pyl, qw, qwl)
    two, more = _times(qy, qyl, pw, pwl)
    x, xl = _minus(one, left, two, more)
    one, left = _times(qx, qxl, pw, pwl)
    two, more = _times(px, pxl, qw, qwl)
    y, yl = _minus(one, left, two, more)
    one, left = _times(px, pxl, qy, qyl)
    two, more = _times(qx, qxl, py, pyl)
    w, wl = _minus(one, left, two, more)
    return _ratio(x, xl, w, wl), _ratio(y, yl, w, wl)
