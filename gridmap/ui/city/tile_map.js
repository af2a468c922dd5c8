// The map of all micro-grids of a city on the page 城市, drawn from vector tiles of this server:
// towns from afar, then their lowest given grids, near the micro-grids. Streamlit calls the function
// again on every run. Texts are put in as text, never as markup. Leaflet and the reader of tiles
// stand before this in the same script.

const DARK = matchMedia("(prefers-color-scheme: dark)");
const SIDE = 512; // px of a tile: those of a zoom are drawn twice as large as Leaflet's own
const PARENTS_FROM = 9;
const GRIDS_FROM = 12;
const KEPT = 160; // tiles that are read
const TOWN_NAMES_FROM = 9;
const PARENT_NAMES_FROM = 12;
const PADDING = [10, 10];
const BUTTONS_PX = 52; // the buttons of the zoom, and room beside them
const BESIDE_PX = BUTTONS_PX + 8 + 40; // with the rim of a card

const sheetAt = (zoom) => (zoom >= GRIDS_FROM ? "grids" : zoom >= PARENTS_FROM ? "parents" : "towns");

/** Tiles that are read, or being read; the oldest go. */
class Shelf {
  constructor() {
    this.tiles = new Map();
  }

  use(url) {
    if (url !== this.url) this.tiles.clear();
    this.url = url;
  }

  get(zoom, column, row) {
    const key = `${zoom}/${column}/${row}`;
    const kept = this.tiles.get(key);
    if (kept) return kept;
    const address = this.url.replace("{z}", zoom).replace("{x}", column).replace("{y}", row);
    const entry = { layers: null };
    entry.ready = fetch(address).then(async (answer) => {
      if (answer.status === 404) entry.layers = [];
      else if (answer.ok) entry.layers = layersOf(await answer.arrayBuffer());
      else throw new Error(`${answer.status}`);
      return entry.layers;
    });
    entry.ready.catch(() => this.tiles.delete(key));
    this.tiles.set(key, entry);
    if (this.tiles.size > KEPT) this.tiles.delete(this.tiles.keys().next().value);
    return entry;
  }
}

/** Which class of the view a shape has; -1 for none. */
function classOf(told, view) {
  if (view.by === "kind") return view.keys.indexOf(told.kind);
  if (view.by === "over") {
    if (told.grids === undefined) return told.load > told.capacity + 1e-6 ? view.ends.length : 0;
    return step(told.grids ? told.over / told.grids : 0, view.ends);
  }
  if (told.capacity <= 0) return told.load > 0 ? view.ends.length + 1 : 0;
  return step(told.load / told.capacity, view.ends);
}

function step(value, ends) {
  const at = ends.findIndex((end) => value <= end + 1e-9);
  return at < 0 ? ends.length : at;
}

/** Where a tile of the screen lies in a tile that there is: that one, and its scale and corner. */
function sourceOf(coords, most) {
  const zoom = coords.z - 1;
  const beyond = Math.max(0, zoom - most);
  const parts = 2 ** beyond;
  const [column, row] = [Math.floor(coords.x / parts), Math.floor(coords.y / parts)];
  return { zoom: zoom - beyond, column, row, parts, left: coords.x - column * parts, top: coords.y - row * parts };
}

function trace(path, shape, scale, left, top) {
  for (const ring of shape.rings) {
    path.moveTo(ring[0] * scale - left, ring[1] * scale - top);
    for (let at = 2; at < ring.length; at += 2) path.lineTo(ring[at] * scale - left, ring[at + 1] * scale - top);
    path.closePath();
  }
}

