// @ts-check
// Small tools for the page: elements with text (never markup) and the words of a language.

const gmPage = (() => {
  /**
   * Make an element. Text from data only ever enters as text, so it cannot become markup.
   * @param {string} tag
   * @param {string} [className]
   * @param {string} [text]
   */
  function element(tag, className = "", text = "") {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  /** @param {string} id @returns {HTMLElement} */
  function part(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`The page has no part ${id}`);
    return found;
  }

  /** @param {Values} values @param {Language} language @returns {Speech} */
  function speech(values, language) {
    return {
      language,
      say: (key, put = {}) =>
        values.words[language][key].replace(/\{(\w+)\}/g, (_, name) => String(put[name])),
      name: (named) => named[language],
    };
  }

  /** Put the words of a language on all parts that only show a word. @param {Speech} speech */
  function putWords(speech) {
    document.documentElement.lang = speech.language === "zh" ? "zh-CN" : "en";
    for (const node of document.querySelectorAll("[data-word]")) {
      node.textContent = speech.say(/** @type {HTMLElement} */ (node).dataset.word || "");
    }
    for (const attribute of ["placeholder", "aria-label", "title"]) {
      for (const node of document.querySelectorAll(`[data-${attribute}]`)) {
        node.setAttribute(attribute, speech.say(node.getAttribute(`data-${attribute}`) || ""));
      }
    }
  }

  /** With a comma every three digits. @param {number} value @param {number} digits */
  function number(value, digits) {
    const [whole, ...rest] = value.toFixed(digits).split(".");
    return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...rest].join(".");
  }

  return { element, part, speech, putWords, number };
})();
