// @ts-check
// Names of given grids; one that would lie over another or over the edge of the map is not drawn.

const gmLabels = (() => {
  const { element } = gmPage;
  const GAP_PX = 2;
  const CELL_PX = 64; // boxes are compared with those of their own neighbourhood alone

  /** @param {L.Map} map @param {Model} model */
  function make(map, model) {
    const { grids } = model.values;
    // Higher levels go first; the largest grid keeps its name when two names collide.
    const given = Array.from({ length: model.given }, (_, place) => place)
      .filter((place) => grids.parent[place] >= 0)
      .sort((a, b) => grids.level[a] - grids.level[b] || grids.area_m2[b] - grids.area_m2[a]);
    const pane = /** @type {HTMLElement} */ (map.getPane("gm-names"));
    const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    /** @type {Record<string, boolean>} */
    let shown = {};
    /** @type {string[]} */
    let names = [];
    /** @type {Map<number, { text: HTMLElement, width: number, height: number }>} */
    const made = new Map();

    /** The element of a name, measured once. @param {number} place */
    function label(place) {
      const known = made.get(place);
      if (known) return known;
      const text = element("span", `gm-name gm-name${grids.level[place]}`, names[place]);
      pane.append(text);
      const style = getComputedStyle(text);
      ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const one = {
        text, width: ruler.measureText(names[place]).width, height: parseFloat(style.fontSize) * 1.3,
      };
      text.remove();
      made.set(place, one);
      return one;
    }

    function draw() {
      pane.replaceChildren();
      const frame = map.getSize();
      /** @type {Map<string, number[][]>} */
      const taken = new Map();
      for (const place of given) {
        if (!shown[`name${grids.level[place]}`]) continue;
        const at = gmShapes.at(model.places, place);
        const { x, y } = map.latLngToContainerPoint(at);
        if (x < 0 || y < 0 || x > frame.x || y > frame.y) continue;
        const { text, width, height } = label(place);
        const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
        if (box[0] < 0 || box[2] > frame.x || !take(taken, box)) continue;
        const { x: left, y: top } = map.latLngToLayerPoint(at);
        text.style.left = `${Math.round(left)}px`;
        text.style.top = `${Math.round(top)}px`;
        pane.append(text);
      }
    }

    // Names stand still on the ground while the map is dragged, and come back after a zoom.
    map.on("zoomstart", () => pane.replaceChildren());
    map.on("moveend zoomend resize viewreset", draw);

    return {
      /** @param {Speech} speech */
      speak(speech) {
        names = speech.language === "zh" ? grids.zh : grids.en;
        made.clear();
        draw();
      },
      /** @param {Record<string, boolean>} wanted */
      show(wanted) {
        shown = wanted;
        if (names.length) draw();
      },
      restyle() {
        made.clear();
        draw();
      },
    };
  }

  /** Keep a box if it is free. @param {Map<string, number[][]>} taken @param {number[]} box */
  function take(taken, box) {
    const [left, top, right, bottom] = box;
    /** @type {string[]} */
    const cells = [];
    for (let x = Math.floor(left / CELL_PX); x <= Math.floor(right / CELL_PX); x++) {
      for (let y = Math.floor(top / CELL_PX); y <= Math.floor(bottom / CELL_PX); y++) {
        cells.push(`${x} ${y}`);
      }
    }
    const free = cells.every((cell) => (taken.get(cell) || []).every((other) =>
      right + GAP_PX < other[0] || other[2] + GAP_PX < left ||
      bottom + GAP_PX < other[1] || other[3] + GAP_PX < top));
    if (free) for (const cell of cells) taken.set(cell, [...(taken.get(cell) || []), box]);
    return free;
  }

  return { make };
})();
