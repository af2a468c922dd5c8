"""Slowing down whoever guesses passwords, without keeping out who knows one.

A failed attempt makes the next one of the same browser wait, longer each time, and every one for
the same name from the same address, or from that address at all, wait a little. Waiting costs the
server nothing. Passwords are then worked out two at a time, and one at a time for an address, so
that guessers of one address fill one lane and leave the other to everybody else.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

__all__ = ["Attempts", "Pause"]

FREE = 3  # failures before anybody waits
OWN_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # of one browser after its failures
SHARED_S = (0.5, 1.0, 2.0)  # of a name at an address, and of an address, by every tenth failure
STEP = 10
FORGET_S = 15 * 60.0  # failures longer ago do not delay anybody
LONGEST_WAIT_S = 2.0  # that is waited out; who would have to wait longer is told so
LANES = 2  # passwords that are worked out at once: each takes 19 MB
MOST_IN_LINE = 32  # of one address; more are told to come again
MOST_KEPT = 10_000  # names, addresses and browsers that are remembered


@dataclass(frozen=True)
class Pause:
    """An attempt that may not be made yet."""

    seconds: float


@dataclass
class _Failures:
    count: int = 0
    last: float = 0.0


@dataclass
class Attempts:
    """The attempts of one server; safe to use from many threads."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _failed: OrderedDict[tuple[str, ...], _Failures] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _waiting: list[tuple[str, threading.Event]] = field(default_factory=list)
    _working: set[str] = field(default_factory=set)  # addresses

    def attempt(
        self, name: str, address: str, browser: str, check: Callable[[], bool]
    ) -> bool | Pause:
        """Make one attempt to log in.

        Parameters
        ----------
        name, address, browser
            Whose account, from where, and in which session of a browser.
        check
            Whether the password fits; takes its time.

        Returns
        -------
        What `check` says, or a pause when it was not asked.
        """
        wait = self._wait(name, address, browser)
        if wait > LONGEST_WAIT_S:
            return Pause(wait)
        if wait > 0:
            self.sleep(wait)
        with self._line(address) as place:
            if not place:
                return Pause(LONGEST_WAIT_S)
            fits = check()
        self._note(name, address, browser, fits=fits)
        return fits

    def _wait(self, name: str, address: str, browser: str) -> float:
        now = self.clock()
        with self._guard:
            own = self._known(("browser", browser), now)
            shared = [
                self._known(("name", name, address), now),
                self._known(("address", address), now),
            ]
        waits = [_left(own, OWN_S, 1, now)]
        return max(waits + [_left(one, SHARED_S, STEP, now) for one in shared])

    def _known(self, key: tuple[str, ...], now: float) -> _Failures:
        found = self._failed.get(key)
        if found is None or now - found.last > FORGET_S:
            return _Failures()
        return found

    def _note(self, name: str, address: str, browser: str, *, fits: bool) -> None:
        now = self.clock()
        with self._guard:
            if fits:
                self._failed.pop(("browser", browser), None)
                self._failed.pop(("name", name, address), None)
                return
            for key in (("browser", browser), ("name", name, address), ("address", address)):
                found = self._known(key, now)
                self._failed[key] = _Failures(found.count + 1, now)
                self._failed.move_to_end(key)
            while len(self._failed) > MOST_KEPT:
                self._failed.popitem(last=False)

    @contextmanager
    def _line(self, address: str) -> Iterator[bool]:
        """Wait in line for a lane, in order of coming; False when too many of an address wait."""
        turn = threading.Event()
        with self._guard:
            waiting = [one for one, _ in self._waiting].count(address) + (address in self._working)
            has_place = waiting < MOST_IN_LINE
            if has_place:
                self._waiting.append((address, turn))
                self._let_on()
        if not has_place:
            yield False
            return
        turn.wait()
        try:
            yield True
        finally:
            with self._guard:
                self._working.discard(address)
                self._let_on()

    def _let_on(self) -> None:
        """Let those on who have a lane: the oldest first, one of an address."""
        for address, turn in list(self._waiting):
            if len(self._working) < LANES and address not in self._working:
                self._working.add(address)
                self._waiting.remove((address, turn))
                turn.set()


def _left(failures: _Failures, waits: tuple[float, ...], every: int, now: float) -> float:
    """Seconds that are still to wait; none for the first failures, more with every so many."""
    step = (failures.count - FREE - 1) // every
    if step < 0:
        return 0.0
    return max(0.0, failures.last + waits[min(step, len(waits) - 1)] - now)
