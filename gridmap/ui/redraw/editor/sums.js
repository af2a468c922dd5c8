// @ts-check
// Figures while the hand still moves: sums over patches, done here so that nobody waits.

const gmSums = (() => {
  /** @param {Ground} ground @param {Int32Array} label @returns {GridSums} */
  function byGrid(ground, label) {
    const size = ground.codes.length;
    const sums = {
      patches: new Int32Array(size), load: new Float64Array(size), area: new Float64Array(size),
      households: new Float64Array(size), objects: new Float64Array(size),
    };
    for (let patch = 0; patch < ground.count; patch++) {
      const grid = label[patch];
      if (grid < 0) continue;
      sums.patches[grid] += 1;
      sums.load[grid] += ground.load[patch];
      sums.area[grid] += ground.area[patch];
      sums.households[grid] += ground.households[patch];
      sums.objects[grid] += ground.objects[patch];
    }
    return sums;
  }

  /** Give a patch to another micro-grid, -1 for none: its label and the sums of both follow. @param {Board} board @param {number} patch @param {number} grid */
  function give({ ground, label, sums }, patch, grid) {
    for (const [one, sign] of [[label[patch], -1], [grid, 1]]) {
      if (one < 0) continue;
      sums.patches[one] += sign;
      sums.load[one] += sign * ground.load[patch];
      sums.area[one] += sign * ground.area[patch];
      sums.households[one] += sign * ground.households[patch];
      sums.objects[one] += sign * ground.objects[patch];
    }
    label[patch] = grid;
  }

  /** @param {Ground} ground @param {Iterable<number>} patches */
  function of(ground, patches) {
    const sum = { patches: 0, load: 0, area: 0, households: 0, objects: 0 };
    for (const patch of patches) {
      sum.patches += 1;
      sum.load += ground.load[patch];
      sum.area += ground.area[patch];
      sum.households += ground.households[patch];
      sum.objects += ground.objects[patch];
    }
    return sum;
  }

  /** Officers that a load asks for, in words: the rules may allow fewer. @param {number} load @param {Board} board */
  const officers = (load, { say, given: { rules } }) => {
    const needed = Math.max(Math.ceil((load - 1e-6) / rules.hours), rules.least);
    return needed > rules.most ? say("redraw.officers_over", { needed, most: rules.most }) : String(needed);
  };

  /** Micro-grids of patches, with how many of each. @param {Board} board @param {Iterable<number>} patches */
  function grids(board, patches) {
    /** @type {Map<number, number>} */
    const found = new Map();
    for (const patch of patches) {
      const grid = board.label[patch];
      if (grid >= 0) found.set(grid, (found.get(grid) || 0) + 1);
    }
    return found;
  }

  /** Micro-grids beside patches, in order of shared runs of border. @param {Board} board @param {Set<number>} patches */
  function beside(board, patches) {
    const { ground, label } = board;
    /** @type {Map<number, number>} */
    const found = new Map();
    for (const patch of patches) {
      for (let at = ground.arcs.from[patch]; at < ground.arcs.from[patch + 1]; at++) {
        const arc = ground.arcs.list[at];
        const other = ground.arc_left[arc] === patch ? ground.arc_right[arc] : ground.arc_left[arc];
        if (other < 0 || patches.has(other) || label[other] < 0) continue;
        if (ground.parent[other] !== ground.parent[patch]) continue;
        found.set(label[other], (found.get(label[other]) || 0) + ground.arc_count[arc]);
      }
    }
    return [...found].sort((one, two) => two[1] - one[1] || one[0] - two[0]).map(([grid]) => grid);
  }

  return { byGrid, give, of, officers, grids, beside };
})();
