// Reads lines that `gridmap.maps.geometry.steps` has written: whole steps from vertex to vertex.

const STEPS_A_DEGREE = 1e7;

function points(steps) {
  const found = [];
  let x = 0;
  let y = 0;
  for (let place = 0; place < steps.length; place += 2) {
    x += steps[place];
    y += steps[place + 1];
    found.push([y / STEPS_A_DEGREE, x / STEPS_A_DEGREE]);
  }
  return found;
}
