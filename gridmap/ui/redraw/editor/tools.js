// @ts-check
// The hand on the map: clicks, boxes, lassos and drawn lines, told as patches and places.

const gmTools = (() => {
  const NEAR_PX = 4; // a hand that moved less has clicked

  /**
   * @param {Board} board
   * @param {HTMLElement} frame
   * @param {{ click: (patch: number, place: [number, number]) => void,
   *   area: (patches: number[], less: boolean) => void,
   *   line: (points: [number, number][]) => void,
   *   hover: (patch: number, place?: [number, number]) => void, drawing: (on: boolean) => void }} told
   */
  function start(board, frame, told) {
    const { map } = board;
    const space = "http://www.w3.org/2000/svg";
    const drawn = document.createElementNS(space, "svg");
    drawn.setAttribute("class", "gm-drawn");
    const shape = document.createElementNS(space, "path");
    drawn.append(shape);
    frame.append(drawn);
    /** @type {[number, number][]} */
    let trace = []; // of a box or lasso, in pixels of the frame
    /** @type {[number, number][]} */
    let line = []; // in centimetres
    /** @type {[number, number] | null} */
    let pointer = null;
    let dragging = 0; // id of the pointer that draws a box or lasso
    let less = false;

    /** @param {{ clientX: number, clientY: number }} event @returns {[number, number]} */
    const spot = (event) => {
      const box = frame.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    /** @param {[number, number]} pixel @returns {[number, number]} */
    const ground = (pixel) => {
      const place = map.containerPointToLatLng(L.point(pixel[0], pixel[1]));
      return [place.lng * 100, place.lat * 100];
    };
    /** @param {[number, number]} place */
    const pixels = (place) => {
      const point = map.latLngToContainerPoint(L.latLng(place[1] / 100, place[0] / 100));
      return [point.x, point.y];
    };
    const draws = () => board.tool === "split" || board.tool === "cut";
    /** @param {PointerEvent} event */
    const areaTool = (event) => (board.tool === "lasso" ? "lasso" : board.tool === "box" || (event.shiftKey && !draws() && board.tool !== "move" && !gmBrush.isOn(board)) ? "box" : "");

    let form = "";
    frame.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary && trace.length) cancel(); // a second finger moves the map
      if (event.button !== 0 || !event.isPrimary || outside(event)) return;
      form = areaTool(event);
      if (!form) return;
      event.stopPropagation();
      event.preventDefault();
      frame.setPointerCapture(event.pointerId);
      dragging = event.pointerId;
      less = event.altKey;
      trace = [spot(event)];
      map.dragging.disable();
    }, true);
    frame.addEventListener("pointermove", (event) => {
      if (dragging === event.pointerId && trace.length) {
        const here = spot(event);
        if (form === "box") trace = [trace[0], here];
        else if (Math.hypot(here[0] - trace[trace.length - 1][0], here[1] - trace[trace.length - 1][1]) > 3) trace.push(here);
        show();
        return;
      }
      pointer = outside(event) ? null : spot(event);
      if (draws() && line.length) show();
      const place = pointer && event.pointerType !== "touch" ? ground(pointer) : null;
      if (place) told.hover(board.ground.finder.at(...place), place);
      else told.hover(-1);
    });
    frame.addEventListener("pointerleave", () => { pointer = null; told.hover(-1); });
    const end = (/** @type {PointerEvent} */ event) => {
      if (dragging !== event.pointerId || !trace.length) return;
      dragging = 0;
      setDragging();
      const path = trace;
      trace = [];
      show();
      const last = spot(event);
      if (event.type === "pointercancel") return;
      if (Math.hypot(last[0] - path[0][0], last[1] - path[0][1]) < NEAR_PX && path.length < 4) {
        told.click(board.ground.finder.at(...ground(path[0])), ground(path[0]));
        return;
      }
      if (form === "box") path[1] = last;
      told.area(inside(form === "box" ? corners(path) : path.map(ground)), less);
    };
    frame.addEventListener("pointerup", end);
    frame.addEventListener("pointercancel", end);

    /** @param {[number, number][]} path */
    const corners = ([one, two]) => [one, /** @type {[number, number]} */ ([two[0], one[1]]), two, /** @type {[number, number]} */ ([one[0], two[1]])].map(ground);

    /** Patches whose inner point lies in a polygon. @param {[number, number][]} polygon */
    function inside(polygon) {
      const xs = polygon.map((one) => one[0]), ys = polygon.map((one) => one[1]);
      const area = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
      /** @type {number[]} */
      const found = [];
      board.ground.finder.within(area, (patch) => {
        const x = board.ground.spot[2 * patch], y = board.ground.spot[2 * patch + 1];
        if (winds(polygon, x, y)) found.push(patch);
      });
      return found.sort((one, two) => one - two);
    }

    /** Non-zero winding: a lasso that crosses itself holds all it goes round. @param {[number, number][]} polygon @param {number} x @param {number} y */
    function winds(polygon, x, y) {
      let turns = 0;
      for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
        const [x0, y0] = polygon[before], [x1, y1] = polygon[at];
        const side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
        if (y0 <= y && y1 > y && side > 0) turns += 1;
        else if (y0 > y && y1 <= y && side < 0) turns -= 1;
      }
      return turns !== 0;
    }

    /** @param {Event} event */
    const outside = (event) => event.composedPath().some((one) => one instanceof Element && one.classList.contains("gm-over"));

    map.on("click", (/** @type {any} */ event) => {
      if (outside(event.originalEvent)) return;
      const place = ground([event.containerPoint.x, event.containerPoint.y]);
      if (draws()) {
        line.push(place);
        told.drawing(true);
        show();
      } else if (board.tool !== "box" && board.tool !== "lasso" && !gmBrush.isOn(board)) {
        told.click(board.ground.finder.at(...place), place);
      }
    });
    map.on("dblclick", () => { if (draws()) finish(); });
    map.on("move zoom", show);

    /** A point of a line from the keyboard, and where the next would be. @param {[number, number]} place in cm */
    function point(place) {
      line.push(place);
      told.drawing(true);
      aim(place);
    }
    /** @param {[number, number]} place in cm */
    function aim(place) {
      const [x, y] = pixels(place);
      pointer = [x, y];
      show();
    }

    function finish() {
      // A double click has put its place there twice.
      const points = line.filter((place, at) => at === 0 || Math.hypot(...minus(pixels(place), pixels(line[at - 1]))) > NEAR_PX);
      cancel();
      if (points.length > 1) told.line(points);
    }
    /** @param {number[]} one @param {number[]} two */
    const minus = (one, two) => [one[0] - two[0], one[1] - two[1]];

    function cancel() {
      const was = line.length > 0 || trace.length > 0;
      line = [];
      trace = [];
      dragging = 0;
      told.drawing(false);
      setDragging();
      show();
      return was;
    }

    function show() {
      const path = trace.length > 1
        ? (form === "box"
          ? [trace[0], [trace[1][0], trace[0][1]], trace[1], [trace[0][0], trace[1][1]]] : trace)
        : line.map(pixels);
      const open = !trace.length;
      if (open && line.length && pointer) path.push(pointer);
      shape.setAttribute("d", path.length > 1 ? `M${path.map((one) => one.map((value) => value.toFixed(1)).join(",")).join("L")}${open ? "" : "Z"}` : "");
      shape.setAttribute("class", open ? "line" : "area");
    }

    function setDragging() {
      if (board.tool === "box" || board.tool === "lasso" || gmBrush.isOn(board)) map.dragging.disable();
      else map.dragging.enable();
    }

    return { finish, cancel, setDragging, outside, point, aim, get points() { return line.length; } };
  }

  return { start };
})();
