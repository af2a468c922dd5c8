// @ts-check
// Lines on a canvas: whole steps of a degree as a flat world, and the part of it that is in sight.

const gmTrace = (() => {
  const EQUATOR_M = 40075016.7;

  /** Whole steps of a degree as parts of the Mercator world. @param {Int32Array} xy */
  function project(xy) {
    const world = new Float64Array(xy.length);
    for (let place = 0; place < xy.length; place += 2) {
      const angle = (xy[place + 1] / gmShapes.STEPS_A_DEGREE) * (Math.PI / 180);
      world[place] = xy[place] / gmShapes.STEPS_A_DEGREE / 360 + 0.5;
      world[place + 1] = 0.5 - Math.log(Math.tan(Math.PI / 4 + angle / 2)) / (2 * Math.PI);
    }
    return world;
  }

  /** A point of the flat world as latitude and longitude. @param {number[]} point @returns {L.LatLngTuple} */
  const latLng = ([x, y]) => [(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, (x - 0.5) * 360];

  /** Metres on the ground that a px covers. @param {L.Map} map */
  const metresAPx = (map) =>
    (EQUATOR_M * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());

  /** Least and greatest x and y of each line. @param {Float64Array} world @param {Uint32Array} begin */
  function boxes(world, begin) {
    const found = new Float64Array(4 * (begin.length - 1));
    for (let line = 0; line + 1 < begin.length; line++) {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let point = begin[line]; point < begin[line + 1]; point++) {
        const [x, y] = [world[2 * point], world[2 * point + 1]];
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
      }
      found.set([left, top, right, bottom], 4 * line);
    }
    return found;
  }

  /** Things whose box meets what is in sight. @param {ArrayLike<number>} boxes @param {number[]} sight */
  function seen(boxes, [west, south, east, north]) {
    const found = [];
    for (let one = 0; 4 * one < boxes.length; one++) {
      if (boxes[4 * one] <= east && boxes[4 * one + 2] >= west &&
          boxes[4 * one + 1] <= north && boxes[4 * one + 3] >= south) found.push(one);
    }
    return found;
  }

  /**
   * Lay lines into the path; points too near to the one before are passed over.
   * @param {CanvasRenderingContext2D} pen
   * @param {{ world: Float64Array, begin: Uint32Array }} lines
   * @param {number} from @param {number} to
   * @param {Frame} frame
   * @param {number} least distance in px
   * @param {boolean} closed
   */
  function trace(pen, { world, begin }, from, to, { scale, x: left, y: top }, least, closed) {
    for (let line = from; line < to; line++) {
      let lastX = 0;
      let lastY = 0;
      const end = begin[line + 1];
      for (let point = begin[line]; point < end; point++) {
        const x = world[2 * point] * scale - left;
        const y = world[2 * point + 1] * scale - top;
        if (point === begin[line]) pen.moveTo(x, y);
        else if (Math.abs(x - lastX) + Math.abs(y - lastY) < least && point + 1 < end) continue;
        else pen.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      if (closed) pen.closePath();
    }
  }

  return { project, latLng, metresAPx, boxes, seen, trace };
})();
