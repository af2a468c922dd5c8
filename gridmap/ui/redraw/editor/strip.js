// @ts-check
// The strip above the map while the brush or the eraser is in hand: for which micro-grid, how large, and how far the stroke has come.

const gmStrip = (() => {
  const { make } = gmView;
  const SIZES = [0, 20, 40, 70, 110, 160]; // px across; 0 takes the patch under the pointer alone
  const NEW = "+1";

  /**
   * @param {Board} board
   * @param {HTMLElement} strip
   * @param {() => number} target place of the micro-grid painted for; -1 for none
   */
  function start(board, strip, target) {
    const status = make("span", { class: "gm-strip-status", role: "status" });
    const mark = make("i", { class: "gm-strip-mark" });
    let listed = ""; // what the list was last made of
    const list = make("select", { onchange: () => { board.brush.target = list.value; show(); } });
    const size = make("input", { type: "range", min: 0, max: SIZES.length - 1, step: 1, oninput: () => { board.brush.size = SIZES[Number(size.value)]; show(); } });
    const wide = make("output");
    const skip = make("input", { type: "checkbox", onchange: () => { board.brush.skip = skip.checked; } });
    const heal = make("select", { onchange: () => { board.brush.heal = heal.value === "heal"; } });
    /** @param {string} text @param {boolean} [warn] */
    const tell = (text, warn = false) => { status.textContent = status.title = text; status.classList.toggle("bad", warn); };

    /** Write the strip anew: after another tool, another target or an answer. */
    function show() {
      const { say, brush } = board;
      strip.hidden = !gmBrush.isOn(board);
      if (strip.hidden) return;
      const paints = board.tool === "brush";
      fillList();
      size.value = String(Math.max(0, SIZES.indexOf(brush.size)));
      wide.textContent = brush.size ? say("redraw.brush_px", { size: brush.size }) : say("redraw.brush_one");
      size.setAttribute("aria-valuetext", wide.textContent);
      skip.checked = brush.skip;
      const grid = target();
      mark.style.background = grid >= 0 ? gmColours.of(board.colours[grid]) : "transparent";
      const made = `${board.tool} ${board.given.lang}`;
      if (strip.dataset.made !== made) {
        strip.dataset.made = made;
        const label = (/** @type {string} */ word, /** @type {any[]} */ ...inside) => make("label", { class: "gm-check" }, make("span", { text: say(word) }), ...inside);
        for (const [input, word] of /** @type {[any, string][]} */ ([[list, "redraw.paint_for"], [size, "redraw.brush_size"], [heal, "redraw.at_break"]])) input.setAttribute("aria-label", say(word));
        heal.replaceChildren(make("option", { value: "refuse", text: say("redraw.refuse") }), make("option", { value: "heal", text: say("redraw.heal") }));
        strip.replaceChildren(...(paints ? [label("redraw.paint_for", mark, list)] : []), label("redraw.brush_size", size, wide),
          ...(paints ? [make("label", { class: "gm-check" }, skip, make("span", { text: say("redraw.skip_kinds") })), label("redraw.at_break", heal)] : []), status);
      }
      heal.value = brush.heal ? "heal" : "refuse";
    }

    /** Micro-grids that can be painted for, by the given grid they lie in. */
    function fillList() {
      const { say, ground, brush } = board;
      /** @type {Map<number, number[]>} */
      const inside = new Map();
      const known = new Int8Array(ground.codes.length);
      for (let patch = 0; patch < ground.count; patch++) {
        const grid = board.label[patch];
        if (grid < 0 || known[grid] || !board.open[patch]) continue;
        known[grid] = 1;
        if (!gmPainting.isFixed(board, grid) && ground.codes[grid] !== NEW) inside.set(ground.parent[patch], [...(inside.get(ground.parent[patch]) || []), grid]);
      }
      const groups = [...inside].sort(([one], [two]) => (ground.parents[one] < ground.parents[two] ? -1 : 1)).map(([parent, grids]) => ({
        name: nameOf(board, ground.parents[parent]),
        options: grids.map((grid) => [ground.codes[grid], `${gmView.tail(ground.codes[grid], ground.parents[parent])} ${board.answer.grids[ground.codes[grid]]?.name || ground.codes[grid]}`])
          .sort(([one], [two]) => (one < two ? -1 : 1)),
      }));
      const said = JSON.stringify([groups, say("redraw.move_new")]);
      if (said !== listed) {
        listed = said;
        const option = (/** @type {string[]} */ [value, text]) => make("option", { value, text });
        list.replaceChildren(option(["", say("redraw.paint_for_none")]), option([NEW, say("redraw.move_new")]),
          ...groups.map(({ name, options }) => make("optgroup", { label: name }, ...options.map(option))));
      }
      if (![...list.options].some((one) => one.value === brush.target)) brush.target = "";
      list.value = brush.target;
    }

    /** @param {number} by steps */
    function resize(by) {
      board.brush.size = SIZES[Math.max(0, Math.min(SIZES.length - 1, SIZES.indexOf(board.brush.size) + by))];
      show();
    }

    return { show, tell, resize };
  }

  /** @param {Board} board @param {string} parent */
  const nameOf = (board, parent) => board.given.above.find((grid) => grid.code === parent)?.name || board.answer.grids[parent]?.name || parent;

  return { start };
})();
