// @ts-check
// One stop of the Tab key for many things on a map: the arrow keys go to the nearest that way, Enter
// and the space bar press it. A stop for each would be hundreds before what comes after the map.

const gmKeyboard = (() => {
  /** @type {Record<string, [number, number]>} */
  const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  /**
   * @param {Element[]} nodes of the map
   * @param {(place: number) => string} name for a screen reader
   * @param {(place: number) => void} [see] brings one into sight
   */
  function rove(nodes, name, see = () => {}) {
    /** @type {Element | undefined} */
    let stop;
    /** @param {Element} node */
    const rest = (node) => {
      stop?.setAttribute("tabindex", "-1");
      stop = node;
      node.setAttribute("tabindex", "0");
    };
    nodes.forEach((node, place) => {
      node.setAttribute("role", "button");
      node.setAttribute("tabindex", "-1");
      node.setAttribute("aria-label", name(place));
      node.addEventListener("focus", () => {
        rest(node);
        node.setAttribute("aria-label", name(place)); // the language may have changed
      });
      node.addEventListener("keydown", (event) => {
        const { key } = /** @type {KeyboardEvent} */ (event);
        const to = key in WAYS ? ahead(nodes, node, WAYS[key]) : -1;
        if (key === "Enter" || key === " ") press(node);
        else if (!(key in WAYS)) return;
        event.preventDefault();
        event.stopPropagation();
        if (to < 0) return;
        see(to);
        /** @type {HTMLElement} */ (nodes[to]).focus({ preventScroll: true });
      });
    });
    if (nodes.length) rest(nodes[0]);
  }

  /** @param {Element} node @returns {[number, number]} */
  function middle(node) {
    const { left, top, width, height } = node.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  }

  /** @param {Element} node */
  function press(node) {
    const [clientX, clientY] = middle(node);
    node.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX, clientY }));
  }

  /** @param {Element[]} nodes @param {Element} from @param {[number, number]} way */
  function ahead(nodes, from, way) {
    const [x, y] = middle(from);
    let [best, cost] = [-1, Infinity];
    nodes.forEach((node, place) => {
      const [dx, dy] = middle(node).map((at, axis) => at - [x, y][axis]);
      const on = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (node === from || on <= 0 || aside > on) return;
      const far = Math.hypot(on, aside) + aside;
      if (far < cost) [best, cost] = [place, far];
    });
    return best;
  }

  return { rove };
})();
