// @ts-check
// Inside the own grid or not, how far its border is and which way: figures and words.
// Degrees go in, texts come out. It needs neither a map nor a page, and asks nobody anything.

const gmWay = (() => {
  const { PI, sin, cos, sqrt, hypot, atan2, round, min, max } = Math;
  const RADIUS_M = 6378137, ECCENTRICITY_2 = 0.00669438; // WGS84
  const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];
  const ON_BORDER_M = 0.5;
  const STEP_M = 10, KM_M = 1000;

  /** Metres that a degree is long, east and north. @param {number} lat @returns {[number, number]} */
  function metresADegree(lat) {
    const phi = (lat * PI) / 180;
    const flat = 1 - ECCENTRICITY_2 * sin(phi) ** 2;
    return [((RADIUS_M * cos(phi)) / sqrt(flat)) * (PI / 180), ((RADIUS_M * (1 - ECCENTRICITY_2)) / flat ** 1.5) * (PI / 180)];
  }

  /**
   * The nearest place on the border, and whether the rings hold the place: holes are rings as well.
   * @param {[number, number][][]} rings @param {[number, number]} at longitude, latitude
   * @returns {{ holds: boolean, edge: [number, number] }}
   */
  function nearest(rings, [lon, lat]) {
    const [east, north] = metresADegree(lat);
    let holds = false, least = Infinity;
    /** @type {[number, number]} */
    let edge = [lon, lat];
    for (const ring of rings) {
      for (let one = 1; one < ring.length; one++) {
        const ax = (ring[one - 1][0] - lon) * east, ay = (ring[one - 1][1] - lat) * north;
        const dx = (ring[one][0] - lon) * east - ax, dy = (ring[one][1] - lat) * north - ay;
        // A line to the east crosses the border an odd number of times from within.
        if (ay > 0 !== ay + dy > 0 && ax - (ay * dx) / dy > 0) holds = !holds;
        const long2 = dx * dx + dy * dy;
        const share = long2 ? min(1, max(0, -(ax * dx + ay * dy) / long2)) : 0;
        const x = ax + share * dx, y = ay + share * dy;
        if (x * x + y * y >= least) continue;
        least = x * x + y * y;
        edge = [lon + x / east, lat + y / north];
      }
    }
    return { holds, edge };
  }

  /** Straight from one place to another. @param {[number, number]} from @param {[number, number]} to */
  function straight(from, to) {
    const [east, north] = metresADegree((from[1] + to[1]) / 2);
    const x = (to[0] - from[0]) * east, y = (to[1] - from[1]) * north;
    return { metres: hypot(x, y), bearing: ((atan2(x, y) * 180) / PI + 360) % 360 };
  }

  /** @param {number} bearing degrees from north @returns {string} one of eight */
  const wind = (bearing) => WINDS[round(bearing / 45) % 8];

  /**
   * Where a place lies against the own grids: to the one that holds it or is nearest, or to one that is wanted.
   * @param {{ rings: [number, number][][] }[]} grids
   * @param {[number, number]} at
   * @param {number} accuracy metres that the place may be wrong
   * @param {number} wanted number of a grid; -1 for the nearest
   * @returns {Standing}
   */
  function standing(grids, at, accuracy, wanted = -1) {
    const found = grids.map(({ rings }, grid) => {
      const { holds, edge } = nearest(rings, at);
      const way = straight(at, edge);
      return { grid, edge, ...way, inside: holds || way.metres < ON_BORDER_M, sure: way.metres >= accuracy };
    });
    const here = found.find((one) => one.inside);
    const near = found.reduce((best, one) => (one.metres < best.metres ? one : best));
    return { ...(found[wanted] || here || near), here: here ? here.grid : -1 };
  }

  /** A length for somebody who walks. @param {number} metres @param {Record<string, string>} words */
  function length(metres, words) {
    const whole = round(metres / STEP_M) * STEP_M;
    if (whole >= KM_M) return fill(words["my_way.km"], { value: (metres / KM_M).toFixed(1) });
    return whole ? fill(words["my_way.metres"], { value: whole }) : words["my_way.close"];
  }

  /** @param {string} text @param {Record<string, string | number>} values */
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

  /**
   * Say where somebody stands and which way to go.
   * @param {Standing} standing @param {string[]} names of the grids @param {number} accuracy
   * @param {Record<string, string>} words
   */
  function text(standing, names, accuracy, words) {
    const { here, grid, inside, sure, metres, bearing } = standing;
    const key = inside ? (sure ? "in" : "in_unsure") : !sure ? "out_unsure" : here >= 0 ? "other" : "out";
    return fill(words[`my_way.${key}`], {
      grid: names[grid], here: names[here] ?? "", wind: words[`my_way.${wind(bearing)}`],
      far: length(metres, words), accuracy: round(accuracy).toLocaleString("en"),
    });
  }

  /** West, south, east and north of a grid, and of a place beside it. @param {[number, number][][]} rings @param {[number, number] | null} at */
  function bounds(rings, at) {
    const points = at ? [...rings.flat(), at] : rings.flat();
    const [lons, lats] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const least = (/** @type {number[]} */ some) => some.reduce((a, b) => min(a, b));
    const most = (/** @type {number[]} */ some) => some.reduce((a, b) => max(a, b));
    return [least(lons), least(lats), most(lons), most(lats)];
  }

  return { standing, text, length, wind, bounds };
})();
