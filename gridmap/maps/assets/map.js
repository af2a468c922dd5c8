// @ts-check
// The map itself: draws the grids, answers clicks, and keeps page, legend and map in step.

const gmMap = (() => {
  const { element, part } = gmPage;
  const NARROW_PX = 500;

  /** @param {L.Map} map @param {Payload} payload */
  function start(map, payload) {
    const byCode = new Map(payload.grids.map((grid) => [grid.code, grid]));
    const state = {
      view: payload.views[0],
      speech: gmPage.speech(payload, payload.language),
      shown: firstShown(payload),
      /** @type {Grid | null} */
      open: null,
    };
    document.body.classList.toggle("gm-framed", payload.framed);
    gmHatches.define(payload.views);
    makePanes(map);
    const ground = drawGround(map, payload, show);
    const lines = drawLines(payload, map.getSize().x < NARROW_PX ? 0.65 : 1);
    const labels = gmLabels.make(map, payload);
    const selected = L.layerGroup().addTo(map);
    const controls = gmControls.make(map);
    const popup = L.popup({ minWidth: 230, maxWidth: 300, autoPanPadding: [12, 12] });
    popup.on("remove", () => {
      state.open = null;
      document.body.classList.remove("gm-card-open");
      selected.clearLayers();
    });

    function paint() {
      for (const { grid, shape } of ground) {
        const look = grid.looks ? grid.looks[state.view.key] : "left";
        shape.setStyle({ fillColor: gmHatches.fill(state.view.key, look) });
      }
      gmPanel.legend(payload, state.view, state.speech);
    }

    function speak() {
      gmPage.putWords(state.speech);
      gmPanel.head(payload, state.speech);
      gmPanel.views(payload, state.view.key, state.speech, (key) => {
        state.view = payload.views.find((view) => view.key === key) || state.view;
        paint();
      });
      gmPanel.borders(payload, state.shown, state.speech, toggle);
      controls.speak(state.speech);
      labels.speak(state.speech);
      if (state.open) popup.setContent(gmCard.card(state.open, byCode, payload, state.speech));
      paint();
    }

    function toggle() {
      for (const [key, line] of lines) {
        if (state.shown[key]) line.addTo(map);
        else line.remove();
      }
      labels.show(state.shown);
    }

    /** Open the card of a grid. @param {Grid} grid @param {L.LatLng} [place] */
    function show(grid, place) {
      map.closePopup();
      state.open = grid;
      document.body.classList.add("gm-card-open");
      for (const style of [{ color: "#fff", weight: 7 }, { color: "#000", weight: 3 }]) {
        outline(grid, { ...style, fill: false, interactive: false, pane: "gm-selected" })
          .addTo(selected);
      }
      popup.options.maxHeight = Math.max(160, map.getSize().y - 90);
      popup
        .setLatLng(place || [grid.label[1], grid.label[0]])
        .setContent(gmCard.card(grid, byCode, payload, state.speech))
        .openOn(map);
    }

    /** On narrow screens the panel lies over the map. @param {boolean} opened */
    function openPanel(opened) {
      const button = part("gm-open");
      part("gm-panel").classList.toggle("gm-opened", opened);
      button.setAttribute("aria-expanded", String(opened));
      button.dataset.word = opened ? "map.close" : "map.panel";
      gmPage.putWords(state.speech);
    }

    gmSearch.start(payload.grids, () => state.speech, (grid) => {
      openPanel(false);
      map.fitBounds(gmGeometry.box(grid.bounds).pad(1), { animate: false, maxZoom: 17 });
      show(grid);
    });
    part("gm-language").addEventListener("click", () => {
      const other = state.speech.language === "zh" ? "en" : "zh";
      state.speech = gmPage.speech(payload, other);
      speak();
    });
    part("gm-open").addEventListener("click", () => openPanel(part("gm-open").getAttribute("aria-expanded") !== "true"));
    part("gm-whole").addEventListener("click", () => {
      openPanel(false);
      whole(map, payload);
    });
    gmPrint.start(map, () => whole(map, payload));
    map.getContainer().classList.add("gm-map");
    toggle();
    speak();
    follow(map, () => whole(map, payload));
  }

  /**
   * Keep the map in step with the room it has: texts around it wrap, tabs hide and show it.
   * @param {L.Map} map
   * @param {() => void} whole
   */
  function follow(map, whole) {
    let seen = false;
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false, pan: false });
      // In a hidden tab a map has no size, though it may be told of a change.
      if (!seen && map.getSize().x) {
        seen = true;
        whole();
      }
    }).observe(map.getContainer());
  }

  /** All borders, and the names of the level below the town. @param {Payload} payload */
  function firstShown(payload) {
    /** @type {Record<string, boolean>} */
    const shown = { border0: true };
    payload.levels.forEach(({ level }, place) => {
      shown[`border${level}`] = true;
      shown[`name${level}`] = place === 1;
    });
    return shown;
  }

  /** @param {L.Map} map */
  function makePanes(map) {
    for (const [name, order] of /** @type {[string, number][]} */ ([
      ["gm-lines", 420], ["gm-selected", 430], ["gm-names", 440],
    ])) {
      const pane = map.createPane(name);
      pane.style.zIndex = String(order);
      pane.style.pointerEvents = "none";
    }
  }

  /**
   * @param {L.Map} map
   * @param {Payload} payload
   * @param {(grid: Grid, place: L.LatLng) => void} show
   */
  function drawGround(map, payload, show) {
    const hover = window.matchMedia("(hover: hover)").matches;
    const byCode = new Map(payload.grids.map((grid) => [grid.code, grid]));
    const micro = payload.grids.flatMap((grid) => (grid.rings ? [{ grid, rings: grid.rings }] : []));
    // Ground left with its parent shows the parent's card and has no look of its own.
    const left = payload.left.flatMap(({ code, rings }) => {
      const parent = byCode.get(code);
      return parent ? [{ grid: parent, rings }] : [];
    });
    return [...left, ...micro].map(({ grid, rings }) => {
      const shape = L.polygon(gmGeometry.polygon(rings), {
        stroke: false, fillOpacity: 1, smoothFactor: 0.5, className: "gm-ground",
      }).addTo(map);
      shape.on("click", (event) => show(grid, event.latlng));
      if (hover) {
        const tip = () => element("span", "", document.documentElement.lang === "en" ? grid.en : grid.zh);
        shape.bindTooltip(tip, { sticky: true, className: "gm-tip" });
      }
      return { grid, shape };
    });
  }

  /**
   * Borders by key, those of micro-grids first and of the town last.
   * @param {Payload} payload
   * @param {number} scale of the weights: a small map has thinner borders
   */
  function drawLines(payload, scale) {
    /** @param {number} level @param {Steps[]} borders @returns {[string, L.LayerGroup]} */
    const drawn = (level, borders) => {
      const { dash, colour } = gmPanel.line(level);
      const weight = gmPanel.line(level).weight * scale;
      const lines = borders.map(gmGeometry.line);
      /** @type {L.PolylineOptions} */
      const style = {
        color: colour, weight, dashArray: dash, lineCap: "butt", interactive: false,
        pane: "gm-lines", smoothFactor: 0.5,
      };
      // A light edge keeps borders apart from dark ground and from its hatches.
      const wider = level ? 2.4 : 1.2;
      const edge = { ...style, color: "#fff", weight: weight + wider, dashArray: "", opacity: 0.75 };
      const line = L.polyline(lines, style);
      // On a small map the edges of micro-grids would hide their ground.
      const both = level || scale === 1 ? [L.polyline(lines, edge), line] : [line];
      return [`border${level}`, L.layerGroup(both)];
    };
    return [
      drawn(0, payload.micro_borders),
      ...payload.levels.map(({ level, borders }) => drawn(level, borders)).reverse(),
    ];
  }

  /** @param {Grid} grid @param {L.PolylineOptions} style */
  function outline(grid, style) {
    return grid.rings
      ? L.polygon(gmGeometry.polygon(grid.rings), style)
      : L.rectangle(gmGeometry.box(grid.bounds), { ...style, dashArray: "6 6" });
  }

  /** @param {L.Map} map @param {Payload} payload */
  function whole(map, payload) {
    map.fitBounds(gmGeometry.box(payload.bounds), { animate: false, padding: [10, 10] });
  }

  return { start };
})();