function drawTile(canvas, layers, source, state) {
  const pen = canvas.getContext("2d");
  pen.setTransform(state.dots, 0, 0, state.dots, 0, 0);
  const filled = sheetAt(source.zoom);
  const fills = new Map();
  const borders = { grids: new Path2D(), parents: new Path2D(), towns: new Path2D() };
  for (const layer of layers) {
    const scale = (SIDE / layer.extent) * source.parts;
    const [left, top] = [source.left * SIDE, source.top * SIDE];
    for (const shape of layer.shapes) {
      if (borders[layer.sheet]) trace(borders[layer.sheet], shape, scale, left, top);
      if (layer.sheet !== filled) continue;
      const number = classOf(shape.told, state.view);
      if (!fills.has(number)) fills.set(number, new Path2D());
      trace(fills.get(number), shape, scale, left, top);
    }
  }
  for (const [number, path] of fills) {
    pen.fillStyle = number < 0 ? state.colours.none : state.view.fills[number][state.dark ? 1 : 0];
    pen.fill(path);
  }
  const lines = { grids: [state.colours.thin, 0.6], parents: [state.colours.thin, filled === "grids" ? 1.5 : 0.6], towns: [state.colours.ink, filled === "towns" ? 0.7 : 1.8] };
  for (const [sheet, [colour, width]] of Object.entries(lines)) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(borders[sheet]);
  }
}

const Ground = L.GridLayer.extend({
  createTile(coords, done) {
    const { state } = this.options;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE * state.dots;
    const source = sourceOf(coords, state.most);
    const drawn = (layers) => {
      drawTile(canvas, layers, source, state);
      done(null, canvas);
    };
    state.shelf.get(source.zoom, source.column, source.row).ready.then(drawn, (error) => done(error, canvas));
    return canvas;
  },
});

/** Find what lies at a place: the town, and the shape that is coloured there. */
function find(state, latlng) {
  const coords = { z: Math.round(state.map.getZoom()), x: 0, y: 0 };
  const world = state.map.project(latlng, coords.z).divideBy(SIDE);
  [coords.x, coords.y] = [Math.floor(world.x), Math.floor(world.y)];
  const source = sourceOf(coords, state.most);
  const { layers } = state.shelf.get(source.zoom, source.column, source.row);
  const found = {};
  for (const layer of layers || []) {
    const x = ((world.x - coords.x + source.left) / source.parts) * layer.extent;
    const y = ((world.y - coords.y + source.top) / source.parts) * layer.extent;
    const shape = layer.shapes.find((one) => holds(one, x, y));
    if (shape) Object.assign(found, { town: layer.town, [layer.sheet]: shape.told });
  }
  return found.town === undefined ? null : found;
}

function row(table, name, value) {
  const line = table.insertRow();
  const head = document.createElement("th");
  head.textContent = name;
  line.append(head);
  line.insertCell().textContent = value;
}

/** Tell of what was clicked, with the way into its town. */
function card(state, found, send) {
  const { words } = state;
  const told = found[sheetAt(Math.min(Math.round(state.map.getZoom()) - 1, state.most))] || found.towns;
  const box = document.createElement("div");
  box.className = "tiles-card";
  const title = document.createElement("b");
  title.textContent = told.name || told.code;
  const table = document.createElement("table");
  const number = (value) => value.toLocaleString(words.language, { maximumFractionDigits: 1 });
  if (found.towns && told !== found.towns) row(table, words.town, found.towns.name || found.town);
  if (told.name) row(table, words.code, told.code);
  row(table, words.kind, words.kinds[told.kind] || "–");
  row(table, words.load, `${number(told.load)} / ${number(told.capacity)}`);
  row(table, words.officers, number(told.officers));
  if (told.grids !== undefined) {
    row(table, words.grids, number(told.grids));
    row(table, words.over, number(told.over));
  }
  box.append(title, table);
  if (words.open) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.open;
    button.addEventListener("click", () => send(found.town));
    box.append(button);
  }
  return box;
}

