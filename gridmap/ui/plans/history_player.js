// The history of a plan: a slider over its edits, with the map and the loads at each step.
// Elements are made by `elements.js` of the maps: texts of the data stay texts.

const PLAY_MS = 1100;
const DARK = matchMedia("(prefers-color-scheme: dark)");

// All micro-grids at a step: what the first says, and what each after it changed.
function stateAt(scenes, place) {
  const state = new Map();
  for (const step of scenes.steps.slice(0, place + 1)) {
    for (const code of step.gone) state.delete(code);
    for (const [code, told] of Object.entries(step.set)) state.set(code, told);
  }
  return state;
}

function colourOf(share, data) {
  const place = data.ends.findIndex((end) => share <= end + 1e-9);
  const colours = DARK.matches ? data.dark : data.colours;
  return colours[place < 0 ? colours.length - 1 : place];
}

function build(root, data, send) {
  root.replaceChildren();
  const { scenes, words } = data;
  const board = { data, place: scenes.steps.length - 1, timer: 0 };
  const bar = make("div", root, { class: "history-bar" });
  board.play = make("button", bar, { type: "button", class: "history-play" });
  const back = make("button", bar, { type: "button", "aria-label": words["history.back"] }, "‹");
  board.slider = make("input", bar, {
    type: "range", min: "0", max: String(scenes.steps.length - 1), step: "1",
    "aria-label": words["history.slider"],
  });
  const on = make("button", bar, { type: "button", "aria-label": words["history.on"] }, "›");
  board.note = make("p", root, { class: "history-note", role: "status" });
  board.figures = make("p", root, { class: "history-figures" });
  const body = make("div", root, { class: "history-body" });
  const [width, height] = scenes.size;
  board.map = draw("svg", body, {
    viewBox: `-2 -2 ${width + 4} ${height + 4}`, class: "history-map", role: "img",
    "aria-label": words["history.map"],
  });
  board.grids = draw("g", board.map, { class: "history-grids" });
  draw("path", board.map, { d: scenes.frame, class: "history-frame" });
  board.marks = draw("g", board.map, { class: "history-marks" });
  const side = make("div", body, { class: "history-side" });
  make("h4", side, {}, words["history.loads"]);
  board.bars = draw("svg", side, { viewBox: "0 0 300 120", class: "history-bars", role: "img",
    preserveAspectRatio: "none", "aria-label": words["history.loads"] });
  make("h4", side, {}, words["history.changed"]);
  board.list = make("div", side, { class: "history-list" });
  if (data.may_branch) {
    board.branch = make("button", side, { type: "button", class: "history-branch" },
      words["history.branch"]);
    board.branch.onclick = () => send(scenes.steps[board.place].step);
  }
  board.slider.oninput = () => go(board, Number(board.slider.value));
  back.onclick = () => go(board, board.place - 1);
  on.onclick = () => go(board, board.place + 1);
  board.play.onclick = () => (board.timer ? pause(board) : play(board));
  pause(board);
  show(board);
  return board;
}

function go(board, place) {
  pause(board);
  board.place = Math.min(Math.max(place, 0), board.data.scenes.steps.length - 1);
  show(board);
}

function play(board) {
  const last = board.data.scenes.steps.length - 1;
  if (board.place === last) board.place = 0;
  show(board);
  board.play.textContent = board.data.words["history.pause"];
  board.timer = setInterval(() => {
    if (!board.map.isConnected) return clearInterval(board.timer);
    board.place += 1;
    show(board);
    if (board.place === last) pause(board);
  }, PLAY_MS);
}

function pause(board) {
  clearInterval(board.timer);
  board.timer = 0;
  board.play.textContent = board.data.words["history.play"];
}

function show(board) {
  const { data, place } = board;
  const { scenes, words } = data;
  const step = scenes.steps[place];
  const state = stateAt(scenes, place);
  board.slider.value = String(place);
  board.slider.setAttribute("aria-valuetext", step.what || words["history.first"]);
  const told = { step: step.step, what: step.what, who: step.who, time: step.time };
  const line = step.step ? words["history.step"] : words["history.first"];
  board.note.textContent = filled(line, told) +
    (step.why ? filled(words["history.why"], step) : "");
  board.figures.textContent = filled(words["history.figures"], step);
  const changed = new Set(step.changed);
  board.grids.replaceChildren();
  board.marks.replaceChildren();
  for (const [code, [d, share]] of state) {
    const path = draw("path", board.grids, { d, fill: colourOf(share, data) });
    draw("title", path, {}).textContent =
      `${scenes.names[code] ?? ""} ${code} ${Math.round(100 * share)}%`;
    if (changed.has(code)) draw("path", board.marks, { d, "data-code": code });
  }
  bars(board, state, changed);
  rows(board, state, step);
}

function bars(board, state, changed) {
  const sorted = [...state].sort((one, other) => other[1][1] - one[1][1]);
  const most = Math.max(1.2, ...sorted.map(([, told]) => told[1]));
  const wide = 300 / Math.max(sorted.length, 1);
  board.bars.replaceChildren();
  sorted.forEach(([code, [, share]], place) => {
    const high = (118 * share) / most;
    draw("rect", board.bars, {
      x: place * wide, y: 120 - high, width: Math.max(wide * 0.82, 0.4), height: high,
      class: changed.has(code) ? "history-new" : share > 1 + 1e-6 ? "history-over" : "",
    });
  });
  const y = 120 - 118 / most;
  draw("line", board.bars, { x1: 0, x2: 300, y1: y, y2: y, class: "history-full" });
}

const ROWS = 8;

function rows(board, state, step) {
  const { scenes, words } = board.data;
  board.list.replaceChildren();
  for (const code of step.changed.slice(0, ROWS)) {
    const share = state.get(code)[1];
    const row = make("div", board.list, { class: "history-row" });
    make("span", row, { class: "history-name" }, scenes.names[code] || code);
    const bar = make("span", row, { class: "history-share" });
    make("i", bar, { style: `width:${Math.min(100 * share, 100)}%`, class: share > 1 ? "over" : "" });
    make("b", row, {}, `${Math.round(100 * share)}%`);
  }
  const more = step.changed.length - ROWS;
  if (more > 0) make("p", board.list, {}, filled(words["history.more"], { count: more }));
  if (step.gone.length) {
    make("p", board.list, {}, filled(words["history.gone"], { codes: step.gone.slice(0, ROWS).join(" ") }));
  }
  if (!step.changed.length && !step.gone.length) make("p", board.list, {}, words["history.none"]);
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".history");
  if (root.shown !== data.key) {
    if (root.board) pause(root.board);
    root.shown = data.key;
    root.board = build(root, data, (step) => setTriggerValue("branch", step));
  }
  const again = () => show(root.board);
  DARK.addEventListener("change", again);
  return () => DARK.removeEventListener("change", again);
}
