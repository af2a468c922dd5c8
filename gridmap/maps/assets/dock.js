// @ts-check
// The card's place on a map: beside the ground, on a narrow map a sheet below it. What is chosen is
// brought into the part that stays free.

const gmDock = (() => {
  const { element } = gmPage;
  const NARROW_PX = 620; // of a map: a card beside the ground would leave too little of it
  const GAP_PX = 12;
  const RIM_PX = 30; // that a place alone keeps from the rim
  const BUTTONS_PX = 56; // zoom and tools, on the left
  const CLOSEST = 17;

  /**
   * @param {L.Map} map
   * @param {HTMLElement} holder
   * @param {() => Speech} speech
   * @param {() => void} closed
   * @param {boolean} [low] always a sheet
   * @returns {Dock}
   */
  function make(map, holder, speech, closed, low = false) {
    const node = element("section", "gm-dock");
    const body = element("div", "gm-dock-body");
    const button = element("button", "gm-close", "×");
    button.setAttribute("type", "button");
    node.append(button, body);
    node.hidden = true;
    L.DomEvent.disableClickPropagation(node).disableScrollPropagation(node);
    holder.append(node);

    function close() {
      if (node.hidden) return;
      node.hidden = true;
      fit();
      closed();
    }
    button.addEventListener("click", close);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });

    /** A sheet lifts scale and coordinates above itself. */
    function fit() {
      const sheet = low || map.getSize().x < NARROW_PX;
      node.classList.toggle("gm-sheet", sheet);
      const above = sheet && !node.hidden ? node.offsetHeight : 0;
      /** @type {HTMLElement} */ (node.parentElement).style.setProperty("--gm-sheet", `${above}px`);
      return above;
    }
    map.on("resize", fit);

    /** The part of the map that no card lies over: left, top, right, bottom. */
    function free() {
      const { x, y } = map.getSize();
      const above = fit();
      const beside = node.hidden || above ? 0 : node.offsetWidth;
      return [BUTTONS_PX, GAP_PX, x - beside - 2 * GAP_PX, y - above - 2 * GAP_PX];
    }

    return {
      /** @param {Node} content */
      put(content) {
        body.replaceChildren(content);
        button.setAttribute("aria-label", speech().say("map.close"));
        fit();
      },
      /** @param {Node} content @param {L.LatLngBounds} box @param {boolean} [go] nearer or farther, until it fits */
      open(content, box, go = false) {
        node.hidden = false;
        this.put(content);
        body.scrollTop = 0;
        node.scrollIntoView({ block: "nearest" }); // of the page around the map
        const [left, top, right, bottom] = free();
        const { x, y } = map.getSize();
        if (go) {
          const corners = { paddingTopLeft: L.point(left, top), paddingBottomRight: L.point(x - right, y - bottom) };
          map.fitBounds(box, { animate: false, maxZoom: CLOSEST, ...corners });
          return;
        }
        const [a, b] = [map.latLngToContainerPoint(box.getNorthWest()), map.latLngToContainerPoint(box.getSouthEast())];
        const rim = a.equals(b) ? RIM_PX : 0;
        const by = L.point(shift(a.x, b.x, left + rim, right - rim), shift(a.y, b.y, top + rim, bottom - rim));
        if (by.x || by.y) map.panBy(by, { animate: false });
        else map.fire("moveend"); // names make room for the card
      },
      close,
      /** Into another part of the page. @param {HTMLElement} other */
      into(other) {
        close();
        other.append(node);
      },
      isOpen: () => !node.hidden,
    };
  }

  /** How far the map moves, so that what lies from low to high lies in a range; what is longer fills it. @param {number} low @param {number} high @param {number} from @param {number} to */
  function shift(low, high, from, to) {
    const [before, after] = [low - from, high - to];
    const long = high - low > to - from;
    return Math.round(long ? Math.max(0, before) + Math.min(0, after) : Math.min(0, before) + Math.max(0, after));
  }

  return { make };
})();
