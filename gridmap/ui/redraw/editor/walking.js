// @ts-check
// The keyboard on the map: a cursor that goes from patch to patch, and says where it is.

const gmWalking = (() => {
  const { make, number } = gmView;
  /** @type {Record<string, [number, number]>} */
  const WAYS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const NUDGE_PX = 10;
  const EDGE_PX = 60;

  /**
   * @param {Board} board
   * @param {HTMLElement} place the map's element
   * @param {HTMLElement} frame
   * @param {{ choose: (patch: number) => void, grow: (patch: number) => void, point: (spot: [number, number]) => void,
   *   aim: (spot: [number, number]) => void, dab: (patch: number, more: boolean) => void, lift: () => void,
   *   pick: (patch: number) => void, here: (patch: number) => void, whole: () => void, points: () => number }} acts
   */
  function start(board, place, frame, acts) {
    const { map } = board;
    const voice = make("div", { class: "gm-voice", role: "status", "aria-live": "polite" });
    frame.append(voice);
    /** @type {[number, number]} */
    let spot = [0, 0]; // in cm; of the patch, or nudged away from it while a line is drawn
    place.tabIndex = 0;
    place.setAttribute("role", "application");

    /** @param {string} text */
    function speak(text) {
      // The same words again are news again.
      voice.textContent = voice.textContent === text ? `${text}\u00a0` : text;
    }
    const drawsLine = () => board.tool === "split" || board.tool === "cut";

    /** @param {[number, number]} to */
    function moveTo(to) {
      spot = to;
      board.cursor = board.ground.finder.at(...to);
      const at = L.latLng(to[1] / 100, to[0] / 100);
      const point = map.latLngToContainerPoint(at), size = map.getSize();
      if (point.x < EDGE_PX || point.y < EDGE_PX || point.x > size.x - EDGE_PX || point.y > size.y - EDGE_PX) map.panTo(at, { animate: false });
      if (drawsLine()) acts.aim(to);
      acts.here(board.cursor);
      speak(board.cursor < 0 ? board.say("redraw.outside_ground") : said(board, board.cursor));
    }

    /** @param {number} patch @returns {[number, number]} */
    const spotOf = (patch) => [board.ground.spot[2 * patch], board.ground.spot[2 * patch + 1]];

    /** The patch in the middle of the map, or the one nearest to it. */
    function begin() {
      const middle = map.getCenter();
      const patch = nearest(board.ground, [middle.lng * 100, middle.lat * 100]);
      if (patch >= 0) moveTo(spotOf(patch));
    }

    /** A key on the map; true where it was ours. @param {KeyboardEvent} event */
    function pressed(event) {
      if (!event.composedPath().includes(place) || event.metaKey) return false;
      const way = WAYS[event.key];
      if (way) {
        if (event.altKey) return false;
        if (board.cursor < 0) begin();
        else if (event.ctrlKey) {
          const cm = (NUDGE_PX * 100) / map.getZoomScale(map.getZoom(), 0);
          moveTo([spot[0] + way[0] * cm, spot[1] + way[1] * cm]);
        } else walk(way, event.shiftKey);
        return true;
      }
      if (event.ctrlKey || event.altKey) return false;
      if (event.key === "+" || event.key === "=") map.zoomIn();
      else if (event.key === "-") map.zoomOut();
      else if (event.key === "0") acts.whole();
      else if (event.key === " ") act();
      else if (event.key === "Enter" && board.cursor >= 0 && acts.points() < 2) act();
      else if (event.key.toLowerCase() === "p" && gmBrush.isOn(board) && board.cursor >= 0) acts.pick(board.cursor);
      else return false;
      return true;
    }

    /** @param {[number, number]} way @param {boolean} grow */
    function walk(way, grow) {
      const from = board.cursor;
      const to = ahead(board.ground, spot, way, from);
      if (to < 0) {
        speak(board.say("redraw.no_further"));
        return;
      }
      if (grow && !drawsLine()) {
        if (gmBrush.isOn(board)) acts.dab(from, true);
        else if (board.tool !== "move" && from >= 0) acts.grow(from);
      }
      moveTo(spotOf(to));
      if (!grow || drawsLine()) return;
      if (gmBrush.isOn(board)) acts.dab(to, true);
      else if (board.tool !== "move") {
        acts.grow(to);
        speak(said(board, to));
      }
    }

    /** What the tool does at the cursor. */
    function act() {
      if (board.cursor < 0 && !drawsLine()) {
        begin();
        return;
      }
      if (drawsLine()) {
        acts.point(spot);
        speak(board.say("redraw.point_put", { count: acts.points() }));
      } else if (gmBrush.isOn(board)) acts.dab(board.cursor, false);
      else {
        acts.choose(board.cursor);
        if (board.tool !== "move" && board.cursor >= 0) speak(said(board, board.cursor));
      }
    }

    /** The mouse has taken over. */
    function leave() {
      if (board.cursor < 0) return;
      board.cursor = -1;
      acts.here(-1);
    }

    place.addEventListener("keyup", (event) => { if (event.key === "Shift") acts.lift(); });
    place.addEventListener("blur", () => acts.lift());
    frame.addEventListener("pointerdown", leave, true);

    return {
      pressed, speak, leave,
      /** The ground is new, as after a cut: the cursor stays at its place. */
      again() { board.cursor = board.ground.finder.at(...spot); },
      name() { place.setAttribute("aria-label", board.say("redraw.map_label")); },
    };
  }

  /** What is at a patch, in words: where, which micro-grid, what ground, how much work, and how it stands. @param {Board} board @param {number} patch */
  function said(board, patch) {
    const { say, ground, given, label } = board;
    const grid = label[patch], code = ground.codes[grid], parent = ground.parents[ground.parent[patch]];
    const above = given.above.filter(({ parents }) => parents.includes(parent)).sort((one, two) => one.level - two.level);
    const parts = [
      above[0]?.name,
      grid < 0 ? say("redraw.legend_left") : say("redraw.spoken_grid", { number: gmView.tail(code, parent), name: board.answer.grids[code]?.name || code }),
      given.kinds[ground.kind[patch]]?.name,
      ground.texts.name[ground.name[patch]],
      say("redraw.tip_patch", { load: number(ground.load[patch], 2), area: gmView.hectares(ground.area[patch]) }),
      ground.ids[patch],
      board.chosen.has(patch) ? say("redraw.spoken_chosen", { count: number(board.chosen.size) }) : null,
      board.locked.has(grid) ? say("redraw.legend_locked") : null,
      board.pending.has(patch) ? say("redraw.legend_pending") : null,
    ];
    return parts.filter(Boolean).join(say("redraw.list_mark"));
  }

  /** The next patch from a spot in a direction: not further to the side than ahead, and the nearest such.
   * @param {Ground} ground @param {[number, number]} from in cm @param {[number, number]} way @param {number} but */
  function ahead(ground, from, way, but) {
    const [west, south, east, north] = ground.extent;
    const most = 2 * Math.max(east - west, north - south, 1);
    const own = but < 0 ? 0 : Math.sqrt(ground.area[but]) * 100;
    for (let reach = Math.max(own * 2, most / 64); reach <= 2 * most; reach *= 2) {
      let [best, cost] = [-1, reach];
      ground.finder.within([from[0] - reach, from[1] - reach, from[0] + reach, from[1] + reach], (patch) => {
        if (patch === but) return;
        const [dx, dy] = [ground.spot[2 * patch] - from[0], ground.spot[2 * patch + 1] - from[1]];
        const on = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
        if (on <= 0 || aside > on) return;
        const far = Math.hypot(on, aside) + aside; // straight ahead is nearer than aslant
        if (far < cost || (far === cost && patch < best)) [best, cost] = [patch, far];
      });
      if (best >= 0) return best;
    }
    return -1;
  }

  /** @param {Ground} ground @param {[number, number]} to */
  function nearest(ground, to) {
    let [best, away] = [ground.finder.at(...to), Infinity];
    if (best >= 0) return best;
    for (let patch = 0; patch < ground.count; patch++) {
      const far = Math.hypot(ground.spot[2 * patch] - to[0], ground.spot[2 * patch + 1] - to[1]);
      if (far < away) [best, away] = [patch, far];
    }
    return best;
  }

  return { start };
})();
