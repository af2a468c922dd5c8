// @ts-check
// The frame of the editor: its elements, the map in it, and where the map looks.

const gmFrame = (() => {
  const { make } = gmView;

  /** @param {HTMLElement} place */
  function makeMap(place) {
    const map = L.map(place, {
      crs: L.CRS.Simple, zoomControl: false, attributionControl: false, minZoom: -8, maxZoom: 4, zoomSnap: 0.25,
      zoomDelta: 0.75, wheelPxPerZoomLevel: 90, boxZoom: false, doubleClickZoom: false, keyboard: false,
    });
    for (const [name, order] of /** @type {[string, number][]} */ ([["gm-words", 430], ["gm-marks", 450], ["gm-hover", 460]])) {
      const pane = map.createPane(name);
      pane.style.zIndex = String(order);
      pane.style.pointerEvents = "none";
    }
    return map;
  }

  /** @param {Board} board */
  function frameMap(board) {
    wholeMap(board);
    L.control.zoom({ position: "topright", zoomInTitle: board.say("redraw.zoom_in"), zoomOutTitle: board.say("redraw.zoom_out") }).addTo(board.map);
    L.control.scale({ position: "bottomright", imperial: false }).addTo(board.map);
    for (const control of board.map.getContainer().querySelectorAll(".leaflet-control")) control.classList.add("gm-over");
  }

  /** @param {Board} board */
  function wholeMap(board) {
    const [west, south, east, north] = board.ground.extent.map((value) => value / 100);
    const { map } = board;
    const right = map.getSize().x > 500 ? 46 : 12; // buttons stand there
    // Snapped to the steps of the wheel the town would be up to a fifth smaller than it can be.
    const { zoomSnap } = map.options;
    map.options.zoomSnap = 0.01;
    map.fitBounds([[south, west], [north, east]], { paddingTopLeft: [12, 12], paddingBottomRight: [right, 16], animate: false });
    map.options.zoomSnap = zoomSnap;
  }

  /** @param {ShadowRoot} root */
  function skeleton(root) {
    const part = (/** @type {string} */ name, /** @type {string} */ tag = "div", /** @type {any} */ given = {}) => make(tag, { class: `gm-${name}`, ...given });
    const parts = {
      bar: part("bar", "div", { role: "toolbar" }), strip: part("strip", "div", { hidden: true }), map: part("map"), news: part("news-place"), chosen: part("card", "section"),
      balance: part("balance", "section"), border: part("card", "section", { hidden: true }), changes: part("card", "section"), remarks: part("card", "section"), history: part("card", "section"), legend: part("legend", "div"),
      help: part("help", "p", { "aria-live": "polite" }), tip: part("tip", "div", { hidden: true }), busy: part("busy", "div", { role: "status" }),
      finish: make("button", { class: "gm-finish", hidden: true }), cut: make("label", { class: "gm-check", hidden: true }),
      cutBox: make("input", { type: "checkbox" }),
    };
    parts.cut.append(parts.cutBox, make("span", {}));
    const foot = make("div", { class: "gm-foot gm-over" }, parts.help, parts.cut, parts.finish);
    parts.legend.classList.add("gm-over");
    const frame = make("div", { class: "gm-frame" }, parts.map, parts.legend, parts.tip, parts.busy, foot);
    const editor = make("div", { class: "gm-editor" }, parts.bar, parts.strip,
      make("div", { class: "gm-main" }, parts.balance, frame, make("aside", { class: "gm-side" }, parts.news, parts.border, parts.chosen, parts.changes, parts.remarks, parts.history)));
    root.replaceChildren(make("style", { text: gmStyle }), editor);
    return { ...parts, frame, editor };
  }

  /** Look at some patches. @param {Board} board @param {number[]} patches @param {number} [around] share of the view that is left free on each side */
  function zoomTo(board, patches, around = 0) {
    if (!patches.length) return;
    const size = board.map.getSize();
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const patch of patches) {
      const box = board.ground.box.subarray(4 * patch, 4 * patch + 4);
      west = Math.min(west, box[0]);
      south = Math.min(south, box[1]);
      east = Math.max(east, box[2]);
      north = Math.max(north, box[3]);
    }
    board.map.fitBounds([[south / 100, west / 100], [north / 100, east / 100]], { padding: [Math.max(60, around * size.x), Math.max(60, around * size.y)], maxZoom: 2, animate: false });
  }

  return { makeMap, frameMap, wholeMap, zoomTo, skeleton };
})();
