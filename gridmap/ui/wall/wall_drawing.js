// What a scene of the wall screen looks like: its numbers, bars, rows and map as elements. Texts of
// the data stay texts (`elements.js` of the maps); the player (`wall_player.js`) decides what is shown when.

const gmWallDrawing = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  // ---- the map: drawn once for a plan, moved from scene to scene

  function drawMap(values) {
    const { size: [width, height] } = values;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "wall-map");
    svg.setAttribute("role", "img");
    values.looks.forEach((look, number) => {
      svg.style.setProperty(`--gm-light-${number}`, look.light);
      svg.style.setProperty(`--gm-dark-${number}`, look.dark);
    });
    const ground = draw("g", svg, { class: "wall-ground" });
    const grids = values.grids.map(([d, look, village]) => {
      const path = draw("path", ground, { d });
      path.style.setProperty("--gm-fill-light", `var(--gm-light-${look})`);
      path.style.setProperty("--gm-fill-dark", `var(--gm-dark-${look})`);
      return { path, village };
    });
    for (const road of values.roads) draw("path", svg, { d: road.d, class: `wall-${road.kind}` });
    for (const line of values.lines) {
      draw("path", svg, { d: line.d, class: `wall-border wall-level-${Math.min(line.level, 3)}` });
    }
    const texts = draw("g", svg, { class: "wall-names" });
    return { svg, grids, texts, values, whole: [-8, -8, width + 16, height + 16] };
  }

  // Name what is in sight, in letters of one size on the screen, none over another.
  function name(map, places, unit) {
    map.texts.replaceChildren();
    const matrix = map.svg.getScreenCTM();
    if (!matrix || !matrix.a) return;
    const size = (3.1 * unit) / matrix.a;
    const west = (map.svg.getBoundingClientRect().left - matrix.e) / matrix.a;
    const east = west + map.svg.clientWidth / matrix.a;
    const taken = [];
    for (const [middle, y, text] of places) {
      const half = (size * [...text].reduce((sum, sign) => sum + (sign < "⺀" ? 0.56 : 1.02), 0)) / 2;
      const x = Math.min(Math.max(middle, west + half), east - half);
      const box = [x - half, y - size * 0.62, x + half, y + size * 0.62];
      if (taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3])) continue;
      taken.push(box);
      draw("text", map.texts, { x, y: y + size * 0.36, "font-size": size }).textContent = text;
    }
  }

  function look(board, place, scene) {
    const { map } = board;
    const village = scene.kind === "village" ? scene.village : -1;
    const box = village < 0 ? map.whole : map.values.boxes[scene.code];
    map.svg.setAttribute("viewBox", box.join(" "));
    map.svg.setAttribute("aria-label", scene.title);
    map.svg.classList.toggle("wall-near", village >= 0);
    for (const one of map.grids) one.path.classList.toggle("wall-off", village >= 0 && one.village !== village);
    place.append(map.svg);
    board.label = () => {
      const places = village < 0 ? map.values.names
        : scene.labels.filter(([code]) => code in map.values.places)
          .map(([code, text]) => [...map.values.places[code], text]);
      name(map, places, board.unit());
    };
    board.label();
  }

  // ---- the kinds of scenes

  function numbers(parent, list, kind) {
    const box = make("div", parent, { class: kind });
    for (const one of list) {
      const tile = make("div", box, { class: "wall-number" });
      make("span", tile, { class: "wall-label" }, one.label);
      const value = make("b", tile, { class: "wall-value" }, one.value);
      if (one.unit.trim()) make("small", value, {}, ` ${one.unit}`);
    }
    return box;
  }

  function bar(parent, one) {
    const row = make("div", parent, { class: "wall-bar" });
    make("span", row, { class: "wall-label" }, one.label);
    const track = make("span", row, { class: "wall-track" });
    if (one.share !== null) {
      const full = make("i", track, { class: one.share >= 1 ? "wall-whole" : "" });
      full.style.width = `${Math.min(100 * one.share, 100)}%`;
    }
    make("b", row, { class: one.share === null ? "wall-unknown" : "" }, one.text);
    return row;
  }

  function left(board, parent, count) {
    if (count > 0) make("p", parent, { class: "wall-left" }, filled(board.values.words["wall.left"], { count }));
  }

  const SCENES = {
    numbers(board, stage, scene) {
      numbers(stage, scene.numbers, "wall-numbers");
      if (!scene.load) return;
      const load = make("div", stage, { class: "wall-load" });
      const row = bar(load, scene.load);
      row.querySelector("i").classList.toggle("wall-over", scene.load.share > 1);
      make("p", load, { class: "wall-note" }, scene.load.note);
    },
    bars(board, stage, scene) {
      const box = make("div", stage, { class: "wall-bars" });
      for (const one of scene.bars) bar(box, one);
    },
    map(board, stage, scene) {
      const place = make("div", stage, { class: "wall-place" });
      const legend = make("div", stage, { class: "wall-legend" });
      const list = make("ul", legend);
      const { looks, scale } = board.values.map;
      legend.style.setProperty("--gm-rows", Math.max(looks.length + 2, 12));
      looks.forEach((one) => {
        const row = make("li", list);
        const key = make("i", row);
        key.style.setProperty("--gm-fill-light", one.light);
        key.style.setProperty("--gm-fill-dark", one.dark);
        make("span", row, {}, one.name);
        make("b", row, {}, String(one.count));
      });
      look(board, place, scene);
      const measure = make("div", legend, { class: "wall-scale" });
      const line = make("i", measure);
      make("span", measure, {}, scale.text);
      board.measure = () => {
        const matrix = board.map.svg.getScreenCTM();
        if (matrix) line.style.width = `${scale.width * matrix.a}px`;
      };
      board.measure();
    },
    village(board, stage, scene) {
      const place = make("div", stage, { class: "wall-place" });
      const side = make("div", stage, { class: "wall-side" });
      numbers(side, scene.numbers, "wall-few");
      if (scene.rows.length) make("h2", side, {}, board.values.words["wall.in_charge"]);
      const list = make("ul", side, { class: "wall-people" });
      list.style.setProperty("--gm-rows", Math.max(scene.rows.length, 5));
      for (const one of scene.rows) {
        const row = make("li", list, { class: one.vacant ? "wall-gap" : "" });
        make("span", row, {}, one.place ? one.place : one.post);
        make("b", row, {}, one.who);
      }
      left(board, side, scene.left);
      look(board, place, scene);
    },
    vacant(board, stage, scene) {
      const { words } = board.values;
      if (!scene.count) {
        const none = make("div", stage, { class: "wall-none" });
        make("i", none, {}, "✓");
        make("b", none, {}, words["wall.none_vacant"]);
        make("span", none, {}, words["wall.none_vacant_note"]);
        return;
      }
      make("p", stage, { class: "wall-count" }, filled(words["wall.posts_count"], scene));
      rows(stage, scene.rows, (one) => [one.place, one.post, one.count > 1 ? `× ${one.count}` : ""]);
      left(board, stage, scene.left);
    },
    open(board, stage, scene) {
      numbers(stage, scene.numbers, "wall-numbers wall-open");
      rows(stage, scene.rows, (one) => [one.place, one.post, one.day]);
      left(board, stage, scene.left);
    },
  };

  function rows(stage, list, cells) {
    const box = make("ul", stage, { class: "wall-rows" });
    for (const one of list) {
      const row = make("li", box);
      for (const text of cells(one)) make("span", row, {}, text);
    }
  }

  return { drawMap, SCENES };
})();
