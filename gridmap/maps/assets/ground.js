// @ts-check
// The ground of a town of some thousand micro-grids: an SVG path each, sharp on any paper.

const gmGround = (() => {
  const { element } = gmPage;
  // Weights of borders, by how wide micro-grids are on the screen: small ones would drown in theirs.
  const FULL_PX = 36;
  const [LEAST, MOST] = [0.55, 1.5];

  /**
   * @param {L.Map} map
   * @param {Model} model
   * @param {(place: number, at: L.LatLng) => void} show
   * @returns {Ground}
   */
  function make(map, model, show) {
    const hover = window.matchMedia("(hover: hover)").matches;
    const { grids, left, given } = model.values;
    /** @param {number} place */
    const name = (place) => (document.documentElement.lang === "en" ? grids.en : grids.zh)[place];
    /** @param {L.LatLngTuple[][]} rings @param {number} place */
    const draw = (rings, place) => {
      const shape = L.polygon(rings, {
        stroke: false, fillOpacity: 1, smoothFactor: 0.5, className: "gm-ground",
      }).addTo(map);
      shape.on("click", (event) => show(place, event.latlng));
      if (hover) {
        shape.bindTooltip(() => element("span", "", name(place)), { sticky: true, className: "gm-tip" });
      }
      return { place, shape };
    };
    // Ground left with its parent shows the parent's card and has no look of its own.
    const drawn = left.map((place, one) => ({ ...draw(gmShapes.polygon(model.left, one), place), left: true }));
    for (let one = 0; one < model.micro; one++) {
      drawn.push({ ...draw(gmShapes.polygon(model.ground, one), given + one), left: false });
    }
    const nodes = drawn.map(({ shape }) => /** @type {Element} */ (shape.getElement()));
    gmKeyboard.rove(nodes, (one) => name(drawn[one].place),
      (one) => map.panInside(drawn[one].shape.getBounds().getCenter(), { padding: [60, 60], animate: false }));
    const lines = drawLines(model);
    const area = grids.area_m2.slice(given).reduce((sum, one) => sum + one, 0) / Math.max(1, model.micro);
    /** From near the borders stay what is seen first. */
    const weigh = () => {
      if (!map.getSize().x) return;
      const across = Math.sqrt(area) / gmTrace.metresAPx(map) / FULL_PX;
      const scale = Math.min(MOST, Math.max(LEAST, Math.sqrt(across)));
      for (const { level, edge, line } of lines) {
        const { weight, halo } = gmTheme.line(level);
        line.setStyle({ weight: weight * scale });
        edge.setStyle({ weight: (weight + halo) * scale });
      }
    };
    map.on("zoomend resize", weigh);
    weigh();
    const context = gmContext.layer(map, model.context);
    return {
      paint(view) {
        for (const { place, shape, left } of drawn) {
          const look = left ? "left" : view.classes[view.of[place - given]].key;
          shape.setStyle({ fillColor: gmHatches.fill(view.key, look) });
        }
      },
      borders(shown) {
        for (const { key, group } of lines) {
          if (shown[key]) group.addTo(map);
          else group.remove();
        }
        context.show(shown.context);
      },
      restyle() {
        for (const { level, edge, line } of lines) {
          line.setStyle({ color: gmTheme.line(level).colour });
          edge.setStyle({ color: gmTheme.line(level).edge });
        }
        context.update();
      },
      sharpen: context.sharpen,
    };
  }

  /**
   * Borders by key, those of micro-grids first, then of sites, and of the town last.
   * @param {Model} model
   */
  function drawLines(model) {
    /** @param {number} level @param {Lines} borders */
    const drawn = (level, borders) => {
      const { dash, colour, edge: light, halo, weight } = gmTheme.line(level);
      const lines = gmShapes.every(borders);
      /** @type {L.PolylineOptions} */
      const style = {
        color: colour, weight, dashArray: dash, lineCap: "butt", interactive: false,
        pane: "gm-lines", smoothFactor: 0.5,
      };
      // A light edge keeps borders apart from dark ground and from its hatches.
      const edge = L.polyline(lines, { ...style, color: light, weight: weight + halo, dashArray: "", opacity: 0.75 });
      const line = L.polyline(lines, style);
      return { key: `border${level}`, level, edge, line, group: L.layerGroup([edge, line]) };
    };
    return [
      drawn(0, model.microBorders),
      ...(model.units.length ? [drawn(-1, model.siteBorders)] : []),
      ...model.values.levels.map(({ level }, place) => drawn(level, model.borders[place])).reverse(),
    ];
  }

  return { make };
})();
