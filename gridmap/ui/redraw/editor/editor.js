// @ts-check
// The editor: keeps map, cards and answers in step. `run` is called on every run of the page.

const gmEditor = (() => {
  const LOOK_AFTER_MS = 350;
  const LOWEST_PX = 520;

  /** @param {any} component */
  function run(component) {
    const root = component.parentElement;
    if (!root.gmEditor) root.gmEditor = start(root);
    root.gmEditor.take(component.data, (/** @type {Ask} */ ask) => component.setTriggerValue("ask", ask));
    return () => {
      root.gmEditor?.stop();
      delete root.gmEditor;
    };
  }

  /** @param {ShadowRoot} root */
  function start(root) {
    const parts = gmFrame.skeleton(root);
    /** @type {Board | null} */
    let board = null;
    let send = (/** @type {Ask} */ _ask) => {};
    let key = "";
    let loading = "";
    let lookTimer = 0;
    /** @type {any} */
    let [sheets, hand, bar, balance, repaint, brush] = [null, null, null, null, null, null];
    /** @type {any} */
    let [walking, card] = [null, null];
    let spoken = ""; // the answer that was told last
    let begun = ""; // a patch that a stroke gave to a new micro-grid, until its code is known
    const talk = gmTalk.start((ask) => send(ask), (kind) => {
      parts.busy.hidden = !kind || kind === "look";
      parts.busy.textContent = kind && board ? board.say(kind === "accept" ? "redraw.saving" : "redraw.working") : "";
      parts.editor.toggleAttribute("data-busy", Boolean(kind) && kind !== "look");
    });
    const keys = (/** @type {KeyboardEvent} */ event) => { if (board && hand) gmKeys.pressed(event, board, bar.keys, keyActs); };
    document.addEventListener("keydown", keys, true);
    // Pending changes are not in the plan: a page that is left or loaded again asks first.
    const leaving = (/** @type {BeforeUnloadEvent} */ event) => { if (board?.answer.changes.length) event.preventDefault(); };
    window.addEventListener("beforeunload", leaving);
    parts.frame.addEventListener("pointerdown", (event) => { if (board) touched(event.pointerType); }, true);
    const fit = () => {
      const top = parts.editor.getBoundingClientRect().top + window.scrollY;
      parts.editor.style.setProperty("--high", `${Math.max(LOWEST_PX, window.innerHeight - Math.min(top, 260) - 18)}px`);
    };
    const watch = new ResizeObserver(() => { fit(); board?.map?.invalidateSize({ pan: false }); });
    watch.observe(parts.frame);
    window.addEventListener("resize", fit);

    /** @param {Given} given @param {(ask: Ask) => void} sender */
    function take(given, sender) {
      send = sender;
      fit();
      themed();
      if (given.ground.key !== key) {
        load(given);
        return;
      }
      if (!board) return;
      const words = board.given.lang !== given.lang;
      board.given = given;
      if (words) bar = gmBar.start(board, parts.bar, barActs);
      update(given.answer);
    }

    /** Streamlit hands its theme down as colours: where the ground is dark the editor is as well. */
    function themed() {
      const dark = gmColours.isDark(getComputedStyle(root.host).getPropertyValue("--st-background-color"));
      parts.editor.classList.toggle("dark", dark);
      if (dark === gmTheme.isDark()) return;
      gmTheme.set(dark);
      repaint?.all();
    }

    /** @param {Given} given */
    async function load(given) {
      if (loading === given.ground.key) {
        loadingFor = given;
        return;
      }
      loading = given.ground.key;
      loadingFor = given;
      parts.busy.hidden = false;
      parts.busy.textContent = given.words["redraw.opening"];
      const ground = await gmGround.fetchGround(given.ground.url).catch((error) => {
        parts.busy.textContent = `${given.words["redraw.cannot_open"]} (${error.message})`;
      });
      if (loading !== given.ground.key) return;
      loading = "";
      if (!ground) return;
      key = given.ground.key;
      put(/** @type {Given} */ (loadingFor), ground);
    }
    /** @type {Given | null} */
    let loadingFor = null;

    /** Lay new ground on the map; what was chosen stays so as far as it is still there. @param {Given} given @param {Ground} ground */
    function put(given, ground) {
      const before = board;
      const chosen = before ? [...before.chosen].map((patch) => before.ground.ids[patch]) : [];
      const fresh = /** @type {Board} */ ({
        ...(before || {
          tool: "pick", colouring: "grid", numbers: true, context: true, limit: "", marked: -1, balance: { of: null, open: true, last: null }, map: gmFrame.makeMap(parts.map),
          brush: { target: "", size: 0, skip: false, heal: false, along: new Set(), refused: new Set() },
        }),
        root, given, ground, answer: given.answer, cursor: -1, label: ground.label.slice(), base: ground.label.slice(), pending: new Set(), locked: new Set(),
        chosen: new Set(chosen.map((id) => ground.place.get(id)).filter((place) => place !== undefined)),
        open: new Uint8Array(ground.count), colours: gmColours.assign(ground, ground.label), hover: -1, shown: [],
        sums: gmSums.byGrid(ground, ground.label), drawn: { label: ground.label, load: new Float64Array(0) },
        say: (word, values = {}) => Object.entries(values).reduce(
          (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), (board?.given || given).words[word] ?? word),
      });
      brush?.cancel();
      const walked = before !== null && before.cursor >= 0;
      board = before ? Object.assign(before, fresh) : fresh;
      if (walked) walking.again();
      if (!before) {
        bar = gmBar.start(board, parts.bar, barActs);
        gmFrame.frameMap(board);
        sheets = {
          ground: gmSheet.make(board.map, "overlayPane", gmPaint.ground(board)),
          words: gmSheet.make(board.map, "gm-words", gmPaint.words(board)),
          marks: gmSheet.make(board.map, "gm-marks", gmPaint.marks(board)),
          hover: gmSheet.make(board.map, "gm-hover", gmPaint.hover(board)),
        };
        balance = gmBalancePanel.start(board, parts.balance, { go });
        repaint = gmRepaint.start(board, sheets);
        gmRemarks.start(board, remarkActs);
        hand = gmTools.start(board, parts.frame, { click, area, line, hover, drawing });
        walking = gmWalking.start(board, parts.map, parts.frame, {
          choose: click, grow: (/** @type {number} */ patch) => area([patch], false), point: (/** @type {[number, number]} */ spot) => hand.point(spot),
          aim: (/** @type {[number, number]} */ spot) => hand.aim(spot), points: () => hand.points, here,
          dab: (/** @type {number} */ patch, /** @type {boolean} */ more) => { brush.dab(patch, more); walking.speak(parts.strip.querySelector("[role=status]")?.textContent || ""); },
          lift: () => brush?.lift(), pick: (/** @type {number} */ patch) => brush.pick(patch), whole: barActs.whole,
        });
        card = gmKeyCard.start(board, parts.frame);
        touched(matchMedia("(pointer: coarse)").matches ? "touch" : "mouse");
        brush = gmBrush.start(board, parts.frame, parts.strip, {
          painted, stroked, flashed: () => sheets.hover.repaint(), busy: () => talk.busy, outside: hand.outside,
        });
      }
      limitTo(board.limit);
      repaint.all();
      parts.busy.hidden = !talk.busy;
      update(given.answer);
      parts.editor.setAttribute("data-ready", key);
    }

    /** Take an answer of Python: labels, locks, pending changes, history. @param {Answer} answer */
    function update(answer) {
      const now = /** @type {Board} */ (board);
      now.answer = answer;
      const { ground } = now;
      /** @type {Map<string, number>} */
      const places = new Map(ground.codes.map((code, at) => [code, at]));
      const place = (/** @type {string} */ code) => {
        if (!code) return -1;
        if (!places.has(code)) {
          places.set(code, ground.codes.length);
          ground.codes.push(code);
        }
        return /** @type {number} */ (places.get(code));
      };
      now.label = ground.label.slice();
      answer.labels[0].forEach((patch, at) => { now.label[patch] = place(answer.labels[1][at]); });
      now.locked = new Set(answer.locked.map(place));
      now.pending = new Set(answer.pending);
      now.base = now.label.slice();
      answer.pending.forEach((patch, at) => { now.base[patch] = place(answer.was[at]); });
      now.drawn = { label: now.label.slice(), load: gmSums.byGrid(ground, now.label).load };
      talk.answered(answer.seq);
      // Strokes that Python has not heard of yet stay on the map.
      for (const ask of talk.unanswered) if (ask.stroke) asIfMoved(now, ask, place);
      now.sums = gmSums.byGrid(ground, now.label);
      now.colours = gmColours.assign(ground, now.label);
      now.shown = [];
      gmRemarks.follow(now);
      brush.replay();
      if (answer.seq !== spoken) {
        spoken = answer.seq;
        const last = answer.changes[answer.changes.length - 1];
        const faults = last ? last.violations.filter((found) => found.fresh).length : 0;
        walking.speak(answer.fault || answer.note || (last && !answer.look ? `${last.what}${faults ? now.say("redraw.list_mark") + now.say("redraw.spoken_faults", { count: faults }) : ""}` : ""));
      }
      if (begun && !talk.busy) {
        const code = ground.codes[now.label[ground.place.get(begun) ?? 0]];
        if (!answer.fault && now.brush.target === "+1") now.brush.target = code;
        begun = "";
      }
      if (answer.labels[0].length) parts.editor.setAttribute("data-moved", String(answer.labels[0].length));
      else parts.editor.removeAttribute("data-moved");
      showAll();
    }

    /** @param {Board} now @param {Ask} ask of a stroke @param {(code: string) => number} place */
    function asIfMoved(now, ask, place) {
      const { patches, to } = /** @type {{ patches: string[], to: string | string[] }} */ (/** @type {unknown} */ (ask));
      patches.forEach((id, at) => {
        const patch = now.ground.place.get(id);
        if (patch !== undefined) now.label[patch] = place(typeof to === "string" ? to : to[at]);
      });
    }

    function showAll() {
      const now = /** @type {Board} */ (board);
      bar.show();
      balance.show();
      gmChanges.news(now, parts.news, changeActs);
      gmPanel.show(now, parts.chosen, panelActs);
      gmChanges.show(now, parts.changes, changeActs);
      gmRemarks.show(now, parts.remarks, remarkActs);
      gmChanges.history(now, parts.history, changeActs);
      help();
      gmLegend.show(now, parts.legend);
      brush.show();
      repaint.changed(brush.on);
      sheets.marks.repaint();
      sheets.hover.repaint();
    }

    function help() {
      const now = /** @type {Board} */ (board);
      parts.help.textContent = now.touch ? now.say(`redraw.touch_${now.tool}`) : now.say(`redraw.help_${now.tool}`);
      walking?.name();
      parts.cut.hidden = now.tool !== "split";
      parts.cut.lastChild.textContent = now.say("redraw.cut_crossed");
      parts.finish.textContent = now.say("redraw.finish_line");
      parts.frame.setAttribute("data-tool", now.tool);
    }

    /** After the choice has changed: figures at once, and Python's word when the hand rests. */
    function rechosen() {
      const now = /** @type {Board} */ (board);
      now.answer.look = null;
      gmPanel.show(now, parts.chosen, panelActs);
      bar.show();
      balance.show();
      gmLegend.show(now, parts.legend);
      sheets.marks.repaint();
      clearTimeout(lookTimer);
      const parents = new Set([...now.chosen].map((patch) => now.ground.parent[patch]));
      if (!now.chosen.size || parents.size > 1) return;
      lookTimer = setTimeout(() => ask("look", { patches: ids(now.chosen) }), LOOK_AFTER_MS);
    }

    /** @param {string} kind @param {Record<string, unknown>} [fields] */
    const ask = (kind, fields = {}) => talk.ask(kind, { limit: board?.limit || "", ...fields });
    /** @param {Iterable<number>} patches */
    const ids = (patches) => [...patches].sort((one, two) => one - two).map((patch) => /** @type {Board} */ (board).ground.ids[patch]);

    /** @param {number} patch */
    function click(patch) {
      const now = /** @type {Board} */ (board);
      if (gmRemarks.took(now) || patch < 0) return;
      if (now.tool === "note") {
        const [x, y] = now.ground.spot.subarray(2 * patch, 2 * patch + 2);
        gmRemarks.begin(now, { x: now.ground.origin[0] + x / 100, y: now.ground.origin[1] + y / 100 }, remarkActs);
        return;
      }
      if (now.tool === "move") {
        if (now.label[patch] < 0) return;
        move(now.ground.codes[now.label[patch]]);
      } else if (now.tool === "grid") {
        toggle(gridOf(patch));
      } else {
        toggle([patch]);
      }
    }

    /** @param {number} patch */
    function gridOf(patch) {
      const now = /** @type {Board} */ (board);
      const found = [];
      for (let at = 0; at < now.ground.count; at++) {
        if (now.label[at] === now.label[patch] && now.label[at] >= 0) found.push(at);
      }
      return found;
    }

    /** Choose what is not chosen; when all is chosen, no longer. @param {number[]} patches */
    function toggle(patches) {
      const now = /** @type {Board} */ (board);
      const fit = patches.filter((patch) => now.open[patch] && now.label[patch] >= 0);
      const all = fit.every((patch) => now.chosen.has(patch));
      for (const patch of fit) {
        if (all) now.chosen.delete(patch);
        else now.chosen.add(patch);
      }
      if (fit.length) rechosen();
    }

    /** @param {number[]} patches @param {boolean} less */
    function area(patches, less) {
      const now = /** @type {Board} */ (board);
      for (const patch of patches) {
        if (less) now.chosen.delete(patch);
        else if (now.open[patch] && now.label[patch] >= 0) now.chosen.add(patch);
      }
      rechosen();
    }

    /** A line was drawn: it splits the micro-grid, or cuts the patch, that most of it lies on. @param {[number, number][]} points */
    function line(points) {
      const now = /** @type {Board} */ (board);
      const { ground } = now;
      const what = gmLines.most(ground, points, (patch) => now.open[patch] && now.label[patch] >= 0
        ? (now.tool === "split" ? now.label[patch] : patch) : -1);
      if (what < 0) return;
      const places = points.map(([x, y]) => [ground.origin[0] + x / 100, ground.origin[1] + y / 100]);
      if (now.tool === "split") ask("split", { grid: ground.codes[what], line: places, cut: parts.cutBox.checked });
      else ask("cut", { patch: ground.ids[what], line: places });
      now.chosen.clear();
    }

    /** The keyboard's cursor is at a patch; -1 when the mouse has taken over. @param {number} patch */
    function here(patch) {
      if (patch >= 0) hover(patch);
      sheets.hover.repaint();
    }

    /** Hints and sizes are for fingers or for a mouse, whichever was used last. @param {string} kind */
    function touched(kind) {
      const now = /** @type {Board} */ (board);
      const touch = kind === "touch";
      if (now.touch === touch || kind === "pen") return;
      now.touch = touch;
      parts.editor.toggleAttribute("data-touch", touch);
      help();
    }

    let hoverFrame = 0;
    /** @param {number} patch */
    function hover(patch) {
      const now = /** @type {Board} */ (board);
      if (brush.on) patch = -1; // what lies under the brush is no news
      if (patch === now.hover) return;
      now.hover = patch;
      cancelAnimationFrame(hoverFrame);
      hoverFrame = requestAnimationFrame(() => {
        sheets.hover.repaint();
        gmTip.show(now, parts.tip);
        const to = now.label[now.hover] ?? -1;
        if (now.tool === "move" && now.chosen.size) tries(to);
        balance.hover(to);
      });
    }

    /**
     * While a stroke is painted, once a frame at most: labels and `board.sums` are those of this moment.
     * Whatever shows figures of micro-grids is told here.
     * @param {Set<number>} grids that have gained or lost ground since, by position in `ground.codes`
     */
    function painted(grids) {
      const now = /** @type {Board} */ (board);
      // A new micro-grid gets its colour with its first ground.
      if ([...grids].some((grid) => now.colours[grid] < 0)) now.colours = gmColours.assign(now.ground, now.label);
      repaint.changed(true);
      balance.show(undefined, true);
    }

    /** A stroke has ended: it becomes one pending change. @param {{ patches: string[], to: string | string[] }} asked */
    function stroked(asked) {
      if (asked.to === "+1") begun = asked.patches[0];
      ask("move", { ...asked, stroke: true });
    }

    /** See in the panel what would be with the choice in another grid; -1 for as it is. @param {number} to */
    function tries(to) {
      if (board) balance.show(to < 0 ? board.label : gmBalance.tried(board, to), to >= 0);
    }

    /** Look at a grid and mark it; a second time it is left. @param {number} grid */
    function go(grid) {
      const now = /** @type {Board} */ (board);
      now.marked = now.marked === grid ? -1 : grid;
      if (now.marked >= 0) gmFrame.zoomTo(now, gridOf(now.label.indexOf(grid)), 0.3);
      balance.show();
      sheets.marks.repaint();
    }

    /** @param {boolean} on */
    function drawing(on) {
      parts.finish.hidden = !on;
    }

    /** @param {string} to */
    function move(to) {
      const now = /** @type {Board} */ (board);
      if (!now.chosen.size) return;
      ask("move", { patches: ids(now.chosen), to });
      now.chosen.clear();
      if (now.tool === "move") useTool("pick");
      rechosen();
    }

    /** @param {ToolName} name */
    function useTool(name) {
      const now = /** @type {Board} */ (board);
      hand.cancel();
      brush.cancel();
      now.tool = name;
      now.hover = -1;
      hand.setDragging();
      bar.show();
      brush.show();
      help();
      sheets.hover.repaint();
    }

    /** @param {string} code */
    function limitTo(code) {
      const now = /** @type {Board} */ (board);
      now.limit = code;
      const within = now.given.above.find((grid) => grid.code === code);
      const parents = new Set(within ? within.parents.map((parent) => now.ground.parents.indexOf(parent)) : []);
      for (let patch = 0; patch < now.ground.count; patch++) now.open[patch] = Number(!within || parents.has(now.ground.parent[patch]));
      for (const patch of [...now.chosen]) if (!now.open[patch]) now.chosen.delete(patch);
    }

    const codesOf = () => {
      const now = /** @type {Board} */ (board);
      return [...gmSums.grids(now, now.chosen).keys()].map((grid) => now.ground.codes[grid]).sort();
    };
    const panelActs = {
      move, tries,
      merge: () => { ask("merge", { grids: codesOf() }); board?.chosen.clear(); },
      divide: (/** @type {number} */ count) => { ask("divide", { grid: codesOf()[0], parts: count }); board?.chosen.clear(); },
      close: (/** @type {string} */ grid) => { ask("close", { grid }); board?.chosen.clear(); },
      lock: (/** @type {string[]} */ grids, /** @type {boolean} */ on) => { ask(on ? "lock" : "unlock", { grids }); board?.chosen.clear(); },
      whole: (/** @type {number} */ grid) => {
        const now = /** @type {Board} */ (board);
        const first = now.label.indexOf(grid);
        if (first >= 0) area(gridOf(first), false);
      },
      clear: () => { board?.chosen.clear(); rechosen(); },
      aim: () => useTool("move"),
      by: (/** @type {HTMLFormElement} */ form) => {
        const now = /** @type {Board} */ (board);
        const found = gmConditions.find(now, new FormData(form));
        if (found.length) { area(found, false); zoom(); } else gmConditions.none(now, form);
      },
    };
    const changeActs = {
      // A second click on a card that is about to change would hit another card.
      ask: (/** @type {string} */ kind, /** @type {Record<string, unknown>} */ fields = {}) => { if (!talk.busy) ask(kind, fields); },
      busy: () => talk.busy,
      point: (/** @type {string[]} */ patches) => {
        const now = /** @type {Board} */ (board);
        now.shown = patches.map((id) => now.ground.place.get(id) ?? -1).filter((place) => place >= 0);
        sheets.marks.repaint();
      },
    };
    const remarkActs = {
      ask: changeActs.ask, tool: (/** @type {ToolName} */ name) => useTool(name), place: () => parts.remarks,
      show: () => { if (board) gmRemarks.show(board, parts.remarks, remarkActs); },
    };
    const barActs = {
      tool: useTool, ask,
      limit: (/** @type {string} */ code) => { limitTo(code); rechosen(); balance.show(); brush.show(); repaint.changed(); if (code && board) gmFrame.zoomTo(board, openPatches()); },
      colour: (/** @type {Colouring} */ by) => { if (board) { board.colouring = by; gmLegend.show(board, parts.legend); repaint.all(); } },
      numbers: (/** @type {boolean} */ on) => { if (board) { board.numbers = on; repaint.all(); } },
      card: () => card.toggle(),
      context: (/** @type {boolean} */ on) => { if (board) { board.context = on; repaint.all(); } },
      zoom: () => zoom(),
      whole: () => { if (board) gmFrame.wholeMap(board); },
    };
    const openPatches = () => {
      const now = /** @type {Board} */ (board);
      return [...now.open.keys()].filter((patch) => now.open[patch]);
    };
    const zoom = () => { if (board) gmFrame.zoomTo(board, [...board.chosen]); };
    const keyActs = {
      tool: useTool, clear: panelActs.clear, step: ask,
      cancel: () => brush.cancel() || hand.cancel(), line: () => hand.points > 0, finish: () => hand.finish(),
      resize: (/** @type {number} */ by) => brush.resize(by),
      walk: (/** @type {KeyboardEvent} */ event) => walking.pressed(event), card: () => card.toggle(), close: () => card.close(),
      press: (/** @type {string} */ name) => {
        const button = parts.chosen.querySelector(`[data-key=${name}]:not(:disabled)`);
        if (button instanceof HTMLInputElement) button.focus();
        else if (button instanceof HTMLElement) button.click();
        else walking.speak(/** @type {Board} */ (board).say("redraw.choose_first"));
      },
      accept: () => { if (!talk.busy) gmChanges.accept(parts.changes, changeActs); },
    };
    parts.finish.addEventListener("click", () => hand?.finish());

    return {
      take,
      stop() {
        document.removeEventListener("keydown", keys, true);
        window.removeEventListener("resize", fit);
        window.removeEventListener("beforeunload", leaving);
        clearTimeout(lookTimer);
        repaint?.stop();
        watch.disconnect();
        talk.stop();
        board?.map?.remove();
      },
      // For tests and whoever looks into the page.
      get brush() { return brush; },
      get board() { return board; },
      get sheets() { return sheets; },
      /** Figures of the panel of balance for a given grid, "" for the town. @param {string} code @param {number[]} [label] micro-grid of each patch, if another than now */
      balance: (code, label) => board && gmBalance.measure(board, code, label ? Int32Array.from(label) : board.label),
    };
  }

  return { run };
})();

export const run = gmEditor.run;
