// @ts-check
// Texts on the map: numbers of micro-grids, from near with their names, names of given grids and
// places, names along roads. None lies over another: numbers come first, then names by level, then
// places, then roads.

const gmLabels = (() => {
  const { element } = gmPage;
  const NUMBER_ROOM_PX = 8; // that a number leaves free in its micro-grid
  const LEAST_GRID_PX = 24; // a micro-grid narrower than this shows no number
  const NAMED_PX = 110; // as wide as this it shows its name below the number, as the page 调整 does
  // Where a name may stand when its own place is taken, in heights of its line.
  const SHIFTS = [[0, 0], [0, -1.1], [0, 1.1], [-1.5, 0], [1.5, 0], [0, -2.2], [0, 2.2], [-2, -1.1], [2, -1.1], [-2, 1.1], [2, 1.1]];

  /** @param {L.Map} map @param {Model} model */
  function make(map, model) {
    const { grids } = model.values;
    // Higher levels go first; the largest grid keeps its name when two names collide.
    const units = new Set(model.units);
    const given = Array.from({ length: model.given }, (_, place) => place)
      .filter((place) => grids.parent[place] >= 0 && !units.has(place))
      .sort((a, b) => grids.level[a] - grids.level[b] || grids.area_m2[b] - grids.area_m2[a]);
    // Sites of units that have ground, the unit before its parts.
    const sites = model.units.filter((place) => grids.area_m2[place] > 0)
      .sort((a, b) => grids.level[a] - grids.level[b] || grids.area_m2[b] - grids.area_m2[a]);
    const micro = Array.from({ length: model.micro }, (_, place) => model.given + place)
      .filter((place) => !units.has(place))
      .sort((a, b) => grids.area_m2[b] - grids.area_m2[a]);
    const pane = /** @type {HTMLElement} */ (map.getPane("gm-names"));
    const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    /** @type {Record<string, boolean>} */
    let shown = {};
    /** @type {string[]} */
    let names = [];
    /** @type {Map<string, { width: number, height: number }>} */
    const sizes = new Map();

    /** Width and height of a text of a class, measured once. @param {string} look @param {string} text */
    function measure(look, text) {
      const known = sizes.get(`${look} ${text}`);
      if (known) return known;
      const style = fontOf(look);
      ruler.font = style.font;
      const one = { width: ruler.measureText(text).width, height: style.size * 1.3 };
      sizes.set(`${look} ${text}`, one);
      return one;
    }

    /** @type {Map<string, { font: string, size: number }>} */
    const fonts = new Map();

    /** @param {string} look */
    function fontOf(look) {
      const known = fonts.get(look);
      if (known) return known;
      const sample = element("span", `gm-name ${look}`, "字");
      pane.append(sample);
      const style = getComputedStyle(sample);
      const one = { font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`, size: parseFloat(style.fontSize) };
      sample.remove();
      fonts.set(look, one);
      return one;
    }

    function draw() {
      pane.replaceChildren();
      const frame = map.getSize();
      if (!frame.x) return;
      const room = gmRoom.make();
      const metres = gmTrace.metresAPx(map);
      // Buttons, scale and north arrow lie over the map.
      const { left, top } = map.getContainer().getBoundingClientRect();
      for (const control of map.getContainer().querySelectorAll(".leaflet-control")) {
        const box = control.getBoundingClientRect();
        if (box.width) room.take([[box.left - left, box.top - top, box.right - left, box.bottom - top]], null, true);
      }
      // No name covers the sign of an object: a unit's name stands beside the unit's own sign.
      for (const sign of /** @type {HTMLElement} */ (map.getPane("gm-objects"))?.querySelectorAll(".gm-object") || []) {
        const box = sign.getBoundingClientRect();
        room.take([[box.left - left, box.top - top, box.right - left, box.bottom - top]], null, true); // signs may touch
      }
      /** @type {Label[]} */
      const found = [];
      if (shown.numbers) numbers(found, room, frame, metres);
      given.filter((place) => shown[`name${grids.level[place]}`])
        .forEach((place) => name(found, room, frame, place, `gm-name${grids.level[place]}`));
      if (shown["name-1"]) sites.forEach((place) => name(found, room, frame, place, "gm-site"));
      if (shown.context) places(found, room, frame, metres);
      for (const label of found) if (!label.gone) put(label);
      if (shown.context) roads(room, frame, metres);
    }

    /** @param {Label} label */
    function put({ look, text, below, x, y }) {
      const made = element("span", `gm-name ${look}`, text);
      if (below) made.append(element("small", "", below));
      const at = map.containerPointToLayerPoint([x, y]);
      made.style.left = `${Math.round(at.x)}px`;
      made.style.top = `${Math.round(at.y)}px`;
      pane.append(made);
    }

    /** Numbers, and names, where their micro-grid has room for them. @param {Label[]} found @param {Room} room @param {L.Point} frame @param {number} metres */
    function numbers(found, room, frame, metres) {
      for (const place of micro) {
        const across = Math.sqrt(grids.area_m2[place]) / metres;
        if (across < LEAST_GRID_PX) break; // the next ones are smaller still
        const text = number(place);
        const { width, height } = measure("gm-number", text);
        if (across < width + NUMBER_ROOM_PX) continue;
        const { x, y } = map.latLngToContainerPoint(gmShapes.at(model.places, place));
        const label = { look: "gm-number", text, x, y, gone: false };
        if (across > NAMED_PX) {
          const below = within(place);
          const second = measure("gm-number gm-named", below);
          const [wide, high] = [Math.max(width, second.width), height + second.height];
          if (holds(place, boxOf(label, wide, high)) && add(found, room, frame, { ...label, below }, wide, high)) continue;
        }
        add(found, room, frame, label, width, height);
      }
    }

    /** Whether the corners of a box lie in the ground of a micro-grid. @param {number} place @param {number[]} box */
    function holds(place, [left, top, right, bottom]) {
      return [[left, top], [right, top], [left, bottom], [right, bottom]].every(([x, y]) =>
        gmShapes.holding(model.ground, model.boxes, map.containerPointToLatLng([x, y])) === place - model.given);
    }

    /** The name without that of the parent, which stands on the map by itself. @param {number} place */
    function within(place) {
      const above = names[grids.parent[place]];
      const name = names[place];
      return (above && name.startsWith(above) && name.slice(above.length).replace(/^[·,，\s]+/, "")) || name;
    }

    /** The end of a code that tells a micro-grid from others of its parent. @param {number} place */
    function number(place) {
      const code = grids.code[place];
      const parent = grids.code[grids.parent[place]] || "";
      return code.startsWith(parent) && code.length > parent.length ? code.slice(parent.length) : code;
    }

    /** A name stands where there is room; where there is none numbers make way for it. @param {Label[]} found @param {Room} room @param {L.Point} frame @param {number} place @param {string} look */
    function name(found, room, frame, place, look) {
      const text = names[place];
      const { width, height } = measure(look, text);
      const { x, y } = map.latLngToContainerPoint(gmShapes.at(model.places, place));
      if (x < 0 || y < 0 || x > frame.x || y > frame.y) return;
      for (const [right, down] of SHIFTS) {
        const label = { look, text, x: x + right * height, y: y + down * height, gone: false };
        if (add(found, room, frame, label, width, height)) return;
      }
      const over = room.over(boxOf({ x, y }, width, height));
      if (over.some(({ what }) => what?.look !== "gm-number")) return; // another name, or a button
      for (const one of over) one.gone = /** @type {Label} */ (one.what).gone = true;
      add(found, room, frame, { look, text, x, y, gone: false }, width, height);
    }

    /** Names of places and points of the context. @param {Label[]} found @param {Room} room @param {L.Point} frame @param {number} metres */
    function places(found, room, frame, metres) {
      for (const { sign, names: of, world, begin, box, ring, spots } of model.context.groups) {
        if (sign.shape === "line" || metres > sign.named_from) continue;
        const look = sign.key === "water.area" ? "gm-water" : `gm-${sign.key.replace(".", "-")}`;
        let named = 0;
        of.forEach((text, one) => {
          if (!text) return;
          const middle = spots
            ? [spots[2 * named], spots[2 * named++ + 1]]
            : [world[2 * begin[one]], world[2 * begin[one] + 1]];
          const { x, y } = at(middle);
          const label = { look, text: model.context.names[text], x, y: y - (sign.least_px ? 12 : 0), gone: false };
          const { width, height } = measure(look, label.text);
          if (ring && (box[4 * one + 2] - box[4 * one]) * 256 * 2 ** map.getZoom() < width) return;
          add(found, room, frame, label, width, height);
        });
      }
    }

    /** A point of the flat world on the map. @param {number[]} point */
    function at([x, y]) {
      const scale = 256 * 2 ** map.getZoom();
      return map.layerPointToContainerPoint(L.point(x * scale, y * scale).subtract(map.getPixelOrigin()));
    }

    /** @param {Room} room @param {L.Point} frame @param {number} metres */
    function roads(room, frame, metres) {
      const corner = map.containerPointToLayerPoint([0, 0]);
      const origin = map.getPixelOrigin().add(corner);
      const frameNow = { scale: 256 * 2 ** map.getZoom(), x: origin.x, y: origin.y };
      const runs = gmRoadNames.place(model.context, frameNow, frame, metres, gmRoadNames.ruler(pane), room.take);
      const holder = gmRoadNames.svg(runs, frame);
      L.DomUtil.setPosition(/** @type {any} */ (holder), corner);
      pane.append(holder);
    }

    // Names stand still on the ground while the map is dragged, and come back after a zoom.
    map.on("zoomstart", () => pane.replaceChildren());
    map.on("moveend zoomend resize viewreset", draw);

    return {
      /** @param {Speech} speech */
      speak(speech) {
        names = speech.language === "zh" ? grids.zh : grids.en;
        draw();
      },
      /** @param {Record<string, boolean>} wanted */
      show(wanted) {
        shown = wanted;
        if (names.length) draw();
      },
      restyle() {
        sizes.clear();
        fonts.clear();
        draw();
      },
    };
  }

  /** @param {{ x: number, y: number }} at @param {number} width @param {number} height */
  const boxOf = ({ x, y }, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];

  /** Add a label if it lies in the frame and its place is free. @param {Label[]} found @param {Room} room @param {L.Point} frame @param {Label} label @param {number} width @param {number} height */
  function add(found, room, frame, label, width, height) {
    const box = boxOf(label, width, height);
    if (box[0] < 0 || box[1] < 0 || box[2] > frame.x || box[3] > frame.y) return false;
    if (!room.take([box], label)) return false;
    found.push(label);
    return true;
  }

  return { make };
})();
