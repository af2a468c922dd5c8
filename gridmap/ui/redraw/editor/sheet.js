// @ts-check
// A sheet: one canvas over the map that Leaflet moves, drawn anew when the map has moved.

const gmSheet = (() => {
  const RIM_PX = 5; // widest line of a border, to both sides
  const LEAST_STEP_PX = 0.6; // vertices closer together than this look the same

  /**
   * @typedef {{ ctx: CanvasRenderingContext2D, scale: number, left: number, top: number,
   *   box: number[], area: number[], x: (cm: number) => number, y: (cm: number) => number }} Pen
   */

  /**
   * @param {any} map
   * @param {string} pane
   * @param {(pen: Pen) => void} paint
   */
  function make(map, pane, paint) {
    const Sheet = L.Renderer.extend({
      _initContainer() {
        this._container = document.createElement("canvas");
        this._ctx = this._container.getContext("2d");
      },
      _destroyContainer() {
        L.DomUtil.remove(this._container);
        delete this._container;
      },
      _update() {
        if (this._map._animatingZoom && this._bounds) return;
        L.Renderer.prototype._update.call(this);
        const bounds = this._bounds, size = bounds.getSize(), canvas = this._container;
        const ratio = Math.min(window.devicePixelRatio || 1, 2);
        L.DomUtil.setPosition(canvas, bounds.min);
        const [wide, high] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
        if (canvas.width !== wide || canvas.height !== high) {
          canvas.width = wide;
          canvas.height = high;
          canvas.style.width = `${size.x}px`;
          canvas.style.height = `${size.y}px`;
        }
        this.repaint();
      },
      /** Draw all anew, or some areas of the ground alone. @param {number[][]} [areas] west, south, east, north in cm */
      repaint(areas) {
        if (!this._bounds) return;
        const ctx = this._ctx, size = this._bounds.getSize();
        const ratio = this._container.width / size.x;
        const scale = this._map.getZoomScale(this._map.getZoom(), 0) / 100;
        const start = this._map.getPixelOrigin();
        const left = start.x + this._bounds.min.x, top = start.y + this._bounds.min.y;
        ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        const whole = [0, 0, size.x, size.y];
        // On whole pixels of the screen: what is cut there joins what was drawn before without a seam.
        const snapped = (/** @type {number} */ px, /** @type {"floor" | "ceil"} */ way) => Math[way](px * ratio) / ratio;
        const boxes = areas ? areas.map(([west, south, east, north]) => [
          Math.max(0, snapped(west * scale - left - RIM_PX, "floor")), Math.max(0, snapped(-north * scale - top - RIM_PX, "floor")),
          Math.min(size.x, snapped(east * scale - left + RIM_PX, "ceil")), Math.min(size.y, snapped(-south * scale - top + RIM_PX, "ceil")),
        ]) : [whole];
        for (const box of boxes) {
          const [x, y, x1, y1] = box;
          if (x1 <= x || y1 <= y) continue;
          ctx.save();
          if (areas) {
            ctx.beginPath();
            ctx.rect(x, y, x1 - x, y1 - y);
            ctx.clip();
          }
          ctx.clearRect(x, y, x1 - x, y1 - y);
          const rim = areas ? RIM_PX : 0;
          paint({
            ctx, scale, left, top, box,
            area: [(left + x - rim) / scale, -(top + y1 + rim) / scale, (left + x1 + rim) / scale, -(top + y - rim) / scale],
            x: (cm) => cm * scale - left,
            y: (cm) => -cm * scale - top,
          });
          ctx.restore();
        }
      },
    });
    return new Sheet({ pane, padding: 0.25 }).addTo(map);
  }

  /** Add the rings of a patch to the path. @param {Pen} pen @param {Ground} ground @param {number} patch */
  function addPatch(pen, ground, patch) {
    const { ctx, scale, left, top } = pen;
    const { points, ring_start: start, patch_ring: rings } = ground;
    for (let ring = rings[patch]; ring < rings[patch + 1]; ring++) {
      const first = start[ring];
      let [lastX, lastY] = [Infinity, Infinity];
      for (let at = first; at < start[ring + 1]; at++) {
        const x = points[2 * at] * scale - left, y = -points[2 * at + 1] * scale - top;
        if (at === first) ctx.moveTo(x, y);
        else if (Math.abs(x - lastX) + Math.abs(y - lastY) < LEAST_STEP_PX) continue;
        else ctx.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      // Back to the start by hand: Chromium's closePath measures the whole path each time, which
      // took 3.9 of 4.3 s with 53,620 patches.
      ctx.lineTo(points[2 * first] * scale - left, -points[2 * first + 1] * scale - top);
    }
  }

  /** Add a run of border to the path. @param {Pen} pen @param {Ground} ground @param {number} arc */
  function addArc(pen, ground, arc) {
    const { ctx, scale, left, top } = pen;
    const { points, ring_start: start } = ground;
    const first = ground.arc_start[arc], end = start[ground.arc_ring[arc] + 1];
    const back = start[ground.arc_ring[arc]];
    const last = first + ground.arc_count[arc];
    let [lastX, lastY] = [Infinity, Infinity];
    for (let at = first; at <= last; at++) {
      const vertex = at < end ? at : back + (at - end);
      const x = points[2 * vertex] * scale - left, y = -points[2 * vertex + 1] * scale - top;
      if (at === first) ctx.moveTo(x, y);
      else if (at < last && Math.abs(x - lastX) + Math.abs(y - lastY) < LEAST_STEP_PX) continue;
      else ctx.lineTo(x, y);
      lastX = x;
      lastY = y;
    }
  }

  return { make, addPatch, addArc };
})();
