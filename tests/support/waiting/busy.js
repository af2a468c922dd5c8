// The page is marked while the app has something to do: from the moment that something is sent to
// it until the server has said that the run of it has ended, and what came of it is drawn.
if (window === window.top) {
  // Fields of Streamlit's messages (BackMsg.proto, ForwardMsg.proto), and of their statuses.
  const RERUN = 11, BEGUN = 4, ENDED = 6, FOR_ANOTHER_RUN = 2;
  const LINGER_MS = 100, NO_ANSWER_MS = 1_000, NO_RUN_MS = 20_000;
  const state = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  const set = (busy) => document.documentElement?.toggleAttribute("data-app-busy", busy);
  // A run that was asked for and has not begun, or has not ended: the state of the page says
  // nothing of it where a busy server answers late, or where it begins and ends in one picture.
  let run = "none", timer = 0, leaving = 0;
  const mark = () => {
    clearTimeout(leaving);
    const idle = [undefined, "notRunning", "compilationError"].includes(state());
    if (idle && run === "none" && timer === 0) leaving = setTimeout(() => set(false), LINGER_MS);
    else set(true);
  };
  const wait = (now, ms) => {
    run = now;
    clearTimeout(timer);
    timer = ms && setTimeout(() => wait("none", 0), ms);
    mark();
  };

  // The numbers and values of the fields of a message, without what they hold.
  const fields = (data) => {
    const bytes = new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
    const found = new Map();
    let at = 0;
    const number = () => {
      let value = 0, unit = 1, byte;
      do { byte = bytes[at++]; value += (byte & 127) * unit; unit *= 128; } while (byte & 128);
      return value;
    };
    while (at < bytes.length) {
      const tag = number(), form = tag % 8, value = form % 2 ? 0 : number();
      at += { 0: 0, 1: 8, 2: value, 5: 4 }[form] ?? bytes.length;
      found.set(Math.floor(tag / 8), value);
    }
    return found;
  };
  const heard = ({ data }) => {
    if (!(data instanceof ArrayBuffer) || run === "none") return;
    const told = fields(data);
    if (told.has(BEGUN)) wait("begun", 0);
    else if (told.get(ENDED) === FOR_ANOTHER_RUN) wait("asked", NO_RUN_MS);
    else if (told.has(ENDED) && run === "begun") wait("none", 0);
  };

  const known = new WeakSet(), send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (what) {
    if (!known.has(this)) {
      known.add(this);
      this.addEventListener("message", heard);
      this.addEventListener("close", () => wait("none", 0));
    }
    if (typeof what !== "string" && fields(what).has(RERUN)) wait("asked", NO_RUN_MS);
    else if (run === "none") wait("none", NO_ANSWER_MS);
    return send.call(this, what);
  };
  new MutationObserver(mark).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-script-state"],
  });

  // A button that was pressed and let go elsewhere, because it moved in between, was not clicked.
  let pressed = null;
  const over = (event) => event.composedPath();
  addEventListener("pointerdown", (event) => {
    const button = over(event).find((one) => one.matches?.("button, summary, a[href], label"));
    pressed = button && event.isTrusted ? { button, clicked: false } : null;
  }, true);
  addEventListener("click", (event) => {
    if (pressed && over(event).includes(pressed.button)) pressed.clicked = true;
  }, true);
  window.pressWasLost = () => {
    const lost = pressed !== null && !pressed.clicked && pressed.button.isConnected;
    pressed = null;
    return lost;
  };
}

// What moves is at its end as soon as it begins: nothing slides away under the pointer, no colour
// passes through a paler one, and nobody waits for it. What turns for ever stands still, and costs
// no pictures. (A style for all elements that shortens transitions would not do: each change of
// style would become a transition.)
const finish = ({ target }) => {
  for (const one of target.getAnimations({ subtree: true })) {
    if (!(one instanceof CSSTransition || one instanceof CSSAnimation)) continue;
    if (one.effect.getComputedTiming().endTime < Infinity) one.finish();
    else one.pause();
  }
};
const still = (root) => {
  root.addEventListener("transitionrun", finish, true);
  root.addEventListener("animationstart", finish, true);
  return root;
};
still(document);
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (how) { return still(attach.call(this, how)); };
// Streamlit opens an expander by a script. What takes longer than such a motion is a clock.
const MOTION_MS = 1_000, AT_ONCE = { duration: 0, delay: 0, endDelay: 0 };
const animate = Element.prototype.animate;
Element.prototype.animate = function (frames, how) {
  const told = typeof how === "object" ? how : { duration: how };
  return animate.call(this, frames, told.duration <= MOTION_MS ? { ...told, ...AT_ONCE } : told);
};
