// @ts-check
// A place on the map: marked with its coordinates, named by the address, sent on as a link.

const gmPlace = (() => {
  const { element, part } = gmPage;
  const AT = /^(-?\d{1,3}(?:\.\d{1,7})?),(-?\d{1,2}(?:\.\d{1,7})?),(\d{1,2}(?:\.\d)?)$/;
  const SECRETS = ["t", "start"]; // of who looks: a link that is sent on holds none
  const CLOSEST = 17;

  /**
   * Mark a place and tell its coordinates in every system.
   * @param {L.Map} map @param {Dock} dock @param {Values} values @param {[number, number]} at longitude, latitude @param {Speech} speech
   */
  function mark(map, dock, { frame, bounds }, [lon, lat], speech) {
    const list = element("dl");
    for (const [system, text] of gmCoordinates.lines(frame, [lon, lat])) {
      list.append(element("dt", "", speech.say(`search.${system}`)), element("dd", "", text));
    }
    const card = element("div", "gm-card gm-place-card");
    card.append(element("h2", "", speech.say("map.place")), list);
    const [west, south, east, north] = bounds;
    if (lon < west || lon > east || lat < south || lat > north) card.append(element("p", "gm-note", speech.say("map.place_outside")));
    map.setView([lat, lon], Math.max(CLOSEST, map.getZoom()), { animate: false });
    dock.open(card, L.latLngBounds([[lat, lon], [lat, lon]]));
  }

  /** What the address asks to see: #at=longitude,latitude,zoom. @param {L.Map} map */
  function arrive(map) {
    const found = AT.exec(new URLSearchParams(window.location.hash.slice(1)).get("at") || "");
    if (!found) return false;
    const [lon, lat, zoom] = found.slice(1).map(Number);
    if (Math.abs(lat) > 85 || Math.abs(lon) > 180) return false;
    map.setView([lat, lon], zoom, { animate: false });
    return true;
  }

  /** The address of what is in sight: of the page of the app around the map, or of the file. @param {L.Map} map @param {boolean} framed */
  function address(map, framed) {
    const { lng, lat } = map.getCenter();
    const at = `${lng.toFixed(5)},${lat.toFixed(5)},${map.getZoom().toFixed(1)}`;
    const here = new URL(framed ? window.parent.location.href : window.location.href); // one origin
    for (const name of SECRETS) here.searchParams.delete(name);
    if (framed) here.searchParams.set("at", at);
    else here.hash = `at=${at}`;
    return here.href.replace(/%2C/g, ",");
  }

  /** @param {L.Map} map @param {boolean} framed @param {() => Speech} speech */
  function start(map, framed, speech) {
    const button = part("gm-link");
    button.addEventListener("click", async () => {
      const text = address(map, framed);
      const done = await copied(text);
      const said = part("gm-linked");
      said.replaceChildren(speech().say(done ? "map.linked" : "map.link_by_hand"));
      if (!done) {
        const field = /** @type {HTMLInputElement} */ (element("input"));
        Object.assign(field, { value: text, readOnly: true });
        said.append(field);
        field.select();
      }
    });
  }

  /** Copy a text; browsers allow it in different ways, some in none. @param {string} text */
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = /** @type {HTMLTextAreaElement} */ (element("textarea"));
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  return { mark, arrive, address, start };
})();
