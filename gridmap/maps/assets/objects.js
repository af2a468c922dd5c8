// @ts-check
// Objects of the registers as points with the sign of their class; many at once are dots.

const gmObjects = (() => {
  const MOST_SIGNS = 250; // in sight: more signs than these would hide the map
  const SIGNS_FROM = 13; // zoom
  const APART_PX = 16; // signs of a class that are nearer than this are one, with their number

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
      /** @type {{ node: Element, name: string }[]} */
      const nodes = [];
      const signs = seen.length <= MOST_SIGNS && map.getZoom() >= SIGNS_FROM;
      for (const group of signs ? together(seen) : seen.map((place) => [place])) {
        const [place] = group;
        const look = classOf(model, place);
        const one = signs ? sign(model, group, look) : L.circleMarker(at(model, place), {
          renderer: pen, pane: "gm-objects", radius: 3.5, weight: 1, className: `gm-dot gm-object-${look.key}` });
        one.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          const box = L.latLngBounds(group.map((each) => at(model, each)));
          if (box.getNorthEast().equals(box.getSouthWest()) || map.getZoom() === map.getMaxZoom()) show(place);
          else map.fitBounds(box.pad(0.5), { animate: false });
        });
        one.addTo(drawn);
        const node = one.getElement();
        if (signs && node) nodes.push({ node, name: nameOf(model, group) });
      }
      gmKeyboard.rove(nodes.map(({ node }) => node), (place) => nodes[place].name);
    }

    /** Objects whose signs would lie over each other, the first of each before the rest. @param {number[]} places */
    function together(places) {
      /** @type {{ point: L.Point, look: ObjectClass, group: number[] }[]} */
      const found = [];
      for (const place of places) {
        const [point, look] = [map.latLngToContainerPoint(at(model, place)), classOf(model, place)];
        const near = found.find((one) => one.look === look && one.point.distanceTo(point) < APART_PX);
        if (near) near.group.push(place);
        else found.push({ point, look, group: [place] });
      }
      return found.map(({ group }) => group);
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

  /** @param {Model} model @param {number[]} group */
  const nameOf = (model, group) => group.map((place) => model.values.objects.zh[place]).join("、");

  /** @param {Model} model @param {number[]} group @param {ObjectClass} look */
  function sign(model, group, look) {
    const name = nameOf(model, group);
    const html = gmPage.element("span", "", look.sign);
    if (group.length > 1) html.append(gmPage.element("b", "", String(group.length)));
    const icon = L.divIcon({ className: `gm-object gm-object-${look.key}`, html, iconSize: [20, 20] });
    return L.marker(at(model, group[0]), { icon, pane: "gm-objects", alt: name, title: name });
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
