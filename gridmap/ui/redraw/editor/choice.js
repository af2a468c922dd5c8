// @ts-check
// What is chosen, and what a click, a box or a line on the map does with it.

const gmChoice = (() => {
  const LOOK_AFTER_MS = 350;

  /**
   * @param {Board} board
   * @param {{ ask: (kind: string, fields?: Record<string, unknown>) => void, rechosen: () => void, tool: (name: ToolName) => void,
   *   border: (place: [number, number], anywhere: boolean) => void, took: () => boolean, note: (place: { x: number, y: number }) => void, cutToo: () => boolean }} acts
   */
  function start(board, acts) {
    let lookTimer = 0;

    /** @param {Iterable<number>} patches */
    const ids = (patches) => [...patches].sort((one, two) => one - two).map((patch) => board.ground.ids[patch]);
    /** @param {number} patch */
    const fits = (patch) => Boolean(board.open[patch]) && board.label[patch] >= 0;

    /** After the choice has changed: figures at once, and Python's word when the hand rests. */
    function rechosen() {
      board.answer.look = null;
      acts.rechosen();
      clearTimeout(lookTimer);
      const parents = new Set([...board.chosen].map((patch) => board.ground.parent[patch]));
      if (!board.chosen.size || parents.size > 1) return;
      lookTimer = setTimeout(() => acts.ask("look", { patches: ids(board.chosen) }), LOOK_AFTER_MS);
    }

    /** @param {number} patch @param {[number, number]} [place] in cm; none from the keyboard */
    function click(patch, place) {
      if (acts.took()) return;
      const { spot } = board.ground;
      if (board.tool === "border") acts.border(place || [spot[2 * patch], spot[2 * patch + 1]], !place);
      else if (patch < 0) return;
      else if (board.tool === "note") {
        const [x, y] = board.ground.spot.subarray(2 * patch, 2 * patch + 2);
        acts.note({ x: board.ground.origin[0] + x / 100, y: board.ground.origin[1] + y / 100 });
      } else if (board.tool === "move") {
        if (board.label[patch] >= 0) move(board.ground.codes[board.label[patch]]);
      } else toggle(board.tool === "grid" ? gmBoard.gridOf(board, patch) : [patch]);
    }

    /** Choose what is not chosen; when all is chosen, no longer. @param {number[]} patches */
    function toggle(patches) {
      const fit = patches.filter(fits);
      const all = fit.every((patch) => board.chosen.has(patch));
      for (const patch of fit) {
        if (all) board.chosen.delete(patch);
        else board.chosen.add(patch);
      }
      if (fit.length) rechosen();
    }

    /** @param {number[]} patches @param {boolean} less */
    function area(patches, less) {
      for (const patch of patches) {
        if (less) board.chosen.delete(patch);
        else if (fits(patch)) board.chosen.add(patch);
      }
      rechosen();
    }

    /** A line was drawn: it splits the micro-grid, or cuts the patch, that most of it lies on. @param {[number, number][]} points */
    function line(points) {
      const { ground, tool } = board;
      const what = gmLines.most(ground, points, (patch) => (fits(patch) ? (tool === "split" ? board.label[patch] : patch) : -1));
      if (what < 0) return;
      const places = points.map(([x, y]) => [ground.origin[0] + x / 100, ground.origin[1] + y / 100]);
      if (tool === "split") acts.ask("split", { grid: ground.codes[what], line: places, cut: acts.cutToo() });
      else acts.ask("cut", { patch: ground.ids[what], line: places });
      board.chosen.clear();
    }

    /** @param {string} to */
    function move(to) {
      if (!board.chosen.size) return;
      acts.ask("move", { patches: ids(board.chosen), to });
      board.chosen.clear();
      if (board.tool === "move") acts.tool("pick");
      rechosen();
    }

    function clear() {
      board.chosen.clear();
      rechosen();
    }

    return { rechosen, click, area, line, move, clear, stop: () => clearTimeout(lookTimer) };
  }

  return { start };
})();
