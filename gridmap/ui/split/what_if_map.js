// A map of a division on the page 划分: its micro-grids, borders that come or go, a place clicked.
// Streamlit calls the function again on every run. Texts of the data are put in as text, never as
// markup. Leaflet and steps.js stand before this in the same script.

const DARK = matchMedia("(prefers-color-scheme: dark)");
const NEAR_PX = 14; // a border is meant by a click so near

function words(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box;
}

function metresAPx(map, at) {
  const here = map.latLngToContainerPoint(at);
  return map.distance(at, map.containerPointToLatLng(here.add([100, 0]))) / 100;
}

function begin(root, data, send) {
  const map = L.map(root.querySelector(".what-if-map"), {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: 20,
    renderer: L.canvas({ padding: 0.3, tolerance: 4 }),
  });
  L.control.zoom({ zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const state = { map, drawn: L.layerGroup().addTo(map), key: null, bounds: null, clickable: false };
  map.on("click", (event) => {
    if (!state.clickable) return;
    const { lng, lat } = event.latlng.wrap();
    send({ lon: lng, lat, reach: NEAR_PX * metresAPx(map, event.latlng) });
  });
  map.getContainer().addEventListener("keydown", (event) => {
    // The middle of the map is clicked by the keyboard.
    if (event.key === "Enter" && state.clickable && event.target === map.getContainer()) {
      map.fire("click", { latlng: map.getCenter() });
    }
  });
  return state;
}

function lines(state, all, style) {
  for (const one of all) L.polyline(points(one), { interactive: false, ...style }).addTo(state.drawn);
}

function draw(state, data) {
  state.drawn.clearLayers();
  // A canvas takes no variables: the colours of the page as they are now.
  const page = getComputedStyle(state.map.getContainer());
  const colour = (name) => page.getPropertyValue(name).trim();
  for (const one of data.shapes) {
    L.polygon(one.rings.map((rings) => rings.map(points)), {
      color: one.over ? colour("--over") : colour("--help"), weight: one.over ? 2.5 : 0.9,
      fillColor: one.fill, fillOpacity: 0.75, bubblingMouseEvents: true,
    }).bindTooltip(words(one.text), { sticky: true }).addTo(state.drawn);
  }
  for (const one of data.context) lines(state, one.lines, { color: DARK.matches ? one.dark : one.colour, weight: 1, opacity: 0.8 });
  lines(state, data.frame, { color: colour("--ink"), weight: 1.8 });
  lines(state, data.gone, { color: colour("--halo"), weight: 4, opacity: 0.9 });
  lines(state, data.gone, { color: colour("--moved"), weight: 2, dashArray: "5 5" });
  lines(state, data.fresh, { color: colour("--halo"), weight: 5, opacity: 0.9 });
  lines(state, data.fresh, { color: colour("--main"), weight: 3 });
  lines(state, data.marked, { color: colour("--halo"), weight: 8, opacity: 0.9 });
  lines(state, data.marked, { color: colour("--unit"), weight: 4 });
  const [west, south, east, north] = data.bounds;
  // The view stays while values are tried.
  if (String(state.bounds) !== String(data.bounds)) {
    state.bounds = data.bounds;
    state.map.invalidateSize(false);
    state.map.fitBounds([[south, west], [north, east]], { padding: [8, 8], animate: false });
  }
}

export default function show({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".what-if");
  if (!root.state) root.state = begin(root, data, (place) => setTriggerValue("place", place));
  const { state } = root;
  state.clickable = data.clickable;
  const box = root.querySelector(".what-if-map");
  box.classList.toggle("clickable", data.clickable);
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", data.label);
  if (state.key !== data.key) {
    state.key = data.key;
    draw(state, data);
    root.dataset.drawn = data.key;
  }
  const again = () => draw(state, data);
  DARK.addEventListener("change", again);
  return () => DARK.removeEventListener("change", again);
}
