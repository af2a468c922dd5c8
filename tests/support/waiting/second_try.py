"""A second try for a browser test that has failed, in a world made anew, and told to everybody.

On a busy machine one test of hundreds may fail once for a reason that lies in no code of ours: the
browser was ended, a server answered late. So that a whole run is not lost to it, the test is run
once more. A fault that is always there fails both times. What passed only then is printed at the
end with the fault of the first try, and more than `MOST` of them fail the run: that is no chance.
Nothing is left of the first try: browser, servers and plans are made anew, whatever their scope.
"""

from contextlib import suppress

import pytest
from _pytest.runner import runtestprotocol

__all__ = ["CLICKED_AGAIN", "MOST", "SECOND_TRY", "fail_if_many", "tell", "tried_twice"]

MOST = 5
SECOND_TRY = "passed at the second try"
CLICKED_AGAIN = "clicked again"


def tried_twice(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test, and once more if it fails; only the last try counts."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    failed = [report for report in reports if report.failed]
    if failed:
        with suppress(Exception):  # what cannot be put away in order is a part of the failure
            item.session._setupstate.teardown_exact(None)  # also what the whole run shares
        item.user_properties.append((SECOND_TRY, failed[0].longreprtext))
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def tell(reporter: pytest.TerminalReporter) -> None:
    """Print what passed only at the second try and why the first failed, and clicks made again."""
    if tried := _noted(reporter, SECOND_TRY):
        reporter.section(f"{SECOND_TRY}: {len(tried)} (more than {MOST} fail the run)")
        for name, fault in tried:
            reporter.line(name, yellow=True)
            lines = [line for line in fault.splitlines() if line.startswith(("E ", ">"))]
            for line in lines[:6] or fault.splitlines()[-1:]:
                reporter.line(f"    {line[:200]}")
    if clicked := _noted(reporter, CLICKED_AGAIN):
        reporter.section(f"{CLICKED_AGAIN}, because the button had moved: {len(clicked)}")
        for name, what in clicked:
            reporter.line(f"{name}: {what}")


def fail_if_many(session: pytest.Session) -> None:
    """Fail a run in which too many tests needed a second try."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and len(_noted(reporter, SECOND_TRY)) > MOST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _noted(reporter: pytest.TerminalReporter, what: str) -> list[tuple[str, str]]:
    return [
        (report.nodeid, str(value))
        for report in reporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == what
    ]
