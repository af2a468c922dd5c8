// @ts-check
// The ground of a city of many thousand micro-grids, drawn on one canvas each time the map rests.

const gmCanvas = (() => {
  const { element } = gmPage;
  const Renderer = /** @type {any} */ (L.Renderer); // what it keeps to itself is not typed
  const BATCH = 400; // polygons in one path: a path of all of them is slow to fill
  const SMALL_PX = 9; // below this width of a micro-grid its border is drawn thinner
  const ROOMY_PX = 40; // the same of the grids above
  const STEPS_ROUND = 360 * gmShapes.STEPS_A_DEGREE;
  const PRINT_RATIO = 3; // about 300 dots an inch

  /** Whole steps of a degree as parts of the Mercator world. @param {Int32Array} xy */
  function project(xy) {
    const world = new Float64Array(xy.length);
    for (let place = 0; place < xy.length; place += 2) {
      const angle = (xy[place + 1] / gmShapes.STEPS_A_DEGREE) * (Math.PI / 180);
      world[place] = xy[place] / gmShapes.STEPS_A_DEGREE / 360 + 0.5;
      world[place + 1] = 0.5 - Math.log(Math.tan(Math.PI / 4 + angle / 2)) / (2 * Math.PI);
    }
    return world;
  }

  /**
   * @param {L.Map} map
   * @param {Model} model
   * @param {(place: number, at: L.LatLng) => void} show
   * @returns {Ground}
   */
  function make(map, model, show) {
    const { given } = model.values;
    const ground = { ...model.ground, world: project(model.ground.xy), boxes: model.boxes };
    const left = { ...model.left, world: project(model.left.xy), boxes: model.leftBoxes };
    const lines = model.borders.map((border) => ({ ...border, world: project(border.xy) }));
    /** @type {View | null} */
    let view = null;
    /** @type {Record<string, boolean>} */
    let shown = {};
    let ratio = 0;
    let waiting = 0;
    const size = Math.sqrt(model.boxes.reduce((sum, _, at) =>
      at % 4 ? sum : sum + (model.boxes[at + 2] - model.boxes[at]) ** 2, 0) / Math.max(model.micro, 1));

    // Keeps itself in place as Leaflet's own canvas does; what is drawn is ours.
    const layer = new (Renderer.extend({
      options: { padding: 0.15 },
      _initContainer() { this._container = document.createElement("canvas"); },
      _destroyContainer() { this._container.remove(); delete this._container; },
      _update() {
        if (this._map._animatingZoom && this._bounds) return;
        Renderer.prototype._update.call(this);
        // Leaflet tells of one move in several ways: they are answered together.
        if (!waiting) waiting = requestAnimationFrame(() => render(this));
      },
    }))();

    /** @param {any} self the layer */
    function render(self) {
      cancelAnimationFrame(waiting);
      waiting = 0;
      if (!self._container || !view) return;
      const canvas = /** @type {HTMLCanvasElement} */ (self._container);
      const { min } = self._bounds;
      const extent = self._bounds.getSize();
      const sharp = ratio || window.devicePixelRatio || 1;
      L.DomUtil.setPosition(canvas, min);
      canvas.width = Math.round(extent.x * sharp);
      canvas.height = Math.round(extent.y * sharp);
      canvas.style.width = `${extent.x}px`;
      canvas.style.height = `${extent.y}px`;
      draw(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), view, min, extent, sharp);
      canvas.dataset.drawn = view.key;
    }

    /** @param {CanvasRenderingContext2D} pen @param {View} view @param {L.Point} min @param {L.Point} extent @param {number} sharp */
    function draw(pen, view, min, extent, sharp) {
      const origin = map.getPixelOrigin();
      const scale = 256 * 2 ** map.getZoom();
      const frame = { scale, x: origin.x + min.x, y: origin.y + min.y };
      const low = map.layerPointToLatLng(min);
      const high = map.layerPointToLatLng(min.add(extent));
      const sight = [low.lng, high.lat, high.lng, low.lat].map((one) => one * gmShapes.STEPS_A_DEGREE);
      const width = (size / STEPS_ROUND) * scale;
      const thin = Math.min(1, width / SMALL_PX);
      const least = sharp * width < 2 * SMALL_PX ? 1.5 : 0.8;
      pen.setTransform(sharp, 0, 0, sharp, 0, 0);
      const inSight = seen(ground.boxes, sight);
      view.classes.forEach((look, number) => {
        const fill = gmHatches.pattern(pen, look, sharp);
        const isLeft = look.key === "left";
        const shapes = isLeft ? left : ground;
        const of = isLeft ? seen(left.boxes, sight) : inSight.filter((one) => view.of[one] === number);
        pen.fillStyle = fill;
        // Where no border is drawn, a line of the same fill closes the seam between two grids.
        const bordered = shown.border0 && !isLeft;
        pen.strokeStyle = bordered ? gmPanel.line(0).colour : fill;
        pen.lineWidth = bordered ? gmPanel.line(0).weight * thin ** 1.5 : 0.8;
        batches(of, (part) => {
          pen.beginPath();
          for (const one of part) trace(pen, shapes, shapes.ring[one], shapes.ring[one + 1], frame, least, true);
          pen.fill("evenodd");
          pen.stroke();
        });
      });
      drawLevels(pen, frame, least);
    }

    /** From the deepest given level up to the town. @param {CanvasRenderingContext2D} pen @param {Frame} frame @param {number} least */
    function drawLevels(pen, frame, least) {
      model.values.levels.map(({ level, count }, place) => ({ level, count, line: lines[place] })).reverse()
        .filter(({ level }) => shown[`border${level}`])
        .forEach(({ level, line, count }) => {
          const { dash, colour, halo: edge, weight: full } = gmPanel.line(level);
          // Grids of a few pixels would drown in their own borders.
          const thin = Math.min(1, (size * Math.sqrt(model.micro / count) * frame.scale) / STEPS_ROUND / ROOMY_PX);
          const [weight, halo] = [full * thin, edge * thin];
          pen.beginPath();
          trace(pen, line, 0, line.begin.length - 1, frame, least, false);
          pen.setLineDash([]);
          pen.strokeStyle = "rgba(255, 255, 255, 0.75)";
          pen.lineWidth = weight + halo;
          pen.stroke();
          pen.setLineDash(dash.split(" ").filter(Boolean).map(Number));
          pen.strokeStyle = colour;
          pen.lineWidth = weight;
          pen.stroke();
          pen.setLineDash([]);
        });
    }

    answer(map, model, show);
    return {
      paint(chosen) {
        view = chosen;
        if (map.hasLayer(layer)) layer._update();
        else layer.addTo(map);
      },
      borders(wanted) {
        shown = wanted;
        if (map.hasLayer(layer)) layer._update();
      },
      sharpen(printing) {
        ratio = printing ? PRINT_RATIO : 0;
        render(layer); // at once: paper does not wait for the next frame
      },
    };
  }

  /** Grids whose box meets what is in sight. @param {Int32Array} boxes @param {number[]} sight */
  function seen(boxes, [west, south, east, north]) {
    const found = [];
    for (let one = 0; 4 * one < boxes.length; one++) {
      if (boxes[4 * one] <= east && boxes[4 * one + 2] >= west &&
          boxes[4 * one + 1] <= north && boxes[4 * one + 3] >= south) found.push(one);
    }
    return found;
  }

  /** @param {number[]} all @param {(part: number[]) => void} each */
  function batches(all, each) {
    for (let first = 0; first < all.length; first += BATCH) each(all.slice(first, first + BATCH));
  }

  /**
   * Lay lines into the path; points too near to the one before are passed over.
   * @param {CanvasRenderingContext2D} pen
   * @param {{ world: Float64Array, begin: Uint32Array }} lines
   * @param {number} from @param {number} to
   * @param {Frame} frame
   * @param {number} least distance in px
   * @param {boolean} closed
   */
  function trace(pen, { world, begin }, from, to, { scale, x: left, y: top }, least, closed) {
    for (let line = from; line < to; line++) {
      let lastX = 0;
      let lastY = 0;
      const end = begin[line + 1];
      for (let point = begin[line]; point < end; point++) {
        const x = world[2 * point] * scale - left;
        const y = world[2 * point + 1] * scale - top;
        if (point === begin[line]) pen.moveTo(x, y);
        else if (Math.abs(x - lastX) + Math.abs(y - lastY) < least && point + 1 < end) continue;
        else pen.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      if (closed) pen.closePath();
    }
  }

  /** Answer clicks, and tell the name under the pointer. @param {L.Map} map @param {Model} model @param {(place: number, at: L.LatLng) => void} show */
  function answer(map, model, show) {
    /** @param {L.LatLng} at */
    const under = (at) => {
      const micro = gmShapes.holding(model.ground, model.boxes, at);
      if (micro >= 0) return model.given + micro;
      const left = gmShapes.holding(model.left, model.leftBoxes, at);
      return left >= 0 ? model.values.left[left] : -1;
    };
    map.on("click", (event) => {
      const place = under(event.latlng);
      if (place >= 0) show(place, event.latlng);
    });
    if (!window.matchMedia("(hover: hover)").matches) return;
    const tip = L.tooltip({ className: "gm-tip", offset: [12, 0], direction: "right" });
    const { grids } = model.values;
    map.on("mousemove", (event) => {
      const place = under(event.latlng);
      if (place < 0) return void tip.remove();
      const name = (document.documentElement.lang === "en" ? grids.en : grids.zh)[place];
      tip.setLatLng(event.latlng).setContent(element("span", "", name));
      if (!map.hasLayer(tip)) tip.addTo(map);
    });
    map.on("mouseout movestart", () => tip.remove());
  }

  return { make };
})();
