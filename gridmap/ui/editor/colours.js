// @ts-check
// Colours of the ground: by micro-grid, so that neighbours differ, by category, or by load.

const gmColours = (() => {
  const BY_GRID = ["#d5e6cf", "#f7e3bd", "#cfdff2", "#f5d3c8", "#e3d6ee", "#c9e6e3", "#ecdcc6", "#e9e7b4"];
  const BY_LOAD = ["#f2f0f7", "#d6d8ec", "#b3bddf", "#8c9dcc", "#5f78b4", "#a3262c"];
  const LOAD_STEPS = [0.2, 0.4, 0.6, 0.8, 1.0];
  const LEFT = "#d7dade";

  /**
   * Give every micro-grid a colour that none of its neighbours has: in order of code the first one
   * free. Those that have one keep it as long as no neighbour has the same.
   * @param {Ground} ground @param {Int32Array} label @param {Int32Array} before
   */
  function assign(ground, label, before) {
    const count = ground.codes.length;
    /** @type {Set<number>[]} */
    const beside = Array.from({ length: count }, () => new Set());
    for (let arc = 0; arc < ground.arc_left.length; arc++) {
      const right = ground.arc_right[arc];
      if (right < 0) continue;
      const one = label[ground.arc_left[arc]], two = label[right];
      if (one !== two && one >= 0 && two >= 0) {
        beside[one].add(two);
        beside[two].add(one);
      }
    }
    const colours = new Int32Array(count).fill(-1);
    colours.set(before.subarray(0, Math.min(count, before.length)));
    const order = [...ground.codes.keys()].sort((a, b) => (ground.codes[a] < ground.codes[b] ? -1 : 1));
    const uses = new Int32Array(BY_GRID.length);
    for (const grid of order) {
      const taken = new Set([...beside[grid]].map((other) => colours[other]));
      if (colours[grid] < 0 || taken.has(colours[grid])) {
        const free = [...BY_GRID.keys()].filter((colour) => !taken.has(colour));
        const choice = free.length ? free : [...BY_GRID.keys()];
        // The one used least spreads colours over the town; ties go to the first.
        colours[grid] = choice.reduce((best, colour) => (uses[colour] < uses[best] ? colour : best));
      }
      uses[colours[grid]] += 1;
    }
    return colours;
  }

  /** Colour of every patch as a position in a list. @param {Board} board */
  function fills(board) {
    const { ground, label, given } = board;
    if (board.colouring === "kind") {
      const list = [...given.kinds.map((kind) => kind.colour), LEFT];
      return { list, of: (/** @type {number} */ patch) => (label[patch] < 0 ? list.length - 1 : ground.kind[patch]) };
    }
    if (board.colouring === "load") {
      const most = given.rules.hours;
      const step = ground.codes.map((code, grid) => loadStep(board.sums.load[grid] / Math.max(board.answer.grids[code]?.officers || 1, 1) / most));
      const list = [...BY_LOAD, LEFT];
      return { list, of: (/** @type {number} */ patch) => (label[patch] < 0 ? list.length - 1 : step[label[patch]]) };
    }
    const list = [...BY_GRID, LEFT];
    return { list, of: (/** @type {number} */ patch) => (label[patch] < 0 ? list.length - 1 : board.colours[label[patch]]) };
  }

  /** @param {number} share of what the officers give */
  const loadStep = (share) => {
    const step = LOAD_STEPS.findIndex((end) => share <= end + 1e-9);
    return step < 0 ? LOAD_STEPS.length : step;
  };

  /** What the legend shows. @param {Board} board @returns {[string, string][]} */
  function legend(board) {
    const { say, given } = board;
    if (board.colouring === "kind") {
      const used = new Set(board.ground.kind);
      /** @type {Map<string, string>} */
      const names = new Map();
      given.kinds.forEach((kind, at) => { if (used.has(at)) names.set(kind.group, kind.colour); });
      return [...names];
    }
    if (board.colouring === "load") {
      const ends = LOAD_STEPS.map((step) => (step * given.rules.hours).toFixed(1).replace(/\.0$/, ""));
      return BY_LOAD.map((colour, at) => [
        at === 0 ? `≤ ${ends[0]}` : at === ends.length ? `> ${ends[at - 1]}` : `${ends[at - 1]}–${ends[at]}`, colour]);
    }
    return board.label.includes(-1) ? [[say("redraw.legend_left"), LEFT]] : [];
  }

  return { assign, fills, legend, of: (/** @type {number} */ place) => BY_GRID[place] || LEFT };
})();
