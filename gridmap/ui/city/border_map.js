// The map of a border between two towns on the page 城市. Streamlit calls the function again on every
// run. Texts of the data are put in as text, never as markup. Leaflet and steps.js stand before this.

const DARK = matchMedia("(prefers-color-scheme: dark)");
const SMALL_PX = 9; // narrower ground is marked with a point, to be found from afar

const shape = (rings) => rings.map((part) => part.map(points));

function named(drawn, name) {
  const text = document.createElement("span");
  text.textContent = name;
  return drawn.bindTooltip(text, { sticky: true });
}

function begin(root, data) {
  const map = L.map(root.querySelector(".towns-map"), {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: 22, renderer: L.canvas({ padding: 0.3, tolerance: 4 }),
  });
  L.control.zoom({ zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const state = { map, ground: L.layerGroup().addTo(map), marks: L.layerGroup().addTo(map), key: null };
  map.on("zoomend", () => mark(state));
  return state;
}

function draw(state) {
  const { data } = state;
  const colour = (one) => one.colours[DARK.matches ? 1 : 0];
  state.ground.clearLayers();
  state.pieces = data.ground.map((one) => {
    const look = { color: colour(one), weight: 1, fillColor: colour(one), fillOpacity: 0.4 };
    return { one, drawn: named(L.polygon(shape(one.rings), look), one.name).addTo(state.ground) };
  });
  // To the back one by one: the dashed line ends above the other, to be seen where both run alike.
  [...data.lines.entries()].reverse().forEach(([number, one]) => {
    const look = { color: colour(one), weight: number ? 2.5 : 4, dashArray: number ? "7 6" : null, fillColor: colour(one), fillOpacity: 0.07 };
    named(L.polygon(shape(one.rings), look), one.name).addTo(state.ground).bringToBack();
  });
  mark(state);
}

/** Mark ground that is too small to be seen. */
function mark(state) {
  state.marks.clearLayers();
  for (const { one, drawn } of state.pieces || []) {
    const box = drawn.getBounds();
    const [a, b] = [box.getNorthWest(), box.getSouthEast()].map((at) => state.map.latLngToLayerPoint(at));
    if (Math.min(b.x - a.x, b.y - a.y) >= SMALL_PX) continue;
    const look = { radius: 6, color: one.colours[DARK.matches ? 1 : 0], weight: 2, fillOpacity: 0.35 };
    named(L.circleMarker([one.at[1], one.at[0]], look), one.name).addTo(state.marks);
  }
}

export default function show({ parentElement, data }) {
  const root = parentElement.querySelector(".towns");
  if (!root.state) root.state = begin(root, data);
  const { state } = root;
  state.data = data;
  const box = root.querySelector(".towns-map");
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", data.label);
  const [west, south, east, north] = data.bounds;
  const look = () => {
    state.map.invalidateSize(false);
    state.map.fitBounds([[south, west], [north, east]], { animate: false });
  };
  if (state.key !== data.key) {
    state.key = data.key;
    look();
    draw(state);
  }
  root.dataset.drawn = data.key;
  const again = () => draw(state);
  DARK.addEventListener("change", again);
  const seen = new ResizeObserver(() => { if (box.clientWidth && !state.seen) { state.seen = true; look(); } });
  seen.observe(box);
  return () => { DARK.removeEventListener("change", again); seen.disconnect(); };
}
