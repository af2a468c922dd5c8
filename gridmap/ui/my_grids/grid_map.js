// The map of the page "my grid". Streamlit calls the function again on every run of the page.
// Texts of the data are put in as text, never as markup. Leaflet stands before this in the same script.

const STEPS_A_DEGREE = 1e7;

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

function label(text, [lon, lat], kind) {
  const box = document.createElement("span");
  box.textContent = text;
  return L.marker([lat, lon], {
    interactive: false,
    keyboard: false,
    icon: L.divIcon({ className: `my-grid-label ${kind}`, html: box, iconSize: [0, 0] }),
  });
}

function begin(root, send) {
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
  const state = { map, ground: L.layerGroup().addTo(map), place: L.layerGroup().addTo(map), context: null };
  const north = new L.Control({ position: "topleft" });
  north.onAdd = () => Object.assign(document.createElement("div"), { className: "my-grid-north" });
  north.addTo(map);
  map.on("zoomstart", () => map.getPane("gm-names").replaceChildren());
  map.on("moveend zoomend resize", () => nameRoads(state));
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.on("click", (event) => {
    const { lng, lat } = event.latlng.wrap();
    send({ lon: lng, lat, accuracy: 0 });
  });
  root.querySelector(".my-grid-in").onclick = () => map.zoomIn();
  root.querySelector(".my-grid-out").onclick = () => map.zoomOut();
  return state;
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
      color: "#6b737c", weight: 1.5, fillColor: "#dfe3e8", fillOpacity: 0.25, interactive: false,
    }).addTo(state.ground);
  }
  for (const one of data.own) {
    L.polygon(polygon(one.rings), {
      color: "#0b5cad", weight: one.chosen ? 4 : 2, fillColor: "#4a93d9",
      fillOpacity: one.chosen ? 0.2 : 0.1, interactive: false,
    }).addTo(state.ground);
  }
  for (const one of data.own) {
    if (one.chosen) label(one.name, one.label, "own").addTo(state.ground);
  }
  for (const one of data.neighbours) label(one.name, one.label, "far").addTo(state.ground);
  const [west, south, east, north] = data.bounds;
  state.map.fitBounds([[south, west], [north, east]], { padding: [44, 44], animate: false });
  drawContext(state, data);
  nameRoads(state);
}

function drawPlace(state, { place, way }) {
  state.place.clearLayers();
  if (!place) return;
  if (way) {
    for (const style of [{ color: "#ffffff", weight: 5 }, { color: "#b3261e", weight: 2, dashArray: "6 5" }]) {
      L.polyline(way.line, { ...style, interactive: false, className: "my-grid-way" }).addTo(state.place);
    }
    const [, to] = way.line;
    label(way.text, [to[1], to[0]], "way").addTo(state.place);
  }
  const at = [place.lat, place.lon];
  if (place.accuracy > 0) {
    L.circle(at, {
      radius: place.accuracy, color: "#b3261e", weight: 1, fillOpacity: 0.08, interactive: false,
    }).addTo(state.place);
  }
  L.circleMarker(at, {
    radius: 8, color: "#ffffff", weight: 3, fillColor: "#b3261e", fillOpacity: 1,
    interactive: false, className: "my-grid-place",
  }).addTo(state.place);
  if (!state.map.getBounds().contains(at)) state.map.panTo(at, { animate: false });
  nameRoads(state);
}

function find(root, words, send) {
  const note = root.querySelector(".my-grid-note");
  if (!window.isSecureContext || !navigator.geolocation) {
    note.textContent = words.insecure;
    return;
  }
  note.textContent = words.locating;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      note.textContent = words.tap;
      send({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy });
    },
    () => {
      note.textContent = words.denied;
    },
    { enableHighAccuracy: true, timeout: 15000 },
  );
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".my-grid");
  const send = (place) => setTriggerValue("place", place);
  const words = data.words;
  if (!root.board) root.board = begin(root, send);
  const state = root.board;
  const button = root.querySelector(".my-grid-locate");
  button.textContent = words.locate;
  button.onclick = () => find(root, words, send);
  root.querySelector(".my-grid-in").ariaLabel = words.zoom_in;
  root.querySelector(".my-grid-out").ariaLabel = words.zoom_out;
  if (data.basemap && !state.basemap) state.basemap = gmBasemap.lay(state.map, data.basemap);
  if (state.shown !== data.key) {
    state.shown = data.key;
    root.querySelector(".my-grid-note").textContent = words.tap;
    state.map.invalidateSize(false);
    drawGround(state, data);
  }
  root.querySelector(".my-grid-north").textContent = words.north;
  drawPlace(state, data);
}
