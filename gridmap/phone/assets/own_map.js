// The map of the own grids, with the place of whoever looks and the way to the own grid.
// It knows neither Streamlit nor a server: a page shows data on it and is told the place of a dispute.
// Texts of the data are put in as text, never as markup. Leaflet stands before this in the same script.

const gmOwnMap = (() => {
  const STEPS_A_DEGREE = 1e7;
  const ROOM = { paddingTopLeft: [44, 44], paddingBottomRight: [64, 52] }; // for what lies over the map
  const NEARER = 0.75; // the view goes nearer only when that much more can be seen
  const COLOURS = {
    own: "var(--main)", ownFill: "var(--main)", far: "var(--edge)", farFill: "var(--line)",
    place: "var(--bad)", rim: "var(--halo)", disputed: "var(--warm)",
  };
  const colour = (name) => COLOURS[name];

  function line(steps) {
    const points = [];
    let x = 0;
    let y = 0;
    for (let place = 0; place < steps.length; place += 2) {
      x += steps[place];
      y += steps[place + 1];
      points.push([y / STEPS_A_DEGREE, x / STEPS_A_DEGREE]);
    }
    return points;
  }

  const polygon = (parts) => parts.map((rings) => rings.map(line));
  const ringsOf = ({ rings }) => polygon(rings).flat().map((ring) => ring.map(([lat, lon]) => [lon, lat]));

  function label(text, [lon, lat], kind) {
    const box = document.createElement("span");
    box.textContent = text;
    return L.marker([lat, lon], {
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: `my-grid-label ${kind}`, html: box, iconSize: [0, 0] }),
    });
  }

  function begin(root) {
    const map = L.map(root.querySelector(".my-grid-map"), {
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      maxZoom: 20,
    });
    for (const [name, order] of [["gm-context", 390], ["gm-names", 440]]) {
      map.createPane(name).style.zIndex = String(order);
      map.getPane(name).style.pointerEvents = "none";
    }
    const part = (name) => root.querySelector(`.my-grid-${name}`);
    const state = {
      map, part, ground: L.layerGroup().addTo(map), place: L.layerGroup().addTo(map), context: null,
      here: null, standing: null, held: false, fitting: false, send: () => {},
    };
    const north = new L.Control({ position: "topleft" });
    north.onAdd = () => Object.assign(document.createElement("div"), { className: "my-grid-north" });
    north.addTo(map);
    // Who moves the map keeps the view until asking for the other one.
    map.on("movestart zoomstart", () => hold(state, !state.fitting || state.held));
    map.on("zoomstart", () => map.getPane("gm-names").replaceChildren());
    map.on("moveend zoomend resize", () => nameRoads(state));
    map.on("resize", () => state.data && !state.held && fit(state));
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    state.position = gmPosition.start(root, (place, asked) => {
      state.here = place;
      if (asked) hold(state, false);
      stand(state, asked);
    });
    map.on("click", (event) => {
      const { lng, lat } = event.latlng.wrap();
      state.position.tap(lng, lat);
    });
    part("in").onclick = () => map.zoomIn();
    part("out").onclick = () => map.zoomOut();
    part("back").onclick = () => { hold(state, false); fit(state); };
    part("to").onchange = () => { hold(state, false); stand(state, true); };
    part("here").onclick = () => state.send({ lon: state.here.lon, lat: state.here.lat });
    return state;
  }

  function hold(state, held) {
    state.held = held;
    state.part("back").hidden = !held;
  }

  // The own grid and the place, with room for what lies over the map.
  function frame({ data, standing, here }) {
    const grid = data.own[standing ? standing.grid : data.own.findIndex((one) => one.chosen)];
    const [west, south, east, north] = gmWay.bounds(ringsOf(grid), here && [here.lon, here.lat]);
    return L.latLngBounds([[south, west], [north, east]]);
  }

  function fit(state) {
    state.fitting = true;
    state.map.fitBounds(frame(state), { ...ROOM, animate: false });
    state.fitting = false;
  }

  // While somebody walks the view moves only when it has to, or when much more could be seen.
  function follow(state) {
    const { map } = state;
    const inner = frame(state);
    const room = L.point(ROOM.paddingTopLeft).add(ROOM.paddingBottomRight);
    if (!map.getBounds().contains(inner) || map.getBoundsZoom(inner, false, room) >= map.getZoom() + NEARER) fit(state);
  }

  // Roads, houses and water, once a view: they lie under the colours of the grids.
  function drawContext(state, data) {
    const raw = Uint8Array.from(atob(data.context.shapes), (one) => one.charCodeAt(0));
    const read = gmShapes.reader(raw);
    read.lines(); // the first is empty
    const context = gmContext.read(data.context, read, data.signs.context);
    if (!state.context) state.layer = gmContext.layer(state.map, { get groups() { return state.context.groups; } });
    state.context = context;
    state.labels = data.signs.labels;
    state.layer.show(true);
  }

  // Names along roads, where no other name stands.
  function nameRoads(state) {
    const { map, context } = state;
    const pane = map.getPane("gm-names");
    pane.replaceChildren();
    const extent = map.getSize();
    if (!context || !extent.x) return;
    const room = gmRoom.make();
    const root = map.getContainer();
    const { left, top } = root.getBoundingClientRect();
    // A name that would lie over another is not shown; the longest borders come first.
    for (const one of root.querySelectorAll(".leaflet-control, .way span, .own span, .far span")) {
      const box = one.getBoundingClientRect();
      const free = !box.width || room.take([[box.left - left, box.top - top, box.right - left, box.bottom - top]]);
      one.style.visibility = free || one.closest(".leaflet-control") ? "" : "hidden";
    }
    const corner = map.containerPointToLayerPoint([0, 0]);
    const { x, y } = map.getPixelOrigin().add(corner);
    const frame = { scale: 256 * 2 ** map.getZoom(), x, y };
    const holder = gmRoadNames.svg(
      gmRoadNames.place(context, frame, extent, gmTrace.metresAPx(map), gmRoadNames.ruler(map.getContainer()), room.take), extent);
    L.DomUtil.setPosition(holder, corner);
    pane.append(holder);
  }

  function drawGround(state, data) {
    state.ground.clearLayers();
    for (const one of data.neighbours) {
      L.polygon(polygon(one.rings), {
        color: colour("far"), weight: 1.5, fillColor: colour("farFill"), fillOpacity: 0.25, interactive: false,
      }).addTo(state.ground);
    }
    for (const one of data.own) {
      L.polygon(polygon(one.rings), {
        color: colour("own"), weight: one.chosen ? 4 : 2, fillColor: colour("ownFill"),
        fillOpacity: one.chosen ? 0.2 : 0.1, interactive: false,
      }).addTo(state.ground);
    }
    for (const one of data.own) {
      if (one.chosen) label(one.name, one.label, "own").addTo(state.ground);
    }
    for (const one of data.neighbours) label(one.name, one.label, "far").addTo(state.ground);
    drawContext(state, data);
  }

  const dot = (at, name) => L.circleMarker(at, {
    radius: 8, color: colour("rim"), weight: 3, fillColor: colour(name), fillOpacity: 1, interactive: false, className: `my-grid-${name}`,
  });

  function drawPlace(state) {
    const { here, standing, data } = state;
    state.place.clearLayers();
    if (data.place) dot([data.place.lat, data.place.lon], "disputed").addTo(state.place);
    if (here) {
      const at = [here.lat, here.lon];
      const [lon, lat] = standing.edge;
      if (!standing.inside || !standing.sure) {
        for (const style of [{ color: colour("rim"), weight: 5 }, { color: colour("place"), weight: 2, dashArray: "6 5" }]) {
          L.polyline([at, [lat, lon]], { ...style, interactive: false, className: "my-grid-way" }).addTo(state.place);
        }
        label(gmWay.length(standing.metres, data.words), standing.edge, "way").addTo(state.place);
      }
      if (here.accuracy > 0) {
        L.circle(at, {
          radius: here.accuracy, color: colour("place"), weight: 1, fillOpacity: 0.05, interactive: false, className: "my-grid-accuracy",
        }).addTo(state.place);
      }
      dot(at, "place").addTo(state.place);
    }
    nameRoads(state);
  }

  // Work out anew where somebody stands, say it and draw it.
  function stand(state, asked) {
    const { data, here, part } = state;
    if (!here) return;
    const accuracy = here.accuracy;
    state.standing = gmWay.standing(state.grids, [here.lon, here.lat], accuracy, Number(part("to").value));
    const { inside, sure, bearing } = state.standing;
    const said = gmWay.text(state.standing, data.own.map((one) => one.name), accuracy, data.words);
    if (part("said").textContent !== said) part("said").textContent = said;
    part("standing").hidden = false;
    part("standing").dataset.state = sure ? (inside ? "inside" : "outside") : "unsure";
    part("arrow").style.transform = `rotate(${Math.round(bearing)}deg)`;
    part("arrow").toggleAttribute("hidden", inside && sure);
    part("goal").hidden = data.own.length < 2;
    part("here").hidden = false;
    if (!state.held) (asked ? fit : follow)(state);
    drawPlace(state);
  }

  function speak(state, { words, own }) {
    const { part, position } = state;
    position.speak(words);
    part("in").ariaLabel = words["my_way.zoom_in"];
    part("out").ariaLabel = words["my_way.zoom_out"];
    for (const name of ["back", "here", "north"]) part(name).textContent = words[`my_way.${name}`];
    part("goal-name").textContent = words["my_way.goal"];
    const wanted = part("to").value;
    part("to").replaceChildren(new Option(words["my_way.nearest"], "-1"), ...own.map(({ name }, place) => new Option(name, String(place))));
    part("to").value = wanted && Number(wanted) < own.length ? wanted : "-1";
  }

  // Show what the page gives: the first time, and again when the grid, the language or the theme is another.
  function show(state, data) {
    state.data = data;
    if (data.basemap && !state.basemap) state.basemap = gmBasemap.lay(state.map, data.basemap);
    if (state.shown === data.key) {
      drawPlace(state);
      return;
    }
    state.shown = data.key;
    state.grids = data.own.map((one) => ({ rings: ringsOf(one) }));
    state.standing = null;
    speak(state, data);
    const chosen = data.own.findIndex((one) => one.chosen);
    if (state.chosen !== undefined && state.chosen !== chosen) state.part("to").value = String(chosen); // who opens a grid wants to go there
    state.chosen = chosen;
    state.map.invalidateSize(false);
    hold(state, false);
    fit(state);
    drawGround(state, data);
    if (state.here) stand(state, true);
    else drawPlace(state);
  }

  return { begin, show };
})();
