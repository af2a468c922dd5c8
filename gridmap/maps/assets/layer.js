// @ts-check
// A canvas over the map that is drawn anew each time the map rests, and sharper on paper.

const gmLayer = (() => {
  const Renderer = /** @type {any} */ (L.Renderer); // what it keeps to itself is not typed
  const PRINT_RATIO = 3; // about 300 dots an inch

  /**
   * @param {L.Map} map
   * @param {string} pane
   * @param {(pen: CanvasRenderingContext2D, frame: Frame, extent: L.Point, sharp: number, min: L.Point) => string} draw
   *   gives a word for what it has drawn
   */
  function make(map, pane, draw) {
    let ratio = 0;
    let waiting = 0;

    // Keeps itself in place as Leaflet's own canvas does; what is drawn is ours.
    const layer = new (Renderer.extend({
      options: { padding: 0.15, pane },
      _initContainer() { this._container = document.createElement("canvas"); },
      _destroyContainer() { this._container.remove(); delete this._container; },
      _update() {
        if (this._map._animatingZoom && this._bounds) return;
        Renderer.prototype._update.call(this);
        // Leaflet tells of one move in several ways: they are answered together.
        if (!waiting) waiting = requestAnimationFrame(render);
      },
    }))();

    function render() {
      cancelAnimationFrame(waiting);
      waiting = 0;
      if (!layer._container) return;
      const canvas = /** @type {HTMLCanvasElement} */ (layer._container);
      const { min } = layer._bounds;
      const extent = layer._bounds.getSize();
      const sharp = ratio || window.devicePixelRatio || 1;
      L.DomUtil.setPosition(canvas, min);
      canvas.width = Math.round(extent.x * sharp);
      canvas.height = Math.round(extent.y * sharp);
      canvas.style.width = `${extent.x}px`;
      canvas.style.height = `${extent.y}px`;
      const origin = map.getPixelOrigin();
      const frame = { scale: 256 * 2 ** map.getZoom(), x: origin.x + min.x, y: origin.y + min.y };
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      pen.setTransform(sharp, 0, 0, sharp, 0, 0);
      canvas.dataset.drawn = draw(pen, frame, extent, sharp, min);
    }

    return {
      update() {
        if (map.hasLayer(layer)) layer._update();
        else layer.addTo(map);
      },
      /** On paper. @param {boolean} printing */
      sharpen(printing) {
        ratio = printing ? PRINT_RATIO : 0;
        render(); // at once: paper does not wait for the next frame
      },
    };
  }

  return { make };
})();
