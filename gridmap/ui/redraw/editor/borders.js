// @ts-check
// A border between two micro-grids: found near a place, and explained in a card.

const gmBorders = (() => {
  const { make } = gmView;
  const REACH_PX = { mouse: 12, touch: 26 };

  /** Runs of the border between two micro-grids. @param {Board} board @param {number} one @param {number} other */
  function arcs({ ground, label }, one, other) {
    const found = [];
    for (let arc = 0; arc < ground.arc_left.length; arc++) {
      const [left, right] = [label[ground.arc_left[arc]], label[ground.arc_right[arc]] ?? -1];
      if ((left === one && right === other) || (left === other && right === one)) found.push(arc);
    }
    return found;
  }

  /** @param {Ground} ground @param {number} arc @param {number} x @param {number} y */
  function away(ground, arc, x, y) {
    const { points, ring_start: start, arc_ring: ring } = ground;
    const [back, end] = [start[ring[arc]], start[ring[arc] + 1]];
    const first = ground.arc_start[arc], last = first + ground.arc_count[arc];
    const at = (/** @type {number} */ place) => 2 * (place < end ? place : back + (place - end));
    let least = Infinity;
    for (let place = first; place < last; place++) {
      const [a, b] = [at(place), at(place + 1)];
      const [dx, dy] = [points[b] - points[a], points[b + 1] - points[a + 1]];
      const along = ((x - points[a]) * dx + (y - points[a + 1]) * dy) / (dx * dx + dy * dy || 1);
      const part = Math.max(0, Math.min(1, along));
      least = Math.min(least, Math.hypot(x - points[a] - part * dx, y - points[a + 1] - part * dy));
    }
    return least;
  }

  /**
   * The micro-grids on both sides of the border nearest to a place, -1 for none within reach.
   * @param {Board} board @param {[number, number]} place in cm @param {number} reach in cm
   * @returns {[number, number]}
   */
  function nearest({ ground, label }, [x, y], reach) {
    let [best, least] = [/** @type {[number, number]} */ ([-1, -1]), reach];
    ground.finder.within([x - reach, y - reach, x + reach, y + reach], (patch) => {
      for (let at = ground.arcs.from[patch]; at < ground.arcs.from[patch + 1]; at++) {
        const arc = ground.arcs.list[at], [left, right] = [ground.arc_left[arc], ground.arc_right[arc]];
        if (right < 0 || label[left] === label[right] || label[left] < 0 || label[right] < 0) continue;
        const far = away(ground, arc, x, y);
        if (far < least || (far === least && label[left] < best[0])) [best, least] = [[label[left], label[right]], far];
      }
    });
    return best;
  }

  /**
   * Ask about the border near a place.
   * @param {Board} board @param {[number, number]} place in cm @param {boolean} anywhere at any distance, for the keyboard
   * @param {{ ask: (kind: string, fields: Record<string, unknown>) => void, speak: (text: string) => void }} acts
   */
  function ask(board, place, anywhere, acts) {
    const { map, ground } = board;
    const px = REACH_PX[board.touch ? "touch" : "mouse"];
    const [west, south, east, north] = ground.extent;
    const reach = anywhere ? Math.max(east - west, north - south) : (px * 100) / map.getZoomScale(map.getZoom(), 0);
    const pair = nearest(board, place, reach);
    if (pair[0] < 0) {
      acts.speak(board.say("redraw.border_none"));
      return;
    }
    board.marked = -1; // one thing is marked at a time
    acts.ask("border", { grids: pair.map((grid) => ground.codes[grid]) });
  }

  /** @param {Board} board @param {HTMLElement} place @param {any} acts */
  function show(board, place, acts) {
    const { say, answer, given } = board;
    const { border } = answer;
    const on = board.tool === "border";
    place.hidden = !on && !border;
    if (place.hidden) {
      place.replaceChildren();
      place.dataset.of = "";
      return;
    }
    const close = make("button", { class: "plain", onclick: () => { acts.ask("border", { grids: [] }); if (on) acts.tool("pick"); }, text: say("redraw.border_close") });
    place.replaceChildren(make("div", { class: "gm-head" }, make("h3", { text: say("border.why") }), close),
      ...(border ? [
        make("p", { text: border.head }),
        make("ul", { class: "gm-reasons" }, ...border.why.map((text) => make("li", { text }))),
        border.moves.length ? make("h4", { text: say("border.moving") }) : null,
        border.moves.length ? make("ul", { class: "gm-reasons" }, ...border.moves.map((move) => make("li", {
          class: move.bad ? "bad" : "", onmouseenter: () => acts.point([move.patch]), onmouseleave: () => acts.point([]),
          onfocusin: () => acts.point([move.patch]), onfocusout: () => acts.point([]),
        }, make("span", { text: move.text }), given.frozen || move.bad ? null
          : make("button", { class: "plain", "aria-label": say("redraw.border_take_this", { patch: move.patch }), onclick: () => acts.ask("move", { patches: [move.patch], to: move.to }), text: say("redraw.border_take") })))) : null,
        border.moves.length ? make("p", { class: "quiet", text: [border.more, say("redraw.border_price")].filter(Boolean).join(" ") }) : null,
      ] : [make("p", { class: "quiet", text: say("border.none") })]).filter(Boolean));
    // On a phone the card stands far below the map.
    const of = border?.grids.join(" ") || "";
    if (of && place.dataset.of !== of) place.scrollIntoView({ block: "nearest" });
    place.dataset.of = of;
  }

  /** The border that is explained, as runs to draw. @param {Board} board */
  function marked(board) {
    const grids = board.answer.border?.grids.map((code) => board.ground.codes.indexOf(code)) || [];
    return grids.length ? arcs(board, grids[0], grids[1]) : [];
  }

  return { ask, nearest, show, marked };
})();
