// @ts-check
// The editor: keeps map, cards and answers in step. `run` is called on every run of the page.

const gmEditor = (() => {
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
    /** @type {any} */
    let [sheets, hand, bar, balance, repaint, brush, choice] = [null, null, null, null, null, null, null];
    /** @type {any} */
    let [walking, card, find] = [null, null, null];
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
    const unfollow = gmTheme.follow(() => { if (board) themed(board); });

    /** @param {Given} given @param {(ask: Ask) => void} sender */
    function take(given, sender) {
      send = sender;
      fit();
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

    /** Maps and the colours of the list follow the theme of the page. @param {Board} shown */
    function themed(shown) {
      repaint.all();
      sheets.marks.repaint();
      gmLegend.show(shown, parts.legend);
      balance.show();
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

    /** Lay new ground on the map. @param {Given} given @param {Ground} ground */
    function put(given, ground) {
      const before = board;
      brush?.cancel();
      const walked = before !== null && before.cursor >= 0;
      board = gmBoard.make(root, given, ground, before, () => gmFrame.makeMap(parts.map));
      if (walked) walking.again();
      if (!before) begin(board);
      repaint.all();
      parts.busy.hidden = !talk.busy;
      update(given.answer);
      parts.editor.setAttribute("data-ready", key);
    }

    /** Everything that stands on the first board and stays. @param {Board} now */
    function begin(now) {
      bar = gmBar.start(now, parts.bar, barActs);
      gmFrame.frameMap(now);
      sheets = {
        ground: gmSheet.make(now.map, "overlayPane", gmPaint.ground(now)),
        words: gmSheet.make(now.map, "gm-words", gmPaint.words(now)),
        marks: gmSheet.make(now.map, "gm-marks", gmPaint.marks(now)),
        hover: gmSheet.make(now.map, "gm-hover", gmPaint.hover(now)),
      };
      balance = gmBalancePanel.start(now, parts.balance, { go });
      repaint = gmRepaint.start(now, sheets);
      gmRemarks.start(now, remarkActs);
      choice = gmChoice.start(now, {
        ask, rechosen, tool: useTool, border: (/** @type {[number, number]} */ place, /** @type {boolean} */ anywhere) => gmBorders.ask(now, place, anywhere, { ask, speak: walking.speak }),
        took: () => gmRemarks.took(now), cutToo: () => parts.cutBox.checked,
        note: (/** @type {{ x: number, y: number }} */ place) => gmRemarks.begin(now, place, remarkActs),
      });
      hand = gmTools.start(now, parts.frame, { ...choice, hover, drawing });
      walking = gmWalking.start(now, parts.map, parts.frame, {
        choose: choice.click, grow: (/** @type {number} */ patch) => choice.area([patch], false), point: (/** @type {[number, number]} */ spot) => hand.point(spot),
        aim: (/** @type {[number, number]} */ spot) => hand.aim(spot), points: () => hand.points, here,
        dab: (/** @type {number} */ patch, /** @type {boolean} */ more) => { brush.dab(patch, more); walking.speak(parts.strip.querySelector("[role=status]")?.textContent || ""); },
        lift: () => brush?.lift(), pick: (/** @type {number} */ patch) => brush.pick(patch), whole: barActs.whole,
      });
      card = gmKeyCard.start(now, parts.frame);
      find = gmFind.start(now, parts.frame, {
        choose: (/** @type {number[]} */ patches) => { now.chosen.clear(); choice.area(patches, false); },
        mark: (/** @type {number} */ grid) => { now.marked = grid; balance.show(); sheets.marks.repaint(); }, speak: walking.speak,
      });
      touched(matchMedia("(pointer: coarse)").matches ? "touch" : "mouse");
      brush = gmBrush.start(now, parts.frame, parts.strip, {
        painted, stroked, flashed: () => sheets.hover.repaint(), busy: () => talk.busy, outside: hand.outside,
      });
    }

    /** Take an answer of Python: labels, locks, pending changes, history. @param {Answer} answer */
    function update(answer) {
      const now = /** @type {Board} */ (board);
      gmBoard.answered(now, answer, () => {
        talk.answered(answer.seq);
        return talk.unanswered;
      });
      gmRemarks.follow(now);
      if (!gmBar.isFree(now, now.tool)) useTool("pick"); // frozen meanwhile
      brush.replay();
      if (answer.seq !== spoken) {
        spoken = answer.seq;
        const last = answer.changes[answer.changes.length - 1];
        const faults = last ? last.violations.filter((found) => found.fresh).length : 0;
        walking.speak(answer.fault || answer.note || (last && !answer.look ? `${last.what}${faults ? now.say("redraw.list_mark") + now.say("redraw.spoken_faults", { count: faults }) : ""}` : ""));
      }
      if (begun && !talk.busy) {
        const code = now.ground.codes[now.label[now.ground.place.get(begun) ?? 0]];
        if (!answer.fault && now.brush.target === "+1") now.brush.target = code;
        begun = "";
      }
      if (answer.labels[0].length) parts.editor.setAttribute("data-moved", String(answer.labels[0].length));
      else parts.editor.removeAttribute("data-moved");
      showAll();
    }

    function showAll() {
      const now = /** @type {Board} */ (board);
      bar.show();
      balance.show();
      gmChanges.news(now, parts.news, changeActs);
      find.show();
      gmBorders.show(now, parts.border, borderActs);
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

    /** The choice has changed. */
    function rechosen() {
      const now = /** @type {Board} */ (board);
      gmPanel.show(now, parts.chosen, panelActs);
      bar.show();
      balance.show();
      gmLegend.show(now, parts.legend);
      sheets.marks.repaint();
    }

    /** @param {string} kind @param {Record<string, unknown>} [fields] */
    const ask = (kind, fields = {}) => talk.ask(kind, { limit: board?.limit || "", ...fields });

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
    /** @param {number} patch @param {[number, number]} [place] of the mouse, in cm */
    function hover(patch, place) {
      const now = /** @type {Board} */ (board);
      now.pointer = place || null;
      if (brush.on) patch = -1; // what lies under the brush is no news
      gmTip.at(now, parts.tip);
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
      if (now.marked >= 0) gmFrame.zoomTo(now, gmBoard.gridOf(now, now.label.indexOf(grid)), 0.3);
      balance.show();
      sheets.marks.repaint();
    }

    /** @param {boolean} on */
    function drawing(on) {
      parts.finish.hidden = !on;
    }

    /** @param {ToolName} name */
    function useTool(name) {
      const now = /** @type {Board} */ (board);
      if (!gmBar.isFree(now, name)) {
        walking.speak(now.given.frozen?.text);
        return;
      }
      hand.cancel();
      brush.cancel();
      now.tool = name;
      now.hover = -1;
      hand.setDragging();
      gmBorders.show(now, parts.border, borderActs);
      bar.show();
      brush.show();
      help();
      sheets.hover.repaint();
    }

    const panelActs = {
      move: (/** @type {string} */ to) => choice.move(to), tries,
      merge: () => { ask("merge", { grids: gmBoard.codesOf(/** @type {Board} */ (board)) }); board?.chosen.clear(); },
      divide: (/** @type {number} */ count) => { ask("divide", { grid: gmBoard.codesOf(/** @type {Board} */ (board))[0], parts: count }); board?.chosen.clear(); },
      close: (/** @type {string} */ grid) => { ask("close", { grid }); board?.chosen.clear(); },
      lock: (/** @type {string[]} */ grids, /** @type {boolean} */ on) => { ask(on ? "lock" : "unlock", { grids }); board?.chosen.clear(); },
      whole: (/** @type {number} */ grid) => {
        const now = /** @type {Board} */ (board);
        const first = now.label.indexOf(grid);
        if (first >= 0) choice.area(gmBoard.gridOf(now, first), false);
      },
      clear: () => choice.clear(),
      aim: () => useTool("move"),
      by: (/** @type {HTMLFormElement} */ form) => {
        const now = /** @type {Board} */ (board);
        const found = gmConditions.find(now, new FormData(form));
        if (found.length) { choice.area(found, false); zoom(); } else gmConditions.none(now, form);
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
    const borderActs = { ...changeActs, tool: (/** @type {ToolName} */ name) => useTool(name) };
    const remarkActs = {
      ask: changeActs.ask, tool: (/** @type {ToolName} */ name) => useTool(name), place: () => parts.remarks,
      show: () => { if (board) gmRemarks.show(board, parts.remarks, remarkActs); },
    };
    const barActs = {
      tool: useTool, ask,
      limit: (/** @type {string} */ code) => {
        const now = /** @type {Board} */ (board);
        gmBoard.limitTo(now, code);
        choice.rechosen();
        brush.show();
        repaint.changed();
        if (code) gmFrame.zoomTo(now, gmBoard.openPatches(now));
      },
      colour: (/** @type {Colouring} */ by) => { if (board) { board.colouring = by; gmLegend.show(board, parts.legend); repaint.all(); } },
      numbers: (/** @type {boolean} */ on) => { if (board) { board.numbers = on; repaint.all(); } },
      card: () => card.toggle(),
      context: (/** @type {boolean} */ on) => { if (board) { board.context = on; repaint.all(); } },
      zoom: () => zoom(),
      whole: () => { if (board) gmFrame.wholeMap(board); },
    };
    const zoom = () => { if (board) gmFrame.zoomTo(board, [...board.chosen]); };
    const keyActs = {
      tool: useTool, clear: panelActs.clear, step: ask,
      cancel: () => brush.cancel() || hand.cancel(), line: () => hand.points > 0, finish: () => hand.finish(),
      resize: (/** @type {number} */ by) => brush.resize(by),
      walk: (/** @type {KeyboardEvent} */ event) => walking.pressed(event), find: () => !find.on && (find.focus(), true), card: () => card.toggle(), close: () => card.close(),
      press: (/** @type {string} */ name) => {
        const button = parts.chosen.querySelector(`[data-key=${name}]:not(:disabled)`);
        if (button instanceof HTMLInputElement) button.focus();
        else if (button instanceof HTMLElement) button.click();
        else walking.speak(board?.given.frozen?.text || /** @type {Board} */ (board).say("redraw.choose_first"));
      },
      accept: () => { if (!talk.busy && !board?.given.frozen) gmChanges.accept(parts.changes, changeActs); },
    };
    parts.finish.addEventListener("click", () => hand?.finish());

    return {
      take,
      stop() {
        document.removeEventListener("keydown", keys, true);
        window.removeEventListener("resize", fit);
        unfollow();
        window.removeEventListener("beforeunload", leaving);
        choice?.stop();
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
