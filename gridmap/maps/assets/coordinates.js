// @ts-check
// Coordinates of every kind: read from a text, turned into each other, written for people.

const gmCoordinates = (() => {
  const RADIUS_M = 6378245;
  const ECCENTRICITY_2 = 0.006693421622965943;
  const BD_ANGLE = (Math.PI * 3000) / 180;
  const STEPS = 6;
  const DEGREE = 5;
  const { sin, cos, sqrt, abs, PI, hypot, atan2 } = Math;

  /** True degrees as maps of Gaode and Tencent draw them. @param {[number, number]} at longitude, latitude @returns {[number, number]} */
  function toGcj([lon, lat]) {
    const [x, y] = [lon - 105, lat - 35];
    const waves = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x);
    let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x));
    north += ((waves + 20 * sin(PI * y) + 40 * sin((PI / 3) * y)) * 2) / 3;
    north += ((160 * sin((PI / 12) * y) + 320 * sin((PI / 30) * y)) * 2) / 3;
    let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x));
    east += ((waves + 20 * sin(PI * x) + 40 * sin((PI / 3) * x)) * 2) / 3;
    east += ((150 * sin((PI / 12) * x) + 300 * sin((PI / 30) * x)) * 2) / 3;
    const phi = (lat * PI) / 180;
    const magic = 1 - ECCENTRICITY_2 * sin(phi) ** 2;
    const meridian = (RADIUS_M * (1 - ECCENTRICITY_2)) / (magic * sqrt(magic));
    const parallel = (RADIUS_M / sqrt(magic)) * cos(phi);
    return [lon + ((east / parallel) * 180) / PI, lat + ((north / meridian) * 180) / PI];
  }

  /** True degrees as maps of Baidu draw them. @param {[number, number]} at @returns {[number, number]} */
  function toBd(at) {
    const [x, y] = toGcj(at);
    const radius = hypot(x, y) + 0.00002 * sin(y * BD_ANGLE);
    const angle = atan2(y, x) + 0.000003 * cos(x * BD_ANGLE);
    return [radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006];
  }

  /** The true place that a map draws somewhere. @param {(at: [number, number]) => [number, number]} forward @param {[number, number]} drawn @returns {[number, number]} */
  function back(forward, drawn) {
    let [x, y] = drawn;
    for (let step = 0; step < STEPS; step++) {
      const [lon, lat] = forward([x, y]);
      [x, y] = [x + drawn[0] - lon, y + drawn[1] - lat];
    }
    return [x, y];
  }

  /** @param {number[]} numbers coefficients @param {number} u @param {number} v */
  function value(numbers, u, v) {
    let [sum, at] = [0, 0];
    for (let i = 0; i <= DEGREE; i++) {
      for (let j = 0; j <= DEGREE - i; j++) sum += numbers[at++] * u ** i * v ** j;
    }
    return sum;
  }

  /** @param {number[]} from @param {number[]} to @param {number[][]} numbers @param {[number, number]} point @returns {[number, number] | null} */
  function turned(from, to, numbers, [x, y]) {
    const [u, v] = [(x - from[0]) / from[2], (y - from[1]) / from[3]];
    if (!(abs(u) <= 1.05 && abs(v) <= 1.05)) return null; // beyond it the polynomials say nothing
    return [to[0] + to[2] * value(numbers[0], u, v), to[1] + to[3] * value(numbers[1], u, v)];
  }

  /** Longitude and latitude as metres of the plan; null far from the town. @param {WorkFrame} frame @param {[number, number]} at */
  const toMetres = (frame, at) => turned(frame.degrees, frame.metres, frame.to_metres, at);
  /** @param {WorkFrame} frame @param {[number, number]} at */
  const toDegrees = (frame, at) => turned(frame.metres, frame.degrees, frame.to_degrees, at);

  /** Full-width signs and Chinese words as plain ones. @param {string} text */
  const plain = (text) => text.replace(/度/g, "°").replace(/[分′’]/g, "'").replace(/[秒″”]/g, '"').normalize("NFKC")
    .replace(/东经|经度|经/g, " E ").replace(/北纬|纬度|纬/g, " N ").replace(/[、;:，,]/g, " ").toUpperCase();

  /** Two numbers of a text, each with the letter beside it; null when it says anything else. @param {string} text */
  function pair(text) {
    const said = plain(text);
    const one = /([ENXY]?)\s*[=]?\s*(-?\d+(?:\.\d+)?)\s*°?(?:\s*(\d+(?:\.\d+)?)\s*')?(?:\s*(\d+(?:\.\d+)?)\s*")?\s*([EN]?)(?![A-Z])/g;
    if (said.replace(one, "").replace(/[\s()°]/g, "")) return null;
    const found = [...said.matchAll(one)];
    if (found.length !== 2) return null;
    return found.map(([, before, whole, minutes, seconds, after]) => ({
      value: Number(whole) + Number(minutes || 0) / 60 + Number(seconds || 0) / 3600,
      // On Chinese survey sheets X is north.
      axis: { E: "x", N: "y", X: "y", Y: "x" }[before || after] || "",
    }));
  }

  /** Degrees between two places, roughly. @param {[number, number]} one @param {number[]} other */
  const apart = (one, other) => hypot((one[0] - other[0]) * cos((other[1] * PI) / 180), one[1] - other[1]);

  /**
   * Read coordinates of any kind from a text. Of two orders the one nearer to the town is meant.
   * @param {WorkFrame} frame
   * @param {string} text
   * @returns {{ system: string, at: [number, number] }[]} longitude and latitude for each system it may be of
   */
  function read(frame, text) {
    const two = pair(text);
    if (!two) return [];
    const [first, second] = two.map(({ value }) => value);
    /** @type {[number, number][]} */
    const orders = two[0].axis === "x" || two[1].axis === "y" ? [[first, second]]
      : two[0].axis === "y" || two[1].axis === "x" ? [[second, first]]
      : [[first, second], [second, first]];
    const near = (/** @type {[number, number][]} */ some) => some.sort((a, b) => apart(a, frame.degrees) - apart(b, frame.degrees))[0];
    const degrees = orders.filter(([lon, lat]) => abs(lon) <= 180 && abs(lat) <= 90);
    if (degrees.length) {
      const at = near(degrees);
      return [
        { system: "wgs84", at },
        { system: "gcj02", at: back(toGcj, at) },
        { system: "bd09", at: back(toBd, at) },
      ];
    }
    const zone = Math.floor(frame.metres[0] / 1e6) * 1e6;
    // An easting may bear the number of its zone or not, as in the plan or not. On sheets "Y" is east.
    const metres = [...orders, ...orders.map(([a, b]) => /** @type {[number, number]} */ ([b, a]))]
      .map(([x, y]) => toDegrees(frame, [(x % 1e6) + zone, y])).filter((at) => at !== null);
    return metres.length ? [{ system: "work", at: near(metres) }] : [];
  }

  /** A place in every system, as lines to show. @param {WorkFrame} frame @param {[number, number]} at @returns {[string, string][]} */
  function lines(frame, at) {
    const degrees = (/** @type {number[]} */ pair) => pair.map((one) => one.toFixed(6)).join(", ");
    const metres = toMetres(frame, at);
    /** @type {[string, string][]} */
    const found = [["wgs84", degrees(at)], ["gcj02", degrees(toGcj(at))], ["bd09", degrees(toBd(at))]];
    if (metres) found.push(["work", metres.map((one) => one.toFixed(2)).join(", ")]);
    return found;
  }

  return { read, lines, toMetres, toDegrees, toGcj, toBd, back };
})();
