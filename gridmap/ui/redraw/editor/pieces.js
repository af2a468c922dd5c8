// @ts-check
// Small parts of the editor: the tip under the pointer, the legend, conditions, and drawn lines.

const gmTip = (() => {
  const { make, number, hectares } = gmView;

  /** @param {Board} board @param {HTMLElement} place */
  function show(board, place) {
    const { hover: patch, ground, say, given } = board;
    place.replaceChildren();
    place.hidden = patch < 0;
    if (patch < 0) return;
    const code = ground.codes[board.label[patch]];
    const name = ground.texts.name[ground.name[patch]];
    const kind = given.kinds[ground.kind[patch]]?.name || "";
    // Out of the way of the ground that is pointed at.
    const spot = board.map.latLngToContainerPoint([ground.spot[2 * patch + 1] / 100, ground.spot[2 * patch] / 100]);
    place.classList.toggle("low", spot.x < 480 && spot.y < 220);
    place.append(
      make("b", { text: code ? `${board.answer.grids[code]?.name || code}` : say("redraw.left_ground") }),
      code ? make("span", { text: `${code} · ${say("redraw.tip_load", { load: number(board.sums.load[board.label[patch]], 1) })}` }) : null,
      make("span", { text: `${ground.ids[patch]} · ${kind}${name ? ` · ${name}` : ""}` }),
      make("span", { text: say("redraw.tip_patch", { load: number(ground.load[patch], 2), area: hectares(ground.area[patch]) }) }),
      make("span", { class: "gm-at" }), ...would(board, patch));
    at(board, place);
  }

  /** Longitude and latitude of the pointer. @param {Board} board @param {HTMLElement} place */
  function at(board, place) {
    const line = place.querySelector(".gm-at");
    if (!line || !board.pointer) return;
    const metres = board.pointer.map((cm, axis) => board.ground.origin[axis] + cm / 100);
    const degrees = gmCoordinates.toDegrees(board.ground.frame, metres);
    line.textContent = degrees ? degrees.map((/** @type {number} */ one) => one.toFixed(6)).join(", ") : "";
  }

  /** Where the choice would lead if it went to the micro-grid under the pointer. @param {Board} board @param {number} patch */
  function would(board, patch) {
    const grid = board.label[patch];
    if (board.tool !== "move" || !board.chosen.size || grid < 0) return [];
    const moved = [...board.chosen].filter((one) => board.label[one] !== grid);
    const sum = gmSums.of(board.ground, moved);
    const now = board.sums.load[grid];
    return [make("b", { class: "gm-would", text: board.say("redraw.tip_would", {
      before: number(now, 1), after: number(now + sum.load, 1), officers: gmSums.officers(now + sum.load, board) }) }),
    ...gmBalance.turned(board, grid).map((one) => make("b", { class: "gm-turns", text: board.say("redraw.turns", {
      number: one.number, name: one.short, kind: board.given.kinds[one.kind].name }) }))];
  }

  return { show, at };
})();

const gmLegend = (() => {
  /** @param {Board} board @param {HTMLElement} place */
  function show(board, place) {
    const { make } = gmView;
    const rows = gmColours.legend(board);
    const marks = /** @type {[string, string][]} */ ([]);
    if (board.locked.size) marks.push([board.say("redraw.legend_locked"), "gm-locked"]);
    if (board.pending.size) marks.push([board.say("redraw.legend_pending"), "gm-pending"]);
    const lines = ["grid", "parent", "frame", ...(board.chosen.size ? ["chosen"] : [])]
      .map((line) => make("span", { class: "lines" }, make("i", { class: `line ${line}` }), board.say(`redraw.legend_line_${line}`)));
    const title = rows.length && board.colouring !== "grid" ? make("b", { text: board.say(`redraw.legend_${board.colouring}`) }) : null;
    // Folded or not as somebody left it; at first where there is room.
    const open = place.querySelector("details")?.open ?? board.map.getSize().x > 500;
    place.replaceChildren(make("details", { open }, make("summary", { text: board.say("redraw.legend") }), title,
      ...rows.map(([name, colour]) => make("span", {}, make("i", { style: `background:${colour}` }), name)),
      ...marks.map(([name, mark]) => make("span", {}, make("i", { class: mark }), name)), ...lines));
  }

  return { show };
})();

const gmConditions = (() => {
  /** Patches that fit all conditions given; none when there is no condition. @param {Board} board @param {FormData} form */
  function find(board, form) {
    const { ground } = board;
    const text = String(form.get("text") || "").trim().toLowerCase();
    const kind = String(form.get("kind") || ""), grid = String(form.get("grid") || ""), load = String(form.get("load") || "");
    if (!text && !kind && !grid && !load) return [];
    const words = (/** @type {"name" | "record"} */ column) => ground.texts[column].map((word) => word.toLowerCase().includes(text));
    const [names, records] = [words("name"), words("record")];
    const found = [];
    for (let patch = 0; patch < ground.count; patch++) {
      if (board.label[patch] < 0 || !board.open[patch]) continue;
      if (kind && ground.kind[patch] !== Number(kind)) continue;
      if (grid && board.label[patch] !== Number(grid)) continue;
      if (load && !(ground.load[patch] > Number(load))) continue;
      if (text && !names[ground.name[patch]] && !records[ground.record[patch]] && ground.ids[patch].toLowerCase() !== text) continue;
      found.push(patch);
    }
    return found;
  }

  /** @param {Board} board @param {HTMLFormElement} form */
  function none(board, form) {
    form.querySelector(".warn")?.remove();
    form.append(gmView.make("p", { class: "warn", role: "status", text: board.say("redraw.none_fit") }));
  }

  return { find, none };
})();

const gmLines = (() => {
  const STEPS = 60;

  /**
   * What most of a line lies on.
   * @param {Ground} ground @param {[number, number][]} points
   * @param {(patch: number) => number} of what a patch stands for; -1 for nothing
   */
  function most(ground, points, of) {
    const lengths = points.slice(1).map((point, at) => Math.hypot(point[0] - points[at][0], point[1] - points[at][1]));
    const whole = lengths.reduce((sum, length) => sum + length, 0);
    /** @type {Map<number, number>} */
    const counts = new Map();
    lengths.forEach((length, at) => {
      const steps = Math.max(2, Math.round((STEPS * length) / (whole || 1)));
      for (let step = 0; step <= steps; step++) {
        const [x0, y0] = points[at], [x1, y1] = points[at + 1];
        const patch = ground.finder.at(x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps);
        const what = patch < 0 ? -1 : of(patch);
        if (what >= 0) counts.set(what, (counts.get(what) || 0) + length / steps);
      }
    });
    return [...counts].sort((one, two) => two[1] - one[1] || one[0] - two[0])[0]?.[0] ?? -1;
  }

  return { most };
})();
