// @ts-check
// Draws anew only what looks otherwise than it did: block by block, a few milliseconds a frame.

const gmRepaint = (() => {
  const BLOCK_PX = 128;
  const BUDGET_MS = 9;

  /**
   * @param {Board} board
   * @param {{ ground: any, words: any }} sheets
   */
  function start(board, sheets) {
    let shown = new Float64Array(0); // how each patch looked when it was drawn last
    /** @type {Map<string, number[]>} */
    const waiting = new Map(); // blocks to be drawn, by place
    let frame = 0, words = false;

    /** How each patch looks now, as one number. */
    function looks() {
      const { ground, label, locked, pending, open, limit, brush } = board;
      const { of } = gmColours.fills(board);
      const found = new Float64Array(ground.count);
      for (let patch = 0; patch < ground.count; patch++) {
        const marks = Number(locked.has(label[patch])) + 2 * Number(pending.has(patch))
          + 4 * Number(limit !== "" && !open[patch]) + 8 * Number(brush.along.has(patch));
        found[patch] = ((label[patch] + 1) * 256 + of(patch)) * 16 + marks;
      }
      return found;
    }

    /** All of the map, at once. */
    function all() {
      cancelAnimationFrame(frame);
      frame = 0;
      waiting.clear();
      words = false;
      shown = looks();
      sheets.ground.repaint();
      sheets.words.repaint();
    }

    /** What has changed since; the rest waits for the next frame when it is much. @param {boolean} [silent] numbers and names stay as they are, while the hand still moves */
    function changed(silent = false) {
      const now = looks();
      if (now.length !== shown.length) {
        all();
        return;
      }
      const side = (BLOCK_PX * 100) / board.map.getZoomScale(board.map.getZoom(), 0) ;
      const { box } = board.ground;
      for (let patch = 0; patch < now.length; patch++) {
        if (now[patch] === shown[patch]) continue;
        const b = 4 * patch;
        for (let x = Math.floor(box[b] / side); x <= Math.floor(box[b + 2] / side); x++) {
          for (let y = Math.floor(box[b + 1] / side); y <= Math.floor(box[b + 3] / side); y++) {
            const key = `${x} ${y}`, old = waiting.get(key);
            // Of each block the part that the patch reaches into.
            const part = [Math.max(box[b], x * side), Math.max(box[b + 1], y * side), Math.min(box[b + 2], (x + 1) * side), Math.min(box[b + 3], (y + 1) * side)];
            if (!old) waiting.set(key, part);
            else [old[0], old[1], old[2], old[3]] = [Math.min(old[0], part[0]), Math.min(old[1], part[1]), Math.max(old[2], part[2]), Math.max(old[3], part[3])];
          }
        }
      }
      shown = now;
      words ||= !silent;
      if (!frame) work();
    }

    function work() {
      frame = 0;
      const begun = performance.now();
      for (const [key, area] of waiting) {
        waiting.delete(key);
        sheets.ground.repaint([area]);
        if (performance.now() - begun > BUDGET_MS) break;
      }
      if (!waiting.size && words && performance.now() - begun < BUDGET_MS) {
        words = false;
        sheets.words.repaint();
      }
      if (waiting.size || words) frame = requestAnimationFrame(work);
    }

    return { all, changed, stop: () => cancelAnimationFrame(frame) };
  }

  return { start };
})();
