// @ts-check
// The panel of balance: figures, a strip of all grids, and a row for each that leads to it.

const gmBalancePanel = (() => {
  const { make, number } = gmView;
  const ROWS_MOST = 150; // of a whole town the list shows so many
  const STRIP = { wide: 300, high: 54, left: 8, line: 37, lane: 9 };
  const SPACE = "http://www.w3.org/2000/svg";

  /** Figure beside a row: its word, and how it is written. @type {[string, (row: BalanceRow) => string][]} */
  const BESIDE = [
    ["redraw.people_short", (row) => `${row.people}/${row.officers}`],
    ["redraw.purity_short", (row) => share(row.purity)],
    ["redraw.households_short", (row) => number(row.households)],
    ["redraw.objects_short", (row) => number(row.objects)],
    ["redraw.border_short", (row) => share(row.seen)],
    ["redraw.compact_short", (row) => row.compact.toFixed(2)],
  ];

  /** @param {number} value */
  const share = (value) => (Number.isNaN(value) ? "–" : `${Math.round(100 * value)}%`);

  /**
   * @param {Board} board @param {HTMLElement} place
   * @param {{ go: (grid: number) => void }} acts
   */
  function start(board, place, acts) {
    /** @type {Map<string, any>} */
    let rows = new Map();
    let shown = "";
    /** @type {any} */
    let parts = null;

    function frame() {
      const { say, given } = board;
      const auto = make("option", { value: "auto" });
      const chooser = make("select", { "aria-label": say("redraw.balance_of"), title: say("redraw.balance_of"), onchange: () => {
        board.balance.of = chooser.value === "auto" ? null : chooser.value.slice(1);
        show();
      } }, auto,
      ...given.above.map((grid) => make("option", { value: `:${grid.code}`, text: grid.name })),
      make("option", { value: ":", text: say("redraw.balance_town") }));
      const fold = make("button", { class: "plain gm-fold", onclick: () => { board.balance.open = !board.balance.open; show(); } });
      parts = {
        chooser, fold, auto, figures: make("dl", { class: "gm-balance-figures" }), strip: make("div", { class: "gm-balance-strip" }),
        turned: make("div", { class: "gm-turned", "aria-live": "polite" }),
        head: make("p", { class: "gm-beside gm-beside-head", "aria-hidden": "true" },
          ...BESIDE.map(([word]) => make("span", { text: say(word), title: say(`${word}_help`) }))),
        list: make("ol", { class: "gm-balance-rows" }), more: make("p", { class: "quiet" }),
      };
      parts.body = make("div", { class: "gm-balance-body" }, parts.figures, parts.strip, parts.turned, parts.head, parts.list, parts.more);
      place.replaceChildren(make("div", { class: "gm-head" }, make("h3", { text: say("redraw.balance") }), chooser, fold), parts.body);
      shown = given.lang;
      rows = new Map();
    }

    /** Bring the panel up to date; while the hand moves rows keep their places. @param {Int32Array} [label] what is only tried @param {boolean} [still] keep the order */
    function show(label = board.label, still = false) {
      if (!parts || shown !== board.given.lang) frame();
      const { say, given } = board;
      const { open } = board.balance;
      place.classList.toggle("folded", !open);
      parts.body.hidden = parts.chooser.hidden = !open;
      parts.fold.textContent = say(open ? "redraw.fold" : "redraw.unfold");
      parts.fold.setAttribute("aria-expanded", String(open));
      if (!open) return;
      const code = gmBalance.inHand(board, label);
      const found = gmBalance.measure(board, code, label);
      parts.chooser.value = board.balance.of === null ? "auto" : `:${code}`;
      const above = given.above.find((grid) => grid.code === code);
      // The list says which it is, while it follows the map as well.
      if (board.balance.of === null) parts.auto.textContent = say("redraw.balance_auto", { name: above?.name ?? say("redraw.balance_town") });
      figures(gmBalance.summary(given, found));
      strip(found);
      parts.turned.replaceChildren(...found.filter((one) => one.was >= 0).map((one) => make("p", { class: "gm-break warning",
        text: say("redraw.kind_turns", { number: one.number, before: given.kinds[one.was].name, after: given.kinds[one.kind].name }) })));
      list(found, still);
      place.setAttribute("data-of", code);
    }

    /** @param {ReturnType<typeof gmBalance.summary>} sum */
    function figures(sum) {
      const { say } = board;
      const last = board.given.balance.length - 1;
      /** @param {BalanceRow | undefined} row */
      const each = (row) => (row ? say("redraw.each_of", { load: number(row.load / Math.max(row.officers, 1), 1), number: row.number }) : "–");
      const cells = /** @type {[string, string, number][]} */ ([
        ["redraw.count_over", number(sum.over), sum.over ? last : -1],
        ["redraw.count_heavy", number(sum.heavy), sum.heavy ? last - 1 : -1],
        ["redraw.count_light", number(sum.light), sum.light ? 0 : -1],
        ["redraw.largest", each(sum.largest), -1],
        ["redraw.smallest", each(sum.smallest), -1],
        ["redraw.spread", sum.spread.toFixed(2), -1],
      ]);
      parts.figures.replaceChildren(...cells.map(([word, value, state]) => make("div", { "data-figure": word, title: say(`${word}_help`) },
        make("dt", {}, state < 0 ? null : swatch(state), say(word)), make("dd", { text: value }))));
    }

    /** @param {number} state */
    const swatch = (state) => make("i", { class: "gm-swatch", style: `background:${gmColours.ofState(board, state)}` });

    /** All grids along one line from nothing to more than the officers give. @param {BalanceRow[]} found */
    function strip(found) {
      const { say, given } = board;
      const micro = found.filter((one) => !one.unit).sort((one, two) => one.used - two.used);
      const most = Math.max(1.15, ...micro.map((one) => one.used * 1.04));
      const at = (/** @type {number} */ used) => STRIP.left + (used / most) * (STRIP.wide - 2 * STRIP.left);
      const svg = svgOf("svg", { viewBox: `0 0 ${STRIP.wide} ${STRIP.high}`, role: "img" });
      const sum = gmBalance.summary(given, found);
      svg.setAttribute("aria-label", say("redraw.strip", { count: micro.length, mean: Math.round(100 * sum.mean) }));
      svg.append(svgOf("path", { class: "axis", d: `M${STRIP.left} ${STRIP.line}H${STRIP.wide - STRIP.left}` }),
        svgOf("path", { class: "full", d: `M${at(1)} 4V${STRIP.line + 4}` }),
        svgOf("path", { class: "mean", d: `M${at(sum.mean)} 8V${STRIP.line + 4}` }));
      const texts = /** @type {[number, string][]} */ ([[0, "0"], [1, say("redraw.strip_full")]]);
      if (Math.abs(at(sum.mean) - at(1)) > 62 && at(sum.mean) > 36) texts.push([sum.mean, say("redraw.strip_mean", { mean: Math.round(100 * sum.mean) })]);
      for (const [used, text] of texts) {
        const one = svgOf("text", { x: at(used), y: STRIP.high - 4, "text-anchor": used === 0 ? "start" : "middle" });
        one.textContent = text;
        svg.append(one);
      }
      const lanes = /** @type {number[]} */ ([]);
      for (const one of micro) {
        const x = at(one.used);
        let lane = lanes.findIndex((last) => x - last >= STRIP.lane);
        if (lane < 0) lane = lanes.length < 4 ? lanes.length : lanes.indexOf(Math.min(...lanes));
        lanes[lane] = x;
        const dot = svgOf("circle", { cx: x, cy: STRIP.line - 5 - lane * STRIP.lane, r: 4, fill: gmColours.ofState(board, one.state), "data-grid": one.code });
        const title = svgOf("title", {});
        title.textContent = told(one);
        dot.append(title);
        dot.addEventListener("click", () => acts.go(one.grid));
        svg.append(dot);
      }
      parts.strip.replaceChildren(svg);
    }

    /** @param {string} tag @param {Record<string, string | number>} given */
    function svgOf(tag, given) {
      const one = document.createElementNS(SPACE, tag);
      for (const [name, value] of Object.entries(given)) one.setAttribute(name, String(value));
      return one;
    }

    /** @param {BalanceRow} row */
    const told = (row) => board.say("redraw.balance_row", {
      number: row.number, name: row.short, load: number(row.load, 1), capacity: number(row.capacity, 1), used: Math.round(100 * row.used),
      state: row.unit ? board.say("redraw.unit") : board.given.balance[row.state].name,
    });

    /** @param {BalanceRow[]} found @param {boolean} still */
    function list(found, still) {
      const before = [...rows.keys()];
      const now = found.slice(0, ROWS_MOST);
      if (still) now.sort((one, two) => place_(before, one.code) - place_(before, two.code));
      const most = Math.max(1, ...now.map((one) => one.used));
      const next = new Map();
      for (const one of now) {
        const element = rows.get(one.code) ?? make("li", {}, make("button", { "data-grid": one.code, onclick: () => acts.go(gridOf(one.code)) }));
        const mark = JSON.stringify([one, most, board.marked === one.grid, given().lang, gmTheme.isDark()]);
        if (element.gmMark !== mark) {
          element.gmMark = mark;
          fill(element, one, most);
        }
        next.set(one.code, element);
      }
      rows = next;
      const order = [...next.values()];
      if (order.length !== parts.list.childElementCount || order.some((one, at) => parts.list.children[at] !== one)) parts.list.replaceChildren(...order);
      parts.more.hidden = found.length <= ROWS_MOST;
      parts.more.textContent = board.say("redraw.balance_more", { count: found.length - ROWS_MOST });
    }

    const given = () => board.given;
    /** @param {string} code */
    const gridOf = (code) => board.ground.codes.indexOf(code);
    /** @param {string[]} order @param {string} code */
    const place_ = (order, code) => (order.includes(code) ? order.indexOf(code) : order.length);

    /** @param {any} element @param {BalanceRow} row @param {number} most */
    function fill(element, row, most) {
      const { say } = board;
      const button = element.firstChild;
      button.className = row.unit ? "gm-balance-row unit" : "gm-balance-row";
      button.setAttribute("aria-label", `${told(row)} ${BESIDE.map(([word, figure]) => `${say(word)} ${figure(row)}`).join(" ")}`);
      button.title = `${row.name} ${row.code}`;
      button.setAttribute("aria-pressed", String(board.marked === row.grid));
      const colour = row.unit ? "var(--unit)" : gmColours.ofState(board, row.state);
      const bad = row.state === board.given.balance.length - 1;
      button.replaceChildren(
        make("b", { class: "gm-number", text: row.unit ? say("redraw.unit") : row.number }),
        make("span", { class: "gm-short", text: row.short }),
        make("span", { class: "gm-bar-of" }, make("i", { style: `width:${(100 * row.used) / most}%;background:${colour}` }),
          make("u", { style: `left:${100 / most}%` })),
        make("span", { class: bad ? "gm-load bad" : "gm-load" }, make("b", { text: number(row.load, 1) }), `/${number(row.capacity)}`),
        make("span", { class: "gm-beside" }, ...BESIDE.map(([, figure], at) => make("span", {
          class: at === 0 && row.people < row.officers ? "bad" : "", text: figure(row),
          title: at === 4 && !Number.isNaN(row.road) ? say("redraw.border_parts", { road: share(row.road), seen: share(row.seen), border: number(row.border / 1000, 2) }) : null }))),
        row.was >= 0 ? make("span", { class: "gm-new-kind", text: say("redraw.becomes", { kind: board.given.kinds[row.kind].name }) }) : "");
    }

    /** Mark the row of the grid under the pointer. @param {number} grid */
    function hover(grid) {
      const code = board.ground.codes[grid];
      for (const [one, element] of rows) element.classList.toggle("under", one === code);
    }

    board.map.on("moveend", () => { if (board.balance.of === null && !board.chosen.size && !board.limit) show(); });
    return { show, hover };
  }

  return { start };
})();
