// The map of a city by town on the page 城市: towns in the colour of their class, counties outlined.
// Streamlit calls the function again on every run. Texts of the data are put in as text, never as
// markup. Leaflet and steps.js stand before this in the same script.

const DARK = matchMedia("(prefers-color-scheme: dark)");
const PADDING = [10, 10];

const shape = (rings) => rings.map((part) => part.map(points));

function tip(town, look) {
  const box = document.createElement("span");
  const name = document.createElement("b");
  name.textContent = town.name;
  box.append(name, document.createElement("br"), `${town.area} · ${look.text}`);
  return box;
}

function begin(root, data, send) {
  const map = L.map(root.querySelector(".towns-map"), {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: 18,
    renderer: L.canvas({ padding: 0.3, tolerance: 3 }),
  });
  L.control.zoom({ zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const names = L.layerGroup().addTo(map);
  const mark = L.layerGroup().addTo(map);
  const state = { map, send, names, mark, point: null, ground: L.layerGroup().addTo(map), towns: [], lines: [], labels: [], key: null, bounds: "" };
  map.on("moveend zoomend", () => place(state));
  return state;
}

/** Draw the ground, once for a city. */
function draw(state, data) {
  state.ground.clearLayers();
  state.towns = data.towns.map((town, number) => {
    const drawn = L.polygon(shape(town.rings), { weight: 0.8, fillOpacity: 0.9 });
    drawn.bindTooltip(() => tip(town, state.looks[number]), { sticky: true });
    drawn.on("click", () => state.send(town.town));
    return drawn.addTo(state.ground);
  });
  state.lines = data.lines.map((line) => ({
    level: line.level, drawn: L.polygon(shape(line.rings), { fill: false, interactive: false }).addTo(state.ground),
  }));
}

/** Give everything the colours of what is chosen, and of the theme. */
function paint(state) {
  // A canvas takes no variables: the colours of the page as they are now.
  const page = getComputedStyle(state.map.getContainer());
  const colour = (name) => page.getPropertyValue(name).trim();
  state.towns.forEach((drawn, number) => {
    const look = state.looks[number];
    drawn.setStyle({
      fillColor: look.fill[DARK.matches ? 1 : 0], fillOpacity: look.inside ? 0.95 : 0.28,
      color: look.chosen ? colour("--unit") : colour("--quiet"), weight: look.chosen ? 3.5 : 0.8,
      opacity: look.inside ? 1 : 0.4,
    });
  });
  const least = Math.min(...state.lines.map((one) => one.level));
  for (const one of state.lines) one.drawn.setStyle({ color: colour("--ink"), weight: one.level === least ? 2.2 : 1.4 });
  state.towns.forEach((drawn, number) => { if (state.looks[number].chosen) drawn.bringToFront(); });
  state.mark.clearLayers();
  if (state.point) {
    const [lon, lat] = state.point;
    L.circleMarker([lat, lon], { radius: 11, color: colour("--bad"), weight: 3, fill: false, interactive: false }).addTo(state.mark);
  }
}

/** Put names where there is room; the first ones go first. */
function place(state) {
  state.names.clearLayers();
  const taken = [];
  const size = state.map.getSize();
  for (const label of state.labels) {
    const at = [label.at[1], label.at[0]];
    const { x, y } = state.map.latLngToContainerPoint(at);
    const half = [label.name.length * ([...label.name].some((sign) => sign > "\u2e80") ? 7 : 4) + 3, 10];
    const box = [x - half[0], y - half[1], x + half[0], y + half[1]];
    if (box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y) continue;
    if (taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3])) continue;
    taken.push(box);
    const text = document.createElement("span");
    text.textContent = label.name;
    const icon = L.divIcon({ className: "towns-name", html: text, iconSize: [2 * half[0], 2 * half[1]] });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(state.names);
  }
}

export default function show({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".towns");
  if (!root.state) root.state = begin(root, data, (town) => setTriggerValue("town", town));
  const { state } = root;
  const box = root.querySelector(".towns-map");
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", data.label);
  state.looks = data.looks;
  state.labels = data.labels;
  state.point = data.point;
  if (state.key !== data.key) {
    state.key = data.key;
    draw(state, data);
  }
  paint(state);
  const [west, south, east, north] = data.bounds;
  // The view stays while another figure is chosen.
  if (state.bounds !== String(data.bounds)) {
    state.bounds = String(data.bounds);
    state.map.invalidateSize(false);
    state.map.fitBounds([[south, west], [north, east]], { padding: PADDING, animate: false });
  }
  place(state);
  root.dataset.drawn = data.key;
  const again = () => paint(state);
  DARK.addEventListener("change", again);
  // A map that was in a closed tab learns its size when it is seen.
  const seen = new ResizeObserver(() => {
    state.map.invalidateSize(false);
    if (!state.seen && box.clientWidth) {
      state.seen = true;
      state.map.fitBounds([[south, west], [north, east]], { padding: PADDING, animate: false });
    }
  });
  seen.observe(box);
  return () => { DARK.removeEventListener("change", again); seen.disconnect(); };
}
