// @ts-check
// Colours of the ground: by micro-grid, so that neighbours differ, by category, or by load.

const gmColours = (() => {
  // A family of hues a given grid, so that no edit in it touches the colours of another; with six
  // families and six tones a plane map never lacks one, and hardly ever needs the last of them.
  const FAMILIES = [100, 210, 40, 280, 345, 175];
  const TONES = [[0, 46, 88], [24, 42, 80], [-20, 50, 84], [10, 32, 77], [-10, 62, 91], [30, 56, 87]];
  const tones = (/** @type {(strong: number, light: number) => string} */ look) =>
    FAMILIES.flatMap((hue) => TONES.map(([turn, strong, light]) => `hsl(${hue + turn} ${look(strong, light)})`));
  const BY_GRID = tones((strong, light) => `${strong}% ${light}%`);
  // What is lighter by day is darker there, and all of it darker than the lines.
  const BY_GRID_DARK = tones((strong, light) => `${Math.min(strong, 38)}% ${Math.round(32 - 1.1 * (light - 83))}%`);
  const LOAD_STEPS = [0.2, 0.4, 0.6, 0.8, 1.0];
  const LEFT = { light: "#d7dade", dark: "#3a3f46" };
  const byGrid = () => (gmTheme.isDark() ? BY_GRID_DARK : BY_GRID);
  const left = () => gmTheme.pick(LEFT);
  /** @param {{ colour: string, dark: string }} look */
  const colourOf = ({ colour, dark }) => gmTheme.pick({ light: colour, dark });

  /** Colours of lines and texts on the ground. */
  const inks = () => (gmTheme.isDark()
    ? { halo: "rgba(10,12,15,0.85)", patch: "rgba(190,200,212,0.26)", grid: "#f4f6f9", parent: "#ffd591", frame: "#6b747f", text: "#ffffff", pale: "rgba(21,24,28,0.74)",
      chosen: "#8cc3f7", tint: "rgba(108,176,242,0.34)", rim: "#0b1622", hover: "rgba(244,246,249,0.85)", mark: "#c79bf0", pending: "#ff9a5c" }
    : { halo: "rgba(255,255,255,0.9)", patch: "rgba(60,70,80,0.24)", grid: "#14202e", parent: "#14202e", frame: "#8a929c", text: "#1c1f23", pale: "rgba(255,255,255,0.78)",
      chosen: "#0b3f8a", tint: "rgba(11,92,173,0.26)", rim: "#ffffff", hover: "rgba(28,31,35,0.75)", mark: "#7a3fb0", pending: "#b03e00" });

  /**
   * Give every micro-grid a colour that none of its neighbours has: a family of hues by the given
   * grid it lies in, which no edit changes, and in it the tone of its number, or the next one free.
   * @param {Ground} ground @param {Int32Array} label
   */
  function assign(ground, label) {
    const inside = new Int32Array(ground.codes.length).fill(-1);
    label.forEach((grid, patch) => { if (grid >= 0) inside[grid] = ground.parent[patch]; });
    const beside = neighbours(ground, label, (one, two) => inside[one] === inside[two]);
    const tone = spread(beside, ground.codes, TONES.length, (grid) => {
      const own = ground.codes[grid].slice((ground.parents[inside[grid]] || "").length);
      return Number((/\d+$/.exec(own) || ["1"])[0]) - 1;
    });
    const family = spread(neighbours(ground, ground.parent, () => true), ground.parents, FAMILIES.length, () => 0);
    return tone.map((one, grid) => (inside[grid] < 0 ? -1 : family[inside[grid]] * TONES.length + one));
  }

  /** Who borders whom, by the labels of the patches. @param {Ground} ground @param {Int32Array} label @param {(one: number, two: number) => boolean} counts */
  function neighbours(ground, label, counts) {
    /** @type {Map<number, Set<number>>} */
    const beside = new Map();
    const note = (/** @type {number} */ one, /** @type {number} */ two) => (beside.get(one) || beside.set(one, new Set()).get(one))?.add(two);
    for (let arc = 0; arc < ground.arc_left.length; arc++) {
      const right = ground.arc_right[arc];
      const one = label[ground.arc_left[arc]], two = right < 0 ? -1 : label[right];
      if (one === two || one < 0 || two < 0 || !counts(one, two)) continue;
      note(one, two);
      note(two, one);
    }
    return beside;
  }

  /**
   * Give each a place among `many` that no neighbour has: the wished one, or the next that is free.
   * Those with the fewest neighbours left come last, so on a plane at most five are taken before.
   * @param {Map<number, Set<number>>} beside @param {string[]} codes @param {number} many @param {(one: number) => number} wish
   */
  function spread(beside, codes, many, wish) {
    const left = new Set([...codes.keys()].sort((a, b) => (codes[a] < codes[b] ? -1 : 1)));
    const open = Int32Array.from(codes, (_, one) => beside.get(one)?.size || 0);
    const order = [];
    while (left.size) {
      const last = [...left].reduce((best, one) => (open[one] < open[best] ? one : best));
      left.delete(last);
      order.push(last);
      beside.get(last)?.forEach((other) => { open[other] -= 1; });
    }
    const place = new Int32Array(codes.length).fill(-1);
    for (const one of order.reverse()) {
      const taken = new Set([...(beside.get(one) || [])].map((other) => place[other]));
      const first = wish(one) % many;
      const round = [...Array(many).keys()].map((step) => (first + step) % many);
      place[one] = round.find((at) => !taken.has(at)) ?? first;
    }
    return place;
  }

  /** Colour of every patch as a position in a list. @param {Board} board */
  function fills(board) {
    const { ground, label, given } = board;
    if (board.colouring === "kind") {
      const list = [...given.kinds.map(colourOf), left()];
      return { list, of: (/** @type {number} */ patch) => (label[patch] < 0 ? list.length - 1 : ground.kind[patch]) };
    }
    if (board.colouring === "load") {
      const most = given.rules.hours;
      const step = ground.codes.map((code, grid) => loadStep(board.sums.load[grid] / Math.max(board.answer.grids[code]?.officers || 1, 1) / most));
      const list = [...given.load.map(colourOf), left()];
      return { list, of: (/** @type {number} */ patch) => (label[patch] < 0 ? list.length - 1 : step[label[patch]]) };
    }
    if (board.colouring === "balance") {
      const state = gmBalance.states(board);
      const list = [...given.balance.map((_, at) => ofState(board, at)), left()];
      return { list, of: (/** @type {number} */ patch) => (label[patch] < 0 || state[label[patch]] < 0 ? list.length - 1 : state[label[patch]]) };
    }
    const list = [...byGrid(), left()];
    return { list, of: (/** @type {number} */ patch) => (label[patch] < 0 ? list.length - 1 : board.colours[label[patch]]) };
  }

  /** @param {number} share of what the officers give */
  const loadStep = (share) => {
    const step = LOAD_STEPS.findIndex((end) => share <= end + 1e-9);
    return step < 0 ? LOAD_STEPS.length : step;
  };

  /** Colour of a class of balance. @param {Board} board @param {number} state */
  const ofState = ({ given }, state) => (given.balance[state] ? colourOf(given.balance[state]) : left());

  /** What the legend shows. @param {Board} board @returns {[string, string][]} */
  function legend(board) {
    const { say, given } = board;
    if (board.colouring === "kind") {
      const used = new Set(board.ground.kind);
      /** @type {Map<string, string>} */
      const names = new Map();
      given.kinds.forEach((kind, at) => { if (used.has(at)) names.set(kind.name, colourOf(kind)); });
      return [...names];
    }
    if (board.colouring === "load") {
      const ends = LOAD_STEPS.map((step) => (step * given.rules.hours).toFixed(1).replace(/\.0$/, ""));
      return given.load.map((look, at) => [
        at === 0 ? `≤ ${ends[0]}` : at === ends.length ? `> ${ends[at - 1]}` : `${ends[at - 1]}–${ends[at]}`, colourOf(look)]);
    }
    if (board.colouring === "balance") {
      const ends = given.balance.map(({ end }) => (end === null ? "" : end.toFixed(2)));
      const range = (/** @type {number} */ at) => (at === 0 ? `≤ ${ends[0]}` : ends[at] ? `${ends[at - 1]}–${ends[at]}` : ends[at - 1] ? `> ${ends[at - 1]}` : "");
      return given.balance.map(({ name }, at) => [`${name}${range(at) ? ` ${range(at)}` : ""}`, ofState(board, at)]);
    }
    return board.label.includes(-1) ? [[say("redraw.legend_left"), left()]] : [];
  }

  return { assign, fills, legend, inks, ofState, of: (/** @type {number} */ place) => byGrid()[place] || left() };
})();
