// @ts-check
// Roads, rail, water and buildings, drawn quietly between the ground and the borders of the grids.

const gmContext = (() => {
  const LEAST_PX = 0.7; // between two points of a line
  const SPECK_PX = 1.2; // an area smaller than this is left out
  const CASING_PX = 0.8;
  const DOT_PX = 3;

  /**
   * Read what context.py has packed.
   * @param {ContextValues} values
   * @param {{ lines: () => Lines, rings: () => Rings }} read
   * @param {ContextSign[]} signs
   * @returns {Context}
   */
  function read(values, read, signs) {
    const groups = values.groups.map(({ sign, names }) => {
      const look = signs[sign];
      if (look.shape === "area") {
        const { xy, begin, ring } = read.rings();
        const spots = gmTrace.project(read.lines().xy);
        return { ...group(look, names, gmTrace.project(xy), begin, ring), spots };
      }
      const { xy, begin } = read.lines();
      return group(look, names, gmTrace.project(xy), begin, null);
    });
    return { groups, names: values.names };
  }

  /**
   * @param {ContextSign} sign @param {number[]} names
   * @param {Float64Array} world @param {Uint32Array} begin @param {Uint32Array | null} ring
   * @returns {ContextGroup}
   */
  function group(sign, names, world, begin, ring) {
    const lines = gmTrace.boxes(world, begin);
    if (!ring) return { sign, names, world, begin, ring, box: lines };
    const box = new Float64Array(4 * (ring.length - 1));
    for (let one = 0; one + 1 < ring.length; one++) box.set(lines.subarray(4 * ring[one], 4 * ring[one] + 4), 4 * one);
    return { sign, names, world, begin, ring, box };
  }

  /** Width of a line in px. @param {ContextSign} sign @param {number} metres that a px covers */
  const width = (sign, metres) =>
    Math.min(sign.most_px, Math.max(sign.least_px, sign.ground_m / metres));

  /** What is in sight, in the flat world. @param {Frame} frame @param {{ x: number, y: number }} extent */
  const sightOf = ({ scale, x, y }, extent) =>
    [x / scale, y / scale, (x + extent.x) / scale, (y + extent.y) / scale];

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Context} context
   * @param {Frame} frame
   * @param {{ x: number, y: number }} extent in px
   * @param {number} metres that a px covers
   */
  function draw(pen, context, frame, extent, metres) {
    const sight = sightOf(frame, extent);
    const groups = context.groups.filter(({ sign }) => metres <= sign.drawn_from)
      .map((one) => ({ ...one, seen: gmTrace.seen(one.box, sight) })).filter(({ seen }) => seen.length);
    const cased = groups.filter(({ sign }) => sign.shape === "line" && sign.casing && !sign.dash);
    pen.save();
    pen.lineJoin = "round";
    for (const one of groups) {
      if (one.sign.shape === "area") areas(pen, one, frame);
      else if (one.sign.shape === "line" && !cased.includes(one)) stroke(pen, one, frame, metres);
    }
    // All edges go first: where roads meet, none lies across another.
    pen.lineCap = "round";
    for (const one of cased) line(pen, one, frame, one.seen, casing(one.sign), width(one.sign, metres) + 2 * CASING_PX);
    for (const one of cased) line(pen, one, frame, one.seen, fill(one.sign), width(one.sign, metres));
    for (const one of groups) if (one.sign.key === "rail") stroke(pen, one, frame, metres);
    for (const one of groups) if (one.sign.shape === "point") dots(pen, one, frame);
    pen.restore();
  }

  /** @param {ContextSign} sign */
  const fill = (sign) => gmTheme.pick({ light: sign.fill, dark: sign.dark });
  /** @param {ContextSign} sign */
  const casing = (sign) => gmTheme.pick({ light: sign.casing, dark: sign.dark_casing });

  /** @typedef {ContextGroup & { seen: number[] }} Seen */

  /** A line without edges, dashed where its sign says so; a rail is light on a dark line. @param {CanvasRenderingContext2D} pen @param {Seen} one @param {Frame} frame @param {number} metres */
  function stroke(pen, one, frame, metres) {
    const wide = width(one.sign, metres);
    pen.lineCap = "butt";
    if (one.sign.casing) line(pen, one, frame, one.seen, casing(one.sign), wide + 2 * CASING_PX);
    pen.setLineDash(one.sign.dash.split(" ").filter(Boolean).map(Number));
    line(pen, one, frame, one.seen, fill(one.sign), wide);
    pen.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} pen @param {ContextGroup} lines @param {Frame} frame @param {number[]} some @param {string} colour @param {number} wide */
  function line(pen, lines, frame, some, colour, wide) {
    pen.beginPath();
    for (const one of some) gmTrace.trace(pen, lines, one, one + 1, frame, LEAST_PX, false);
    pen.strokeStyle = colour;
    pen.lineWidth = wide;
    pen.stroke();
  }

  /** @param {CanvasRenderingContext2D} pen @param {Seen} one @param {Frame} frame */
  function areas(pen, one, frame) {
    const ring = /** @type {Uint32Array} */ (one.ring);
    pen.beginPath();
    for (const place of one.seen) {
      const wide = Math.max(one.box[4 * place + 2] - one.box[4 * place], one.box[4 * place + 3] - one.box[4 * place + 1]);
      if (wide * frame.scale < SPECK_PX) continue;
      gmTrace.trace(pen, one, ring[place], ring[place + 1], frame, LEAST_PX, true);
    }
    pen.globalAlpha = one.sign.opacity;
    pen.fillStyle = fill(one.sign);
    pen.fill("evenodd");
    pen.strokeStyle = casing(one.sign);
    pen.lineWidth = 0.6;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  /** Points, and places that are a point with a name. @param {CanvasRenderingContext2D} pen @param {Seen} one @param {Frame} frame */
  function dots(pen, one, frame) {
    if (!one.sign.least_px) return;
    for (const place of one.seen) {
      pen.beginPath();
      const point = one.begin[place];
      pen.arc(one.world[2 * point] * frame.scale - frame.x, one.world[2 * point + 1] * frame.scale - frame.y, DOT_PX, 0, 7);
      pen.fillStyle = fill(one.sign);
      pen.strokeStyle = casing(one.sign);
      pen.lineWidth = 1;
      pen.fill();
      pen.stroke();
    }
  }

  /** A layer of its own between the ground and the borders. @param {L.Map} map @param {Context} context */
  function layer(map, context) {
    let shown = true;
    const made = gmLayer.make(map, "gm-context", (pen, frame, extent) => {
      if (shown) draw(pen, context, frame, extent, gmTrace.metresAPx(map));
      return shown ? "context" : "";
    });
    return {
      ...made,
      /** @param {boolean} wanted */
      show(wanted) {
        shown = wanted;
        made.update();
      },
    };
  }

  return { read, group, draw, layer, sightOf, width };
})();
