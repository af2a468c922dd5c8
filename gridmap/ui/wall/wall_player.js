// The player of a wall screen: shows scene after scene and keeps the time. What a scene says comes
// ready from Python, how it looks from `wall_drawing.js`.

const gmWall = (() => {
  const { drawMap, SCENES } = gmWallDrawing;
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

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // ---- the board: one for a screen

  function board(root, talk) {
    root.replaceChildren();
    const made = { root, talk, place: 0, values: null, paused: false, heard: Date.now(), changed: 0, label: null, measure: null };
    const head = make("header", root, { class: "wall-head" });
    made.town = make("h1", head);
    made.title = make("p", head, { class: "wall-title" });
    made.clock = make("p", head, { class: "wall-clock" });
    made.stage = make("div", root, { class: "wall-stage" });
    made.title.setAttribute("aria-live", "polite");
    const foot = make("footer", root, { class: "wall-foot" });
    made.about = make("p", foot);
    made.state = make("p", foot, { class: "wall-state" });
    made.state.setAttribute("role", "status");
    made.where = make("p", foot, { class: "wall-where" });
    made.line = make("i", make("div", root, { class: "wall-line" }));
    made.help = make("div", root, { class: "wall-help" });
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
      const button = make("button", made.help, {}, made.values.words[`wall.${what}`]);
      button.type = "button";
      button.dataset.act = what;
      make("kbd", button, {}, key || made.values.words["wall.space"]);
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
