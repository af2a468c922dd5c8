// @ts-check
// Prints the whole town on one page across: the map takes the paper's size while it is printed.

const gmPrint = (() => {
  const { element, part } = gmPage;
  const MARGIN_MM = 8;
  const MM_A_PX = 25.4 / 96; // of paper

  /** Paper across: width and height in mm. @type {Record<string, [number, number]>} */
  const PAPERS = { A4: [297, 210], A3: [420, 297] };
  const EXTENTS = ["town", "view"];

  /**
   * @param {L.Map} map
   * @param {{ whole: () => void, close: () => void, sharpen: (printing: boolean) => void, speech: () => Speech }} on
   */
  function start(map, on) {
    /** @type {{ centre: L.LatLng, zoom: number, bounds: L.LatLngBounds } | null} */
    let before = null;
    const size = document.head.appendChild(element("style"));
    const paper = /** @type {HTMLSelectElement} */ (part("gm-paper"));

    function fit() {
      const [width, height] = PAPERS[paper.value];
      size.textContent = `@page { size: ${width}mm ${height}mm; margin: ${MARGIN_MM}mm; }
        body.gm-printing { width: ${width - 2 * MARGIN_MM}mm; height: ${height - 2 * MARGIN_MM - 1}mm; }`;
      document.body.classList.toggle("gm-large", paper.value === "A3");
    }
    for (const name of Object.keys(PAPERS)) {
      const option = /** @type {HTMLOptionElement} */ (element("option", "", name));
      option.value = name;
      paper.append(option);
    }
    const extent = /** @type {HTMLSelectElement} */ (part("gm-extent"));
    for (const name of EXTENTS) {
      const option = /** @type {HTMLOptionElement} */ (element("option"));
      Object.assign(option, { value: name });
      option.dataset.word = `map.extent_${name}`;
      extent.append(option);
    }
    paper.addEventListener("change", fit);
    fit();

    window.addEventListener("beforeprint", () => {
      before = { centre: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
      on.close();
      const today = new Date();
      const date = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
        .map((one) => String(one).padStart(2, "0")).join("-");
      document.body.classList.add("gm-printing");
      const { say } = on.speech();
      part("gm-signed").replaceChildren(...["print.made", "print.checked", "print.signed"].map((word) => element("span", "", say(word))));
      /** What is printed under the map takes room from it: it stands there before the map is fitted. @param {number} scale */
      const tell = (scale) => {
        part("gm-printed").textContent = `${say("map.scale", { scale: gmPage.number(scale, 0) })} ${say("map.printed", { date })}`;
      };
      tell(10000);
      map.invalidateSize({ animate: false, pan: false });
      if (extent.value === "view") map.fitBounds(before.bounds, { animate: false });
      else on.whole();
      on.sharpen(true);
      tell(Number(((1000 * gmTrace.metresAPx(map)) / MM_A_PX).toPrecision(2)));
    });
    window.addEventListener("afterprint", () => {
      document.body.classList.remove("gm-printing");
      map.invalidateSize({ animate: false, pan: false });
      if (before) map.setView(before.centre, before.zoom, { animate: false });
      on.sharpen(false);
    });
    part("gm-print").addEventListener("click", () => window.print());
  }

  return { start };
})();
