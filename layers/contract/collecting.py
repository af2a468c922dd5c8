"""How often a process looks for objects that nobody can reach any more."""

import gc

__all__ = ["collect_rarely"]

_OBJECTS = 50_000  # made since the last look, before the next


def collect_rarely() -> None:
    """Let this process look for unreachable objects seldom, for as long as it runs.

    Loading the libraries makes some 180,000 objects that stay; planning a town looks through them
    ten times and more, and finds next to nothing. What nobody holds any more is freed at once as
    before: only rings of objects that hold each other wait.
    """
    gc.set_threshold(_OBJECTS, 20, 20)
