// @ts-check
// Zoom buttons, scale bar and north arrow, in the language of the page.

const gmControls = (() => {
  const { element } = gmPage;

  /** @param {L.Map} map */
  function make(map) {
    L.control.scale({ imperial: false, maxWidth: 160, position: "bottomleft" }).addTo(map);
    const arrow = element("div", "gm-north");
    const north = new L.Control({ position: "topright" });
    north.onAdd = () => arrow;
    north.addTo(map);
    /** @type {L.Control.Zoom | null} */
    let zoom = null;

    return {
      /** @param {Speech} speech */
      speak(speech) {
        arrow.textContent = speech.say("map.north");
        zoom?.remove();
        zoom = L.control.zoom({
          zoomInTitle: speech.say("map.zoom_in"), zoomOutTitle: speech.say("map.zoom_out"),
        });
        zoom.addTo(map);
      },
    };
  }

  return { make };
})();
