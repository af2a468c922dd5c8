// @ts-check
// Reads the geometry that geometry.py writes: whole numbers of 1e-7 degree, step by step.

const gmGeometry = (() => {
  const STEPS_A_DEGREE = 1e7;

  /** @param {Steps} steps @returns {L.LatLngTuple[]} */
  function line(steps) {
    /** @type {L.LatLngTuple[]} */
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

  /** @param {Steps[][]} parts */
  const polygon = (parts) => parts.map((rings) => rings.map(line));

  /** @param {[number, number, number, number]} bounds west, south, east, north */
  const box = ([west, south, east, north]) =>
    L.latLngBounds([south, west], [north, east]);

  return { line, polygon, box };
})();
