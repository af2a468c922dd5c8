// Elements made of values: texts of the data are put in as text, never as markup.

const { make, draw, filled } = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  function make(name, parent, attributes = {}, text = "") {
    const one = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
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

  return { make, draw, filled };
})();
