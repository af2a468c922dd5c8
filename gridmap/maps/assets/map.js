// @ts-check
// The map itself: draws the grids, answers clicks, and keeps page, legend and map in step.

const gmMap = (() => {
  const { element, part } = gmPage;
  const MOST_OBJECTS = 300; // of a class that is drawn before anybody asks for it

  /**
   * Start with what stands in the page, or with what is fetched from an address.
   * @param {L.Map} map
   * @param {Values & { shapes: string } | { fetch: string, words: Record<string, string>, basemap?: Basemap, talk?: Talk }} source
   */
  function start(map, source) {
    if (!("fetch" in source)) {
      run(map, gmModel.make(source, gmModel.bytes(source.shapes)));
      return;
    }
    const note = element("p", "gm-loading", source.words["map.loading"]);
    note.setAttribute("role", "status");
    document.body.classList.add("gm-framed");
    document.body.append(note);
    gmModel.fetched(source.fetch).then(
      (model) => {
        run(map, model, source.talk);
        if (source.basemap) gmBasemap.start([map], source.basemap);
        note.remove();
      },
      () => { note.textContent = source.words["map.lost"]; },
    );
  }

  /** @param {L.Map} map @param {Model} model @param {Talk} [said] */
  function run(map, model, said) {
    const { values } = model;
    const state = {
      view: values.views[0],
      speech: gmPage.speech(values, values.language),
      shown: firstShown(values),
      /** @type {Grid | null} */
      open: null,
      object: -1, // whose card is open
    };
    document.body.classList.toggle("gm-framed", values.framed);
    gmTheme.start(values.signs, () => restyle());
    gmHatches.define(values.views);
    makePanes(map);
    const bounds = gmShapes.box(values.bounds);
    const whole = () => map.fitBounds(bounds, { animate: false, padding: [10, 10] });
    /** A click that measures opens no card. @param {number} place @param {L.LatLng} at */
    const clicked = (place, at) => { if (!measure.on) show(model.grid(place), false, at); };
    const ground = (values.canvas ? gmCanvas : gmGround).make(map, model, clicked);
    const objects = gmObjects.make(map, model, (place) => { if (!measure.on) showObject(place); }); // before the names, which leave room for signs
    const labels = gmLabels.make(map, model);
    const pins = gmPins.make(map, model, (place) => show(model.grid(place)));
    const selected = L.layerGroup().addTo(map);
    const controls = gmControls.make(map);
    const measure = gmMeasure.start(map, values.frame, () => state.speech);
    const dock = gmDock.make(map, map.getContainer(), () => state.speech, () => {
      state.open = null;
      state.object = -1;
      selected.clearLayers();
    });

    const talk = said && gmTalk.make(map, said, (content, at) => {
      dock.close();
      spot(at, selected);
      dock.open(content, L.latLngBounds([at, at]));
    });

    function paint() {
      ground.paint(state.view);
      pins.show(state.view);
      gmPanel.legend(values, state.view, state.speech);
    }

    function speak() {
      gmPage.putWords(state.speech);
      gmPanel.head(model, state.speech);
      gmPanel.views(values, state.view.key, state.speech, (key) => {
        state.view = values.views.find((view) => view.key === key) || state.view;
        paint();
      });
      gmPanel.borders(model, state.shown, state.speech, toggle, talk);
      gmPanel.objects(model, state.shown, state.speech, toggle);
      gmPanel.context(model, state.shown.context, state.speech);
      part("gm-theme").textContent = state.speech.say(gmTheme.isDark() ? "map.light" : "map.dark");
      controls.speak(state.speech);
      measure.speak();
      labels.speak(state.speech);
      if (state.open) dock.put(gmCard.card(state.open, model, state.speech));
      if (state.object >= 0) dock.put(gmCard.object(state.object, model, state.speech));
      gmPanel.legend(values, state.view, state.speech);
    }

    function toggle() {
      ground.borders(state.shown);
      objects.show(state.shown);
      labels.show(state.shown);
      talk?.show(state.shown.remarks);
      gmPanel.context(model, state.shown.context, state.speech);
    }

    /** All that is drawn takes the colours of the theme. */
    function restyle() {
      gmHatches.define(values.views);
      ground.restyle();
      paint();
      speak();
    }

    /** Open the card of a grid. @param {Grid} grid @param {boolean} [go] to it @param {L.LatLng} [at] that was clicked */
    function show(grid, go = false, at = undefined) {
      dock.close();
      state.open = grid;
      choose(model, grid, selected);
      const box = gmShapes.box(grid.bounds);
      const card = gmCard.card(grid, model, state.speech);
      talk?.border(card, model.outline(grid.place), at);
      dock.open(card, go ? box.pad(0.6) : box, go);
    }

    /** Open the card of an object. @param {number} place */
    function showObject(place) {
      dock.close();
      state.object = place;
      const at = gmObjects.at(model, place);
      spot(at, selected);
      dock.open(gmCard.object(place, model, state.speech), L.latLngBounds([at, at]));
    }

    /** Go to an object, which is then drawn, and open its card. @param {number} place */
    function goToObject(place) {
      state.shown[gmObjects.key(gmObjects.classOf(model, place))] = true;
      map.setView(gmObjects.at(model, place), Math.max(16, map.getZoom()), { animate: false });
      toggle();
      gmPanel.objects(model, state.shown, state.speech, toggle);
      showObject(place);
    }

    /** Go to a grid and open its card. @param {number} place */
    const goTo = (place) => show(model.grid(place), true);

    /** On narrow screens the panel lies over the map. @param {boolean} opened */
    function openPanel(opened) {
      const button = part("gm-open");
      part("gm-panel").classList.toggle("gm-opened", opened);
      button.setAttribute("aria-expanded", String(opened));
      button.dataset.word = opened ? "map.close" : "map.panel";
      gmPage.putWords(state.speech);
    }

    gmSearch.start(model, () => state.speech, (place) => {
      openPanel(false);
      goTo(place);
    }, (box) => {
      openPanel(false);
      dock.close();
      const [southWest, northEast] = [[box[0], box[3]], [box[2], box[1]]].map(gmTrace.latLng);
      map.fitBounds(L.latLngBounds(southWest, northEast).pad(0.15), { animate: false, maxZoom: 17 });
    }, (place) => {
      openPanel(false);
      goToObject(place);
    }, (at) => {
      openPanel(false);
      dock.close();
      spot([at[1], at[0]], selected);
      gmPlace.mark(map, dock, values, at, state.speech);
    });
    gmPlace.start(map, values.framed, () => state.speech);
    part("gm-language").addEventListener("click", () => {
      state.speech = gmPage.speech(values, state.speech.language === "zh" ? "en" : "zh");
      speak();
    });
    part("gm-theme").addEventListener("click", () => {
      gmTheme.turn();
      restyle();
    });
    part("gm-open").addEventListener("click", () => openPanel(part("gm-open").getAttribute("aria-expanded") !== "true"));
    part("gm-whole").addEventListener("click", () => {
      openPanel(false);
      whole();
    });
    gmPrint.start(map, {
      whole,
      close: dock.close,
      sharpen(printing) {
        gmTheme.paper(printing);
        restyle();
        ground.sharpen(printing);
        labels.restyle();
      },
      speech: () => state.speech,
    });
    map.getContainer().classList.add("gm-map");
    toggle();
    speak();
    const arrive = asked(model, goTo);
    follow(map, () => {
      whole();
      gmPlace.arrive(map);
      arrive();
    });
    paint();
  }

  /**
   * The page around the map asks for a grid by the address: #grid=code.
   * @param {Model} model
   * @param {(place: number) => void} goTo
   */
  function asked(model, goTo) {
    function arrive() {
      const code = new URLSearchParams(window.location.hash.slice(1)).get("grid");
      const place = code === null ? -1 : model.find(code);
      if (place >= 0) goTo(place);
    }
    window.addEventListener("hashchange", arrive);
    return arrive;
  }

  /**
   * Keep the map in step with the room it has: texts around it wrap, tabs hide and show it.
   * @param {L.Map} map
   * @param {() => void} first when it is seen for the first time
   */
  function follow(map, first) {
    let seen = false;
    function fit() {
      map.invalidateSize({ animate: false, pan: false });
      // In a hidden tab a map has no size, though it may be told of a change.
      if (!seen && map.getSize().x) {
        seen = true;
        first();
      }
    }
    fit();
    new ResizeObserver(fit).observe(map.getContainer());
  }

  /** All borders, the context, numbers, classes with few objects, the names of sites and of the level below the town. @param {Values} values */
  function firstShown(values) {
    /** @type {Record<string, boolean>} */
    const shown = { border0: true, "border-1": true, "name-1": true, numbers: true, context: true, remarks: true };
    values.levels.forEach(({ level }, place) => {
      shown[`border${level}`] = true;
      shown[`name${level}`] = place === 1;
    });
    for (const look of values.objects.classes) shown[gmObjects.key(look)] = look.count <= MOST_OBJECTS;
    return shown;
  }

  /** @param {L.Map} map */
  function makePanes(map) {
    // Leaflet takes the focus at a press; the page around a map would scroll, and the click be lost.
    const box = map.getContainer();
    box.focus = () => HTMLElement.prototype.focus.call(box, { preventScroll: true });
    for (const [name, order] of /** @type {[string, number][]} */ ([
      ["gm-context", 410], ["gm-lines", 420], ["gm-selected", 430], ["gm-names", 440], ["gm-objects", 445], ["gm-pins", 450],
    ])) {
      const pane = map.createPane(name);
      pane.style.zIndex = String(order);
      pane.style.pointerEvents = "none";
    }
  }

  // Seen on every fill and in both themes: no border and no class has this yellow on black.
  const CHOSEN = [{ color: "#000", weight: 8 }, { color: "#ffe100", weight: 4 }];

  /** Mark a grid; one without ground of its own by a dashed frame. @param {Model} model @param {Grid} grid @param {L.LayerGroup} on */
  function choose(model, grid, on) {
    const rings = model.outline(grid.place);
    for (const one of CHOSEN) {
      const style = { ...one, fill: false, interactive: false, pane: "gm-selected", className: "gm-chosen" };
      (rings.length ? L.polygon(rings, style) : L.rectangle(gmShapes.box(grid.bounds), { ...style, dashArray: "8 6" })).addTo(on);
    }
  }

  /** Mark a place. @param {L.LatLngExpression} at @param {L.LayerGroup} on */
  function spot(at, on) {
    for (const one of CHOSEN) L.circleMarker(at, { ...one, radius: 14, fill: false, interactive: false, pane: "gm-selected", className: "gm-chosen" }).addTo(on);
  }

  return { start, run, makePanes, firstShown, choose };
})();
