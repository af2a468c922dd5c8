// @ts-check
// Search by code, name, pinyin or person, for objects, roads, waters and places: a combobox for keyboard and pointer.

const gmSearch = (() => {
  const { element, part } = gmPage;
  const SHOWN = 8;
  const PLACES = 3; // of these, for roads and places
  const OBJECTS = 4; // and for objects

  /**
   * Finds grids that fit a text, the best first: codes that end or begin with it, names, people, pinyin.
   * @param {Model} model
   */
  function finder(model) {
    const { grids } = model.values;
    const codes = grids.code.map((code) => code.toLowerCase());
    const names = grids.zh.map((zh, place) => `${zh}\n${grids.en[place]}`.toLowerCase());
    const people = grids.people.ends.map((end, place) =>
      grids.people.name.slice(place ? grids.people.ends[place - 1] : 0, end).join("\n").toLowerCase());

    /** @param {number} place @param {string} wanted */
    const rank = (place, wanted) =>
      codes[place] === wanted ? 0
      : codes[place].endsWith(wanted) ? 1
      : codes[place].startsWith(wanted) ? 2
      : names[place].includes(wanted) ? 3
      : codes[place].includes(wanted) ? 4
      : people[place].includes(wanted) ? 5
      : -1;

    /** @param {string} text @returns {number[]} places of grids */
    return (text) => {
      const wanted = text.trim().toLowerCase();
      /** @type {number[][]} */
      const found = [[], [], [], [], [], []];
      // Grids of one rank stay in their order.
      if (wanted) codes.forEach((_, place) => found[rank(place, wanted)]?.push(place));
      const letters = gmPinyin.typed(wanted);
      if (!letters) return found.flat();
      const known = new Set(found.flat());
      /** @param {string} text */
      const fits = (text) => gmPinyin.fit(model.values.readings, text, letters) > 0;
      const others = codes.map((_, place) => place).filter((place) => !known.has(place));
      const named = others.filter((place) => fits(grids.zh[place]));
      const held = others.filter((place) => people[place] && !named.includes(place)
        && people[place].split("\n").some(fits));
      return [...known, ...named, ...held];
    };
  }

  /**
   * Roads, waters and places of the context by name, each name of a kind once, with where it lies.
   * @param {Model} model
   */
  function namesOf(model) {
    /** @type {Map<string, Named & { key: string, box: number[] }>} */
    const found = new Map();
    for (const { sign, names, box } of model.context.groups) {
      names.forEach((number, one) => {
        if (!number) return;
        const name = model.context.names[number];
        const key = sign.key.split(".")[0];
        const [left, top, right, bottom] = box.slice(4 * one, 4 * one + 4);
        const known = found.get(`${key} ${name}`)?.box || [left, top, right, bottom];
        found.set(`${key} ${name}`, { key, zh: name, en: name, box: [
          Math.min(known[0], left), Math.min(known[1], top), Math.max(known[2], right), Math.max(known[3], bottom)] });
      });
    }
    return [...found.values()];
  }

  /**
   * @param {Model} model
   * @param {() => Speech} speech
   * @param {(place: number) => void} choose
   * @param {(box: number[]) => void} look at a road, water or place, by its box in the flat world
   * @param {(place: number) => void} see an object
   * @param {(at: [number, number]) => void} mark a place that was given by its coordinates
   * @param {{ input: HTMLElement, list: HTMLElement }} [at] where it stands, if not in a page of its own
   */
  function start(model, speech, choose, look, see, mark, at = { input: part("gm-search"), list: part("gm-found") }) {
    /** @type {ReturnType<typeof namesOf> | null} */
    let around = null;
    /** @type {ReturnType<typeof finder> | null} */
    let find = null;
    const input = /** @type {HTMLInputElement} */ (at.input);
    const { list } = at;
    let made = model.values.grids; // that `find` was made of
    /** @type {(number | { object: number } | { system: string, at: [number, number] } | Named & { key: string, box: number[] })[]} */
    let shown = [];
    let active = -1;

    function draw() {
      if (!find || made !== model.values.grids) find = finder(model); // a city's is made when it is first asked for
      made = model.values.grids;
      around = around || namesOf(model);
      const wanted = input.value.trim().toLowerCase();
      const letters = gmPinyin.typed(wanted);
      const places = wanted ? around.filter(({ zh }) => zh.toLowerCase().includes(wanted)
        || (letters && gmPinyin.fit(model.values.readings, zh, letters))) : [];
      // Of a name that many grids bear too, the place itself is among the first that are shown.
      const fitting = wanted ? gmObjects.find(model, wanted) : { whole: [], parts: [] };
      const [whole, things] = [fitting.whole, fitting.parts].map((those) => those.map((object) => ({ object })));
      const grids = find(input.value);
      const room = Math.max(0, SHOWN - Math.min(places.length, PLACES) - Math.min(things.length, OBJECTS));
      const read = gmCoordinates.read(model.values.frame, input.value);
      const found = [...read, ...whole, ...grids.slice(0, room), ...things.slice(0, OBJECTS), ...places, ...things.slice(OBJECTS), ...grids.slice(room)];
      shown = found.slice(0, SHOWN);
      active = shown.length ? 0 : -1;
      list.replaceChildren(...shown.map(row));
      if (input.value.trim() && !shown.length) {
        list.append(element("li", "gm-hint", speech().say("search.none")));
      }
      if (found.length > shown.length) {
        const count = found.length - shown.length;
        list.append(element("li", "gm-hint", speech().say("search.more", { count })));
      }
      open(Boolean(list.children.length));
      point();
    }

    /** @param {typeof shown[number]} one @param {number} place */
    function row(one, place) {
      const { code, zh, en } = model.values.grids;
      const [name, detail] = typeof one === "number" ? [{ zh: zh[one], en: en[one] }, code[one]]
        : "object" in one ? thing(one.object)
        : "system" in one ? [{ zh: input.value.trim(), en: input.value.trim() }, speech().say(`search.${one.system}`)]
        : [one, speech().say(`search.${one.key}`)];
      const made = element("li", "gm-hit");
      made.id = `gm-hit-${place}`;
      made.setAttribute("role", "option");
      made.append(
        element("span", "", speech().name(name)),
        element("small", "", detail),
      );
      // Before the input loses its focus and the list closes.
      made.addEventListener("mousedown", (event) => {
        event.preventDefault();
        pick(place);
      });
      return made;
    }

    /** Name of an object, and its class and grid. @param {number} place @returns {[Named, string]} */
    function thing(place) {
      const { zh, grid } = model.values.objects;
      const { grids } = model.values;
      const own = grid[place] < 0 ? "" : speech().name({ zh: grids.zh[grid[place]], en: grids.en[grid[place]] });
      return [{ zh: zh[place], en: zh[place] }, [speech().name(gmObjects.classOf(model, place)), own].filter(Boolean).join(" · ")];
    }

    /** @param {boolean} opened */
    function open(opened) {
      list.hidden = !opened;
      input.setAttribute("aria-expanded", String(opened));
    }

    function point() {
      for (const [place, node] of [...list.querySelectorAll(".gm-hit")].entries()) {
        node.setAttribute("aria-selected", String(place === active));
      }
      if (active >= 0) input.setAttribute("aria-activedescendant", `gm-hit-${active}`);
      else input.removeAttribute("aria-activedescendant");
    }

    /** @param {number} place */
    function pick(place) {
      const one = shown[place];
      if (one === undefined) return;
      open(false);
      if (typeof one === "number") choose(one);
      else if ("object" in one) see(one.object);
      else if ("system" in one) mark(one.at);
      else look(one.box);
    }

    input.addEventListener("input", draw);
    input.addEventListener("focus", draw);
    input.addEventListener("blur", () => open(false));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (shown.length) active = (active + step + shown.length) % shown.length;
        point();
      } else if (event.key === "Enter") pick(active);
      else if (event.key === "Escape") open(false);
      else return;
      event.preventDefault();
    });
  }

  return { start };
})();
