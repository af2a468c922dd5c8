// @ts-check
// What the map of the page 覆盖 has beyond one that is a file: comments, and ways to other pages of the
// app. The page around the map hears of a click by a message (gridmap/ui/coverage/map_talk.js).

const gmTalk = (() => {
  const { element } = gmPage;
  const NEAR_PX = 12; // a border is meant by a click so near

  /** @param {Record<string, unknown>} what */
  const ask = (what) => window.parent.postMessage({ gridmap: what }, window.location.origin);

  /** @param {string} text @param {Record<string, unknown>} what */
  function button(text, what) {
    const made = element("button", "gm-ask", text);
    made.setAttribute("type", "button");
    made.addEventListener("click", () => ask(what));
    return made;
  }

  /**
   * @param {L.Map} map
   * @param {Talk} talk
   * @param {(content: Node, at: L.LatLngTuple) => void} open
   */
  function make(map, talk, open) {
    const { words } = talk;
    const drawn = L.layerGroup();
    for (const remark of talk.remarks) drawn.addLayer(pin(remark));

    /** @param {Remark} remark */
    function pin(remark) {
      const { lat, lon, text, answers } = remark;
      const icon = L.divIcon({ className: `gm-pin gm-remark${answers.length ? " gm-answered" : ""}`, iconSize: [22, 22], iconAnchor: [11, 22] });
      const made = L.marker([lat, lon], { icon, pane: "gm-pins", alt: text });
      if (window.matchMedia("(hover: hover)").matches) {
        made.bindTooltip(element("span", "", text), { className: "gm-tip gm-said" });
      }
      made.on("click keypress", () => open(card(remark), [lat, lon]));
      made.on("add", () => {
        made.getElement()?.setAttribute("aria-label", `${words.title} ${text}`);
        made.getElement()?.setAttribute("role", "button");
      });
      return made;
    }

    /** @param {Remark} remark */
    function card({ name, text, by, time, answers }) {
      const made = element("article", "gm-card gm-remark-card");
      made.append(element("h2", "", words.title), element("p", "gm-remark-text", text), element("p", "gm-label", `${by} · ${time}`));
      made.append(element("p", "gm-state", answers.length ? words.answered.replace("{count}", String(answers.length)) : words.unanswered));
      for (const one of answers) {
        const said = element("p", "gm-note", one.text);
        said.append(element("span", "gm-label", `${one.by} · ${one.time}`));
        made.append(said);
      }
      if (talk.leads) made.append(button(words.look, { remark: name }));
      return made;
    }

    return {
      remarks: talk.remarks.length,
      title: words.title,
      /** @param {boolean} wanted */
      show(wanted) {
        if (wanted) drawn.addTo(map);
        else drawn.remove();
      },
      /** A click near the border of a micro-grid may ask why it lies there. @param {HTMLElement} card @param {L.LatLngTuple[][]} rings @param {L.LatLng} [at] */
      border(card, rings, at) {
        if (!talk.borders || !at || !isNear(map, rings, at)) return;
        const { lng, lat } = at.wrap();
        card.append(button(words.border, { lon: lng, lat, reach: 2 * NEAR_PX * gmTrace.metresAPx(map) }));
      },
    };
  }

  /** @param {L.Map} map @param {L.LatLngTuple[][]} rings @param {L.LatLng} at */
  function isNear(map, rings, at) {
    const place = map.latLngToLayerPoint(at);
    return rings.some((ring) => {
      const points = ring.map((one) => map.latLngToLayerPoint(one));
      return points.some((one, place0) =>
        L.LineUtil.pointToSegmentDistance(place, points.at(place0 - 1) || one, one) < NEAR_PX);
    });
  }

  return { make };
})();
