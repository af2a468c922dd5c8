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
   * How well letters fit a name, each character read by one or more of its first letters:
   * 2 all of it, 1 from any of its characters on, 0 not.
   * @param {Record<string, string[]>} readings of characters
   * @param {string} name
   * @param {string} letters
   */
  function fit(readings, name, letters) {
    const signs = [...name.toLowerCase()].filter((sign) => sign.trim())
      .map((sign) => [...(readings[sign] || []), sign]);
    const ends = signs.map((_, start) => endsFrom(signs, start, letters));
    return ends[0]?.has(signs.length) ? 2 : Number(ends.some((found) => found.size));
  }

  /** Places behind the last character that the letters may reach. @param {string[][]} signs @param {number} start @param {string} letters */
  function endsFrom(signs, start, letters) {
    let open = new Set([0]);
    /** @type {Set<number>} */
    const found = new Set();
    for (let place = start; place < signs.length && open.size; place++) {
      /** @type {Set<number>} */
      const after = new Set();
      for (const at of open) {
        for (const syllable of signs[place]) {
          for (let length = 1; length <= syllable.length && at + length <= letters.length; length++) {
            if (syllable[length - 1] !== letters[at + length - 1]) break;
            if (at + length === letters.length) found.add(place + 1);
            else after.add(at + length);
          }
        }
      }
      open = after;
    }
    return found;
  }

  return { typed, fit };
})();
