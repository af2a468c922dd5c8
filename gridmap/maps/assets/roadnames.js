// @ts-check
// Names along roads and water lines: letter by letter on the line, where it is long and straight enough.

const gmRoadNames = (() => {
  const SIZE_PX = 11;
  const GAP_PX = 1.5; // between two letters
  const MOST_TURN = 0.5; // between two letters, in radians
  const MOST_BEND = 1.1; // along the whole name
  const AGAIN_PX = 420; // a long road is named again after so many px
  const CHINESE = /\p{Script=Han}/u;
  const PLACES = [0.5, 0.3, 0.7, 0.15, 0.85]; // of what is in sight, where a name may stand
  const LARGER = { "road.motorway": 1.5, "road.trunk": 1.5, "road.primary": 1, "road.secondary": 1 };

  /**
   * @param {Context} context
   * @param {Frame} frame
   * @param {{ x: number, y: number }} extent in px
   * @param {number} metres that a px covers
   * @param {(text: string, size: number) => number} measure width of a text in px
   * @param {(boxes: number[][]) => boolean} take whether boxes were free; then they are taken
   * @returns {NameRun[]}
   */
  function place(context, frame, extent, metres, measure, take) {
    const sight = gmContext.sightOf(frame, extent);
    /** @type {NameRun[]} */
    const found = [];
    for (const group of [...context.groups].reverse()) {
      const { sign } = group;
      if (sign.shape !== "line" || metres > sign.named_from) continue;
      const size = SIZE_PX + (/** @type {Record<string, number>} */ (LARGER)[sign.key] || 0);
      const named = gmTrace.seen(group.box, sight).filter((line) => group.names[line]);
      // The longest piece of a road has most room; its other pieces need no name near it.
      named.sort((a, b) => length(group, b) - length(group, a) || a - b);
      /** @type {Map<number, number[][]>} */
      const before = new Map();
      for (const line of named) {
        const name = group.names[line];
        const near = before.get(name) || [];
        before.set(name, near);
        for (const run of along(group, line, context.names[name], size, frame, extent, measure)) {
          const middle = run.letters[run.letters.length >> 1];
          if (near.some(([x, y]) => Math.hypot(x - middle.x, y - middle.y) < AGAIN_PX)) continue;
          if (!take(run.letters.map(({ x, y }) => [x - size / 2, y - size / 2, x + size / 2, y + size / 2]))) continue;
          near.push([middle.x, middle.y]);
          found.push({ ...run, key: sign.key, size });
        }
      }
    }
    return found;
  }

  /** @param {ContextGroup} group @param {number} line */
  const length = ({ box }, line) => box[4 * line + 2] - box[4 * line] + box[4 * line + 3] - box[4 * line + 1];

  /**
   * Where a name could stand on a line, the best place first.
   * @param {ContextGroup} group @param {number} line @param {string} text @param {number} size
   * @param {Frame} frame @param {{ x: number, y: number }} extent
   * @param {(text: string, size: number) => number} measure
   * @returns {Generator<{ text: string, letters: Letter[] }>}
   */
  function* along(group, line, text, size, frame, extent, measure) {
    const letters = [...text];
    const wide = letters.map((letter) => measure(letter, size) + GAP_PX);
    const whole = wide.reduce((sum, one) => sum + one, 0);
    for (const points of inSight(group, line, frame, extent)) {
      const at = [0];
      for (let one = 1; one < points.length; one++) {
        at.push(at[one - 1] + Math.hypot(points[one][0] - points[one - 1][0], points[one][1] - points[one - 1][1]));
      }
      const long = at[at.length - 1];
      if (long < whole + size) continue;
      for (const share of PLACES) {
        const run = lay(points, at, letters, wide, (long - whole) * share);
        if (run) yield { text, letters: run };
      }
    }
  }

  /** The pieces of a line within the frame. @param {ContextGroup} group @param {number} line @param {Frame} frame @param {{ x: number, y: number }} extent */
  function inSight({ world, begin }, line, { scale, x, y }, extent) {
    /** @type {number[][][]} */
    const pieces = [];
    /** @type {number[][]} */
    let piece = [];
    const end = () => {
      if (piece.length > 1) pieces.push(piece);
      piece = [];
    };
    /** @type {number[] | null} */
    let last = null;
    for (let point = begin[line]; point < begin[line + 1]; point++) {
      const here = [world[2 * point] * scale - x, world[2 * point + 1] * scale - y];
      if (last && Math.hypot(here[0] - last[0], here[1] - last[1]) > 2 * SIZE_PX) {
        // Long steps are cut, so that what leaves the frame leaves a piece in it.
        const steps = Math.ceil(Math.hypot(here[0] - last[0], here[1] - last[1]) / SIZE_PX);
        const most = Math.min(steps, 4000);
        for (let step = 1; step < most; step++) {
          add([last[0] + ((here[0] - last[0]) * step) / most, last[1] + ((here[1] - last[1]) * step) / most]);
        }
      }
      add(here);
      last = here;
    }
    end();
    return pieces;

    /** @param {number[]} here */
    function add(here) {
      if (here[0] > SIZE_PX && here[1] > SIZE_PX && here[0] < extent.x - SIZE_PX && here[1] < extent.y - SIZE_PX) piece.push(here);
      else end();
    }
  }

  /** Letters on a line from a place on it; null where it bends too much. @param {number[][]} points @param {number[]} at @param {string[]} letters @param {number[]} wide @param {number} from */
  function lay(points, at, letters, wide, from) {
    const whole = wide.reduce((sum, one) => sum + one, 0);
    const start = on(points, at, from);
    const stop = on(points, at, from + whole);
    const [across, down] = [stop[0] - start[0], stop[1] - start[1]];
    // Read from left to right; Chinese on a steep line from top to bottom, every character upright.
    const upright = Math.abs(down) > Math.abs(across) && letters.every((one) => CHINESE.test(one));
    const back = upright || Math.abs(across) < 0.2 * Math.abs(down) ? down < 0 : across < 0;
    /** @type {Letter[]} */
    const run = [];
    let place = 0;
    for (let one = 0; one < letters.length; one++) {
      const [a, b] = [place, place + wide[one]].map((end) => on(points, at, back ? from + whole - end : from + end));
      const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
      const last = run[run.length - 1];
      if (last && (Math.abs(turn(angle, last.angle)) > MOST_TURN || Math.abs(turn(angle, run[0].angle)) > MOST_BEND)) return null;
      run.push({ text: letters[one], x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, angle, drawn: upright ? angle - Math.PI / 2 : angle, wide: wide[one] - GAP_PX });
      place += wide[one];
    }
    return run;
  }

  /** @param {number} one @param {number} other */
  const turn = (one, other) => Math.atan2(Math.sin(one - other), Math.cos(one - other));

  /** The point of a line at a length. @param {number[][]} points @param {number[]} at @param {number} length */
  function on(points, at, length) {
    let next = 1;
    while (next < at.length - 1 && at[next] < length) next++;
    const share = at[next] > at[next - 1] ? (length - at[next - 1]) / (at[next] - at[next - 1]) : 0;
    return [0, 1].map((axis) => points[next - 1][axis] + (points[next][axis] - points[next - 1][axis]) * share);
  }

  /** Runs as text of an SVG over the frame, letter by letter. @param {NameRun[]} runs @param {{ x: number, y: number }} extent */
  function svg(runs, extent) {
    /** @param {string} tag @param {Record<string, string | number>} attributes */
    const make = (tag, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
      return made;
    };
    const holder = make("svg", { width: extent.x, height: extent.y, class: "gm-roads", "aria-hidden": "true" });
    for (const { key, size, letters } of runs) {
      const text = make("text", { class: key.startsWith("water") ? "gm-road gm-water" : "gm-road", "font-size": size });
      for (const { text: letter, x, y, drawn, wide } of letters) {
        // Turned about the left end of its foot; its middle lies on the line.
        const [right, up] = [wide / 2, 0.36 * size];
        const one = make("tspan", {
          x: (x - Math.cos(drawn) * right - Math.sin(drawn) * up).toFixed(1),
          y: (y - Math.sin(drawn) * right + Math.cos(drawn) * up).toFixed(1),
          rotate: ((drawn * 180) / Math.PI).toFixed(1),
        });
        one.textContent = letter;
        text.append(one);
      }
      holder.append(text);
    }
    return holder;
  }

  /** Measures texts in the font of an element. @param {HTMLElement} element @returns {(text: string, size: number) => number} */
  function ruler(element) {
    const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    const { fontFamily } = getComputedStyle(element);
    return (text, size) => {
      pen.font = `500 ${size}px ${fontFamily}`;
      return pen.measureText(text).width;
    };
  }

  return { place, svg, ruler };
})();
