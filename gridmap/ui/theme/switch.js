// The choice of the theme: asks and tells head.js, which keeps it.

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  system: "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm0 1.6v12.8A6.4 6.4 0 0 1 8 1.6Z",
  light: "M8 4.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2ZM7.2 0h1.6v2.8H7.2ZM7.2 13.2h1.6V16H7.2ZM0 7.2h2.8v1.6H0ZM13.2 7.2H16v1.6h-2.8ZM1.8 2.9l1.1-1.1 2 2-1.1 1.1ZM11.1 12.2l1.1-1.1 2 2-1.1 1.1ZM1.8 13.1l2-2 1.1 1.1-2 2ZM11.1 3.8l2-2 1.1 1.1-2 2Z",
  dark: "M6.2.9A7.2 7.2 0 1 0 15.1 9.8 6 6 0 0 1 6.2.9Z",
};

export default function ({ parentElement, data }) {
  const theme = window.gridmapTheme;
  parentElement.querySelector(".theme")?.remove();
  if (!theme) return; // a page without our head has Streamlit's theme alone
  const field = document.createElement("label");
  field.className = "theme";
  const sign = document.createElementNS(SVG, "svg");
  sign.setAttribute("viewBox", "0 0 16 16");
  sign.setAttribute("aria-hidden", "true");
  const path = sign.appendChild(document.createElementNS(SVG, "path"));
  const list = document.createElement("select");
  list.setAttribute("aria-label", data.label);
  list.title = data.label;
  for (const [choice, words] of Object.entries(data.words)) list.append(new Option(words, choice));
  const show = () => { list.value = theme.chosen(); path.setAttribute("d", SIGNS[theme.chosen()]); };
  list.onchange = () => { theme.choose(list.value); show(); };
  show();
  field.append(sign, list);
  parentElement.append(field);
}
