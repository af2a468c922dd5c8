// @ts-check
// Distance and area by clicks, in metres of the plan's own projection, and where the pointer is.

const gmMeasure = (() => {
  const { element, number } = gmPage;
  const M2_A_MU = 10000 / 15; // fifteen mu are a hectare
  const SIGNS = { line: "M3 17 17 3M3 13v4h4M13 3h4v4", area: "M4 15 6 5 15 4 17 14 10 17Z" };

  /** Metres along points. @param {[number, number][]} points */
  const length = (points) => points.slice(1).reduce(
    (sum, [x, y], place) => sum + Math.hypot(x - points[place][0], y - points[place][1]), 0);

  /** Square metres inside points. @param {[number, number][]} points */
  const area = (points) => Math.abs(points.reduce((sum, [x, y], place) => {
    const [u, v] = points[(place + 1) % points.length];
    return sum + (x - points[0][0]) * (v - points[0][1]) - (u - points[0][0]) * (y - points[0][1]);
  }, 0)) / 2;

  /**
   * @param {L.Map} map
   * @param {WorkFrame} frame
   * @param {() => Speech} speech
   */
  function start(map, frame, speech) {
    /** @type {"" | "line" | "area"} */
    let kind = "";
    /** @type {L.LatLng[]} */
    let points = [];
    const drawn = L.layerGroup().addTo(map);
    const box = element("div", "gm-measured");
    box.setAttribute("role", "status");
    const where = element("div", "gm-where");
    /** @type {Record<string, HTMLElement>} */
    const buttons = {};
    map.getContainer().append(box);
    L.DomEvent.disableClickPropagation(box);
    box.hidden = true;

    const corner = new L.Control({ position: "bottomleft" });
    corner.onAdd = () => where;
    corner.addTo(map);

    function tools() {
      const bar = element("div", "leaflet-bar gm-tools");
      for (const one of /** @type {("line" | "area")[]} */ (["line", "area"])) {
        const button = element("a");
        button.setAttribute("role", "button");
        button.setAttribute("href", "#");
        button.append(icon(SIGNS[one]));
        L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); turn(kind === one ? "" : one); });
        buttons[one] = button;
        bar.append(button);
      }
      return bar;
    }
    const control = new L.Control({ position: "topleft" });
    control.onAdd = tools;
    control.addTo(map);

    /** @param {string} path */
    function icon(path) {
      const drawing = gmHatches.svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" });
      drawing.append(gmHatches.svg("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 2 }));
      return drawing;
    }

    /** @param {"" | "line" | "area"} to */
    function turn(to) {
      kind = to;
      points = [];
      map.closePopup();
      map.getContainer().classList.toggle("gm-measuring", Boolean(kind));
      if (kind) map.doubleClickZoom.disable();
      else map.doubleClickZoom.enable();
      for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(name === kind));
      draw();
    }

    function draw() {
      drawn.clearLayers();
      const style = { color: "#d4008f", weight: 3, interactive: false, pane: "gm-selected", fillOpacity: 0.15 };
      if (points.length > 1) (kind === "area" && points.length > 2 ? L.polygon(points, style) : L.polyline(points, style)).addTo(drawn);
      for (const point of points) L.circleMarker(point, { ...style, radius: 4, fillOpacity: 1 }).addTo(drawn);
      box.hidden = !kind;
      if (!kind) return;
      const { say } = speech();
      box.replaceChildren(element("span", "", told()), ...[
        ["map.measure_back", () => { points.pop(); draw(); }, points.length],
        ["map.measure_clear", () => { points = []; draw(); }, points.length],
        ["map.measure_end", () => turn(""), true],
      ].filter(([, , is]) => is).map(([word, act]) => {
        const button = element("button", "", say(/** @type {string} */ (word)));
        button.setAttribute("type", "button");
        // The button goes with the click, which must not pass for one on the map.
        L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); /** @type {() => void} */ (act)(); });
        return button;
      }));
    }

    function told() {
      const { say } = speech();
      const metres = points.map(({ lng, lat }) => gmCoordinates.toMetres(frame, [lng, lat]));
      const inside = /** @type {[number, number][]} */ (metres.filter((one) => one !== null));
      if (inside.length < points.length) return say("map.measure_far");
      if (points.length < 2 || (kind === "area" && points.length < 3)) return say(`map.measure_${kind}_hint`);
      if (kind === "line") return say("map.measure_length", { length: metresText(length(inside), say), count: inside.length - 1 });
      const m2 = area(inside);
      return say("map.measure_area_is", {
        ha: number(m2 / 1e4, m2 < 1e5 ? 3 : 2), mu: number(m2 / M2_A_MU, m2 < 1e5 ? 2 : 1), m2: number(m2, 0),
        around: metresText(length([...inside, inside[0]]), say),
      });
    }

    /** @param {number} metres @param {Speech["say"]} say */
    const metresText = (metres, say) => metres < 1000
      ? say("map.metres", { count: number(metres, 1) }) : say("map.kilometres", { count: number(metres / 1000, 3) });

    map.on("click", (event) => {
      if (!kind) return;
      points.push(event.latlng);
      draw();
    });
    map.on("mousemove", ({ latlng }) => tell(latlng));
    map.on("move", () => tell(map.getCenter()));
    document.addEventListener("keydown", (event) => {
      if (!kind || event.target instanceof HTMLInputElement) return;
      if (event.key === "Escape") turn("");
      else if (event.key === "Backspace") { points.pop(); draw(); event.preventDefault(); }
    });

    /** @param {L.LatLng} at */
    function tell({ lng, lat }) {
      const metres = gmCoordinates.toMetres(frame, [lng, lat]);
      where.textContent = `${lng.toFixed(5)}, ${lat.toFixed(5)}`
        + (metres ? `　${metres.map((one) => one.toFixed(0)).join(", ")}` : "");
    }

    return {
      /** Whether clicks measure, and open no card. */
      get on() { return Boolean(kind); },
      speak() {
        where.title = speech().say("map.where", { crs: frame.name });
        for (const [name, button] of Object.entries(buttons)) {
          button.title = speech().say(`map.measure_${name}`);
          button.setAttribute("aria-label", button.title);
        }
        draw();
      },
    };
  }

  return { start, length, area };
})();
