// Read a layer with mapshaper and say what it found, as one line of JSON. Called with the folder of
// the npm packages; what to read comes by the standard input.
const fs = require("fs");
const path = require("path");
const modules = process.argv[2];
const mapshaper = require(path.join(modules, "mapshaper"));
const topojson = require(path.join(modules, "topojson-client"));

const told = JSON.parse(fs.readFileSync(0, "utf8"));
const arcs = ["-o", "grids.json", "format=topojson", "no-quantization"];
// A mosaic has a face for each piece that no line crosses: more than polygons where they overlap,
// and one for each gap.
const mosaic = ["-explode", "-mosaic", "-o", "mosaic.json", "format=geojson"];
const command = [told.path, ...told.chosen, "-each", "__planar = this.planarArea", ...arcs, ...mosaic];

mapshaper.applyCommands(command.map((word) => `'${word}'`).join(" ")).then((written) => {
  const topology = JSON.parse(written["grids.json"]);
  const { geometries } = Object.values(topology.objects)[0];
  const codes = geometries.map((geometry) => geometry.properties[told.key]);
  const solid = geometries.filter((geometry) => geometry.type !== null);
  const parts = solid.flatMap((one) => (one.type === "Polygon" ? [one.arcs] : one.arcs));
  const faces = JSON.parse(written["mosaic.json"]);
  const kinds = {}; // JavaScript has one kind of numbers, and days are texts
  const names = { string: "text", number: "number", boolean: "flag" };
  for (const { properties } of geometries) {
    for (const [name, value] of Object.entries(properties)) {
      if (value !== null && name !== "__planar") kinds[name] = names[typeof value];
    }
  }
  console.log(JSON.stringify({
    codes,
    areas: Object.fromEntries(solid.map(({ properties }) => [properties[told.key], properties.__planar])),
    neighbours: topojson.neighbors(geometries).flatMap((near, one) =>
      near.filter((other) => one < other).map((other) => [codes[one], codes[other]])),
    gaps: (faces.features ?? faces.geometries).length - new Set(parts.map((part) => JSON.stringify(part))).size,
    kinds,
  }));
});
