// @ts-check
// Search by code, name or person: a combobox for keyboard and pointer.

const gmSearch = (() => {
  const { element, part } = gmPage;
  const SHOWN = 8;

  /**
   * Grids that fit a text, the best first: codes that end or begin with it, names, then people.
   * @param {Grid[]} grids
   * @param {string} text
   */
  function find(grids, text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    /** @type {[number, Grid][]} */
    const found = [];
    for (const grid of grids) {
      const code = grid.code.toLowerCase();
      const names = `${grid.zh}\n${grid.en}`.toLowerCase();
      const rank =
        code === wanted ? 0
        : code.endsWith(wanted) ? 1
        : code.startsWith(wanted) ? 2
        : names.includes(wanted) ? 3
        : code.includes(wanted) ? 4
        : grid.people.some(({ name }) => name.toLowerCase().includes(wanted)) ? 5
        : -1;
      if (rank >= 0) found.push([rank, grid]);
    }
    // Array.sort is stable: grids of one rank stay in order of code.
    return found.sort((a, b) => a[0] - b[0]).map(([, grid]) => grid);
  }

  /**
   * @param {Grid[]} grids
   * @param {() => Speech} speech
   * @param {(grid: Grid) => void} choose
   */
  function start(grids, speech, choose) {
    const input = /** @type {HTMLInputElement} */ (part("gm-search"));
    const list = part("gm-found");
    /** @type {Grid[]} */
    let shown = [];
    let active = -1;

    function draw() {
      const found = find(grids, input.value);
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
      mark();
    }

    /** @param {Grid} grid @param {number} place */
    function row(grid, place) {
      const made = element("li", "gm-hit");
      made.id = `gm-hit-${place}`;
      made.setAttribute("role", "option");
      made.append(
        element("span", "", speech().name(grid)),
        element("small", "", grid.code),
      );
      // Before the input loses its focus and the list closes.
      made.addEventListener("mousedown", (event) => {
        event.preventDefault();
        pick(place);
      });
      return made;
    }

    /** @param {boolean} opened */
    function open(opened) {
      list.hidden = !opened;
      input.setAttribute("aria-expanded", String(opened));
    }

    function mark() {
      for (const [place, node] of [...list.querySelectorAll(".gm-hit")].entries()) {
        node.setAttribute("aria-selected", String(place === active));
      }
      if (active >= 0) input.setAttribute("aria-activedescendant", `gm-hit-${active}`);
      else input.removeAttribute("aria-activedescendant");
    }

    /** @param {number} place */
    function pick(place) {
      const grid = shown[place];
      if (!grid) return;
      open(false);
      choose(grid);
    }

    input.addEventListener("input", draw);
    input.addEventListener("focus", draw);
    input.addEventListener("blur", () => open(false));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (shown.length) active = (active + step + shown.length) % shown.length;
        mark();
      } else if (event.key === "Enter") pick(active);
      else if (event.key === "Escape") open(false);
      else return;
      event.preventDefault();
    });
  }

  return { start, find };
})();
