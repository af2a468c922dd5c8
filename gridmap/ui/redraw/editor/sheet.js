// @ts-check
// A sheet: one canvas over the map that Leaflet moves, drawn anew when the map has moved.

const gmSheet = (() => {
  const LEAST_STEP_PX = 0.6; // vertices closer together than this look the same

  /**
   * @typedef {{ ctx: CanvasRenderingContext2D, scale: number, left: number, top: number,
   *   area: number[], x: (cm: number) => number, y: (cm: number) => number }} Pen
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
      repaint() {
        if (!this._bounds) return;
        const ctx = this._ctx, bounds = this._bounds;
        const ratio = this._container.width / bounds.getSize().x;
        const scale = this._map.getZoomScale(this._map.getZoom(), 0) / 100;
        const start = this._map.getPixelOrigin();
        const left = start.x + bounds.min.x, top = start.y + bounds.min.y;
        ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        ctx.clearRect(0, 0, bounds.getSize().x, bounds.getSize().y);
        const size = bounds.getSize();
        paint({
          ctx, scale, left, top,
          area: [left / scale, -(top + size.y) / scale, (left + size.x) / scale, -top / scale],
          x: (cm) => cm * scale - left,
          y: (cm) => -cm * scale - top,
        });
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
