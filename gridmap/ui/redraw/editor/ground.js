// @ts-check
// Reads the file that redraw_map.py writes, and finds patches by place.

const gmGround = (() => {
  /** @type {Record<string, any>} */
  const KINDS = { i4: Int32Array, f8: Float64Array };

  /** @param {string} url */
  async function unpacked(url) {
    const found = await fetch(url);
    if (!found.ok || !found.body) throw new Error(`${found.status}`);
    return new Response(found.body.pipeThrough(new DecompressionStream("gzip")));
  }

  /** @param {string} url @returns {Promise<Ground>} */
  const fetchGround = async (url) => read(await (await unpacked(url)).arrayBuffer());

  /** @param {string} url @returns {Promise<any>} */
  const fetchJson = async (url) => (await unpacked(url)).json();

  /** @param {ArrayBuffer} bytes @returns {Ground} */
  function read(bytes) {
    const length = new DataView(bytes).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
    /** @type {any} */
    const ground = { ...header, count: header.ids.length };
    for (const [name, [kind, place, size]] of /** @type {[string, any][]} */ (Object.entries(header.arrays))) {
      ground[name] = new KINDS[kind](bytes, 4 + length + place, size);
    }
    ground.place = new Map(header.ids.map((/** @type {string} */ id, /** @type {number} */ at) => [id, at]));
    ground.box = boxes(ground);
    ground.extent = extent(ground.box);
    ground.arcs = arcsOf(ground);
    ground.joins = joinsOf(ground);
    ground.context = contextOf(ground);
    ground.finder = finder(ground);
    return ground;
  }

  /** The context in a flat world of centimetres, y from north to south. @param {any} ground */
  function contextOf(ground) {
    const groups = ground.context.groups.map((/** @type {any} */ { sign, names }, /** @type {number} */ at) => {
      const points = ground[`context${at}_points`];
      const world = new Float64Array(points.length);
      for (let place = 0; place < points.length; place += 2) {
        world[place] = points[place];
        world[place + 1] = -points[place + 1];
      }
      const look = ground.signs.context[sign];
      const ring = look.shape === "area" ? ground[`context${at}_shape`] : null;
      return gmContext.group(look, names, world, ground[`context${at}_line`], ring);
    });
    return { groups, names: ground.context.names };
  }

  /** @param {Ground} ground */
  function boxes(ground) {
    const { points, ring_start: start, patch_ring: rings } = ground;
    const box = new Int32Array(4 * ground.count);
    for (let patch = 0; patch < ground.count; patch++) {
      let [west, south, east, north] = [2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31)];
      const end = start[rings[patch + 1]];
      for (let at = start[rings[patch]]; at < end; at++) {
        const x = points[2 * at], y = points[2 * at + 1];
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < south) south = y;
        if (y > north) north = y;
      }
      box.set([west, south, east, north], 4 * patch);
    }
    return box;
  }

  /** @param {Int32Array} box @returns {[number, number, number, number]} */
  function extent(box) {
    let [west, south, east, north] = [0, 0, 1, 1];
    for (let at = 0; at < box.length; at += 4) {
      if (at === 0) [west, south, east, north] = box.subarray(0, 4);
      west = Math.min(west, box[at]);
      south = Math.min(south, box[at + 1]);
      east = Math.max(east, box[at + 2]);
      north = Math.max(north, box[at + 3]);
    }
    return [west, south, east, north];
  }

  /** Runs of border by patch. @param {Ground} ground */
  function arcsOf(ground) {
    const { arc_left: left, arc_right: right, count } = ground;
    const from = new Int32Array(count + 1);
    for (let arc = 0; arc < left.length; arc++) {
      from[left[arc] + 1]++;
      if (right[arc] >= 0) from[right[arc] + 1]++;
    }
    for (let patch = 0; patch < count; patch++) from[patch + 1] += from[patch];
    const list = new Int32Array(from[count]);
    const next = from.slice();
    for (let arc = 0; arc < left.length; arc++) {
      list[next[left[arc]]++] = arc;
      if (right[arc] >= 0) list[next[right[arc]]++] = arc;
    }
    return { from, list };
  }

  /** Patches that hang together with each patch. @param {Ground} ground */
  function joinsOf({ join, count }) {
    const from = new Int32Array(count + 1);
    for (const patch of join) from[patch + 1]++;
    for (let patch = 0; patch < count; patch++) from[patch + 1] += from[patch];
    const list = new Int32Array(from[count]);
    const next = from.slice();
    for (let at = 0; at < join.length; at += 2) {
      list[next[join[at]]++] = join[at + 1];
      list[next[join[at + 1]]++] = join[at];
    }
    return { from, list };
  }

  /** Patches by place, over a raster of cells. @param {Ground} ground @returns {Finder} */
  function finder(ground) {
    const { box, count } = ground;
    const [west, south, east, north] = ground.extent;
    const cell = Math.max(1, Math.sqrt(((east - west) * (north - south)) / Math.max(count, 1)) * 2);
    const columns = Math.floor((east - west) / cell) + 1;
    const rows = Math.floor((north - south) / cell) + 1;
    /** @param {ArrayLike<number>} area @param {number} at */
    const span = (area, at) => [
      Math.max(0, Math.floor((area[at] - west) / cell)),
      Math.max(0, Math.floor((area[at + 1] - south) / cell)),
      Math.min(columns - 1, Math.floor((area[at + 2] - west) / cell)),
      Math.min(rows - 1, Math.floor((area[at + 3] - south) / cell)),
    ];
    const from = new Int32Array(columns * rows + 1);
    /** @param {(place: number, patch: number) => void} visit */
    const each = (visit) => {
      for (let patch = 0; patch < count; patch++) {
        const [x0, y0, x1, y1] = span(box, 4 * patch);
        for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) visit(y * columns + x, patch);
      }
    };
    each((place) => from[place + 1]++);
    for (let place = 0; place < columns * rows; place++) from[place + 1] += from[place];
    const list = new Int32Array(from[columns * rows]);
    const next = from.slice();
    each((place, patch) => (list[next[place]++] = patch));
    const seen = new Int32Array(count);
    let turn = 0;

    return {
      at(x, y) {
        const column = Math.floor((x - west) / cell), row = Math.floor((y - south) / cell);
        if (column < 0 || row < 0 || column >= columns || row >= rows) return -1;
        const place = row * columns + column;
        for (let at = from[place]; at < from[place + 1]; at++) {
          if (holds(ground, list[at], x, y)) return list[at];
        }
        return -1;
      },
      within(area, visit) {
        turn += 1;
        const [x0, y0, x1, y1] = span(area, 0);
        for (let y = y0; y <= y1; y++) {
          for (let at = from[y * columns + x0]; at < from[y * columns + x1 + 1]; at++) {
            const patch = list[at], b = 4 * patch;
            if (seen[patch] === turn) continue;
            seen[patch] = turn;
            if (box[b] <= area[2] && box[b + 2] >= area[0] && box[b + 1] <= area[3] && box[b + 3] >= area[1]) {
              visit(patch);
            }
          }
        }
      },
    };
  }

  /** @param {Ground} ground @param {number} patch @param {number} x @param {number} y */
  function holds(ground, patch, x, y) {
    const { box, points, ring_start: start, patch_ring: rings } = ground;
    const b = 4 * patch;
    if (x < box[b] || x > box[b + 2] || y < box[b + 1] || y > box[b + 3]) return false;
    let inside = false;
    for (let ring = rings[patch]; ring < rings[patch + 1]; ring++) {
      const end = start[ring + 1];
      for (let at = start[ring], before = end - 1; at < end; before = at++) {
        const y1 = points[2 * at + 1], y0 = points[2 * before + 1];
        if (y1 > y !== y0 > y) {
          const x1 = points[2 * at], x0 = points[2 * before];
          if (x < ((x0 - x1) * (y - y1)) / (y0 - y1) + x1) inside = !inside;
        }
      }
    }
    return inside;
  }

  return { fetchGround, fetchJson };
})();
