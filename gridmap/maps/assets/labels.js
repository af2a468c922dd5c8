// @ts-check
// Names of given grids; one that would lie over another or over the edge of the map is not drawn.

const gmLabels = (() => {
  const { element } = gmPage;
  const GAP_PX = 2;

  /** @param {L.Map} map @param {Payload} payload */
  function make(map, payload) {
    const given = payload.grids.filter((grid) => grid.kind !== "micro" && grid.parent);
    // The largest grid keeps its name when two names collide; higher levels go first.
    given.sort((a, b) => a.level - b.level || b.area_m2 - a.area_m2);
    const labels = given.map((grid) => {
      const text = element("span", `gm-name gm-name${grid.level}`);
      const icon = L.divIcon({ className: "gm-name-place", html: text, iconSize: [0, 0] });
      const marker = L.marker([grid.label[1], grid.label[0]], {
        icon, interactive: false, keyboard: false, pane: "gm-names",
      });
      return { grid, text, marker };
    });

    function thin() {
      /** @type {DOMRect[]} */
      const taken = [];
      const frame = map.getContainer().getBoundingClientRect();
      for (const { text, marker } of labels) {
        if (!map.hasLayer(marker)) continue;
        text.style.visibility = "";
        const box = text.getBoundingClientRect();
        const free = box.left >= frame.left && box.right <= frame.right && taken.every((other) =>
          box.right + GAP_PX < other.left || other.right + GAP_PX < box.left ||
          box.bottom + GAP_PX < other.top || other.bottom + GAP_PX < box.top);
        if (free) taken.push(box);
        else text.style.visibility = "hidden";
      }
    }
    map.on("moveend zoomend resize", thin);

    return {
      /** @param {Speech} speech */
      speak(speech) {
        for (const { grid, text } of labels) text.textContent = speech.name(grid);
        thin();
      },
      /** @param {Record<string, boolean>} shown */
      show(shown) {
        for (const { grid, marker } of labels) {
          if (shown[`name${grid.level}`]) marker.addTo(map);
          else marker.remove();
        }
        thin();
      },
    };
  }

  return { make };
})();
