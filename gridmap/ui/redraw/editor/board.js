// @ts-check
// The board: ground, labels and choice as they are now, and how an answer of Python changes them.

const gmBoard = (() => {
  /**
   * The board for new ground; what was chosen stays so as far as it is still there.
   * @param {ShadowRoot} root @param {Given} given @param {Ground} ground @param {Board | null} before
   * @param {() => any} map makes the map of the first board
   * @returns {Board}
   */
  function make(root, given, ground, before, map) {
    const chosen = before ? [...before.chosen].map((patch) => before.ground.ids[patch]) : [];
    const first = () => ({
      tool: "pick", colouring: "grid", numbers: true, context: true, limit: "", marked: -1, balance: { of: null, open: true, last: null }, map: map(),
      brush: { target: "", size: 0, skip: false, heal: false, along: new Set(), refused: new Set() },
    });
    const board = /** @type {Board} */ ({
      ...(before || first()),
      root, given, ground, answer: given.answer, cursor: -1, label: ground.label.slice(), base: ground.label.slice(), pending: new Set(), locked: new Set(),
      chosen: new Set(chosen.map((id) => ground.place.get(id)).filter((place) => place !== undefined)),
      open: new Uint8Array(ground.count), colours: gmColours.assign(ground, ground.label), hover: -1, pointer: null, shown: [],
      sums: gmSums.byGrid(ground, ground.label), drawn: { label: ground.label, load: new Float64Array(0) },
    });
    const kept = before ? Object.assign(before, board) : board;
    kept.say = (word, values = {}) => Object.entries(values).reduce(
      (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), kept.given.words[word] ?? word);
    limitTo(kept, kept.limit);
    return kept;
  }

  /** Take an answer of Python: labels, locks, pending changes. @param {Board} board @param {Answer} answer @param {() => Ask[]} unanswered tells what Python has not heard of, after this answer */
  function answered(board, answer, unanswered) {
    board.answer = answer;
    const { ground } = board;
    /** @type {Map<string, number>} */
    const places = new Map(ground.codes.map((code, at) => [code, at]));
    const place = (/** @type {string} */ code) => {
      if (!code) return -1;
      if (!places.has(code)) {
        places.set(code, ground.codes.length);
        ground.codes.push(code);
      }
      return /** @type {number} */ (places.get(code));
    };
    board.label = ground.label.slice();
    answer.labels[0].forEach((patch, at) => { board.label[patch] = place(answer.labels[1][at]); });
    board.locked = new Set(answer.locked.map(place));
    board.pending = new Set(answer.pending);
    board.base = board.label.slice();
    answer.pending.forEach((patch, at) => { board.base[patch] = place(answer.was[at]); });
    board.drawn = { label: board.label.slice(), load: gmSums.byGrid(ground, board.label).load };
    // Strokes that Python has not heard of yet stay on the map.
    for (const ask of unanswered()) if (ask.stroke) asIfMoved(board, ask, place);
    board.sums = gmSums.byGrid(ground, board.label);
    board.colours = gmColours.assign(ground, board.label);
    board.shown = [];
  }

  /** @param {Board} board @param {Ask} ask of a stroke @param {(code: string) => number} place */
  function asIfMoved(board, ask, place) {
    const { patches, to } = /** @type {{ patches: string[], to: string | string[] }} */ (/** @type {unknown} */ (ask));
    patches.forEach((id, at) => {
      const patch = board.ground.place.get(id);
      if (patch !== undefined) board.label[patch] = place(typeof to === "string" ? to : to[at]);
    });
  }

  /** Leave only the patches below a given grid open to changes; all for "". @param {Board} board @param {string} code */
  function limitTo(board, code) {
    board.limit = code;
    const within = board.given.above.find((grid) => grid.code === code);
    const parents = new Set(within ? within.parents.map((parent) => board.ground.parents.indexOf(parent)) : []);
    for (let patch = 0; patch < board.ground.count; patch++) board.open[patch] = Number(!within || parents.has(board.ground.parent[patch]));
    for (const patch of [...board.chosen]) if (!board.open[patch]) board.chosen.delete(patch);
  }

  /** @param {Board} board */
  const openPatches = (board) => [...board.open.keys()].filter((patch) => board.open[patch]);

  /** All patches of the micro-grid that one lies in. @param {Board} board @param {number} patch */
  function gridOf(board, patch) {
    const found = [];
    for (let at = 0; at < board.ground.count; at++) {
      if (board.label[at] === board.label[patch] && board.label[at] >= 0) found.push(at);
    }
    return found;
  }

  /** Codes of the micro-grids that hold what is chosen. @param {Board} board */
  const codesOf = (board) => [...gmSums.grids(board, board.chosen).keys()].map((grid) => board.ground.codes[grid]).sort();

  return { make, answered, limitTo, openPatches, gridOf, codesOf };
})();
