// @ts-check
// Two plans on two maps that move together: side by side, or one over the other with a handle.

const gmCompare = (() => {
  const { element, part } = gmPage;
  const STEP = 5; // of the handle, by an arrow key, in percent
  const PHONE_PX = 720;
  /** @typedef {"beside" | "swipe"} Layout */

  /** @param {{ fetch: [string, string], names: [string, string], words: Record<string, string>, basemap?: Basemap }} source */
  function start(source) {
    const note = element("p", "gm-loading", source.words["map.loading"]);
    note.setAttribute("role", "status");
    document.body.classList.add("gm-framed", "gm-comparing");
    document.body.append(note);
    Promise.all(source.fetch.map(gmModel.fetched)).then(
      (models) => {
        run(models, source.names, source.basemap);
        note.remove();
      },
      () => { note.textContent = source.words["map.lost"]; },
    );
  }

  /** @param {Model[]} models @param {[string, string]} names @param {Basemap} [basemap] */
  function run(models, names, basemap) {
    const { values } = models[0];
    const speech = gmPage.speech(values, values.language);
    const shown = gmMap.firstShown(values);
    const change = values.views.find(({ key }) => key === "change");
    const state = { view: change || values.views[0], layout: /** @type {Layout} */ ("beside") };
    gmTheme.start(values.signs, restyle);
    gmHatches.define(values.views);
    document.title = speech.say("compare.title");
    gmPage.putWords(speech);
    part("gm-credit").append(
      element("span", "", speech.name(values.town.notice)),
      element("span", "", speech.say("map.not_legal")), element("span", "", speech.name(values.town.credit)));

    const sides = models.map((model, side) => makeSide(model, side, names[side], speech, () => {
      // One over the other they share their room.
      if (state.layout === "swipe") for (const { dock } of sides) dock.close();
    }));
    const whole = () => sides[0].map.fitBounds(gmShapes.box(values.bounds), { animate: false, padding: [10, 10] });

    function paint() {
      for (const { ground, model, labels } of sides) {
        // Each side has its own classes of load: its officers may give other hours.
        ground.paint(model.values.views.find(({ key }) => key === state.view.key) || model.values.views[0]);
        ground.borders(shown);
        labels.show(shown);
      }
      gmPanel.legend(merged(models, state.view), state.view, speech);
    }

    /** All that is drawn takes the colours of the theme. */
    function restyle() {
      gmHatches.define(values.views);
      for (const { ground } of sides) ground.restyle();
      paint();
    }

    gmPanel.views(values, state.view.key, speech, (key) => {
      state.view = values.views.find((view) => view.key === key) || state.view;
      paint();
    });
    gmPanel.borders(models[0], shown, speech, paint);
    choices(speech, state.layout, lay);
    handle();
    sync(sides.map(({ map }) => map));
    if (basemap) gmBasemap.start(sides.map(({ map }) => map), basemap);
    part("gm-whole").addEventListener("click", () => {
      openPanel(false);
      whole();
    });
    part("gm-open").addEventListener("click", () => openPanel(!part("gm-panel").classList.contains("gm-opened")));

    /** @param {boolean} opened */
    function openPanel(opened) {
      part("gm-panel").classList.toggle("gm-opened", opened);
      part("gm-open").setAttribute("aria-expanded", String(opened));
      part("gm-open").dataset.word = opened ? "map.close" : "map.panel";
      gmPage.putWords(speech);
    }

    /** @param {Layout} layout */
    function lay(layout) {
      state.layout = layout;
      part("gm-pair").dataset.layout = layout;
      for (const { dock, holder } of sides) dock.into(layout === "swipe" ? part("gm-pair") : holder);
      for (const { map } of sides) map.invalidateSize({ animate: false, pan: false });
      if (sides[0].map.getSize().x) whole();
    }
    let seen = false;
    new ResizeObserver(() => {
      for (const { map } of sides) map.invalidateSize({ animate: false, pan: false });
      if (!seen && sides[0].map.getSize().x) {
        seen = true;
        whole();
      }
    }).observe(part("gm-pair"));
    // Two maps one above the other are small on a phone.
    lay(window.innerWidth < PHONE_PX ? "swipe" : "beside");
    for (const input of document.querySelectorAll("[name=gm-layout]")) {
      const radio = /** @type {HTMLInputElement} */ (input);
      radio.checked = radio.value === state.layout;
    }
    paint();
  }

  /** @param {Model} model @param {number} side @param {string} name @param {Speech} speech @param {() => void} opening before a card opens */
  function makeSide(model, side, name, speech, opening) {
    const holder = part(side ? "gm-second" : "gm-first");
    const title = speech.say(side ? "compare.second" : "compare.first", { name });
    /** @type {HTMLElement} */ (holder.querySelector("h2")).textContent = title;
    const pane = /** @type {HTMLElement} */ (holder.querySelector(".gm-pane"));
    const map = L.map(pane, {
      zoomControl: false, attributionControl: false, zoomSnap: 0.1, minZoom: 5, maxZoom: 20,
      center: gmShapes.box(model.values.bounds).getCenter(), zoom: 12, fadeAnimation: false,
      // Two maps would lag behind each other.
      zoomAnimation: false, inertia: false,
    });
    map.getContainer().classList.add("gm-map");
    gmMap.makePanes(map);
    const selected = L.layerGroup().addTo(map);
    const dock = gmDock.make(map, holder, () => speech, () => selected.clearLayers(), true);
    const ground = (model.values.canvas ? gmCanvas : gmGround).make(map, model, (place) => {
      const grid = model.grid(place);
      opening();
      dock.close();
      gmMap.choose(model, grid, selected);
      dock.open(gmCard.card(grid, model, speech), gmShapes.box(grid.bounds));
    });
    const labels = gmLabels.make(map, model);
    labels.speak(speech);
    L.control.zoom({ zoomInTitle: speech.say("map.zoom_in"), zoomOutTitle: speech.say("map.zoom_out") }).addTo(map);
    if (!side) L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
    return { map, ground, labels, model, dock, holder };
  }

  /** Keep the maps at one place. @param {L.Map[]} maps */
  function sync(maps) {
    let busy = false;
    for (const map of maps) {
      map.on("move zoom", () => {
        if (busy) return;
        busy = true;
        for (const other of maps) {
          if (other !== map) other.setView(map.getCenter(), map.getZoom(), { animate: false });
        }
        busy = false;
      });
    }
  }

  /** Counts of both plans in one legend. @param {Model[]} models @param {View} view */
  function merged(models, view) {
    const [first, second] = models.map(({ values }) => values.views.find(({ key }) => key === view.key) || view);
    view.counts = view.classes.map((_, place) =>
      [first, second].map(({ classes }) => classes[place]?.count || 0));
    return models[0].values;
  }

  /** @param {Speech} speech @param {Layout} chosen @param {(layout: Layout) => void} lay */
  function choices(speech, chosen, lay) {
    const made = /** @type {Layout[]} */ (["beside", "swipe"]).map((layout) => {
      const label = element("label");
      const input = /** @type {HTMLInputElement} */ (element("input"));
      Object.assign(input, { type: "radio", name: "gm-layout", value: layout, checked: layout === chosen });
      input.addEventListener("change", () => lay(layout));
      label.append(input, element("span", "", speech.say(`compare.${layout}`)));
      return label;
    });
    part("gm-layouts").replaceChildren(...made);
  }

  /** The handle: by pointer or finger, and by arrow keys, Home and End. */
  function handle() {
    const grip = part("gm-swipe");
    const pair = part("gm-pair");
    let at = 50;
    /** @param {number} percent */
    function put(percent) {
      at = Math.min(100, Math.max(0, percent));
      pair.style.setProperty("--gm-at", `${at}%`);
      grip.setAttribute("aria-valuenow", String(Math.round(at)));
    }
    grip.addEventListener("pointerdown", (event) => {
      grip.setPointerCapture(event.pointerId);
      event.preventDefault();
      grip.focus();
    });
    grip.addEventListener("pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      const box = pair.getBoundingClientRect();
      put((100 * (event.clientX - box.left)) / box.width);
    });
    grip.addEventListener("keydown", (event) => {
      /** @type {Record<string, number>} */
      const to = { ArrowLeft: at - STEP, ArrowDown: at - STEP, ArrowRight: at + STEP, ArrowUp: at + STEP, Home: 0, End: 100 };
      if (!(event.key in to)) return;
      event.preventDefault();
      put(to[event.key]);
    });
    put(at);
  }

  return { start };
})();
