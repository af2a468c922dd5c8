// @ts-check
// The signs of a map in its two themes: light, and dark as the device or the app asks for it, or somebody switches.

const gmTheme = (() => {
  let dark = false;
  /** @type {Signs} */
  let signs;
  let printing = false; // paper is white

  const isDark = () => dark && !printing;

  /** @param {{ light: string, dark: string }} colours */
  const pick = (colours) => (isDark() ? colours.dark : colours.light);

  function mark() {
    const root = document.documentElement;
    root.classList.toggle("gm-dark", isDark());
    for (const [name, colours] of Object.entries(signs.labels)) root.style.setProperty(`--gm-${name}`, pick(colours));
  }

  /** The border of a level, 0 for micro-grids, -1 for sites of units. @param {number} level */
  function line(level) {
    const sign = level < 0 ? signs.exclusive : signs.levels[Math.min(level, signs.levels.length - 1)];
    return isDark() ? { ...sign, colour: sign.dark, edge: sign.dark_edge } : sign;
  }

  /** Be as it is asked for now, and hear of a change; gives what ends that. @param {() => void} changed */
  function follow(changed) {
    let page = window.parent; // the page of the app answers for the device, also to a map in a frame
    try { void page.matchMedia; } catch { page = window; }
    const asked = page.matchMedia("(prefers-color-scheme: dark)");
    const hear = () => { dark = asked.matches; changed(); };
    asked.addEventListener("change", hear);
    dark = asked.matches;
    return () => asked.removeEventListener("change", hear);
  }

  /** @param {Signs} given @param {() => void} restyle */
  function start(given, restyle) {
    signs = given;
    window.addEventListener("pagehide", follow(() => { mark(); restyle(); }));
    mark();
  }

  function turn() {
    dark = !dark;
    mark();
  }

  /** @param {boolean} on */
  function paper(on) {
    printing = on;
    mark();
  }

  return { isDark, pick, line, start, follow, turn, paper };
})();
