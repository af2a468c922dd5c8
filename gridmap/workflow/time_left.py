"""How long work will still take: at first by experience, then more and more by its own pace."""

__all__ = ["EXPECTED_S", "seconds_left"]

EXPECTED_S = 20.0  # of a town of some hundred patches on an office's machine
_LEAST_S = 1.0
_EARLY = 0.03  # share done below which the pace says nothing


def seconds_left(share: float, elapsed_s: float, *, expected_s: float = EXPECTED_S) -> float:
    """Estimate how many seconds work will still take.

    Parameters
    ----------
    share
        Done of the work, 0 to 1.
    elapsed_s
        Seconds since it began.
    expected_s
        How long it takes as a rule, for the time before its pace is known.

    Returns
    -------
    Seconds, at least one while it goes on: a guess that nobody may rely on, without jumps.
    """
    done = min(max(share, 0.0), 1.0)
    by_rule = max(expected_s - elapsed_s, expected_s * (1 - done) * 0.2)
    if done < _EARLY:
        return max(by_rule, _LEAST_S)
    by_pace = elapsed_s * (1 - done) / done
    return max((1 - done) * by_rule + done * by_pace, _LEAST_S)
