"""Guessing is slowed down, and who knows the password still gets in soon."""

import threading
import time

import pytest

from gridmap.access import attempts as room
from gridmap.access.attempts import Attempts, Pause


class Clock:
    """A clock that goes on only when somebody waits or the test says so."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def attempts(clock):
    return Attempts(clock=clock, sleep=clock.sleep)


def guess(attempts, name="li", address="10.0.0.7", browser="b", *, fits=False):
    return attempts.attempt(name, address, browser, lambda: fits)


def test_a_few_mistakes_cost_nothing(attempts, clock):
    assert [guess(attempts) for _ in range(room.FREE)] == [False] * room.FREE
    assert guess(attempts, fits=True) is True
    assert clock.slept == []


def test_one_browser_waits_longer_with_every_failure_and_is_then_told_so(attempts, clock):
    for _ in range(room.FREE + 3):
        assert guess(attempts) is False
    assert clock.slept == [1.0, 2.0]
    found = guess(attempts, fits=True)  # the password is not even looked at
    assert found == Pause(4.0)
    clock.now += 4.0
    assert guess(attempts, fits=True) is True
    assert guess(attempts, fits=True) is True  # and all is forgotten
    assert clock.slept == [1.0, 2.0]


def test_new_browsers_of_one_address_pay_for_the_name_and_for_other_names(attempts, clock):
    for number in range(60):
        guess(attempts, browser=f"b{number}")
    assert clock.slept[-1] == 2.0
    slept = len(clock.slept)
    guess(attempts, name="wu", browser="new")  # another name of the same address
    assert clock.slept[slept:] == [2.0]
    slept = len(clock.slept)
    assert guess(attempts, address="10.0.0.8", browser="mine", fits=True) is True
    assert clock.slept[slept:] == []  # who comes from elsewhere does not wait at all


def test_failures_are_forgotten_after_a_quarter_of_an_hour(attempts, clock):
    for number in range(40):
        guess(attempts, browser=f"b{number}")
    clock.now += room.FORGET_S + 1
    slept = len(clock.slept)
    assert guess(attempts, browser="b1", fits=True) is True
    assert len(clock.slept) == slept


def test_what_is_remembered_does_not_grow_without_end(attempts, monkeypatch):
    monkeypatch.setattr(room, "MOST_KEPT", 30)
    for number in range(200):
        guess(attempts, name=f"n{number}", address=f"a{number}", browser=f"b{number}")
    assert len(attempts._failed) == 30
    assert not attempts._waiting
    assert not attempts._working


GUESSED = 11  # guesses that failed before the true log-in: from then on everybody has to wait
SLOW_S = 0.1  # longer than a password takes on a machine with nothing else to do


def starved(address_of, name_of, *, guessers=15, hash_s=SLOW_S):
    """Let guessers try for as long as a true log-in takes; give its seconds."""
    attempts, over, tried, guessed = Attempts(), threading.Event(), [], threading.Semaphore(0)

    def slow(fits):
        time.sleep(hash_s)
        return fits

    def guesser(number):
        count = 0
        while not over.is_set():
            count += 1  # a new browser for every guess
            attempts.attempt(name_of(number), address_of(number), f"{number} {count}",
                             lambda: slow(False))  # fmt: skip
            tried.append(number)
            guessed.release()

    threads = [threading.Thread(target=guesser, args=(number,)) for number in range(guessers)]
    for thread in threads:
        thread.start()
    for _ in range(GUESSED):
        assert guessed.acquire(timeout=60)
    begun = time.monotonic()
    found = attempts.attempt("li", "10.0.0.7", "mine", lambda: slow(True))
    took = time.monotonic() - begun
    over.set()
    for thread in threads:
        thread.join()
    assert found is True
    assert len(tried) > guessers
    return took


@pytest.mark.parametrize("names", ["same", "other"])
@pytest.mark.parametrize("addresses", ["same", "other", "many"])
def test_fifteen_guessers_do_not_starve_a_true_log_in(names, addresses):
    address = {"same": lambda _: "10.0.0.7", "other": lambda _: "10.0.0.9", "many": str}[addresses]
    took = starved(address, (lambda _: "li") if names == "same" else (lambda number: f"n{number}"))
    # The longest pause, and one turn of each.
    assert took < room.SHARED_S[-1] + 15 * SLOW_S + 0.5


def test_a_line_that_is_too_long_is_told_at_once(monkeypatch):
    monkeypatch.setattr(room, "MOST_IN_LINE", 1)
    attempts, inside, go = Attempts(), threading.Event(), threading.Event()

    def held():
        inside.set()
        return go.wait(10)

    thread = threading.Thread(target=attempts.attempt, args=("li", "a", "b", held))
    thread.start()
    assert inside.wait(10)
    assert isinstance(attempts.attempt("li", "a", "c", lambda: True), Pause)
    assert attempts.attempt("li", "elsewhere", "d", lambda: True) is True
    go.set()
    thread.join()
