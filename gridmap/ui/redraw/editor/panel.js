// @ts-check
// The card of what is chosen: figures at once, and what can be done with it.

const gmPanel = (() => {
  const { make, number, hectares, tail } = gmView;
  const NEIGHBOURS = 8;

  /**
   * @typedef {{ move: (to: string) => void, merge: () => void, divide: (parts: number) => void, close: (grid: string) => void,
   *   tries: (to: number) => void, lock: (grids: string[], on: boolean) => void, whole: (grid: number) => void, clear: () => void,
   *   by: (form: HTMLFormElement, add: boolean) => void, aim: () => void }} Acts
   */

  /** @param {Board} board @param {HTMLElement} place @param {Acts} acts */
  function show(board, place, acts) {
    // Whoever fills in conditions is not disturbed by an answer.
    if (!board.chosen.size && board.root.activeElement?.closest(".gm-conditions")) return;
    place.replaceChildren(...(board.chosen.size ? chosen(board, acts) : empty(board, acts)).filter(Boolean));
  }

  /** @param {Board} board @param {Acts} acts */
  function empty(board, acts) {
    const { say } = board;
    // A limit holds for locking as well.
    const inside = new Set(board.label.filter((grid, patch) => grid >= 0 && board.open[patch]));
    const codes = board.ground.codes.filter((code, grid) => inside.has(grid) && !isUnit(board, code));
    const locked = codes.filter((code) => board.answer.locked.includes(code));
    const free = codes.filter((code) => !board.answer.locked.includes(code));
    return [
      make("h3", { text: say("redraw.nothing_chosen") }),
      make("p", { class: "quiet", text: say("redraw.how_to_choose") }),
      conditions(board, acts),
      !board.given.frozen && make("div", { class: "gm-row" },
        make("button", { class: "plain", disabled: !free.length, onclick: () => acts.lock(free, true), text: say("redraw.lock_all") }),
        make("button", { class: "plain", disabled: !locked.length, onclick: () => acts.lock(locked, false), text: say("redraw.unlock_all") })),
    ];
  }

  /** @param {Board} board @param {Acts} acts */
  function conditions(board, acts) {
    const { say, ground, given } = board;
    const used = new Set(ground.kind);
    const kinds = given.kinds.map((kind, at) => [at, kind.name]).filter(([at]) => used.has(/** @type {number} */ (at)));
    const grids = [...board.ground.codes.keys()].filter((grid) => board.answer.grids[ground.codes[grid]])
      .sort((one, two) => (ground.codes[one] < ground.codes[two] ? -1 : 1));
    /** @param {string} name @param {string} word @param {any} input */
    const field = (name, word, input) => {
      input.name = name;
      return make("label", {}, make("span", { text: say(word) }), input);
    };
    /** @param {[any, string][]} choices */
    const pick = (choices) => make("select", {}, make("option", { value: "", text: say("redraw.any") }),
      ...choices.map(([value, text]) => make("option", { value, text })));
    const form = make("form", { class: "gm-conditions", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); acts.by(form, false); } },
      field("kind", "redraw.kind", pick(/** @type {any} */ (kinds))),
      field("grid", "redraw.grid", pick(grids.map((grid) => [grid, board.answer.grids[ground.codes[grid]].name]))),
      field("load", "redraw.load_over", make("input", { type: "number", min: 0, step: "any", inputmode: "decimal" })),
      field("text", "redraw.name_or_record", make("input", { type: "search", autocomplete: "off" })),
      make("button", { type: "submit", text: say("redraw.choose_these") }));
    return make("details", { class: "gm-by" }, make("summary", { text: say("redraw.by_condition") }), form);
  }

  /** @param {Board} board @param {Acts} acts */
  function chosen(board, acts) {
    const { say, ground } = board;
    const sum = gmSums.of(ground, board.chosen);
    const grids = gmSums.grids(board, board.chosen);
    const parents = new Set([...board.chosen].map((patch) => ground.parent[patch]));
    const figures = /** @type {[string, string][]} */ ([
      ["redraw.patches", number(sum.patches)],
      ["redraw.load", number(sum.load, 1)],
      ["redraw.officers_needed", gmSums.officers(sum.load, board)],
      ["redraw.area", hectares(sum.area)],
      ["redraw.households", number(sum.households)],
      ["redraw.objects", number(sum.objects)],
    ]);
    return [
      make("div", { class: "gm-head" }, make("h3", { text: say("redraw.chosen", { count: number(sum.patches) }) }),
        make("button", { class: "plain", onclick: acts.clear, text: say("redraw.clear") })),
      make("dl", { class: "gm-figures" }, ...figures.map(([word, value]) =>
        make("div", { "data-figure": word }, make("dt", { text: say(word) }), make("dd", { text: value })))),
      sources(board, grids, acts),
      refused(board, grids, parents) ?? targets(board, sum, grids, acts),
      board.given.frozen ? null : wholes(board, grids, parents, acts),
      look(board),
    ];
  }

  /** Why the choice cannot move, where it never can: nothing is offered that is always refused.
   * @param {Board} board @param {Map<number, number>} grids @param {Set<number>} parents */
  function refused(board, grids, parents) {
    if (board.given.frozen) return make("p", { class: "warn", text: board.given.frozen.text });
    if ([...grids.keys()].some((grid) => isUnit(board, board.ground.codes[grid]))) return make("p", { class: "warn", text: board.say("redraw.chosen_unit") });
    if (parents.size > 1) return make("p", { class: "warn", text: board.say("redraw.several_parents") });
    const locked = [...grids.keys()].some((grid) => board.locked.has(grid));
    return locked ? make("p", { class: "warn", text: board.say("redraw.chosen_locked") }) : null;
  }

  /** @param {Board} board @param {Map<number, number>} grids @param {Acts} acts */
  function sources(board, grids, acts) {
    return make("p", { class: "gm-from" }, make("span", { text: board.say("redraw.from") }), ...[...grids].slice(0, 12).map(([grid, count]) => {
      const code = board.ground.codes[grid], all = board.sums.patches[grid];
      const title = `${board.answer.grids[code]?.name || code} ${code}`;
      return make("button", { class: "chip", title, disabled: count === all, onclick: () => acts.whole(grid) },
        `${short(board, grid)} ${count}/${all}`);
    }), grids.size > 12 ? make("span", { text: `+${grids.size - 12}` }) : null);
  }

  /** @param {Board} board @param {string} code */
  const isUnit = (board, code) => Boolean(board.answer.grids[code]?.unit);

  /** @param {Board} board @param {number} grid */
  function short(board, grid) {
    const code = board.ground.codes[grid];
    if (isUnit(board, code)) return board.answer.grids[code].name;
    return tail(code, parentOf(board, code));
  }

  /** @param {Board} board @param {string} code */
  const parentOf = (board, code) => board.ground.parents.find((parent) => code.startsWith(parent)) || "";

  /** @param {Board} board @param {ReturnType<typeof gmSums.of>} sum @param {Map<number, number>} grids @param {Acts} acts */
  function targets(board, sum, grids, acts) {
    const { say, ground, given } = board;
    const most = given.rules.hours * given.rules.most;
    // What lies all in one micro-grid cannot move into that one.
    const beside = gmSums.beside(board, board.chosen).filter((grid) => grids.size > 1 || !grids.has(grid)).slice(0, NEIGHBOURS);
    // The whole of one micro-grid as a new one is the same ground under another code.
    const whole = grids.size === 1 && [...grids].every(([grid, count]) => count === board.sums.patches[grid]);
    const buttons = beside.map((grid) => {
      const code = ground.codes[grid];
      const own = [...board.chosen].filter((patch) => board.label[patch] === grid).reduce((load, patch) => load + ground.load[patch], 0);
      const now = board.sums.load[grid], then = now + sum.load - own;
      const locked = board.locked.has(grid);
      const turned = gmBalance.turned(board, grid);
      const tries = (/** @type {number} */ to) => () => acts.tries(to);
      return make("button", { class: "gm-target", "data-grid": code, disabled: locked, title: code, onclick: () => acts.move(code),
        onmouseenter: tries(grid), onmouseleave: tries(-1), onfocus: tries(grid), onblur: tries(-1) },
        make("i", { style: `background:${gmColours.of(board.colours[grid])}` }),
        make("span", {}, make("b", { text: short(board, grid) }), ` ${board.answer.grids[code]?.short || code}${locked ? say("redraw.is_locked") : ""}`),
        make("small", { class: then > most + 1e-6 ? "bad" : "", text: `${number(now, 1)} → ${number(then, 1)}` }),
        turned.length ? make("em", { class: "gm-turns", text: turned.map((one) => say("redraw.turns", {
          number: one.number, name: one.short, kind: given.kinds[one.kind].name })).join(" ") }) : null);
    });
    return make("div", { class: "gm-targets" },
      make("h4", { text: say("redraw.move_to") }), ...buttons,
      buttons.length ? null : make("p", { class: "quiet", text: say("redraw.none_beside") }),
      make("div", { class: "gm-row" },
        make("button", { class: "plain", onclick: acts.aim, text: say("redraw.aim") }),
        make("button", { class: "plain", "data-key": "n", title: "N", "data-grid": "+1", disabled: whole, onclick: () => acts.move("+1"), text: say("redraw.move_new") })));
  }

  /** @param {Board} board @param {Map<number, number>} grids @param {Set<number>} parents @param {Acts} acts */
  function wholes(board, grids, parents, acts) {
    const { say } = board;
    const codes = [...grids.keys()].map((grid) => board.ground.codes[grid]);
    if (!codes.length) return null;
    if (codes.some((code) => isUnit(board, code))) return codes.length === 1 ? closing(board, codes[0], acts) : null;
    const locked = codes.filter((code) => board.answer.locked.includes(code));
    const free = codes.filter((code) => !board.answer.locked.includes(code));
    const most = Math.min(99, board.sums.patches[[...grids.keys()][0]]);
    const parts = make("input", { type: "number", "data-key": "d", min: 2, max: most, value: "2", "aria-label": say("redraw.parts_wanted") });
    const can = !locked.length && parents.size === 1;
    return make("div", { class: "gm-wholes" },
      make("h4", { text: codes.length === 1 ? say("redraw.this_grid") : say("redraw.these_grids", { count: codes.length }) }),
      make("div", { class: "gm-row" },
        codes.length > 1 && can ? make("button", { class: "plain", "data-key": "j", title: "J", onclick: acts.merge, text: say("redraw.merge", { count: codes.length }) }) : null,
        codes.length === 1 && can && most > 1 ? make("span", { class: "gm-divide" },
          make("button", { class: "plain", onclick: () => acts.divide(Number(parts.value)), text: say("redraw.divide") }), parts, say("redraw.divide_unit")) : null,
        free.length ? make("button", { class: "plain", "data-key": "k", title: "K", onclick: () => acts.lock(free, true), text: say("redraw.lock") }) : null,
        locked.length ? make("button", { class: "plain", "data-key": "k", title: "K", onclick: () => acts.lock(locked, false), text: say("redraw.unlock") }) : null));
  }

  /** What can be done with the grid of a unit: nothing but closing it. @param {Board} board @param {string} code @param {Acts} acts */
  function closing(board, code, acts) {
    const { say } = board;
    return make("div", { class: "gm-wholes" },
      make("h4", { text: board.answer.grids[code].name }),
      make("p", { class: "quiet", text: say("redraw.close_help") }),
      make("div", { class: "gm-row" }, make("button", { class: "plain gm-close", title: code, onclick: () => acts.close(code), text: say("redraw.close") })));
  }

  /** What Python says of the choice: what it would be by itself, and what it leaves behind. @param {Board} board */
  function look(board) {
    const { look: found } = board.answer;
    if (!found || found.patches !== board.chosen.size || !found.rows.length) return null;
    return make("div", { class: "gm-look" }, make("h4", { text: board.say("redraw.without_it") }), gmRows.table(board, found.rows),
      ...found.renamed.map((text) => make("p", { class: "gm-break warning gm-renamed", text })));
  }

  return { show };
})();
