// The map of the page 数据: outlines of the layers and the places of their issues.
// Streamlit calls the function again on every run. Texts of the data are put in as text, never as
// markup. Leaflet stands before this in the same script.

const DARK = matchMedia("(prefers-color-scheme: dark)");
const LOOKS = {
  other: { color: "--edge", weight: 1, fillColor: "--faint", fillOpacity: 0.25 },
  chosen: { color: "--main", weight: 1.5, fillColor: "--main", fillOpacity: 0.35 },
  outline: { color: "--ink", weight: 3, fill: false },
  grid: { color: "--ink", weight: 1.6, fill: false },
};

// A canvas takes no variables: the colours of the page as they are now.
function coloured(look, map) {
  const page = getComputedStyle(map.getContainer());
  const found = { ...look };
  for (const key of ["color", "fillColor"]) {
    if (look[key]?.startsWith("--")) found[key] = page.getPropertyValue(look[key]).trim();
  }
  return found;
}

function begin(root, data) {
  const map = L.map(root.querySelector(".data-map"), {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: 20,
    renderer: L.canvas({ padding: 0.3 }),
  });
  L.control.zoom({ zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  return { map, drawn: L.layerGroup().addTo(map), key: null };
}

function words(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box;
}

// Roads, waters and houses have the colours of all maps.
function lookOf(data, look, colour) {
  if (look === "class") return { color: "--halo", weight: 0.4, fillColor: colour, fillOpacity: 0.9 };
  const sign = data.signs[look];
  if (!sign) return LOOKS[look];
  return { color: DARK.matches ? sign.dark_line : sign.line, weight: look === "road" ? 1.4 : 0.8, fillColor: DARK.matches ? sign.dark : sign.fill, fillOpacity: 0.45 };
}

function draw(state, data) {
  state.drawn.clearLayers();
  for (const layer of data.layers) {
    const look = coloured(lookOf(data, layer.look, layer.colour), state.map);
    L.geoJSON(JSON.parse(layer.shapes), {
      style: look,
      interactive: !["outline", "grid"].includes(layer.look),
      pointToLayer: (_, at) => L.circleMarker(at, { ...look, radius: 4 }),
    }).bindTooltip(words(layer.name), { sticky: true }).addTo(state.drawn);
  }
  for (const issue of data.issues) {
    L.circleMarker([issue.lat, issue.lon], {
      radius: 7, ...coloured({ color: "--halo", fillColor: "--bad" }, state.map), weight: 2, fillOpacity: 1,
    }).bindTooltip(words(issue.text), { className: "data-issue" }).addTo(state.drawn);
  }
  const [west, south, east, north] = data.bounds;
  state.map.fitBounds([[south, west], [north, east]], { padding: [16, 16], animate: false });
}

export default function show({ parentElement, data }) {
  const root = parentElement.querySelector(".data");
  if (!root.state) root.state = begin(root, data);
  if (root.state.key !== data.key) {
    root.state.key = data.key;
    draw(root.state, data);
  }
  const again = () => draw(root.state, data);
  DARK.addEventListener("change", again);
  return () => DARK.removeEventListener("change", again);
}
