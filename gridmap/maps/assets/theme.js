// @ts-check
// The signs of a map in its two themes: light, and dark as the device asks for it or somebody switches.

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

  /** What the device asks for; a map within a light page is light. @param {Signs} given @param {boolean} framed */
  function start(given, framed) {
    signs = given;
    dark = !framed && window.matchMedia("(prefers-color-scheme: dark)").matches;
    mark();
  }

  function turn() {
    dark = !dark;
    mark();
  }

  /** Whether it is dark, where somebody else says so and the page is not ours to mark. @param {boolean} on */
  function set(on) {
    dark = on;
  }

  /** @param {boolean} on */
  function paper(on) {
    printing = on;
    mark();
  }

  return { isDark, pick, line, start, set, turn, paper };
})();
