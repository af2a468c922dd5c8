"""Texts on a page that are too faint for their ground, by the measure of WCAG 2 (level AA)."""

from playwright.sync_api import Page

__all__ = ["too_faint"]

# Ratio of 4.5 for texts, 3 for large ones. Disabled fields and pictures drawn as text are exempt.
_SCRIPT = """() => {
  const part = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = (c) => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const colour = (text) => {
    const found = text.match(/[\\d.]+/g).map(Number);
    return found.length < 4 ? [...found, 1] : found;
  };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3]));
  const faint = [];
  // Components of ours live in trees of their own, below an element of the page.
  const within = (root) => [...root.querySelectorAll("*")]
    .flatMap((one) => [one, ...(one.shadowRoot ? within(one.shadowRoot) : [])]);
  for (const element of within(document.body)) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3);
    const text = texts.map((node) => node.textContent.trim()).join("");
    const box = element.getBoundingClientRect();
    const seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!text || !seen || box.width < 2 || box.height < 2) continue;
    if (element.closest("[disabled], [aria-disabled=true], [data-testid=stIconMaterial]")) continue;
    let ground = [255, 255, 255];
    let opacity = 1;
    const chain = [];
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) chain.unshift(at);
    for (const at of chain) {
      ground = over(colour(getComputedStyle(at).backgroundColor), ground);
      opacity *= Number(getComputedStyle(at).opacity);
    }
    const style = getComputedStyle(element);
    const own = colour(style.color);
    own[3] *= opacity;
    const [one, two] = [light(over(own, ground)), light(ground)];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


# Buttons pass from one colour to the next, and what Streamlit draws anew passes from pale to full:
# by transitions that begin when they will, in Firefox later than the app says it has run.
PASSING_MS = 250
LOOKS = 12


def too_faint(page: Page) -> list[str]:
    """List texts in sight that stay hard to read for three seconds, with their ratio to the ground.

    A text that only passes through a pale colour has left it when it is looked at again.
    """
    for _ in range(LOOKS):
        if not (faint := list(page.evaluate(_SCRIPT))):
            break
        page.wait_for_timeout(PASSING_MS)
    return faint
