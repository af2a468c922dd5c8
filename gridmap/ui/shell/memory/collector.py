"""What is kept for long is kept from the collector of garbage, which looks through all the rest.

Streamlit has all that there is looked through after every run of a page, in which no other page
goes on. Plans that are open for many planners are hundreds of thousands of things which are never
garbage while they are kept: with 40 of them each click would cost 0.2 s more.
"""

import gc
import threading

__all__ = ["keep_out", "note_kept"]

ANEW = 32  # times that something was kept out, after which all of it is looked through once
_guard = threading.Lock()
_is_new = False
_times = 0


def note_kept() -> None:
    """Say that something was made which stays."""
    global _is_new
    _is_new = True


def keep_out() -> None:
    """Keep all that is alive from the collector, if anything was made since that stays.

    What was alive by chance, such as the page that is drawn just now, goes once nobody needs it, or
    when all is looked through again.
    """
    global _is_new, _times
    if not _is_new:
        return
    with _guard:
        if not _is_new:
            return
        _is_new = False
        _times += 1
        if _times % ANEW == 0:
            gc.unfreeze()
        gc.collect()  # garbage must not be kept
        gc.freeze()
