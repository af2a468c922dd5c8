// @ts-check
// Draws the ground: patches in their colours, borders by the labels on both sides, numbers of grids.

const gmPaint = (() => {
  const { addPatch, addArc } = gmSheet;
  const PATCH_LINES_PX = 9; // patches smaller than this get no line of their own
  const ROAD_PX = 16; // half of the widest road
  const NUMBER_PX = 13;
  const NAMED_PX = 110; // micro-grids as wide as this show their name below the number
  const VILLAGE_PX = 15;
  /** @type {Map<string, CanvasPattern | null>} */
  const patterns = new Map();

  /** @param {Board} board @returns {(pen: any) => void} */
  const ground = (board) => (pen) => {
    const visible = seen(board, pen);
    fill(board, pen, visible);
    over(board, pen, visible);
    if (board.context) context(board, pen);
    lines(board, pen, visible);
  };

  /** Roads, water and houses in the part of the map that is drawn. @param {Board} board @param {any} pen */
  function context(board, pen) {
    const [x, y, x1, y1] = pen.box;
    pen.ctx.save();
    pen.ctx.translate(x - ROAD_PX, y - ROAD_PX);
    const frame = { scale: pen.scale, x: pen.left + x - ROAD_PX, y: pen.top + y - ROAD_PX };
    gmContext.draw(pen.ctx, board.ground.context, frame, { x: x1 - x + 2 * ROAD_PX, y: y1 - y + 2 * ROAD_PX }, 1 / (100 * pen.scale));
    pen.ctx.restore();
  }

  /** Numbers and names, which give way to each other. @param {Board} board @returns {(pen: any) => void} */
  const words = (board) => (pen) => {
    const [, , wide, high] = pen.box;
    const metres = 1 / (100 * pen.scale);
    const room = gmRoom.make();
    if (board.context) villages(board, pen, room);
    if (board.numbers) numbers(board, pen, seen(board, pen), room);
    if (board.context) names(board, pen, gmRoadNames.place(board.ground.context, { scale: pen.scale, x: pen.left, y: pen.top }, { x: wide, y: high }, metres, gmRoadNames.ruler(board.map.getContainer()), room.take));
  };

  /** Names of the highest given grids below the town, each in its middle. @param {Board} board @param {any} pen @param {any} room */
  function villages(board, pen, room) {
    const { ctx } = pen;
    const { ground, given } = board;
    const { labels } = ground.signs;
    const top = Math.min(...given.above.map(({ level }) => level));
    const { fontFamily } = getComputedStyle(board.map.getContainer());
    ctx.font = `700 ${VILLAGE_PX}px ${fontFamily}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 4;
    for (const { name, level, parents } of given.above) {
      if (level !== top) continue;
      const at = middleOf(ground, parents);
      const [x, y] = [pen.x(at[0]), pen.y(at[1])];
      const half = ctx.measureText(name).width / 2;
      if (!room.take([[x - half, y - VILLAGE_PX / 2, x + half, y + VILLAGE_PX / 2]])) continue;
      ctx.strokeStyle = gmTheme.pick(labels.halo);
      ctx.fillStyle = gmTheme.pick(labels.grid);
      ctx.strokeText(name, x, y);
      ctx.fillText(name, x, y);
    }
  }

  /** @param {Ground} ground @param {string[]} parents */
  function middleOf(ground, parents) {
    const inside = new Set(parents.map((code) => ground.parents.indexOf(code)));
    let [x, y, area] = [0, 0, 0];
    for (let patch = 0; patch < ground.count; patch++) {
      if (!inside.has(ground.parent[patch])) continue;
      x += ground.spot[2 * patch] * ground.area[patch];
      y += ground.spot[2 * patch + 1] * ground.area[patch];
      area += ground.area[patch];
    }
    return [x / area, y / area];
  }

  /** Names of roads and water lines, letter by letter. @param {Board} board @param {any} pen @param {any[]} runs */
  function names(board, pen, runs) {
    const { ctx } = pen;
    const { labels } = board.ground.signs;
    const { fontFamily } = getComputedStyle(board.map.getContainer());
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    for (const { key, size, letters } of runs) {
      ctx.font = `500 ${size}px ${fontFamily}`;
      ctx.strokeStyle = gmTheme.pick(labels.halo);
      ctx.fillStyle = gmTheme.pick(key.startsWith("water") ? labels.water : labels.road);
      for (const { text, x, y, drawn } of letters) {
        ctx.save();
        ctx.translate(x, y);
        ctx.rotate(drawn);
        ctx.strokeText(text, 0, 0);
        ctx.fillText(text, 0, 0);
        ctx.restore();
      }
    }
  }

  /** @param {Board} board @param {any} pen */
  function seen(board, pen) {
    /** @type {number[]} */
    const visible = [];
    board.ground.finder.within(pen.area, (patch) => visible.push(patch));
    return visible;
  }

  /** @param {Board} board @param {any} pen @param {number[]} visible */
  function fill(board, pen, visible) {
    const { list, of } = gmColours.fills(board);
    /** @type {number[][]} */
    const groups = list.map(() => []);
    for (const patch of visible) groups[of(patch)].push(patch);
    groups.forEach((group, place) => {
      if (!group.length) return;
      pen.ctx.beginPath();
      for (const patch of group) addPatch(pen, board.ground, patch);
      pen.ctx.fillStyle = list[place];
      pen.ctx.fill();
    });
  }

  /** Locked grids are hatched, pending patches dotted, what the limit leaves out is pale. @param {Board} board @param {any} pen @param {number[]} visible */
  function over(board, pen, visible) {
    const { label, locked, pending, open, brush } = board;
    const marks = /** @type {[(patch: number) => boolean, any][]} */ ([
      [(patch) => locked.size > 0 && locked.has(label[patch]), pattern(pen.ctx, "locked")],
      [(patch) => pending.size > 0 && pending.has(patch), pattern(pen.ctx, "pending")],
      [(patch) => brush.along.size > 0 && brush.along.has(patch), pattern(pen.ctx, "along")],
      [(patch) => board.limit !== "" && !open[patch], gmColours.inks().pale],
    ]);
    for (const [fits, style] of marks) {
      const some = visible.filter(fits);
      if (!some.length) continue;
      pen.ctx.beginPath();
      for (const patch of some) addPatch(pen, board.ground, patch);
      pen.ctx.fillStyle = style;
      pen.ctx.fill();
    }
  }

  /** @param {Board} board @param {any} pen @param {number[]} visible */
  function lines(board, pen, visible) {
    const { ground, label } = board;
    const across = Math.sqrt(((ground.extent[2] - ground.extent[0]) * (ground.extent[3] - ground.extent[1])) / ground.count);
    const fine = across * pen.scale > PATCH_LINES_PX;
    /** @type {Record<"patch" | "grid" | "parent" | "frame", number[]>} */
    const kinds = { patch: [], grid: [], parent: [], frame: [] };
    for (const patch of visible) {
      for (let at = ground.arcs.from[patch]; at < ground.arcs.from[patch + 1]; at++) {
        const arc = ground.arcs.list[at];
        if (ground.arc_left[arc] !== patch) continue;
        const other = ground.arc_right[arc];
        if (other < 0) kinds.frame.push(arc);
        else if (ground.parent[other] !== ground.parent[patch]) kinds.parent.push(arc);
        else if (label[other] !== label[patch]) kinds.grid.push(arc);
        else if (fine) kinds.patch.push(arc);
      }
    }
    const size = Math.min(1, Math.max(0.55, across * pen.scale / 14));
    const ink = gmColours.inks();
    // The lines that are moved here are the subject; what stays is told apart by its dashes.
    stroke(pen, ground, kinds.patch, [[ink.patch, 0.7]]);
    stroke(pen, ground, kinds.frame, [[ink.frame, 1.4]]);
    stroke(pen, ground, kinds.parent, [[ink.halo, 4.6 * size], [ink.parent, 2.2 * size]], [8, 4]);
    stroke(pen, ground, kinds.grid, [[ink.halo, 4.4 * size], [ink.grid, 2.2 * size]]);
  }

  /** @param {any} pen @param {Ground} ground @param {Iterable<number>} arcs @param {[string, number][]} styles @param {number[]} [dash] */
  function stroke(pen, ground, arcs, styles, dash = []) {
    const { ctx } = pen;
    ctx.beginPath();
    for (const arc of arcs) addArc(pen, ground, arc);
    ctx.lineJoin = "round";
    ctx.lineCap = dash.length ? "butt" : "round";
    styles.forEach(([colour, width], place) => {
      ctx.setLineDash(place === styles.length - 1 ? dash : []);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.stroke();
    });
    ctx.setLineDash([]);
  }

  /** Runs of border between patches that are in and those that are not. @param {Ground} ground @param {Iterable<number>} patches @param {(patch: number) => boolean} inside */
  function rim(ground, patches, inside) {
    /** @type {number[]} */
    const found = [];
    for (const patch of patches) {
      for (let at = ground.arcs.from[patch]; at < ground.arcs.from[patch + 1]; at++) {
        const arc = ground.arcs.list[at];
        const other = ground.arc_left[arc] === patch ? ground.arc_right[arc] : ground.arc_left[arc];
        if (other < 0 || !inside(other)) found.push(arc);
      }
    }
    return found;
  }

  /** Where the number of each micro-grid stands: inside its patch nearest to its middle. @param {Board} board */
  function numberPlaces(board) {
    const { ground, label } = board;
    const size = ground.codes.length;
    const x = new Float64Array(size), y = new Float64Array(size);
    for (let patch = 0; patch < ground.count; patch++) {
      if (label[patch] < 0) continue;
      x[label[patch]] += ground.spot[2 * patch] * ground.area[patch];
      y[label[patch]] += ground.spot[2 * patch + 1] * ground.area[patch];
    }
    const best = new Float64Array(size).fill(Infinity), place = new Int32Array(size).fill(-1);
    for (let patch = 0; patch < ground.count; patch++) {
      const grid = label[patch];
      if (grid < 0) continue;
      const area = board.sums.area[grid];
      const away = Math.hypot(ground.spot[2 * patch] - x[grid] / area, ground.spot[2 * patch + 1] - y[grid] / area);
      // A patch with room is better than a sliver a little nearer.
      const cost = away - 60 * Math.sqrt(ground.area[patch]);
      if (cost < best[grid]) [best[grid], place[grid]] = [cost, patch];
    }
    return place;
  }

  /** @param {Board} board @param {any} pen @param {number[]} visible @param {any} room */
  function numbers(board, pen, visible, room) {
    const { ctx } = pen;
    const { ground } = board;
    const here = new Set(visible);
    const places = numberPlaces(board);
    ctx.font = `600 ${NUMBER_PX}px ${getComputedStyle(board.map.getContainer()).fontFamily}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const order = [...places.keys()].filter((grid) => here.has(places[grid]))
      .sort((one, two) => board.sums.area[two] - board.sums.area[one]);
    for (const grid of order) {
      const patch = places[grid];
      const across = Math.sqrt(board.sums.area[grid]) * 100 * pen.scale;
      const code = ground.codes[grid], facts = board.answer.grids[code];
      // The number of a unit tells nobody anything: its name stands there, if it has room.
      const text = facts?.unit ? facts.name : facts?.number ?? gmView.tail(code, ground.parents[ground.parent[patch]]);
      const x = pen.x(ground.spot[2 * patch]), y = pen.y(ground.spot[2 * patch + 1]);
      const lines = [text, ...(facts && !facts.unit && across > NAMED_PX ? [facts.short] : [])];
      // Where the name has no room the number may have.
      for (let count = lines.length; count > 0; count--) {
        const some = lines.slice(0, count);
        const wide = Math.max(...some.map((one) => ctx.measureText(one).width)) + 6, high = 16 * count;
        if (across < wide || !room.take([[x - wide / 2, y - high / 2, x + wide / 2, y + high / 2]])) continue;
        some.forEach((one, at) => put(ctx, one, x, y + 16 * at - (high - 16) / 2));
        break;
      }
    }
  }

  /** @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} x @param {number} y */
  function put(ctx, text, x, y) {
    const ink = gmColours.inks();
    ctx.lineWidth = 3.5;
    ctx.lineJoin = "round";
    ctx.strokeStyle = ink.halo;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = ink.text;
    ctx.fillText(text, x, y);
  }

  /** @param {CanvasRenderingContext2D} ctx @param {"locked" | "pending" | "along"} name */
  function pattern(ctx, name) {
    if (!patterns.has(name)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
      if (name !== "pending") {
        pen.strokeStyle = name === "locked" ? "rgba(40,48,58,0.5)" : "rgba(11,63,138,0.85)";
        pen.lineWidth = name === "locked" ? 1.1 : 1.8;
        for (const shift of [-8, 0, 8]) {
          const [low, high] = name === "locked" ? [9, -1] : [-1, 9];
          pen.moveTo(shift - 1, low);
          pen.lineTo(shift + 9, high);
        }
        pen.stroke();
      } else {
        pen.fillStyle = "rgba(176,62,0,0.75)";
        for (const [x, y] of [[2, 2], [6, 6]]) {
          pen.beginPath();
          pen.arc(x, y, 1.15, 0, 7);
          pen.fill();
        }
      }
      patterns.set(name, ctx.createPattern(tile, "repeat"));
    }
    return patterns.get(name);
  }

  /** What is chosen, and what an offer points at. @param {Board} board @returns {(pen: any) => void} */
  const marks = (board) => (pen) => {
    const { ground, chosen, pending } = board;
    if (pending.size) {
      const arcs = rim(ground, pending, (patch) => pending.has(patch));
      stroke(pen, ground, arcs, [[gmColours.inks().halo, 3.5], [gmColours.inks().pending, 2]], [5, 3]);
    }
    if (board.marked >= 0) {
      const own = [...board.label.keys()].filter((patch) => board.label[patch] === board.marked);
      stroke(pen, ground, rim(ground, own, (patch) => board.label[patch] === board.marked), [[gmColours.inks().rim, 8], [gmColours.inks().mark, 4]]);
    }
    const ink = gmColours.inks();
    tinted(pen, ground, chosen, ink.tint, ink.chosen);
    const border = gmBorders.marked(board);
    if (border.length) stroke(pen, ground, border, [[gmColours.inks().rim, 9], [gmColours.inks().mark, 5]]);
    if (board.shown.length) tinted(pen, ground, new Set(board.shown), "rgba(176,62,0,0.30)", "#b03e00");
  };

  /** @param {any} pen @param {Ground} ground @param {Set<number>} patches @param {string} tint @param {string} line */
  function tinted(pen, ground, patches, tint, line) {
    if (!patches.size) return;
    pen.ctx.beginPath();
    for (const patch of patches) addPatch(pen, ground, patch);
    pen.ctx.fillStyle = tint;
    pen.ctx.fill();
    stroke(pen, ground, rim(ground, patches, (patch) => patches.has(patch)), [[gmColours.inks().rim, 6.5], [line, 3.2]]);
  }

  /** Where the keyboard is: unlike what is chosen, whatever the colours below. @param {any} pen @param {Ground} ground @param {number} patch */
  function at(pen, ground, patch) {
    stroke(pen, ground, rim(ground, [patch], () => false), [["#ffffff", 7], ["#11161c", 4.5], ["#ffd400", 2.2]], [6, 4]);
  }

  /** What lies under the pointer: a patch, or the whole micro-grid for tools that take one. @param {Board} board @returns {(pen: any) => void} */
  const hover = (board) => (pen) => {
    const { ground, label, hover: patch, brush } = board;
    if (brush.refused.size) tinted(pen, ground, brush.refused, "rgba(232,133,0,0.55)", "#a3162b");
    if (board.cursor >= 0) at(pen, ground, board.cursor);
    if (patch < 0 || patch >= ground.count) return;
    const whole = (board.tool === "grid" || board.tool === "move") && label[patch] >= 0;
    if (whole) {
      const own = [];
      for (let at = 0; at < ground.count; at++) if (label[at] === label[patch]) own.push(at);
      const arcs = rim(ground, own, (other) => label[other] === label[patch]);
      stroke(pen, ground, arcs, [[gmColours.inks().rim, 5], [board.tool === "move" ? "#2c9c57" : gmColours.inks().grid, 2.6]]);
    } else {
      stroke(pen, ground, rim(ground, [patch], () => false), [[gmColours.inks().hover, 1.6]]);
    }
  };

  return { ground, words, marks, hover };
})();
