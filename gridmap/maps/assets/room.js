// @ts-check
// Where texts lie on a map: a box is taken once, and compared with those of its own neighbourhood alone.

const gmRoom = (() => {
  const GAP_PX = 2;
  const CELL_PX = 64;

  /** @returns {Room} */
  function make() {
    /** @type {Map<string, Taken[]>} */
    const cells = new Map();

    /** @param {number[]} box */
    const near = ([left, top, right, bottom]) => {
      const found = [];
      for (let x = Math.floor(left / CELL_PX); x <= Math.floor(right / CELL_PX); x++) {
        for (let y = Math.floor(top / CELL_PX); y <= Math.floor(bottom / CELL_PX); y++) found.push(`${x} ${y}`);
      }
      return found;
    };
    /** @param {number[]} one @param {number[]} other */
    const apart = (one, other) =>
      one[2] + GAP_PX < other[0] || other[2] + GAP_PX < one[0] ||
      one[3] + GAP_PX < other[1] || other[3] + GAP_PX < one[1];

    /** @param {number[]} box */
    const over = (box) => [...new Set(near(box).flatMap((cell) => cells.get(cell) || []))]
      .filter((one) => !one.gone && !one.boxes.every((other) => apart(box, other)));

    return {
      over,
      take(boxes, what = null, always = false) {
        if (!always && boxes.some((box) => over(box).length)) return false;
        const taken = { boxes, what, gone: false };
        for (const cell of new Set(boxes.flatMap(near))) cells.set(cell, [...(cells.get(cell) || []), taken]);
        return true;
      },
    };
  }

  return { make };
})();
