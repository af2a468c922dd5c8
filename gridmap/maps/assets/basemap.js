// @ts-check
// A picture of the ground under the grids, which let it through as far as the slider says.

const gmBasemap = (() => {
  const PANE = "gm-basemap";

  /** Lay the picture under all else; gives where it is drawn. @param {L.Map} map @param {Basemap} basemap */
  function lay(map, basemap) {
    const pane = map.createPane(PANE);
    pane.style.zIndex = "150"; // under everything
    pane.style.filter = basemap.grey ? "grayscale(1)" : "";
    L.tileLayer(basemap.url, {
      pane: PANE,
      minNativeZoom: basemap.least,
      maxNativeZoom: basemap.most,
      minZoom: Math.max(map.getMinZoom(), basemap.least - 2),
      maxZoom: map.getMaxZoom(),
      bounds: L.latLngBounds(basemap.bounds),
    }).addTo(map);
    return pane;
  }

  /** Lay it under the maps of a page that has a slider for it. @param {L.Map[]} maps @param {Basemap} basemap */
  function start(maps, basemap) {
    const { element, part } = gmPage;
    const panes = maps.map((map) => lay(map, basemap));
    const input = /** @type {HTMLInputElement} */ (part("gm-strength"));
    input.value = String(Math.round(basemap.opacity * 100));
    /** The stronger the base map, the fainter the ground that lies over it. */
    const follow = () => {
      const strength = Number(input.value) / 100;
      for (const map of maps) {
        /** @type {HTMLElement} */ (map.getPane("overlayPane")).style.opacity = String(1 - strength);
      }
      for (const pane of panes) pane.style.display = strength ? "" : "none";
    };
    input.addEventListener("input", follow);
    part("gm-basemap").hidden = false;
    follow();
    for (const note of basemap.notes) part("gm-ground-credit").append(element("span", "", note));
  }

  return { lay, start };
})();
