// Vector tiles (Mapbox Vector Tile 2) as they are read here: layers named SHEET/TOWN, whose shapes
// are lists of rings in units of the tile. Stands before the map in the same script.

class Message {
  constructor(bytes, at, end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  more() {
    return this.at < this.end;
  }

  // Whole numbers; beyond 2^53 the last digits are lost, as in all scripts.
  number() {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80 || byte === undefined) return value;
      factor *= 128;
    }
  }

  part() {
    const length = this.number();
    const part = new Message(this.bytes, this.at, Math.min(this.at + length, this.end));
    this.at += length;
    return part;
  }

  text() {
    const { at, end } = this.part();
    return new TextDecoder().decode(this.bytes.subarray(at, end));
  }

  // Go on behind a value that means nothing here.
  skip(kind) {
    if (kind === 0) this.number();
    else if (kind === 1) this.at += 8;
    else if (kind === 2) this.part();
    else if (kind === 5) this.at += 4;
    else throw new Error("no vector tile");
  }

  // Call with the number of each field; what is not read is skipped.
  fields(read) {
    while (this.more()) {
      const key = this.number();
      const before = this.at;
      read(key >> 3);
      if (this.at === before) this.skip(key & 7);
    }
  }
}

const signed = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);

function valueOf(part) {
  let value = null;
  part.fields((field) => {
    if (field === 1) value = part.text();
    else if (field === 2) { value = part.view.getFloat32(part.at, true); part.at += 4; }
    else if (field === 3) { value = part.view.getFloat64(part.at, true); part.at += 8; }
    else if (field === 4 || field === 5) value = part.number();
    else if (field === 6) value = signed(part.number());
    else if (field === 7) value = part.number() === 1;
  });
  return value;
}

function ringsOf(part) {
  const rings = [];
  let ring = [];
  let x = 0;
  let y = 0;
  while (part.more()) {
    const command = part.number();
    const kind = command & 7;
    if (kind === 7) continue; // closed: rings always are
    for (let left = command >> 3; left > 0 && part.more(); left--) {
      x += signed(part.number());
      y += signed(part.number());
      if (kind === 1) rings.push((ring = []));
      ring.push(x, y);
    }
  }
  return rings;
}

function layerOf(part) {
  const keys = [];
  const values = [];
  const found = [];
  let name = "";
  let extent = 4096;
  part.fields((field) => {
    if (field === 1) name = part.text();
    else if (field === 2) found.push(part.part());
    else if (field === 3) keys.push(part.text());
    else if (field === 4) values.push(valueOf(part.part()));
    else if (field === 5) extent = part.number();
  });
  const at = name.indexOf("/");
  const shapes = found.map((feature) => {
    const told = {};
    let rings = [];
    feature.fields((field) => {
      if (field === 2) {
        const tags = feature.part();
        while (tags.more()) {
          const key = keys[tags.number()];
          told[key] = values[tags.number()];
        }
      } else if (field === 4) rings = ringsOf(feature.part());
    });
    return { told, rings };
  });
  return { sheet: name.slice(0, at), town: name.slice(at + 1), extent, shapes };
}

/** Read a tile; what is no tile is an error. */
function layersOf(buffer) {
  const bytes = new Uint8Array(buffer);
  const tile = new Message(bytes, 0, bytes.length);
  const layers = [];
  tile.fields((field) => { if (field === 3) layers.push(layerOf(tile.part())); });
  return layers;
}

/** Whether a point lies in a shape: rings crossed to the right of it, counted. */
function holds(shape, x, y) {
  let inside = false;
  for (const ring of shape.rings) {
    const length = ring.length;
    for (let at = 0, before = length - 2; at < length; before = at, at += 2) {
      const [x0, y0, x1, y1] = [ring[before], ring[before + 1], ring[at], ring[at + 1]];
      if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) inside = !inside;
    }
  }
  return inside;
}
