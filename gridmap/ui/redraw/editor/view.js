// @ts-check
// Making elements, and writing numbers as people read them. Text is only ever put in as text.

const gmView = (() => {
  /**
   * @param {string} tag
   * @param {Record<string, any>} [given] attributes; on… are listeners, class and text as said
   * @param {...(Node | string | null | undefined | false)} inside
   * @returns {any}
   */
  function make(tag, given = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "class") element.className = value;
      else if (name === "text") element.textContent = value;
      else if (name === "value") /** @type {any} */ (element).value = value;
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...inside.filter((one) => one !== null && one !== undefined && one !== false));
    return element;
  }

  /** @param {number} value @param {number} [digits] */
  const number = (value, digits = 0) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

  /** Hectares from square metres. @param {number} area */
  const hectares = (area) => number(area / 10000, area < 100000 ? 2 : 1);

  /** The end of a code that tells a micro-grid from others of its parent. @param {string} code @param {string} parent */
  const tail = (code, parent) => (code.startsWith(parent) && code.length > parent.length ? code.slice(parent.length) : code);

  /** Drawn signs of the buttons, 20 by 20. @param {string} path @returns {SVGElement} */
  function icon(path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  return { make, number, hectares, tail, icon };
})();
