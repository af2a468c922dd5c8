// What Streamlit leaves out for the keyboard and for screen readers: see aids.py. It lives as long
// as the page; the words are those of the last run.

const SKIP = "[data-testid=stSkipToContent]";
const UPLOAD = "[data-testid=stFileUploaderDropzone] button[kind=secondary]";
const STOPS = ":is(a[href], button, input, select, textarea, summary, [tabindex]):not([tabindex='-1'], :disabled)";
const aids = { words: null, waiting: false };

function ours(label) {
  const { names } = aids.words;
  if (Object.hasOwn(names, label)) return names[label];
  for (const [name, word] of Object.entries(names)) {
    const before = name.split("…")[0];
    if (before !== name && label.startsWith(before)) return word.replace("…", label.slice(before.length));
  }
  return "";
}

function put(element, label) {
  if (element.getAttribute("aria-label") !== label) element.setAttribute("aria-label", label);
}

// A name that we put in is known by what stood there before; React may write its own again.
function rename(element) {
  const label = element.getAttribute("aria-label");
  if (label === element.dataset.aidName && aids.words.language === element.dataset.aidLanguage) return;
  const before = label === element.dataset.aidName ? element.dataset.aidBefore : label;
  const name = ours(before) || before;
  if (name === before && !element.dataset.aidName) return;
  Object.assign(element.dataset, { aidBefore: before, aidName: name, aidLanguage: aids.words.language });
  put(element, name);
}

function tidy() {
  aids.waiting = false;
  document.documentElement.lang = aids.words.language;
  for (const link of document.querySelectorAll(SKIP)) {
    if (link.firstChild.nodeValue !== aids.words.skip) link.firstChild.nodeValue = aids.words.skip;
  }
  for (const button of document.querySelectorAll(UPLOAD)) put(button, aids.words.upload);
  document.querySelectorAll("[data-testid=stApp] [aria-label], [role=dialog] [aria-label]").forEach(rename);
}

function soon() {
  if (aids.waiting) return;
  aids.waiting = true;
  requestAnimationFrame(tidy);
}

// Past the row of pages, the title and the choices beside it, to what the page is about.
function skip(event) {
  if (!event.target.closest?.(SKIP)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const top = document.querySelector(".st-key-top");
  let start = top?.closest("[data-testid=stLayoutWrapper]") ?? top;
  do start = start?.nextElementSibling; while (start && start.getBoundingClientRect().height < 2);
  start ??= document.querySelector("[data-testid=stMain]");
  if (!start.hasAttribute("tabindex")) start.tabIndex = -1;
  start.focus();
  start.scrollIntoView({ block: "nearest" });
}

// A box that a button opens stands at the end of the document: Tab goes from the button into it, and
// past either end back to the button, which closes it.
function step(event) {
  if (event.key !== "Tab") return;
  const boxes = document.querySelectorAll("[data-testid=stPopoverBody]");
  const box = boxes[boxes.length - 1];
  const button = document.querySelector("[data-testid=stPopoverButton][aria-expanded=true]");
  if (!box || !button) return;
  const stops = [...box.querySelectorAll(STOPS)].filter((one) => one.checkVisibility());
  const at = document.activeElement;
  if (at === button && !event.shiftKey && stops.length) stops[0].focus();
  else if (at === stops[event.shiftKey ? 0 : stops.length - 1]) {
    button.focus();
    button.click();
  } else return;
  event.preventDefault();
}

export default function show({ data }) {
  const first = aids.words === null;
  aids.words = data;
  if (first) {
    document.addEventListener("click", skip, true);
    document.addEventListener("keydown", step, true);
    new MutationObserver(soon).observe(document.body, {
      subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"],
    });
  }
  soon();
}
