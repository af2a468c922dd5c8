// @ts-check
// What hangs together: micro-grids as pieces, by the pairs of patches that Python has named.

const gmBreaks = (() => {
  /**
   * Micro-grids under a hand that moves patch after patch.
   * @param {Board} board
   */
  function watch(board) {
    /** @type {Map<number, Set<number>>} */
    const members = new Map();
    const seen = new Int32Array(board.ground.count);
    let turn = 0;

    /** Patches of a micro-grid. @param {number} grid @returns {Set<number>} */
    function of(grid) {
      let found = members.get(grid);
      if (!found) {
        found = new Set();
        for (let patch = 0; patch < board.ground.count; patch++) if (board.label[patch] === grid) found.add(patch);
        members.set(grid, found);
      }
      return found;
    }

    /** @param {number} patch @param {number} grid */
    function give(patch, grid) {
      const from = board.label[patch];
      if (from >= 0) of(from).delete(patch);
      const into = grid >= 0 ? of(grid) : null;
      gmSums.give(board, patch, grid);
      into?.add(patch);
    }

    /** Pieces of some patches, those of each that hang together. @param {Iterable<number>} patches @param {(patch: number) => boolean} inside @returns {number[][]} */
    function pieces(patches, inside) {
      const { from, list } = board.ground.joins;
      turn += 1;
      const found = [];
      for (const start of patches) {
        if (seen[start] === turn) continue;
        seen[start] = turn;
        const piece = [start];
        for (let at = 0; at < piece.length; at++) {
          for (let place = from[piece[at]]; place < from[piece[at] + 1]; place++) {
            const other = list[place];
            if (seen[other] === turn || !inside(other)) continue;
            seen[other] = turn;
            piece.push(other);
          }
        }
        found.push(piece);
      }
      return found;
    }

    /** @param {number} grid */
    const piecesOf = (grid) => pieces(of(grid), (patch) => board.label[patch] === grid);

    /** Whether a micro-grid falls apart without a patch: found out around the patch, mostly within a few steps. @param {number} patch */
    function holdsTogether(patch) {
      const { from, list } = board.ground.joins;
      const grid = board.label[patch];
      turn += 1;
      const beside = [];
      for (let place = from[patch]; place < from[patch + 1]; place++) if (board.label[list[place]] === grid) beside.push(list[place]);
      if (beside.length < 2) return false;
      const wanted = new Set(beside);
      seen[patch] = seen[beside[0]] = turn;
      wanted.delete(beside[0]);
      const way = [beside[0]];
      for (let at = 0; at < way.length && wanted.size; at++) {
        for (let place = from[way[at]]; place < from[way[at] + 1]; place++) {
          const other = list[place];
          if (seen[other] === turn || board.label[other] !== grid) continue;
          seen[other] = turn;
          wanted.delete(other);
          way.push(other);
        }
      }
      return wanted.size > 0;
    }

    /** @param {number} patch @param {number} grid */
    function touches(patch, grid) {
      const { from, list } = board.ground.joins;
      for (let place = from[patch]; place < from[patch + 1]; place++) if (board.label[list[place]] === grid) return true;
      return false;
    }

    return { of, give, pieces, holdsTogether, touches, piecesOf, forget: () => members.clear() };
  }

  /** The largest piece is the micro-grid, the others lie apart: as `stray_parts` in Python.
   * @param {Ground} ground @param {number[][]} pieces @returns {number[][]} */
  function strays(ground, pieces) {
    const size = (/** @type {number[]} */ piece) => Math.round(piece.reduce((sum, patch) => sum + ground.area[patch], 0) * 1000);
    const first = (/** @type {number[]} */ piece) => piece.reduce((least, patch) => Math.min(least, patch), Infinity);
    return [...pieces].sort((one, two) => size(two) - size(one) || first(one) - first(two)).slice(1);
  }

  return { watch, strays };
})();
