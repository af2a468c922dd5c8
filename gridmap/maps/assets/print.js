// @ts-check
// Prints the whole town on one A4 page: the map takes the paper's size while it is printed.

const gmPrint = (() => {
  const { part } = gmPage;

  /** @param {L.Map} map @param {() => void} whole */
  function start(map, whole) {
    /** @type {{ centre: L.LatLng, zoom: number } | null} */
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = { centre: map.getCenter(), zoom: map.getZoom() };
      map.closePopup();
      document.body.classList.add("gm-printing");
      map.invalidateSize({ animate: false, pan: false });
      whole();
    });
    window.addEventListener("afterprint", () => {
      document.body.classList.remove("gm-printing");
      map.invalidateSize({ animate: false, pan: false });
      if (before) map.setView(before.centre, before.zoom, { animate: false });
    });
    part("gm-print").addEventListener("click", () => window.print());
  }

  return { start };
})();
