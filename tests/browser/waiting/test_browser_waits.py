"""How browser tests wait: until what was sent has been answered, and for clicks that arrive."""

import urllib.parse

import browser
import pytest
import sure_clicks
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession

# An app that answers when the test lets it, for it has no server.
STREAMLIT = """<div data-testid="stApp" data-test-script-state="notRunning">app</div><script>
const server = new EventTarget();
const send = (bytes) => { try { WebSocket.prototype.send.call(server, bytes); } catch {} };
const answer = (bytes) =>
  server.dispatchEvent(new MessageEvent("message", { data: new Uint8Array(bytes).buffer }));
</script>"""
# A button that slides away under the pointer that presses it, once.
SLIDES = """<div id="above"></div><button>press</button><p id="told">0</p><script>
const [above, told] = [document.querySelector("#above"), document.querySelector("#told")];
addEventListener("mousedown", () => { above.style.height = "200px"; }, { once: true });
const count = () => { told.textContent = Number(told.textContent) + 1; };
document.querySelector("button").onclick = count;
</script>"""
ASKED = BackMsg(rerun_script=ClientState(query_string="a=b"))
BEGUN = ForwardMsg(new_session=NewSession(main_script_path="x" * 300))


def ended(status):
    return ForwardMsg(script_finished=status)


@pytest.fixture
def shown(chromium):
    """Show a page of our own."""

    def show(text):
        stack.append(browser.open_page(chromium, f"data:text/html,{urllib.parse.quote(text)}"))
        return stack[-1].__enter__().page

    stack = []
    yield show
    for one in stack:
        one.__exit__(None, None, None)


def test_the_app_is_busy_until_the_run_that_was_asked_for_has_ended(shown):
    page = shown(STREAMLIT)
    busy = page.locator("[data-app-busy]")

    def say(name, message):
        page.evaluate(f"bytes => {name}(new Uint8Array(bytes))", list(message.SerializeToString()))

    expect(busy).to_have_count(0)
    say("send", ASKED)
    page.wait_for_timeout(1_300)  # a server that answers late
    assert busy.count() == 1
    say("answer", ended(ForwardMsg.FINISHED_SUCCESSFULLY))  # the run before
    say("answer", BEGUN)
    say("answer", ended(ForwardMsg.FINISHED_EARLY_FOR_RERUN))
    page.wait_for_timeout(300)
    assert busy.count() == 1  # another run follows at once
    say("answer", BEGUN)
    assert busy.count() == 1
    say("answer", ended(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    expect(busy).to_have_count(0, timeout=5_000)


def test_a_click_whose_button_has_moved_is_made_again_and_noted(shown):
    page = shown(SLIDES)
    button, told = page.get_by_role("button"), page.locator("#told")
    button.click()
    expect(told).to_have_text("1")
    assert len(sure_clicks.made_again) == 1
    button.click()
    expect(told).to_have_text("2")  # what has arrived is not made again
    assert len(sure_clicks.made_again) == 1
    sure_clicks.made_again.clear()  # this one is no news


def test_what_moves_is_at_its_end_at_once(shown):
    page = shown("<div id=one style='height:0; transition:height 600s'></div><p>text")
    height = "one.getBoundingClientRect().height"
    page.evaluate("one.style.height = '100px'")
    browser.until(page, lambda: page.evaluate(height) == 100)
    moved = "one.animate({ height: ['100px', '300px'] }, { duration: 900, fill: 'forwards' })"
    assert page.evaluate(f"{moved}.effect.getComputedTiming().endTime") == 0
    browser.until(page, lambda: page.evaluate(height) == 300)
    clock = (
        "one.animate({ opacity: [0, 1] }, { duration: 5000 }).effect.getComputedTiming().endTime"
    )
    assert page.evaluate(clock) == 5000
    page.evaluate(
        "one.attachShadow({ mode: 'open' }).innerHTML = '<p style=\"transition: all 9s\">'"
    )
    page.evaluate("one.shadowRoot.firstChild.style.height = '50px'")
    inner = "one.shadowRoot.firstChild.getBoundingClientRect().height"
    browser.until(page, lambda: page.evaluate(inner) == 50)


def test_what_does_not_move_is_as_it_is_told_in_the_same_moment(shown):
    page = shown("<div id=one style='width:10px'></div>")
    told = "one.style.width = '20px', one.getBoundingClientRect().width"
    assert page.evaluate(told) == 20
