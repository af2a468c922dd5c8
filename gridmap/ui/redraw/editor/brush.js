// @ts-check
// The brush and the eraser: the pointer on the map becomes strokes.

const gmBrush = (() => {
  const { make, number } = gmView;
  const MOVED_PX = 7; // a finger that moved less rests
  const HOLD_MS = 550;
  const FLASH_MS = 700;
  const STEP_PX = 4;
  const NEW = "+1";
  /** Why patches under the brush stay. @type {[string, string][]} */
  const REASONS = [["break", "redraw.stays_break"], ["apart", "redraw.stays_apart"], ["last", "redraw.stays_last"]];

  /** @param {Board} board */
  const isOn = (board) => board.tool === "brush" || board.tool === "eraser";

  /**
   * @param {Board} board
   * @param {HTMLElement} frame
   * @param {HTMLElement} strip
   * @param {{ painted: (grids: Set<number>) => void, stroked: (asked: { patches: string[], to: string | string[] }) => void,
   *   flashed: () => void, busy: () => boolean, outside: (event: Event) => boolean }} acts
   */
  function start(board, frame, strip, acts) {
    const { map } = board;
    const round = make("div", { class: "gm-round", hidden: true });
    frame.append(round);
    /** @type {ReturnType<typeof gmPainting.stroke> | null} */
    let stroke = null;
    /** @type {[number, number][]} */
    let path = []; // places of the pointer that are not painted yet, the last one painted first
    let pointer = 0, frameId = 0, holding = 0, flashing = 0;
    /** @type {[number, number] | null} */
    let resting = null; // where a finger was put down that has not moved yet
    let before = 0; // load of the micro-grid painted for, when the stroke began

    /** @param {{ clientX: number, clientY: number }} event @returns {[number, number]} */
    const pixel = (event) => {
      const box = frame.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    /** @param {[number, number]} at @returns {[number, number]} */
    const place = (at) => {
      const found = map.containerPointToLatLng(L.point(at[0], at[1]));
      return [found.lng * 100, found.lat * 100];
    };
    const centimetres = () => 100 / map.getZoomScale(map.getZoom(), 0);
    const target = () => board.ground.codes.indexOf(board.brush.target);
    const about = gmStrip.start(board, strip, target);
    const { tell } = about;

    /** Paint for the micro-grid at a place from now on. @param {number} patch */
    function pick(patch) {
      const grid = patch < 0 ? -1 : board.label[patch];
      if (grid < 0 || gmPainting.isFixed(board, grid)) {
        if (patch >= 0) tell(board.say(grid < 0 ? "redraw.left_ground" : "redraw.brush_fixed"), true);
        return;
      }
      board.brush.target = board.ground.codes[grid];
      show();
    }

    /** Whether a stroke can begin; a new micro-grid gets a place among the others. */
    function ready() {
      if (board.tool === "eraser") return true;
      if (board.brush.target !== NEW) return target() >= 0 && board.sums.patches[target()] > 0 && !gmPainting.isFixed(board, target());
      if (acts.busy()) return false;
      if (target() < 0) {
        board.ground.codes.push(NEW);
        board.sums = gmSums.byGrid(board.ground, board.label);
        board.colours = gmColours.assign(board.ground, board.label);
      }
      return true;
    }

    /** @param {[number, number]} at in px of the frame */
    function begin(at) {
      if (!ready()) {
        tell(board.say(acts.busy() ? "redraw.working" : "redraw.brush_first"), true);
        return;
      }
      const { skip, heal } = board.brush;
      const erase = board.tool === "eraser";
      stroke = gmPainting.stroke(board, { erase, target: erase ? -1 : target(), skip, heal });
      board.brush.along = stroke.along;
      before = erase ? 0 : board.sums.load[target()];
      path = [place(at)];
      later();
    }

    const later = () => { if (!frameId) frameId = requestAnimationFrame(work); };

    /** Paint what the pointer has passed since. */
    function work() {
      cancelAnimationFrame(frameId);
      frameId = 0;
      if (!stroke || !path.length) return;
      const cm = centimetres();
      /** @type {Set<number>} */
      const reached = new Set();
      for (let at = 0; at < Math.max(1, path.length - 1); at++) {
        const to = path[Math.min(at + 1, path.length - 1)];
        for (const patch of gmPainting.under(board.ground, path[at], to, (board.brush.size / 2) * cm, STEP_PX * cm)) reached.add(patch);
      }
      path = [path[path.length - 1]];
      const { changed, grids, refused } = stroke.reach(reached);
      if (refused.length) flash(refused);
      if (changed.length) acts.painted(grids);
      if (changed.length || refused.length) told();
    }

    /** @param {number[]} patches */
    function flash(patches) {
      board.brush.refused = new Set(patches);
      clearTimeout(flashing);
      flashing = setTimeout(() => { board.brush.refused = new Set(); acts.flashed(); }, FLASH_MS);
      acts.flashed();
    }

    /** How far the stroke has come, in words. */
    function told() {
      if (!stroke) return;
      const { say, ground } = board;
      const { was, along, held } = stroke;
      const parts = [];
      if (board.tool === "eraser") parts.push(say("redraw.erased", { count: number(was.size) }));
      else {
        const load = board.sums.load[target()];
        parts.push(say("redraw.painted", { count: number(was.size), before: number(before, 1), after: number(load, 1), officers: gmSums.officers(load, board) }));
      }
      if (along.size) parts.push(say("redraw.came_along", { count: number(along.size) }));
      for (const [reason, word] of REASONS) {
        const count = [...held.values()].filter((why) => why === reason).length;
        if (count) parts.push(say(word, { count: number(count) }));
      }
      tell(parts.join(say("redraw.clause_mark")), held.size > 0);
    }

    function end() {
      work();
      const done = stroke;
      stroke = null;
      path = [];
      if (done?.was.size) acts.stroked(done.asked());
    }

    /** Give up the stroke; the ground is as it was. */
    function cancel() {
      clearTimeout(holding);
      resting = null;
      if (!stroke) return false;
      const grids = stroke.revert();
      stroke = null;
      path = [];
      acts.painted(grids);
      tell("");
      return true;
    }

    // Nothing of the page scrolls under a finger that paints.
    for (const kind of ["touchstart", "touchmove"]) {
      frame.addEventListener(kind, (event) => { if (isOn(board) && event.cancelable && !acts.outside(event)) event.preventDefault(); }, { passive: false });
    }
    frame.addEventListener("pointerdown", (event) => {
      if (!isOn(board) || acts.outside(event)) return;
      if (!event.isPrimary) { // a second finger: the map is moved, nothing is painted
        cancel();
        return;
      }
      if (event.button !== 0) return;
      const at = pixel(event);
      pointer = event.pointerId;
      if (event.pointerType === "touch") {
        resting = at;
        holding = setTimeout(() => { if (resting) pick(board.ground.finder.at(...place(resting))); resting = null; }, HOLD_MS);
      } else if (board.tool === "brush" && (event.altKey || !board.brush.target)) pick(board.ground.finder.at(...place(at)));
      else {
        frame.setPointerCapture(event.pointerId);
        begin(at);
      }
    });
    frame.addEventListener("pointermove", (event) => {
      if (!isOn(board)) return;
      const at = pixel(event);
      circle(at, !acts.outside(event) && (event.pointerType !== "touch" || Boolean(stroke)));
      if (event.pointerId !== pointer) return;
      if (resting && Math.hypot(at[0] - resting[0], at[1] - resting[1]) > MOVED_PX) {
        clearTimeout(holding);
        if (board.brush.target || board.tool === "eraser") begin(resting);
        else pick(board.ground.finder.at(...place(resting)));
        resting = null;
      }
      if (!stroke) return;
      path.push(place(at));
      later();
    });
    frame.addEventListener("pointerup", (event) => {
      if (event.pointerId !== pointer || !isOn(board)) return;
      clearTimeout(holding);
      if (resting) {
        const at = resting;
        resting = null;
        if (board.tool === "brush" && !board.brush.target) pick(board.ground.finder.at(...place(at)));
        else begin(at);
      }
      end();
      pointer = 0;
    });
    frame.addEventListener("pointercancel", (event) => { if (event.pointerId === pointer) cancel(); });
    frame.addEventListener("pointerleave", () => { round.hidden = true; });
    frame.addEventListener("contextmenu", (event) => {
      if (!isOn(board) || acts.outside(event)) return;
      event.preventDefault();
      if (!stroke && !resting && /** @type {any} */ (event).pointerType !== "touch") pick(board.ground.finder.at(...place(pixel(event))));
    });

    /** @param {[number, number]} at @param {boolean} on */
    function circle(at, on) {
      const { size } = board.brush;
      round.hidden = !on || !size || !isOn(board);
      round.style.cssText = `width:${size}px;height:${size}px;transform:translate(${at[0] - size / 2}px,${at[1] - size / 2}px)`;
    }

    /** Write the strip anew: after another tool, another target or an answer. */
    function show() {
      about.show();
      if (!isOn(board)) round.hidden = true;
    }

    return {
      show, cancel, pick, tell,
      resize: about.resize,
      /** Paint at a patch from the keyboard; one stroke, which goes on where more is to come. @param {number} patch @param {boolean} [more] */
      dab(patch, more = false) {
        if (patch < 0) return;
        if (board.tool === "brush" && !board.brush.target) {
          pick(patch);
          return;
        }
        const { spot } = board.ground;
        if (!stroke) {
          const point = map.latLngToContainerPoint(L.latLng(spot[2 * patch + 1] / 100, spot[2 * patch] / 100));
          begin([point.x, point.y]);
          path = [];
        }
        if (!stroke) return;
        path.push([spot[2 * patch], spot[2 * patch + 1]]);
        work();
        if (!more) end();
      },
      /** End a stroke of the keyboard. */
      lift() { if (stroke && !pointer) end(); },
      get on() { return stroke !== null; },
      /** Labels have come anew from Python while the hand paints. */
      replay() {
        if (stroke) stroke.replay();
        else board.brush.along = new Set();
      },
    };
  }

  return { start, isOn };
})();
