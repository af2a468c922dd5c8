// What scripts in a browser do with our GeoJSON, as one line of JSON: ids as they come out of the
// parser, the schema under Ajv in strict mode, and shared arcs found by topojson-server. Called with
// the folder of the npm packages, the schema and files.
const fs = require("fs");
const path = require("path");
const [modules, schema, ...files] = process.argv.slice(2);
const from = (name) => require(path.join(modules, name));
const Ajv = from("ajv/dist/2020").default;
const server = from("topojson-server");
const client = from("topojson-client");

const ajv = new Ajv({ strict: true, allErrors: true });
const fits = ajv.compile(JSON.parse(fs.readFileSync(schema, "utf8")));

console.log(JSON.stringify(files.map((file) => {
  const collection = JSON.parse(fs.readFileSync(file, "utf8"));
  const { features } = collection;
  const topology = server.topology({ layer: collection }); // not quantized: the numbers stay
  const back = client.feature(topology, topology.objects.layer).features;
  return {
    ids: features.map(({ id }) => id),
    numbers: features.filter(({ id }) => !Number.isNaN(Number(id))).length,
    errors: fits(collection) ? [] : fits.errors.map((one) => `${one.instancePath} ${one.message}`),
    arcs: topology.arcs.length,
    edges: features.length && topology.arcs.reduce((sum, arc) => sum + arc.length - 1, 0),
    shapes: Object.fromEntries(back.map(({ id, geometry }) => [id, geometry])),
  };
})));