/** Put names where there is room; towns go first. */
function place(state) {
  state.names.clearLayers();
  const zoom = Math.round(state.map.getZoom()) - 1;
  if (zoom < TOWN_NAMES_FROM) return;
  const wanted = zoom >= PARENT_NAMES_FROM ? ["towns", "parents"] : ["towns"];
  const named = new Map();
  for (const sheet of wanted) {
    for (const entry of state.shelf.tiles.values()) {
      for (const layer of entry.layers || []) {
        if (layer.sheet !== sheet) continue;
        for (const { told } of layer.shapes) if (told.name && told.lon) named.set(`${sheet}${told.code}`, { sheet, told });
      }
    }
  }
  const taken = [];
  const size = state.map.getSize();
  for (const { sheet, told } of named.values()) {
    const at = [told.lat, told.lon];
    const { x, y } = state.map.latLngToContainerPoint(at);
    const wide = [...told.name].reduce((sum, sign) => sum + (sign > "\u2e80" ? 7 : 4), 4);
    const box = [x - wide, y - 10, x + wide, y + 10];
    if (box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y) continue;
    if (taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3])) continue;
    taken.push(box);
    const text = document.createElement("span");
    text.textContent = told.name;
    const icon = L.divIcon({ className: `tiles-name tiles-name-${sheet}`, html: text, iconSize: [2 * wide, 20] });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(state.names);
  }
}

function begin(root, data, send) {
  const map = L.map(root.querySelector(".tiles-map"), {
    attributionControl: false, zoomControl: false, minZoom: data.least + 1, maxZoom: 18,
  });
  L.control.zoom({ zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const state = {
    map, shelf: new Shelf(), names: L.layerGroup().addTo(map), dots: Math.min(2, Math.max(1, window.devicePixelRatio || 1)), bounds: "", look: "",
  };
  state.ground = new Ground({ tileSize: SIDE, minZoom: data.least + 1, maxZoom: 18, state, keepBuffer: 1, updateWhenIdle: false });
  state.ground.on("loading", () => delete root.dataset.idle);
  state.ground.on("load", () => { place(state); root.dataset.idle = state.look; });
  map.on("moveend zoomend", () => place(state));
  map.on("click", ({ latlng }) => {
    const found = find(state, latlng.wrap());
    if (!found) { map.closePopup(); return; }
    const most = Math.min(320, map.getSize().x - BESIDE_PX);
    const beside = { autoPanPaddingTopLeft: [BUTTONS_PX, 8], autoPanPaddingBottomRight: [8, 8] };
    L.popup({ closeButton: false, minWidth: 160, maxWidth: most, ...beside }).setLatLng(latlng).setContent(card(state, found, send)).openOn(map);
  });
  map.getContainer().addEventListener("keydown", (event) => {
    // The middle of the map is clicked by the keyboard.
    if (event.key === "Enter" && event.target === map.getContainer()) map.fire("click", { latlng: map.getCenter() });
  });
  return state;
}

/** Take the colours of the page as they are now: a canvas takes no variables. */
function dress(state) {
  const page = getComputedStyle(state.map.getContainer());
  const colour = (name) => page.getPropertyValue(name).trim();
  state.dark = DARK.matches;
  state.colours = { ink: colour("--ink"), thin: colour("--help"), none: colour("--map") };
}

export default function show({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".tiles");
  if (!root.state) root.state = begin(root, data, (town) => setTriggerValue("town", town));
  const { state } = root;
  const box = root.querySelector(".tiles-map");
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", data.label);
  Object.assign(state, { words: data.words, view: data.view, most: data.most });
  const look = JSON.stringify([data.url, data.view]);
  const isNew = state.look !== look;
  state.look = look;
  state.shelf.use(data.url);
  dress(state);
  // The view stays while other colours are chosen.
  if (state.bounds !== String(data.bounds)) {
    const [west, south, east, north] = data.bounds;
    state.bounds = String(data.bounds);
    state.map.invalidateSize(false);
    state.map.fitBounds([[south, west], [north, east]], { padding: PADDING, animate: false });
  }
  if (!state.map.hasLayer(state.ground)) state.ground.addTo(state.map);
  else if (isNew) state.ground.redraw();
  const again = () => { dress(state); state.ground.redraw(); };
  DARK.addEventListener("change", again);
  return () => DARK.removeEventListener("change", again);
}
