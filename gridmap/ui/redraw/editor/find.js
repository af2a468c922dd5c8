// @ts-check
// Find and go: the search of the maps, over the micro-grids as they are now; a place with its coordinates.

const gmFind = (() => {
  const { make } = gmView;
  const AROUND_M = 300;

  /**
   * @param {Board} board @param {HTMLElement} frame
   * @param {{ choose: (patches: number[]) => void, mark: (grid: number) => void, speak: (text: string) => void }} acts
   */
  function start(board, frame, acts) {
    const { map } = board;
    const input = make("input", { type: "search", class: "gm-find-input", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "gm-find-list", autocomplete: "off", spellcheck: "false" });
    const list = make("ul", { id: "gm-find-list", class: "gm-find-list", role: "listbox", hidden: true });
    const box = make("div", { class: "gm-find gm-over", role: "search" }, input, list);
    frame.append(box);
    /** @type {any} */
    let values = null; // as redraw_find.py writes them
    let asked = "";
    /** @type {any} */
    let pin = null;
    const model = { values: /** @type {any} */ ({ grids: { code: [], zh: [], en: [], people: { ends: [], name: [] } }, objects: { zh: [], credit_code: [], grid: [] }, readings: {}, frame: board.ground.frame }), context: board.ground.context };
    const speech = { language: "zh", say: (/** @type {string} */ key, put = {}) => board.say(key, put), name: (/** @type {any} */ named) => board.given.lang === "zh" ? named.zh : named.en };

    /** Fetch what can be found, once for each state of the plan. */
    async function fetched() {
      const { url } = board.given.find;
      if (asked === url) return;
      asked = url;
      const found = await gmGround.fetchJson(url).catch(() => null);
      if (asked !== url) return;
      if (found) values = found;
      else asked = "";
      renew();
      input.dispatchEvent(new Event("input"));
    }

    /** Grids of the draft: those of the file that still are, under their names of now, and new ones. */
    function renew() {
      if (!values) return;
      const { grids } = board.answer;
      const { code, zh, en, people } = values.grids;
      const now = { code: [...code], zh: [...zh], en: [...en], people: { ends: [...people.ends], name: people.name } };
      const known = new Set(code);
      code.forEach((/** @type {string} */ one, /** @type {number} */ at) => { if (grids[one]) now.zh[at] = now.en[at] = grids[one].name; });
      for (const one of Object.keys(grids)) {
        if (known.has(one)) continue;
        now.code.push(one);
        now.zh.push(grids[one].name);
        now.en.push(grids[one].name);
        now.people.ends.push(people.name.length);
      }
      model.context = board.ground.context;
      model.values = { ...values, grids: now, frame: board.ground.frame };
    }

    /** @param {string} code */
    function goTo(code) {
      const grid = board.ground.codes.indexOf(code);
      const own = grid < 0 ? [] : [...board.label.keys()].filter((patch) => board.label[patch] === grid);
      if (own.length) choose(grid, own);
      else {
        const above = board.given.above.find((one) => one.code === code);
        const inside = new Set((above?.parents || [code]).map((one) => board.ground.parents.indexOf(one)));
        const all = [...board.label.keys()].filter((patch) => inside.has(board.ground.parent[patch]));
        gmFrame.zoomTo(board, all.length ? all : [...board.label.keys()]);
      }
      input.blur();
    }

    /** @param {number} grid @param {number[]} own */
    function choose(grid, own) {
      acts.choose(own);
      acts.mark(grid);
      gmFrame.zoomTo(board, own, 0.2);
    }

    /** A place by its degrees: marked, with its coordinates in every system; the micro-grid there is chosen. @param {[number, number]} at @param {string} [name] */
    function mark(at, name) {
      const metres = gmCoordinates.toMetres(board.ground.frame, at);
      pin?.remove();
      input.blur();
      if (!metres) {
        acts.speak(board.say("map.place_outside"));
        return;
      }
      const [x, y] = [metres[0] - board.ground.origin[0], metres[1] - board.ground.origin[1]];
      const patch = board.ground.finder.at(x * 100, y * 100);
      const grid = patch < 0 ? -1 : board.label[patch];
      if (grid >= 0) choose(grid, gmBoard.gridOf(board, patch));
      map.fitBounds([[y - AROUND_M, x - AROUND_M], [y + AROUND_M, x + AROUND_M]], { maxZoom: 2, animate: false });
      const card = make("div", { class: "gm-place" }, make("b", { text: name || board.say("map.place") }),
        make("dl", {}, ...gmCoordinates.lines(board.ground.frame, at).flatMap((/** @type {[string, string]} */ [system, text]) => [make("dt", { text: board.say(`search.${system}`) }), make("dd", { text })])),
        patch < 0 ? make("p", { class: "warn", text: board.say("map.place_outside") }) : null);
      // Clear of this field and of the buttons of the map, also on a phone.
      const wide = Math.min(300, map.getSize().x - 130);
      pin = L.popup({ className: "gm-over", minWidth: Math.min(240, wide), maxWidth: wide, autoPanPaddingTopLeft: [10, 60], autoPanPaddingBottomRight: [60, 20] }).setLatLng([y, x]).setContent(card).openOn(map);
    }

    gmSearch.start(model, () => speech,
      (/** @type {number} */ place) => goTo(model.values.grids.code[place]),
      (/** @type {number[]} */ [left, top, right, bottom]) => {
        map.fitBounds([[-bottom / 100, left / 100], [-top / 100, right / 100]], { maxZoom: 2, animate: false });
        input.blur();
      },
      (/** @type {number} */ place) => mark([values.objects.xy[2 * place], values.objects.xy[2 * place + 1]], values.objects.zh[place]),
      (/** @type {[number, number]} */ at) => mark(at), { input, list });
    input.addEventListener("focus", fetched);

    return {
      renew, focus: () => { input.focus(); input.select(); },
      /** Whether the field has the keyboard. */
      get on() { return board.root.activeElement === input; },
      show() {
        input.placeholder = board.say("search.hint");
        input.title = `${board.say("search.label")} (/)`;
        input.setAttribute("aria-label", board.say("search.label"));
        list.setAttribute("aria-label", board.say("search.label"));
        renew();
        if (board.root.activeElement === input) fetched();
      },
    };
  }

  return { start };
})();
