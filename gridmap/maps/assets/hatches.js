// @ts-check
// Fills that survive a grey print: every class is a colour and a hatch, as an SVG pattern.

const gmHatches = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  // name: side of the tile in px, path drawn in it, width of the line (0: filled)
  /** @type {Record<string, [number, string, number]>} */
  const HATCHES = {
    none: [8, "", 0],
    cross: [8, "M0 0L8 8M8 0L0 8", 0.9],
    vertical: [6, "M3 0V6", 1.1],
    rising: [8, "M-2 2L2 -2M0 8L8 0M6 10L10 6", 1.1],
    dots: [8, "M1 2a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M5 6a1 1 0 1 0 2 0a1 1 0 1 0 -2 0", 0],
    sparse: [12, "M2 3a1 1 0 1 0 2 0a1 1 0 1 0 -2 0M8 9a1 1 0 1 0 2 0a1 1 0 1 0 -2 0", 0],
    waves: [10, "M0 3q2.5 -3 5 0t5 0M0 8q2.5 -3 5 0t5 0", 1],
    rings: [10, "M2.6 5a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0 -4.8 0", 1],
    furrows: [10, "M0 2.5H5M5 7.5H10", 1],
    bricks: [12, "M0 1H12M0 7H12M3 1V7M9 7V13M9 -5V1", 0.8],
    squares: [10, "M3 3H7V7H3Z", 1],
    plus: [10, "M5 2.5V7.5M2.5 5H7.5", 1.1],
    grid: [7, "M3.5 0V7M0 3.5H7", 0.8],
    triangles: [11, "M2.5 8L5.5 3L8.5 8Z", 0.9],
    horizontal: [6, "M0 3H6", 1],
    trees: [12, "M3 6V2M1.2 4L3 2L4.8 4M9 12V8M7.2 10L9 8L10.8 10", 0.9],
    zigzag: [10, "M0 6L2.5 3L5 6L7.5 3L10 6", 0.9],
    dashes: [9, "M2.5 0V4M7 4.5V8.5", 1],
    falling: [8, "M-2 6L2 10M0 0L8 8M6 -2L10 2", 1],
    ticks: [10, "M2 4L4 2M7 9L9 7", 1],
    chevrons: [10, "M1 6L5 3L9 6", 1],
    crosses: [14, "M5 5L9 9M9 5L5 9", 0.8],
  };

  /** @param {string} tag @param {Record<string, string | number>} attributes */
  function svg(tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    return made;
  }

  /** @param {string} view @param {string} look */
  const fill = (view, look) => `url(#gm-${view}-${look})`;

  /** Define the fills of all classes in the page, in the colours of the theme. @param {View[]} views */
  function define(views) {
    document.querySelector(".gm-hatches")?.remove();
    // Hidden by size: patterns inside display:none are not drawn by every browser.
    const holder = svg("svg", { width: 0, height: 0, "aria-hidden": "true", class: "gm-hatches" });
    for (const view of views) {
      for (const look of view.classes) holder.append(pattern(view.key, look));
    }
    document.body.append(holder);
  }

  /** @param {GridClass} look */
  const colours = (look) => ({
    colour: gmTheme.pick({ light: look.colour, dark: look.dark }),
    ink: gmTheme.pick({ light: look.ink, dark: look.dark_ink }),
  });

  /** @param {string} view @param {GridClass} look */
  function pattern(view, look) {
    const [side, path, width] = HATCHES[look.hatch];
    const tile = svg("pattern", {
      id: `gm-${view}-${look.key}`,
      width: side,
      height: side,
      patternUnits: "userSpaceOnUse",
    });
    const { colour, ink } = colours(look);
    tile.append(svg("rect", { width: side, height: side, fill: colour }));
    /** @type {Record<string, string | number>} */
    const lines = width
      ? { d: path, fill: "none", stroke: ink, "stroke-width": width }
      : { d: path, fill: ink };
    if (path) tile.append(svg("path", lines));
    return tile;
  }

  /** The same fill for a canvas. @param {CanvasRenderingContext2D} pen @param {GridClass} look @param {number} sharp */
  function onCanvas(pen, look, sharp) {
    const [side, path, width] = HATCHES[look.hatch];
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.round(side * sharp);
    const brush = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    brush.scale(tile.width / side, tile.width / side);
    const { colour, ink } = colours(look);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, side, side);
    brush.strokeStyle = brush.fillStyle = ink;
    brush.lineWidth = width;
    if (width) brush.stroke(new Path2D(path));
    else if (path) brush.fill(new Path2D(path));
    const made = /** @type {CanvasPattern} */ (pen.createPattern(tile, "repeat"));
    made.setTransform(new DOMMatrix().scale(side / tile.width));
    return made;
  }

  /** A small sample of a fill for legends. @param {string} view @param {string} look */
  function swatch(view, look) {
    const sample = svg("svg", { width: 34, height: 20, class: "gm-swatch", "aria-hidden": "true" });
    sample.append(svg("rect", { width: 34, height: 20, fill: fill(view, look) }));
    return sample;
  }

  return { define, fill, pattern: onCanvas, swatch, svg };
})();
