// The player of a wall screen: shows scene after scene and keeps the time. What a scene says comes
// ready from Python; texts of the data are put in as text, never as markup.

const gmWall = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const TICK_MS = 5000;
  const HELP_MS = 8000;
  const STILL_MS = 3000;
  const FADE_MS = 700;
  const AWAY_MS = 200000;
  const PACES = [5, 10, 15, 20, 30, 45, 60, 90, 120];
  // A wall has its own two grounds, whatever the theme of the app: brighter and fewer signs, for eyes
  // at 6 m.
  const LOOKS = {
    dark: { ground: "#0f1215", ink: "#f1f4f7", soft: "#b4bdc7", rule: "#333b44", mark: "#6fb1ff",
      short: "#ffb84d", good: "#74d694", road: "#6b7480", water: "#3f7396" },
    light: { ground: "#f7f8fa", ink: "#14181d", soft: "#474f58", rule: "#c9d0d8", mark: "#0b5cad",
      short: "#9a4500", good: "#1c6b3a", road: "#8a8f96", water: "#3f86bb" },
  };
  // What the buttons do, with the keys that do the same; a presenter's remote sends PageUp, PageDown.
  const KEYS = {
    f: "full", F: "full", ArrowLeft: "back", PageUp: "back", ArrowRight: "on", PageDown: "on",
    " ": "pause", "-": "slower", "+": "faster", "=": "faster", l: "light", L: "light",
    n: "names", N: "names", Escape: "leave",
  };
  const BUTTONS = [["full", "F"], ["back", "←"], ["pause", ""], ["on", "→"], ["slower", "−"],
    ["faster", "+"], ["light", "L"], ["names", "N"], ["leave", "Esc"]];

  function make(name, parent, kind, text = "") {
    const one = document.createElement(name);
    if (kind) one.className = kind;
    one.textContent = text;
    parent.append(one);
    return one;
  }

  function draw(name, parent, attributes) {
    const one = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    parent.append(one);
    return one;
  }

  const filled = (text, values) =>
    text.replace(/\{(\w+)\}/g, (_, key) => (key in values ? String(values[key]) : ""));

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // ---- the map: drawn once for a plan, moved from scene to scene

  function drawMap(values) {
    const { size: [width, height] } = values;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "wall-map");
    svg.setAttribute("role", "img");
    values.looks.forEach((look, number) => {
      svg.style.setProperty(`--gm-light-${number}`, look.light);
      svg.style.setProperty(`--gm-dark-${number}`, look.dark);
    });
    const ground = draw("g", svg, { class: "wall-ground" });
    const grids = values.grids.map(([d, look, village]) => {
      const path = draw("path", ground, { d });
      path.style.setProperty("--gm-fill-light", `var(--gm-light-${look})`);
      path.style.setProperty("--gm-fill-dark", `var(--gm-dark-${look})`);
      return { path, village };
    });
    for (const road of values.roads) draw("path", svg, { d: road.d, class: `wall-${road.kind}` });
    for (const line of values.lines) {
      draw("path", svg, { d: line.d, class: `wall-border wall-level-${Math.min(line.level, 3)}` });
    }
    const texts = draw("g", svg, { class: "wall-names" });
    return { svg, grids, texts, values, whole: [-8, -8, width + 16, height + 16] };
  }

  // Name what is in sight, in letters of one size on the screen, none over another.
  function name(map, places, unit) {
    map.texts.replaceChildren();
    const matrix = map.svg.getScreenCTM();
    if (!matrix || !matrix.a) return;
    const size = (3.1 * unit) / matrix.a;
    const west = (map.svg.getBoundingClientRect().left - matrix.e) / matrix.a;
    const east = west + map.svg.clientWidth / matrix.a;
    const taken = [];
    for (const [middle, y, text] of places) {
      const half = (size * [...text].reduce((sum, sign) => sum + (sign < "⺀" ? 0.56 : 1.02), 0)) / 2;
      const x = Math.min(Math.max(middle, west + half), east - half);
      const box = [x - half, y - size * 0.62, x + half, y + size * 0.62];
      if (taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3])) continue;
      taken.push(box);
      draw("text", map.texts, { x, y: y + size * 0.36, "font-size": size }).textContent = text;
    }
  }

  function look(board, place, scene) {
    const { map } = board;
    const village = scene.kind === "village" ? scene.village : -1;
    const box = village < 0 ? map.whole : map.values.boxes[scene.code];
    map.svg.setAttribute("viewBox", box.join(" "));
    map.svg.setAttribute("aria-label", scene.title);
    map.svg.classList.toggle("wall-near", village >= 0);
    for (const one of map.grids) one.path.classList.toggle("wall-off", village >= 0 && one.village !== village);
    place.append(map.svg);
    board.label = () => {
      const places = village < 0 ? map.values.names
        : scene.labels.filter(([code]) => code in map.values.places)
          .map(([code, text]) => [...map.values.places[code], text]);
      name(map, places, board.unit());
    };
    board.label();
  }

  // ---- the kinds of scenes

  function numbers(parent, list, kind) {
    const box = make("div", parent, kind);
    for (const one of list) {
      const tile = make("div", box, "wall-number");
      make("span", tile, "wall-label", one.label);
      const value = make("b", tile, "wall-value", one.value);
      if (one.unit.trim()) make("small", value, "", ` ${one.unit}`);
    }
    return box;
  }

  function bar(parent, one) {
    const row = make("div", parent, "wall-bar");
    make("span", row, "wall-label", one.label);
    const track = make("span", row, "wall-track");
    if (one.share !== null) {
      const full = make("i", track, one.share >= 1 ? "wall-whole" : "");
      full.style.width = `${Math.min(100 * one.share, 100)}%`;
    }
    make("b", row, one.share === null ? "wall-unknown" : "", one.text);
    return row;
  }

  function left(board, parent, count) {
    if (count > 0) make("p", parent, "wall-left", filled(board.values.words["wall.left"], { count }));
  }

  const SCENES = {
    numbers(board, stage, scene) {
      numbers(stage, scene.numbers, "wall-numbers");
      if (!scene.load) return;
      const load = make("div", stage, "wall-load");
      const row = bar(load, scene.load);
      row.querySelector("i").classList.toggle("wall-over", scene.load.share > 1);
      make("p", load, "wall-note", scene.load.note);
    },
    bars(board, stage, scene) {
      const box = make("div", stage, "wall-bars");
      for (const one of scene.bars) bar(box, one);
    },
    map(board, stage, scene) {
      const place = make("div", stage, "wall-place");
      const legend = make("div", stage, "wall-legend");
      const list = make("ul", legend);
      const { looks, scale } = board.values.map;
      legend.style.setProperty("--gm-rows", Math.max(looks.length + 2, 12));
      looks.forEach((one) => {
        const row = make("li", list);
        const key = make("i", row);
        key.style.setProperty("--gm-fill-light", one.light);
        key.style.setProperty("--gm-fill-dark", one.dark);
        make("span", row, "", one.name);
        make("b", row, "", String(one.count));
      });
      look(board, place, scene);
      const measure = make("div", legend, "wall-scale");
      const line = make("i", measure);
      make("span", measure, "", scale.text);
      board.measure = () => {
        const matrix = board.map.svg.getScreenCTM();
        if (matrix) line.style.width = `${scale.width * matrix.a}px`;
      };
      board.measure();
    },
    village(board, stage, scene) {
      const place = make("div", stage, "wall-place");
      const side = make("div", stage, "wall-side");
      numbers(side, scene.numbers, "wall-few");
      if (scene.rows.length) make("h2", side, "", board.values.words["wall.in_charge"]);
      const list = make("ul", side, "wall-people");
      list.style.setProperty("--gm-rows", Math.max(scene.rows.length, 5));
      for (const one of scene.rows) {
        const row = make("li", list, one.vacant ? "wall-gap" : "");
        make("span", row, "", one.place ? one.place : one.post);
        make("b", row, "", one.who);
      }
      left(board, side, scene.left);
      look(board, place, scene);
    },
    vacant(board, stage, scene) {
      const { words } = board.values;
      if (!scene.count) {
        const none = make("div", stage, "wall-none");
        make("i", none, "", "✓");
        make("b", none, "", words["wall.none_vacant"]);
        make("span", none, "", words["wall.none_vacant_note"]);
        return;
      }
      make("p", stage, "wall-count", filled(words["wall.posts_count"], scene));
      rows(stage, scene.rows, (one) => [one.place, one.post, one.count > 1 ? `× ${one.count}` : ""]);
      left(board, stage, scene.left);
    },
    open(board, stage, scene) {
      numbers(stage, scene.numbers, "wall-numbers wall-open");
      rows(stage, scene.rows, (one) => [one.place, one.post, one.day]);
      left(board, stage, scene.left);
    },
  };

  function rows(stage, list, cells) {
    const box = make("ul", stage, "wall-rows");
    for (const one of list) {
      const row = make("li", box);
      for (const text of cells(one)) make("span", row, "", text);
    }
  }

  // ---- the board: one for a screen

  function board(root, talk) {
    root.replaceChildren();
    const made = { root, talk, place: 0, values: null, paused: false, heard: Date.now(), changed: 0, label: null, measure: null };
    const head = make("header", root, "wall-head");
    made.town = make("h1", head);
    made.title = make("p", head, "wall-title");
    made.clock = make("p", head, "wall-clock");
    made.stage = make("div", root, "wall-stage");
    made.title.setAttribute("aria-live", "polite");
    const foot = make("footer", root, "wall-foot");
    made.about = make("p", foot);
    made.state = make("p", foot, "wall-state");
    made.state.setAttribute("role", "status");
    made.where = make("p", foot, "wall-where");
    made.line = make("i", make("div", root, "wall-line"));
    made.help = make("div", root, "wall-help");
    made.help.setAttribute("role", "toolbar");
    made.unit = () => parseFloat(getComputedStyle(made.where).fontSize) / 2.8; // as in wall.css
    made.act = (what) => act(made, what);
    made.listen = [
      [window, "keydown", (event) => pressed(made, event), true],
      [window, "mousemove", () => stir(made), false],
      [window, "resize", () => fit(made), false],
      [document, "visibilitychange", () => keepAwake(made), false],
    ];
    for (const [target, event, heard, capture] of made.listen) target.addEventListener(event, heard, capture);
    made.ticking = setInterval(() => tick(made), TICK_MS);
    stir(made, HELP_MS);
    keepAwake(made);
    return made;
  }

  function stop(made) {
    clearInterval(made.ticking);
    clearTimeout(made.stilling);
    made.running?.cancel();
    for (const [target, event, heard, capture] of made.listen) target.removeEventListener(event, heard, capture);
    made.awake?.release().catch(() => {});
  }

  // New values of a plan, at once; the place in the round stays.
  function take(made, values) {
    const first = made.values === null;
    made.values = values;
    made.map = drawMap(values.map);
    made.town.textContent = values.town;
    made.about.textContent = values.about;
    made.root.lang = values.language === "zh" ? "zh-CN" : "en";
    if (first) buttons(made);
    show(made, first ? 0 : made.place);
  }

  function set(made, settings) {
    made.settings = { ...settings };
    made.root.dataset.look = settings.light ? "light" : "dark";
    for (const [name, colour] of Object.entries(LOOKS[made.root.dataset.look])) {
      made.root.style.setProperty(`--gm-${name}`, colour);
    }
    if (made.values) run(made);
  }

  function buttons(made) {
    made.help.replaceChildren();
    for (const [what, key] of BUTTONS) {
      if (!made.talk && (what === "names" || what === "leave")) continue;
      const button = make("button", made.help, "", made.values.words[`wall.${what}`]);
      button.type = "button";
      button.dataset.act = what;
      make("kbd", button, "", key || made.values.words["wall.space"]);
      button.onclick = () => act(made, what);
    }
  }

  function show(made, place) {
    const { order, scenes, words } = made.values;
    made.place = (place + order.length) % order.length;
    const scene = scenes[order[made.place]];
    made.label = made.measure = null;
    made.stage.replaceChildren();
    made.stage.className = `wall-stage wall-stage-${scene.kind}`;
    made.title.textContent = scene.title;
    SCENES[scene.kind](made, made.stage, scene);
    made.where.textContent = filled(words["wall.place"], { place: made.place + 1, count: order.length });
    if (!calm()) made.stage.animate([{ opacity: 0 }, { opacity: 1 }], { duration: FADE_MS, easing: "ease-out" });
    run(made);
    tick(made);
  }

  // The thin line is the clock of a scene: at its end the next one comes.
  function run(made) {
    made.running?.cancel();
    const steps = calm() ? `steps(${made.settings.pace_s})` : "linear";
    made.running = made.line.animate([{ transform: "scaleX(0)" }, { transform: "scaleX(1)" }],
      { duration: 1000 * made.settings.pace_s, easing: steps, fill: "forwards" });
    made.running.onfinish = () => show(made, made.place + 1);
    if (made.paused) made.running.pause();
  }

  function tick(made) {
    if (!made.root.isConnected) return stop(made);
    const { values } = made;
    if (!values) return undefined;
    const now = new Date();
    const locale = values.language === "zh" ? "zh-CN" : "en-GB";
    made.clock.textContent = now.toLocaleString(locale,
      { month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
    const away = made.talk && Date.now() - made.heard > AWAY_MS;
    const time = new Date(made.heard).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
    made.state.textContent = [
      made.paused ? values.words["wall.paused"] : "",
      made.said ?? "",
      away ? filled(values.words["wall.away"], { time }) : "",
    ].filter(Boolean).join(" · ");
    return undefined;
  }

  // A pointer or a key brings the buttons; they and the pointer go by themselves.
  function stir(made, for_ms = STILL_MS) {
    made.root.classList.remove("wall-still");
    clearTimeout(made.stilling);
    made.stilling = setTimeout(() => {
      if (made.help.matches(":focus-within")) made.root.getRootNode().activeElement?.blur();
      made.root.classList.add("wall-still");
      made.said = "";
      tick(made);
    }, for_ms);
  }

  function pressed(made, event) {
    if (!made.root.isConnected) return stop(made);
    const what = KEYS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !what || !made.values) return undefined;
    if (event.key === " " && event.composedPath()[0].localName === "button") return undefined;
    if (what === "leave" && (document.fullscreenElement || !made.talk)) return undefined;
    event.preventDefault();
    event.stopPropagation();
    stir(made);
    act(made, what);
    return undefined;
  }

  function act(made, what) {
    const { settings } = made;
    if (what === "on") show(made, made.place + 1);
    if (what === "back") show(made, made.place - 1);
    if (what === "pause") {
      made.paused = !made.paused;
      made.running[made.paused ? "pause" : "play"]();
      made.help.querySelector("[data-act=pause]").firstChild.data =
        made.values.words[made.paused ? "wall.go_on" : "wall.pause"];
    }
    if (what === "full") full(made);
    if (what === "light") change(made, { light: !settings.light });
    if (what === "slower") change(made, { pace_s: PACES.find((one) => one > settings.pace_s) ?? settings.pace_s });
    if (what === "faster") change(made, { pace_s: PACES.findLast((one) => one < settings.pace_s) ?? settings.pace_s });
    if (what === "names" && made.talk) change(made, { names: !settings.names });
    if (what === "leave" && made.talk) made.talk("leave", true);
    tick(made);
  }

  function change(made, changed) {
    const settings = { ...made.settings, ...changed };
    made.changed = Date.now();
    if ("pace_s" in changed) made.said = filled(made.values.words["wall.pace"], { seconds: settings.pace_s });
    set(made, settings);
    if (made.talk) made.talk("settings", settings);
  }

  function full(made) {
    if (document.fullscreenElement) document.exitFullscreen();
    else made.root.requestFullscreen?.().catch(() => {});
  }

  function fit(made) {
    made.label?.();
    made.measure?.();
  }

  // Where the browser lets it: the screen does not go dark by itself.
  function keepAwake(made) {
    if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
    navigator.wakeLock.request("screen").then((lock) => (made.awake = lock)).catch(() => {});
  }

  return { board, take, set, tick };
})();
