// @ts-check
// A stroke of the brush or the eraser: which patches go over, which stay, and which come along.

const gmPainting = (() => {
  /**
   * Why a patch under the brush was not taken: its micro-grid would fall apart, it does not touch the
   * micro-grid painted for, or it is the last ground of its own.
   * @typedef {"break" | "apart" | "last"} Reason
   * @typedef {{ changed: number[], grids: Set<number>, refused: number[] }} Step
   */

  /**
   * @param {Board} board
   * @param {{ erase: boolean, target: number, heal: boolean, skip: boolean }} how
   */
  function stroke(board, how) {
    const { ground } = board;
    let watch = gmBreaks.watch(board);
    /** @type {Map<number, number>} */
    const was = new Map(); // micro-grid of each patch that went over, before the stroke
    /** @type {Set<number>} */
    const along = new Set(); // came along, for it would lie apart
    /** @type {Map<number, Reason>} */
    const held = new Map(); // under the brush and not taken yet: tried again at each step
    const home = how.erase ? -1 : parentOf(board, how.target);
    let parent = home;
    const kind = how.target >= 0 ? board.answer.grids[ground.codes[how.target]]?.kind : undefined;

    /** Where a patch goes; -1 where it stays. @param {number} patch */
    function goal(patch) {
      const grid = board.label[patch];
      if (grid < 0 || !board.open[patch] || isFixed(board, grid)) return -1;
      if (how.erase) {
        const back = board.base[patch];
        return back === grid || back < 0 || isFixed(board, back) || !board.answer.grids[ground.codes[back]] ? -1 : back;
      }
      if (grid === how.target || (parent >= 0 && ground.parent[patch] !== parent)) return -1;
      if (how.skip && kind !== undefined && board.given.kinds[ground.kind[patch]]?.key !== kind) return -1;
      return how.target;
    }

    /** A micro-grid may lose its last patch only where there was none before the pending changes. @param {number} grid */
    const mayEnd = (grid) => how.erase && !board.base.includes(grid);

    /** @param {number} patch @param {number} grid */
    function give(patch, grid) {
      if (!was.has(patch)) was.set(patch, board.label[patch]);
      watch.give(patch, grid);
      if (was.get(patch) === grid) was.delete(patch);
    }

    /** Try patches together; all go over or none. @param {number[]} patches @returns {{ gone: number[], why: Reason | null }} */
    function attempt(patches) {
      /** @type {Map<number, number>} */
      const before = new Map(); // pieces of each micro-grid concerned
      /** @type {[number, number][]} */
      const done = [];
      const pieces = (/** @type {number} */ grid) => watch.piecesOf(grid);
      const note = (/** @type {number} */ grid) => { if (!before.has(grid)) before.set(grid, Math.max(1, pieces(grid).length)); };
      const goals = patches.map(goal);
      const sources = new Set(patches.map((patch) => board.label[patch]));
      /** @type {number[][]} */
      const touched = []; // pieces of the micro-grids that lose ground, before they do
      for (const grid of sources) {
        const all = pieces(grid);
        before.set(grid, all.length);
        const mine = new Set(patches);
        touched.push(...all.filter((piece) => piece.some((patch) => mine.has(patch))));
      }
      for (const grid of new Set(goals)) note(grid);
      const go = (/** @type {number} */ patch, /** @type {number} */ grid) => {
        done.push([patch, board.label[patch]]);
        give(patch, grid);
      };
      const back = (/** @type {Reason} */ why) => {
        for (const [patch, grid] of done.reverse()) give(patch, grid);
        return { gone: [], why };
      };
      patches.forEach((patch, at) => go(patch, goals[at]));
      for (const grid of sources) if (!watch.of(grid).size && !mayEnd(grid)) return back("last");
      const torn = [...sources].filter((grid) => pieces(grid).length > /** @type {number} */ (before.get(grid)));
      if (torn.length) {
        if (!how.heal || how.erase) return back("break");
        for (const piece of touched) {
          const rest = piece.filter((patch) => board.label[patch] !== how.target);
          const inside = new Set(rest);
          for (const stray of gmBreaks.strays(ground, watch.pieces(rest, (patch) => inside.has(patch)))) {
            if (stray.some((patch) => goal(patch) < 0)) return back("break");
            for (const patch of stray) go(patch, how.target);
          }
        }
      }
      for (const [grid, count] of before) if (pieces(grid).length > count) return back(sources.has(grid) ? "break" : "apart");
      if (how.heal) for (const [patch] of done.slice(patches.length)) along.add(patch);
      return { gone: done.map(([patch]) => patch), why: null };
    }

    /** Try one patch; only where its micro-grid would fall apart is more looked at than its neighbours. @param {number} patch @returns {{ gone: number[], why: Reason | null }} */
    function attemptOne(patch) {
      const grid = board.label[patch], into = goal(patch);
      if (watch.of(grid).size === 1 && !mayEnd(grid)) return { gone: [], why: "last" };
      if (watch.of(into).size && !watch.touches(patch, into)) return { gone: [], why: "apart" };
      if (watch.holdsTogether(patch)) return how.heal && !how.erase ? attempt([patch]) : { gone: [], why: "break" };
      give(patch, into);
      return { gone: [patch], why: null };
    }

    /** Take what can be taken of patches under the brush. @param {Iterable<number>} reached @returns {Step} */
    function reach(reached) {
      const fresh = new Set();
      for (const patch of reached) {
        if (board.label[patch] === how.target) along.delete(patch); // painted by hand now
        if (held.has(patch) || goal(patch) < 0) continue;
        if (parent < 0 && !how.erase) parent = ground.parent[patch]; // a new micro-grid lies where it begins
        if (goal(patch) < 0) continue;
        held.set(patch, "apart");
        fresh.add(patch);
      }
      /** @type {number[]} */
      const changed = [];
      /** @type {Set<number>} */
      const grids = new Set();
      if (!fresh.size) return { changed, grids, refused: [] };
      /** @param {number[]} patches */
      const take = (patches) => {
        const from = patches.map((patch) => board.label[patch]);
        const { gone, why } = patches.length === 1 ? attemptOne(patches[0]) : attempt(patches);
        if (why) {
          for (const patch of patches) held.set(patch, why);
          return false;
        }
        for (const grid of from) grids.add(grid);
        for (const patch of gone) {
          held.delete(patch);
          changed.push(patch);
          grids.add(was.get(patch) ?? board.label[patch]).add(board.label[patch]);
        }
        return gone.length > 0;
      };
      for (const piece of watch.pieces(held.keys(), (patch) => held.has(patch))) {
        if (take(piece) || piece.length === 1) continue;
        singly(piece, take);
      }
      for (const patch of [...held.keys()]) if (goal(patch) < 0) held.delete(patch);
      for (const patch of fresh) along.delete(patch);
      return { changed, grids, refused: [...held.keys()].filter((patch) => fresh.has(patch)) };
    }

    /** One after the other, as long as any goes over: from the border inwards. @param {number[]} piece @param {(patches: number[]) => boolean} take */
    function singly(piece, take) {
      let rest = piece;
      for (let went = true; went;) {
        went = false;
        const stay = [];
        for (const patch of rest) {
          if (goal(patch) < 0) continue;
          if (take([patch])) went = true;
          else stay.push(patch);
        }
        rest = stay;
      }
    }

    return {
      reach, was, along, held,
      /** Labels have come anew from Python: the stroke goes on upon them. */
      replay() {
        watch = gmBreaks.watch(board);
        const moved = [...was.keys()].map((patch) => /** @type {[number, number]} */ ([patch, how.erase ? board.base[patch] : how.target]));
        was.clear();
        for (const [patch, grid] of moved) if (grid >= 0 && board.label[patch] >= 0 && board.label[patch] !== grid) give(patch, grid);
      },
      /** Everything back as it was. */
      revert() {
        const grids = new Set();
        for (const [patch, grid] of [...was]) {
          grids.add(board.label[patch]).add(grid);
          give(patch, grid);
        }
        along.clear();
        held.clear();
        return grids;
      },
      /** What to ask of Python: patches, and one micro-grid or each its own. */
      asked() {
        const patches = [...was.keys()].sort((one, two) => one - two);
        return {
          patches: patches.map((patch) => ground.ids[patch]),
          to: how.erase ? patches.map((patch) => ground.codes[board.label[patch]]) : ground.codes[how.target],
        };
      },
    };
  }

  /** @param {Board} board @param {number} grid */
  const isFixed = (board, grid) => board.locked.has(grid) || Boolean(board.answer.grids[board.ground.codes[grid]]?.unit);

  /** Given grid that a micro-grid lies in; -1 for one without ground. @param {Board} board @param {number} grid */
  function parentOf(board, grid) {
    const first = grid < 0 ? -1 : board.label.indexOf(grid);
    return first < 0 ? -1 : board.ground.parent[first];
  }

  /**
   * Patches under a round brush that went from one place to another: those whose inner point it passed
   * over, and those right under its middle.
   * @param {Ground} ground @param {[number, number]} from in cm @param {[number, number]} to @param {number} radius in cm @param {number} step in cm
   * @returns {Set<number>}
   */
  function under(ground, from, to, radius, step) {
    /** @type {Set<number>} */
    const found = new Set();
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    const steps = Math.max(1, Math.ceil(length / step));
    for (let at = 0; at <= steps; at++) {
      const patch = ground.finder.at(from[0] + (dx * at) / steps, from[1] + (dy * at) / steps);
      if (patch >= 0) found.add(patch);
    }
    if (radius <= 0) return found;
    const area = [Math.min(from[0], to[0]) - radius, Math.min(from[1], to[1]) - radius, Math.max(from[0], to[0]) + radius, Math.max(from[1], to[1]) + radius];
    ground.finder.within(area, (patch) => {
      const [x, y] = [ground.spot[2 * patch] - from[0], ground.spot[2 * patch + 1] - from[1]];
      const along = length ? Math.max(0, Math.min(1, (x * dx + y * dy) / (length * length))) : 0;
      if (Math.hypot(x - along * dx, y - along * dy) <= radius) found.add(patch);
    });
    return found;
  }

  return { stroke, under, parentOf, isFixed };
})();
