// Where somebody is: from the phone while walking, typed, or tapped on the map. It stays on the phone.

const gmPosition = (() => {
  const OPTIONS = { enableHighAccuracy: true, maximumAge: 5000, timeout: 20000 };
  const TROUBLES = { 1: "denied", 2: "no_signal", 3: "slow" }; // codes of GeolocationPositionError
  const TEXTS = [["type", "type"], ["system-name", "system"], ["lon-name", "lon"], ["lat-name", "lat"], ["check", "check"], ["type-note", "type_note"]];
  const SYSTEMS = ["wgs84", "gcj02", "bd09"];

  // Some Chinese browsers and all map apps give places as their maps draw them.
  function truly(system, [lon, lat]) {
    const drawn = { gcj02: gmCoordinates.toGcj, bd09: gmCoordinates.toBd }[system];
    return drawn ? gmCoordinates.back(drawn, [lon, lat]) : [lon, lat];
  }

  // `tell` is called with every place, and with whether somebody has just asked for it.
  function start(root, tell) {
    const part = (name) => root.querySelector(`.my-grid-${name}`);
    const [locate, note, typed, system] = ["locate", "note", "typed", "system"].map(part);
    const state = { watch: null, given: null, words: {} };
    const say = (key) => { note.textContent = state.words[`my_way.${key}`]; };

    function stop() {
      if (state.watch !== null) navigator.geolocation.clearWatch(state.watch);
      state.watch = null;
      locate.textContent = state.words["my_way.locate"];
      locate.ariaPressed = "false";
    }

    function follow() {
      if (!window.isSecureContext || !navigator.geolocation) {
        say("insecure");
        typed.open = true;
        return;
      }
      say("locating");
      let first = true;
      state.watch = navigator.geolocation.watchPosition(
        ({ coords }) => {
          say("following");
          give({ at: [coords.longitude, coords.latitude], accuracy: coords.accuracy, system: system.value }, first);
          first = false;
        },
        ({ code }) => {
          say(TROUBLES[code] || "no_signal");
          if (code === 1) stop();
        },
        OPTIONS,
      );
      locate.textContent = state.words["my_way.stop"];
      locate.ariaPressed = "true";
    }

    function give(given, asked) {
      state.given = given;
      const [lon, lat] = truly(given.system, given.at);
      tell({ lon, lat, accuracy: given.accuracy }, asked);
    }

    locate.onclick = () => (state.watch === null ? follow() : (stop(), say("tap")));
    system.onchange = () => {
      if (state.given && state.given.system) give({ ...state.given, system: system.value }, true);
    };
    typed.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      const [lon, lat] = ["lon", "lat"].map((name) => parseFloat(part(name).value));
      if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) {
        say("no_degrees");
        return;
      }
      stop();
      say("tap");
      give({ at: [lon, lat], accuracy: 0, system: system.value }, true);
    };

    return {
      stop,
      tap(lon, lat) {
        stop();
        say("tap");
        give({ at: [lon, lat], accuracy: 0, system: "" }, false); // the map is true
      },
      speak(words) {
        const before = state.words;
        state.words = words;
        locate.textContent = words[state.watch === null ? "my_way.locate" : "my_way.stop"];
        if (before["my_way.tap"] !== words["my_way.tap"]) say("tap");
        for (const [name, key] of TEXTS) part(name).textContent = words[`my_way.${key}`];
        if (!system.options.length) system.append(...SYSTEMS.map((value) => new Option("", value)));
        for (const option of system.options) option.textContent = words[`my_way.${option.value}`];
      },
    };
  }

  return { start };
})();
