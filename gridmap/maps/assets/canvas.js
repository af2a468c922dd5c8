// @ts-check
// The ground of a city of many thousand micro-grids, drawn on one canvas each time the map rests.

const gmCanvas = (() => {
  const { element } = gmPage;
  const BATCH = 400; // polygons in one path: a path of all of them is slow to fill
  const SMALL_PX = 9; // below this width of a micro-grid its border is drawn thinner
  const ROOMY_PX = 40; // the same of the grids above
  const STEPS_ROUND = 360 * gmShapes.STEPS_A_DEGREE;

  /**
   * @param {L.Map} map
   * @param {Model} model
   * @param {(place: number, at: L.LatLng) => void} show
   * @returns {Ground}
   */
  function make(map, model, show) {
    const { given } = model.values;
    const ground = { ...model.ground, world: gmTrace.project(model.ground.xy), boxes: model.boxes };
    const left = { ...model.left, world: gmTrace.project(model.left.xy), boxes: model.leftBoxes };
    const lines = model.borders.map((border) => ({ ...border, world: gmTrace.project(border.xy) }));
    const sites = { ...model.siteBorders, world: gmTrace.project(model.siteBorders.xy) };
    /** @type {View | null} */
    let view = null;
    /** @type {Record<string, boolean>} */
    let shown = {};
    const size = Math.sqrt(model.boxes.reduce((sum, _, at) =>
      at % 4 ? sum : sum + (model.boxes[at + 2] - model.boxes[at]) ** 2, 0) / Math.max(model.micro, 1));

    const layer = gmLayer.make(map, "overlayPane", (pen, frame, extent, sharp, min) => {
      if (view) draw(pen, view, frame, extent, sharp, min);
      return view ? view.key : "";
    });

    /** @param {CanvasRenderingContext2D} pen @param {View} view @param {Frame} frame @param {L.Point} extent @param {number} sharp @param {L.Point} min */
    function draw(pen, view, frame, extent, sharp, min) {
      const { scale } = frame;
      const low = map.layerPointToLatLng(min);
      const high = map.layerPointToLatLng(min.add(extent));
      const sight = [low.lng, high.lat, high.lng, low.lat].map((one) => one * gmShapes.STEPS_A_DEGREE);
      const width = (size / STEPS_ROUND) * scale;
      const thin = Math.min(1, width / SMALL_PX);
      const least = sharp * width < 2 * SMALL_PX ? 1.5 : 0.8;
      const inSight = gmTrace.seen(ground.boxes, sight);
      view.classes.forEach((look, number) => {
        const fill = gmHatches.pattern(pen, look, sharp);
        const isLeft = look.key === "left";
        const shapes = isLeft ? left : ground;
        const of = isLeft ? gmTrace.seen(left.boxes, sight) : inSight.filter((one) => view.of[one] === number);
        pen.fillStyle = fill;
        // Where no border is drawn, a line of the same fill closes the seam between two grids.
        const bordered = shown.border0 && !isLeft;
        pen.strokeStyle = bordered ? gmTheme.line(0).colour : fill;
        pen.lineWidth = bordered ? gmTheme.line(0).weight * thin ** 1.5 : 0.8;
        batches(of, (part) => {
          pen.beginPath();
          for (const one of part) gmTrace.trace(pen, shapes, shapes.ring[one], shapes.ring[one + 1], frame, least, true);
          pen.fill("evenodd");
          pen.stroke();
        });
      });
      if (shown.context) gmContext.draw(pen, model.context, frame, extent, gmTrace.metresAPx(map));
      drawLevels(pen, frame, least);
    }

    /** Sites of units, then from the deepest given level up to the town. @param {CanvasRenderingContext2D} pen @param {Frame} frame @param {number} least */
    function drawLevels(pen, frame, least) {
      const levels = model.values.levels.map(({ level, count }, place) => ({ level, count, line: lines[place] })).reverse();
      [...(model.units.length ? [{ level: -1, count: model.units.length, line: sites }] : []), ...levels]
        .filter(({ level }) => shown[`border${level}`])
        .forEach(({ level, line, count }) => {
          const { dash, colour, edge: light, halo: edge, weight: full } = gmTheme.line(level);
          // Grids of a few pixels would drown in their own borders.
          const thin = Math.min(1, (size * Math.sqrt(model.micro / count) * frame.scale) / STEPS_ROUND / ROOMY_PX);
          const [weight, halo] = [full * thin, edge * thin];
          pen.beginPath();
          gmTrace.trace(pen, line, 0, line.begin.length - 1, frame, least, false);
          pen.setLineDash([]);
          pen.globalAlpha = 0.75;
          pen.strokeStyle = light;
          pen.lineWidth = weight + halo;
          pen.stroke();
          pen.globalAlpha = 1;
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
        layer.update();
      },
      borders(wanted) {
        shown = wanted;
        if (view) layer.update();
      },
      restyle: layer.update,
      sharpen: layer.sharpen,
    };
  }

  /** @param {number[]} all @param {(part: number[]) => void} each */
  function batches(all, each) {
    for (let first = 0; first < all.length; first += BATCH) each(all.slice(first, first + BATCH));
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
