// @ts-check
// A picture of the ground under the grids, which let it through as far as the slider says.

const gmBasemap = (() => {
  const { element, part } = gmPage;

  /** @param {L.Map} map @param {Basemap} basemap */
  function start(map, basemap) {
    const pane = map.createPane("gm-basemap");
    pane.style.zIndex = "150"; // under everything
    pane.classList.toggle("gm-grey", basemap.grey);
    L.tileLayer(basemap.url, {
      pane: "gm-basemap",
      minNativeZoom: basemap.least,
      maxNativeZoom: basemap.most,
      minZoom: Math.max(map.getMinZoom(), basemap.least - 2),
      maxZoom: map.getMaxZoom(),
      bounds: L.latLngBounds(basemap.bounds),
    }).addTo(map);

    const input = /** @type {HTMLInputElement} */ (part("gm-strength"));
    input.value = String(Math.round(basemap.opacity * 100));
    const ground = /** @type {HTMLElement} */ (map.getPane("overlayPane"));
    /** The stronger the base map, the fainter the ground that lies over it. */
    const follow = () => {
      const strength = Number(input.value) / 100;
      ground.style.opacity = String(1 - strength);
      pane.style.display = strength ? "" : "none";
    };
    input.addEventListener("input", follow);
    part("gm-basemap").hidden = false;
    follow();
    for (const note of basemap.notes) part("gm-ground-credit").append(element("span", "", note));
  }

  return { start };
})();
