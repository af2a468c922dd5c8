// @ts-check
// Names found by what is typed for them in Latin letters: the same rule as gridmap/lookup/readings.py.

const gmPinyin = (() => {
  const LETTER = /[a-z]/;

  /** What may be pinyin of what was typed, "" for none. @param {string} text */
  function typed(text) {
    const letters = text.toLowerCase().replace(/\s/g, "").replaceAll("ü", "v");
    return letters.length > 1 && LETTER.test(letters) ? letters : "";
  }

  /**
   * Whether letters fit a name: from any of its characters on, each read by one or more first letters.
   * @param {Record<string, string[]>} readings of characters
   * @param {string} name
   * @param {string} letters
   */
  function fits(readings, name, letters) {
    const signs = [...name.toLowerCase()].filter((sign) => sign.trim())
      .map((sign) => [...(readings[sign] || []), sign]);
    return signs.some((_, start) => fitsFrom(signs, start, letters));
  }

  /** @param {string[][]} signs @param {number} start @param {string} letters */
  function fitsFrom(signs, start, letters) {
    let open = new Set([0]);
    for (let place = start; place < signs.length && open.size; place++) {
      /** @type {Set<number>} */
      const after = new Set();
      for (const at of open) {
        for (const syllable of signs[place]) {
          for (let length = 1; length <= syllable.length && at + length <= letters.length; length++) {
            if (syllable[length - 1] !== letters[at + length - 1]) break;
            if (at + length === letters.length) return true;
            after.add(at + length);
          }
        }
      }
      open = after;
    }
    return false;
  }

  return { typed, fits };
})();
