// @ts-check
// What the page knows: columns of all grids and their shapes, and one grid made whole when asked for.

const gmModel = (() => {
  /** @param {Values} values @param {Uint8Array} shapes @returns {Model} */
  function make(values, shapes) {
    const { grids, given } = values;
    const count = grids.code.length;
    const read = gmShapes.reader(shapes);
    const ground = read.rings();
    const left = read.rings();
    const places = read.lines();
    const boxes = read.lines(); // of given grids: south-west and north-east in turn
    const microBorders = read.lines();
    const siteBorders = read.lines();
    const borders = values.levels.map(() => read.lines());
    const context = gmContext.read(values.context, read, values.signs.context);
    const number = new Map(grids.code.map((code, place) => [code, place]));
    const own = gmShapes.boxes(ground);
    const units = new Map(grids.exclusive.map((place, one) => [place, one]));

    /** @param {number} place @returns {[number, number, number, number]} */
    function bounds(place) {
      const steps = place < given
        ? [...boxes.xy.slice(4 * place, 4 * place + 4)]
        : [...own.slice(4 * (place - given), 4 * (place - given) + 4)];
      const [west, south, east, north] = steps.map((step) => step / gmShapes.STEPS_A_DEGREE);
      return [west, south, east, north];
    }

    /** @template T @param {{ ends: number[] }} rows @param {number} place @param {(row: number) => T} make */
    function rowsOf({ ends }, place, make) {
      const first = place ? ends[place - 1] : 0;
      return Array.from({ length: ends[place] - first }, (_, row) => make(first + row));
    }

    /** @param {number} place @returns {Grid} */
    function grid(place) {
      const micro = place - given;
      const up = grids.next_up[place];
      const why = grids.reason.of[place];
      /** @type {Grid} */
      const one = {
        place,
        code: grids.code[place],
        zh: grids.zh[place],
        en: grids.en[place],
        level: grids.level[place],
        kind: units.has(place) ? "exclusive" : micro >= 0 ? "micro" : "base",
        parent: grids.parent[place],
        area_m2: grids.area_m2[place],
        load_h: grids.load_h[place],
        households: grids.households[place],
        objects: grids.objects[place],
        people: rowsOf(grids.people, place, (row) => ({
          role: grids.people.roles[grids.people.role[row]], name: grids.people.name[row],
        })),
        notes: values.views.flatMap(({ key, notes }) =>
          (notes[grids.code[place]] || []).map((note) => ({ ...note, view: key }))),
        bounds: bounds(place),
        label: gmShapes.at(places, place),
      };
      if (up > -2) {
        one.next_up = up < 0 ? null : { place: up, name: grids.next_up_name[place] };
        one.reason = { zh: grids.reason.zh[why], en: grids.reason.en[why] };
      }
      const unit = units.get(place);
      if (unit !== undefined) one.headcount = grids.headcount[unit];
      if (micro < 0) return { ...one, micro_grids: grids.micro_grids[place] };
      return {
        ...one,
        category: grids.category[micro],
        family: grids.family[micro],
        purity: grids.purity[micro],
        officers: grids.officers[micro],
        capacity_h: grids.capacity_h[micro],
        duties: grids.duties.lists[grids.duties.of[micro]],
        ground: rowsOf(grids.ground, micro, (row) => ({
          kind: grids.ground.kind[row], share: grids.ground.share[row],
        })),
      };
    }

    return {
      values, count, given, micro: count - given, ground, left, places, microBorders, siteBorders, borders, context,
      units: grids.exclusive, microGrids: count - given - grids.exclusive.filter((place) => place >= given).length,
      boxes: own, leftBoxes: gmShapes.boxes(left), grid,
      find: (code) => number.get(code) ?? -1,
      outline: (place) => (place < given ? [] : gmShapes.polygon(ground, place - given)),
    };
  }

  /** Bytes that stand in the page as text. @param {string} text */
  function bytes(text) {
    const raw = atob(text);
    const found = new Uint8Array(raw.length);
    for (let place = 0; place < raw.length; place++) found[place] = raw.charCodeAt(place);
    return found;
  }

  /**
   * Fetch what the app serves apart from the page: the length of the values, the values, the shapes.
   * The page has asked for it in its first line (page.py), before these scripts were read.
   * @param {string} address @returns {Promise<Model>}
   */
  async function fetched(address) {
    const asked = window.gmAsked?.get(address);
    window.gmAsked?.delete(address); // an answer can be read but once
    const answer = await (asked || fetch(address));
    if (!answer.ok || !answer.body) throw new Error(String(answer.status));
    const plain = answer.body.pipeThrough(new DecompressionStream("gzip"));
    const whole = await new Response(plain).arrayBuffer();
    const length = new DataView(whole).getUint32(0, true);
    const values = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
    return make(values, new Uint8Array(whole, 4 + length));
  }

  return { make, bytes, fetched };
})();
