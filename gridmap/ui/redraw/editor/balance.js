// @ts-check
// Balance in sight: every grid of the parent in hand with its load against what its officers give.
// The figures are those of gridmap/coverage/balance.py, summed here while the hand moves.

const gmBalance = (() => {
  const HOURS_NOISE = 1e-6;
  /** @type {WeakMap<Ground, Map<string, number[]>>} */
  const inside = new WeakMap();

  /** The deepest given grid around each parent of patches: exclusive grids are carved out of it. @param {Board} board */
  function bases({ ground, given }) {
    /** @type {Map<string, string>} */
    const found = new Map();
    for (const { code, parents } of [...given.above].sort((one, two) => one.level - two.level)) {
      for (const parent of parents) found.set(parent, code);
    }
    return ground.parents.map((parent) => found.get(parent) ?? "");
  }

  /** Patches inside a given grid; "" is the whole town. @param {Board} board @param {string} code */
  function patchesIn({ ground, given }, code) {
    const known = inside.get(ground) || new Map();
    inside.set(ground, known);
    if (!known.has(code)) {
      const within = given.above.find((grid) => grid.code === code);
      const parents = new Set((within ? within.parents : ground.parents).map((parent) => ground.parents.indexOf(parent)));
      known.set(code, [...ground.parent.keys()].filter((patch) => parents.has(ground.parent[patch])));
    }
    return /** @type {number[]} */ (known.get(code));
  }

  /** Officers that a grid has, or will have once its ground has changed. @param {Board} board @param {string} code @param {number} load @param {boolean} changed */
  function officersOf({ answer, given: { rules } }, code, load, changed) {
    const facts = answer.grids[code];
    if (facts && (!changed || facts.unit)) return facts.officers;
    const needed = Math.max(Math.ceil((load - HOURS_NOISE) / rules.hours), rules.least);
    return Math.max(Math.min(needed, rules.most), facts?.held ?? 0);
  }

  /** How a load stands: a position among the classes of balance, -1 for the grid of a unit. @param {Given} given @param {number} load @param {number} capacity @param {number} ratio @param {boolean} unit */
  function stateOf(given, load, capacity, ratio, unit) {
    if (unit) return -1;
    if (load > capacity + HOURS_NOISE) return given.balance.length - 1;
    const step = given.balance.findIndex(({ end }) => end === null || ratio <= end + 1e-9);
    return step;
  }

  /** How every grid of the town stands, by position in ground.codes; -1 for units and what has no ground. @param {Board} board */
  function states(board) {
    const { ground, answer, given, sums, drawn } = board;
    const base = bases(board);
    const parent = new Array(ground.codes.length).fill("");
    board.label.forEach((grid, patch) => { if (grid >= 0 && !parent[grid]) parent[grid] = base[ground.parent[patch]]; });
    const officers = ground.codes.map((code, grid) => officersOf(board, code, sums.load[grid], Math.abs(sums.load[grid] - (drawn.load[grid] || 0)) > 1e-9));
    const unit = ground.codes.map((code) => Boolean(answer.grids[code]?.unit));
    /** @type {Map<string, [number, number]>} */
    const total = new Map();
    parent.forEach((code, grid) => {
      if (!sums.patches[grid] || unit[grid]) return;
      const [load, count] = total.get(code) || [0, 0];
      total.set(code, [load + sums.load[grid], count + officers[grid]]);
    });
    return ground.codes.map((_, grid) => {
      if (!sums.patches[grid]) return -1;
      const [load, count] = total.get(parent[grid]) || [0, 0];
      const ratio = load > 0 ? sums.load[grid] / Math.max(officers[grid], 1) / (load / Math.max(count, 1)) : 1;
      return stateOf(given, sums.load[grid], officers[grid] * given.rules.hours, ratio, unit[grid]);
    });
  }

  /**
   * Figures of every grid with ground in a given grid: over capacity first, then the emptiest.
   * @param {Board} board @param {string} code @param {Int32Array} label micro-grid of each patch, perhaps one that is only tried
   * @returns {BalanceRow[]}
   */
  function measure(board, code, label) {
    const { ground, drawn } = board;
    /** @type {Map<number, number[]>} */
    const members = new Map();
    const changed = new Set();
    for (const patch of patchesIn(board, code)) {
      const grid = label[patch];
      if (grid !== drawn.label[patch]) changed.add(grid).add(drawn.label[patch]);
      if (grid < 0) continue;
      const own = members.get(grid);
      if (own) own.push(patch);
      else members.set(grid, [patch]);
    }
    const base = bases(board);
    const rows = [...members].map(([grid, patches]) => row(board, label, grid, patches, changed.has(grid), base[ground.parent[patches[0]]]));
    rate(board, rows);
    const last = board.given.balance.length - 1;
    /** @param {BalanceRow} one */
    const turn = (one) => (one.unit ? 2 : one.state === last ? 0 : 1);
    return rows.sort((one, two) => turn(one) - turn(two)
      || (one.state === last && !one.unit ? two.used - one.used : one.used - two.used) || (one.code < two.code ? -1 : 1));
  }

  /** @param {Board} board @param {Int32Array} label @param {number} grid @param {number[]} patches @param {boolean} changed @param {string} parent @returns {BalanceRow} */
  function row(board, label, grid, patches, changed, parent) {
    const { ground, answer, given } = board;
    const code = ground.codes[grid], facts = answer.grids[code];
    const sum = gmSums.of(ground, patches);
    let [border, road, seen, own] = [0, 0, 0, 0];
    for (const patch of patches) {
      for (let at = ground.arcs.from[patch]; at < ground.arcs.from[patch + 1]; at++) {
        const arc = ground.arcs.list[at];
        const other = ground.arc_left[arc] === patch ? ground.arc_right[arc] : ground.arc_left[arc];
        if (other >= 0 && label[other] === grid) continue;
        border += ground.arc_length[arc];
        road += ground.arc_road[arc];
        seen += ground.arc_seen[arc];
      }
    }
    const unit = Boolean(facts?.unit);
    const kind = unit || (facts && !changed) ? given.kinds.findIndex(({ key }) => key === facts.kind) : gmKinds.decide(board, patches);
    const { residual } = given.rules;
    for (const patch of patches) if (Math.min(ground.kind[patch], residual) === Math.min(kind, residual)) own += ground.area[patch];
    const officers = officersOf(board, code, sum.load, changed);
    const saved = facts ? given.kinds.findIndex(({ key }) => key === facts.saved) : -1;
    return {
      grid, code, parent, unit, kind, officers, ...sum,
      number: facts?.number ?? gmView.tail(code, parent), short: facts?.short ?? gmView.tail(code, parent), name: facts?.name ?? code,
      people: facts?.people ?? 0, capacity: officers * given.rules.hours,
      used: officers ? sum.load / (officers * given.rules.hours) : 0, ratio: 1, state: -1,
      purity: unit ? NaN : own / sum.area, border: border / 100,
      road: ground.lines_known ? road / border : NaN, seen: ground.lines_known ? seen / border : NaN,
      compact: (4 * Math.PI * sum.area) / (border / 100) ** 2,
      was: !unit && saved >= 0 && saved !== kind ? saved : -1,
    };
  }

  /** Hold each micro-grid against the mean of its parent. @param {Board} board @param {BalanceRow[]} rows */
  function rate({ given }, rows) {
    for (const parent of new Set(rows.map((one) => one.parent))) {
      const own = rows.filter((one) => one.parent === parent);
      const micro = own.filter((one) => !one.unit);
      const mean = total(micro, "load") / Math.max(total(micro, "officers"), 1);
      for (const one of own) {
        if (!one.unit && mean > 0) one.ratio = one.load / Math.max(one.officers, 1) / mean;
        one.state = stateOf(given, one.load, one.capacity, one.ratio, one.unit);
      }
    }
  }

  /** @param {BalanceRow[]} rows @param {"load" | "officers" | "capacity"} what */
  const total = (rows, what) => rows.reduce((sum, one) => sum + one[what], 0);

  /** What stands above the list. @param {Given} given @param {BalanceRow[]} rows */
  function summary(given, rows) {
    const micro = rows.filter((one) => !one.unit);
    const each = micro.map((one) => one.load / Math.max(one.officers, 1));
    const mean = each.reduce((sum, one) => sum + one, 0) / Math.max(each.length, 1);
    const spread = mean ? Math.sqrt(each.reduce((sum, one) => sum + (one - mean) ** 2, 0) / each.length) / mean : 0;
    const last = given.balance.length - 1;
    const count = (/** @type {number} */ state) => micro.filter((one) => one.state === state).length;
    return {
      count: micro.length, over: count(last), heavy: count(last - 1), light: count(0), spread,
      largest: micro[each.indexOf(Math.max(...each))], smallest: micro[each.indexOf(Math.min(...each))],
      mean: total(micro, "load") / (total(micro, "capacity") || 1),
    };
  }

  /** Labels as they would be with the choice in another grid. @param {Board} board @param {number} to */
  function tried(board, to) {
    const label = board.label.slice();
    for (const patch of board.chosen) label[patch] = to;
    return label;
  }

  /** Micro-grids that would be of another kind, of those that a choice leaves or goes to. @param {Board} board @param {number} to @returns {BalanceRow[]} */
  function turned(board, to) {
    const first = board.chosen.values().next().value;
    if (first === undefined) return [];
    const code = bases(board)[board.ground.parent[first]];
    const before = new Map(measure(board, code, board.label).map((one) => [one.grid, one.kind]));
    return measure(board, code, tried(board, to)).filter((one) => before.has(one.grid) && before.get(one.grid) !== one.kind);
  }

  /** The given grid in hand: chosen in the list, or of the choice, of what is drawn, the limit, or under the middle of the view. @param {Board} board @param {Int32Array} label @returns {string} */
  function inHand(board, label) {
    const { ground, balance, drawn } = board;
    if (balance.of !== null) return balance.of;
    const base = bases(board);
    const chosen = board.chosen.values().next().value;
    if (chosen !== undefined) return base[ground.parent[chosen]];
    for (let patch = 0; patch < ground.count; patch++) if (label[patch] !== drawn.label[patch]) return base[ground.parent[patch]];
    if (board.limit) return board.limit;
    const middle = board.map.getCenter();
    const under = ground.finder.at(middle.lng * 100, middle.lat * 100);
    if (under >= 0) balance.last = base[ground.parent[under]];
    return balance.last ?? base[0] ?? "";
  }

  return { measure, summary, states, inHand, tried, turned, bases };
})();
