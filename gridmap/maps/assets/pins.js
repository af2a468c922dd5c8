// @ts-check
// Places on the map with a sentence somebody wrote; shown with the view they belong to.

const gmPins = (() => {
  const { element } = gmPage;

  /**
   * @param {L.Map} map
   * @param {Model} model
   * @param {(place: number, at: L.LatLng) => void} show
   */
  function make(map, model, show) {
    const drawn = L.layerGroup().addTo(map);
    return {
      /** @param {View} view */
      show(view) {
        drawn.clearLayers();
        for (const [lon, lat, code, text] of view.pins) {
          const icon = L.divIcon({ className: "gm-pin", iconSize: [22, 22], iconAnchor: [11, 22] });
          const pin = L.marker([lat, lon], { icon, pane: "gm-pins", alt: text });
          pin.bindTooltip(element("span", "", text), { className: "gm-tip gm-said" });
          const place = model.find(code);
          if (place >= 0) pin.on("click keypress", () => show(place, pin.getLatLng()));
          pin.addTo(drawn);
          const node = pin.getElement();
          node?.setAttribute("aria-label", text);
          node?.setAttribute("role", "button");
        }
      },
    };
  }

  return { make };
})();
