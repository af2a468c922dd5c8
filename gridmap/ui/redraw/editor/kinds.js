// @ts-check
// The category of a micro-grid while the hand moves, by the rule of gridmap/split/micro_category.py.

const gmKinds = (() => {
  const NOISE_M2 = 1e-6;

  /**
   * What a micro-grid of these patches is: a position in given.kinds.
   * @param {Board} board @param {number[]} patches all patches of the micro-grid
   */
  function decide(board, patches) {
    const { ground, given: { rules } } = board;
    const area = new Float64Array(board.given.kinds.length), homes = new Float64Array(area.length);
    let livedIn = false;
    for (const patch of patches) {
      area[ground.kind[patch]] += ground.area[patch];
      if (!ground.home[patch]) continue;
      livedIn = true;
      homes[ground.kind[patch]] += ground.area[patch];
    }
    const category = categoryOf(board, patches, area, livedIn);
    return category === rules.residual ? subclassOf(board, area, homes) : category;
  }

  /** @param {Board} board @param {number[]} patches @param {Float64Array} area @param {boolean} livedIn */
  function categoryOf({ ground, given: { rules } }, patches, area, livedIn) {
    /** @type {Map<number, number>} */
    const least = new Map(rules.sites.map(([kind, size]) => [kind, size]));
    const site = rules.order.find((kind) => {
      const size = least.get(kind);
      if (size === undefined || !area[kind]) return false;
      return largestPiece(ground, patches.filter((patch) => ground.kind[patch] === kind)) >= size - NOISE_M2;
    });
    if (site !== undefined) return site;
    if (livedIn) return rules.residual;
    const sums = rules.order.map((kind) => (kind === rules.residual ? area.subarray(kind).reduce((sum, one) => sum + one, 0) : area[kind]));
    const most = Math.max(...sums);
    return rules.order[sums.findIndex((sum) => sum >= most - NOISE_M2)];
  }

  /** @param {Board} board @param {Float64Array} area @param {Float64Array} homes */
  function subclassOf({ given: { rules } }, area, homes) {
    const counted = homes.some((one) => one > 0) ? homes : area;
    const built = new Set(rules.settlement);
    const kinds = [...counted.keys()].slice(rules.residual);
    const together = kinds.filter((kind) => built.has(kind)).reduce((sum, kind) => sum + counted[kind], 0);
    const other = Math.max(...kinds.filter((kind) => !built.has(kind)).map((kind) => counted[kind]));
    const isBuilt = together > 0 && together >= other - NOISE_M2;
    const among = kinds.filter((kind) => built.has(kind) === isBuilt);
    const most = Math.max(...among.map((kind) => counted[kind]));
    return among.find((kind) => counted[kind] >= most - NOISE_M2) ?? rules.residual;
  }

  /** Area of the largest of the pieces that patches make. @param {Ground} ground @param {number[]} patches */
  function largestPiece(ground, patches) {
    const left = new Set(patches);
    let largest = 0;
    for (const first of patches) {
      if (!left.delete(first)) continue;
      const open = [first];
      let size = 0;
      while (open.length) {
        const patch = /** @type {number} */ (open.pop());
        size += ground.area[patch];
        for (let at = ground.arcs.from[patch]; at < ground.arcs.from[patch + 1]; at++) {
          const arc = ground.arcs.list[at];
          const other = ground.arc_left[arc] === patch ? ground.arc_right[arc] : ground.arc_left[arc];
          if (left.delete(other)) open.push(other);
        }
      }
      largest = Math.max(largest, size);
    }
    return largest;
  }

  return { decide };
})();
