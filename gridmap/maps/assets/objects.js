// @ts-check
// Objects of the registers as points with the sign of their class; many at once are dots.

const gmObjects = (() => {
  const MOST_SIGNS = 250; // in sight: more signs than these would hide the map
  const SIGNS_FROM = 13; // zoom

  /** @param {ObjectClass} look */
  const key = (look) => `object_${look.key}`;

  /**
   * @param {L.Map} map
   * @param {Model} model
   * @param {(place: number) => void} show
   */
  function make(map, model, show) {
    const { objects } = model.values;
    const drawn = L.layerGroup().addTo(map);
    const pen = L.svg({ pane: "gm-objects" });
    /** @type {Record<string, boolean>} */
    let shown = {};

    function draw() {
      drawn.clearLayers();
      if (!map.getSize().x) return;
      const sight = map.getBounds().pad(0.05);
      const seen = objects.of.map((_, place) => place)
        .filter((place) => shown[key(classOf(model, place))] && sight.contains(at(model, place)));
      const signs = seen.length <= MOST_SIGNS && map.getZoom() >= SIGNS_FROM;
      for (const place of seen) {
        const look = classOf(model, place);
        const one = signs ? sign(model, place, look) : L.circleMarker(at(model, place), {
          renderer: pen, pane: "gm-objects", radius: 3.5, weight: 1, className: `gm-dot gm-object-${look.key}` });
        one.on("click keypress", (event) => {
          L.DomEvent.stopPropagation(event);
          show(place);
        });
        one.addTo(drawn);
      }
    }

    map.on("moveend zoomend resize viewreset", draw);
    return {
      /** @param {Record<string, boolean>} wanted */
      show(wanted) {
        shown = wanted;
        draw();
      },
    };
  }

  /** @param {Model} model @param {number} place @param {ObjectClass} look */
  function sign(model, place, look) {
    const name = model.values.objects.zh[place];
    const icon = L.divIcon({
      className: `gm-object gm-object-${look.key}`, html: gmPage.element("span", "", look.sign), iconSize: [20, 20] });
    return L.marker(at(model, place), { icon, pane: "gm-objects", alt: name, title: name });
  }

  /** @param {Model} model @param {number} place @returns {L.LatLngTuple} */
  function at(model, place) {
    const { xy } = model.values.objects;
    return [xy[2 * place + 1], xy[2 * place]];
  }

  /** @param {Model} model @param {number} place */
  const classOf = (model, place) => model.values.objects.classes[model.values.objects.of[place]];

  /** Objects that are called as was typed, and those whose name or credit code holds it, pinyin last. @param {Model} model @param {string} wanted */
  function find(model, wanted) {
    const { zh, credit_code } = model.values.objects;
    /** @type {number[][]} */
    const found = [[], [], [], []];
    /** @type {number[]} */
    const whole = [];
    const letters = gmPinyin.typed(wanted);
    zh.forEach((name, place) => {
      const text = name.toLowerCase();
      const sounds = letters ? gmPinyin.fit(model.values.readings, name, letters) : 0;
      if (text === wanted || sounds === 2 || credit_code[place].toLowerCase() === wanted) whole.push(place);
      else if (text.startsWith(wanted)) found[0].push(place);
      else if (text.includes(wanted)) found[1].push(place);
      else if (wanted.length > 3 && credit_code[place].toLowerCase().includes(wanted)) found[2].push(place);
      else if (sounds) found[3].push(place);
    });
    return { whole, parts: found.flat() };
  }

  return { make, at, classOf, find, key };
})();
