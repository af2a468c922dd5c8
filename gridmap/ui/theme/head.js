// @ts-check
// The theme of the app, before anything is drawn: what the system prefers, or what was chosen here.
// Whoever asks `matchMedia` whether dark is preferred gets the app's answer, and hears of a change.

(() => {
  const KEPT = "gridmap-theme"; // "light" or "dark"; nothing is kept for the system's choice
  const ASKS_DARK = /^\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*$/i;
  const ask = window.matchMedia.bind(window);
  const system = ask("(prefers-color-scheme: dark)");
  let printing = false; // paper is white

  /** @returns {string} */
  function chosen() {
    try {
      const kept = localStorage.getItem(KEPT);
      return kept === "light" || kept === "dark" ? kept : "system";
    } catch {
      return "system"; // a browser that keeps nothing
    }
  }

  let choice = chosen();
  const isDark = () => !printing && (choice === "system" ? system.matches : choice === "dark");
  let before = isDark();
  const answer = Object.defineProperties(new EventTarget(), {
    media: { value: system.media },
    matches: { get: isDark },
    onchange: { value: null, writable: true },
    addListener: { value: (/** @type {any} */ listener) => answer.addEventListener("change", listener) },
    removeListener: { value: (/** @type {any} */ listener) => answer.removeEventListener("change", listener) },
  });

  function tell() {
    const dark = isDark();
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    if (dark === before) return;
    before = dark;
    const event = new MediaQueryListEvent("change", { media: system.media, matches: dark });
    answer.dispatchEvent(event);
  }

  /** @param {string} wanted */
  function choose(wanted) {
    try {
      if (wanted === "system") localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, wanted);
    } catch { /* it holds until the page is left */ }
    choice = wanted;
    tell();
  }

  window.matchMedia = (query) => (ASKS_DARK.test(query) ? /** @type {any} */ (answer) : ask(query));
  system.addEventListener("change", tell);
  window.addEventListener("storage", (event) => { if (event.key === KEPT || event.key === null) { choice = chosen(); tell(); } });
  for (const [name, on] of /** @type {[string, boolean][]} */ ([["beforeprint", true], ["afterprint", false]])) {
    window.addEventListener(name, () => { printing = on; tell(); });
  }
  Object.assign(window, { gridmapTheme: { chosen: () => choice, choose } });
  tell();
})();
