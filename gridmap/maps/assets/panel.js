// @ts-check
// The panel: what the map is coloured by, its legend, and the borders and names that are drawn.

const gmPanel = (() => {
  const { element, part, number } = gmPage;
  const { svg, swatch } = gmHatches;
  const M2_A_KM2 = 1e6;
  const M2_A_HECTARE = 1e4;

  /** @param {Model} model @param {Speech} speech */
  function head(model, speech) {
    const { town, grids } = model.values;
    const title = speech.say("map.title", { town: speech.name(town) });
    document.title = title;
    part("gm-title").textContent = title;
    part("gm-figures").textContent = speech.say(town.public ? "map.figures_public" : "map.figures", {
      area: number((grids.area_m2[model.find(town.code)] || 0) / M2_A_KM2, 2),
      grids: number(model.microGrids, 0),
      filled: number(town.posts_filled, 0),
      posts: number(town.posts, 0),
    });
    const language = part("gm-language");
    language.textContent = speech.say("map.other_language");
    language.lang = speech.language === "zh" ? "en" : "zh-CN";
    const notes = [
      speech.name(town.notice),
      speech.say("map.not_legal"),
      speech.say("map.version", { version: town.version, date: town.date }),
      speech.name(town.credit),
      speech.say("map.made_by"),
    ];
    part("gm-credit").replaceChildren(
      ...notes.filter(Boolean).map((note) => element("span", "", note)),
    );
  }

  /** @param {Values} values @param {string} chosen @param {Speech} speech @param {(key: string) => void} choose */
  function views(values, chosen, speech, choose) {
    const made = values.views.map(({ key }) => {
      const label = element("label");
      const input = /** @type {HTMLInputElement} */ (element("input"));
      Object.assign(input, { type: "radio", name: "gm-view", value: key, checked: key === chosen });
      input.addEventListener("change", () => choose(key));
      label.append(input, element("span", "", speech.say(`view.${key}`)));
      return label;
    });
    part("gm-views").replaceChildren(...made);
  }

  /** @param {Values} values @param {View} view @param {Speech} speech */
  function legend(values, view, speech) {
    part("gm-legend-title").textContent = speech.say(`view.${view.key}`);
    /** Of two plans both are counted. @param {GridClass} look @param {number} place */
    const counts = (look, place) => view.counts ? view.counts[place] : [look.count];
    const rows = view.classes
      .map((look, place) => ({ look, count: counts(look, place) }))
      .filter(({ count }) => Math.max(...count) > 0)
      .map(({ look, count }) => {
        const row = element("li");
        row.append(
          swatch(view.key, look.key),
          element("span", "", speech.name(look)),
          element("small", "", look.key === "left" ? speech.say("map.hectares", { ha: number(look.area_m2 / M2_A_HECTARE, 1) }) : speech.say("map.grids", { count: count.map((one) => number(one, 0)).join(" → ") })),
        );
        return row;
      });
    const unit = `view.${view.key}.note`;
    if (unit in values.words[speech.language]) {
      rows.unshift(element("li", "gm-hint", speech.say(unit, { hours: values.town.officer_hours })));
    }
    part("gm-legend").replaceChildren(...rows);
  }

  /**
   * @param {Model} model
   * @param {Record<string, boolean>} shown by key: "border1", "name2" …
   * @param {Speech} speech
   * @param {() => void} changed
   * @param {{ remarks: number, title: string }} [talk]
   */
  function borders(model, shown, speech, changed, talk) {
    /** @param {string} key @param {string} text @param {Node[]} more */
    const toggle = (key, text, ...more) => toggled(shown, changed, key, text, more);
    const { levels } = model.values;
    /** @param {number} count */
    const counted = (count) => inBrackets(count, speech);
    const rows = levels.map(({ level, count }) =>
      toggle(`border${level}`, speech.say("map.border", { level: gmCard.levelName(level, speech) }) + counted(count), sample(level)));
    rows.push(toggle("border0", speech.say("map.micro_border") + counted(model.microGrids), sample(0)));
    if (model.units.length) rows.push(toggle("border-1", speech.say("map.site_border") + counted(model.units.length), sample(-1)));
    for (const { level } of levels.slice(1)) {
      rows.push(toggle(`name${level}`, speech.say("map.labels", { level: gmCard.levelName(level, speech) })));
    }
    if (model.units.length) rows.push(toggle("name-1", speech.say("map.site_names")));
    rows.push(toggle("numbers", speech.say("map.numbers")));
    if (model.context.groups.length) rows.push(toggle("context", speech.say("map.context")));
    if (talk?.remarks) rows.push(toggle("remarks", talk.title + counted(talk.remarks)));
    part("gm-borders").replaceChildren(...rows);
  }

  /**
   * Which classes of objects are drawn.
   * @param {Model} model
   * @param {Record<string, boolean>} shown
   * @param {Speech} speech
   * @param {() => void} changed
   */
  function objects(model, shown, speech, changed) {
    const { classes } = model.values.objects;
    part("gm-objects").replaceChildren(...classes.map((look) => toggled(
      shown, changed, gmObjects.key(look),
      speech.name(look) + inBrackets(look.count, speech),
      [element("span", `gm-object gm-object-${look.key}`, look.sign)])));
    part("gm-objects-part").hidden = !classes.length;
  }

  /** @param {number} count @param {Speech} speech */
  const inBrackets = (count, speech) =>
    speech.say("map.in_brackets", { count: speech.say("map.count", { count: number(count, 0) }) });

  /** @param {Record<string, boolean>} shown @param {() => void} changed @param {string} key @param {string} text @param {Node[]} more */
  function toggled(shown, changed, key, text, more) {
    const label = element("label");
    const input = /** @type {HTMLInputElement} */ (element("input"));
    Object.assign(input, { type: "checkbox", name: key, checked: shown[key] });
    input.addEventListener("change", () => {
      shown[key] = input.checked;
      changed();
    });
    label.append(input, ...more, element("span", "", text));
    return label;
  }

  /** What of the context the map shows, by its signs. @param {Model} model @param {boolean} shown @param {Speech} speech */
  function context(model, shown, speech) {
    const rows = [...model.context.groups].reverse().filter(({ sign }) => sign.shape !== "point").map(({ sign }) => {
      const row = element("li");
      row.append(contextSample(sign), element("span", "", speech.say(`context.${sign.key}`)));
      return row;
    });
    part("gm-context").replaceChildren(...rows);
    part("gm-context-part").hidden = !shown || !rows.length;
  }

  /** A road, a shore or a house as it is drawn when it is near. @param {ContextSign} sign */
  function contextSample(sign) {
    const drawn = svg("svg", { width: 34, height: 14, class: "gm-line", "aria-hidden": "true" });
    const fill = gmTheme.pick({ light: sign.fill, dark: sign.dark });
    const casing = gmTheme.pick({ light: sign.casing, dark: sign.dark_casing });
    if (sign.shape === "area") {
      drawn.append(svg("rect", { x: 4, y: 1, width: 26, height: 12, fill, "fill-opacity": sign.opacity, stroke: casing }));
      return drawn;
    }
    const width = Math.min(8, Math.max(1.4, sign.least_px * 1.6));
    const ends = { x1: 0, y1: 7, x2: 34, y2: 7 };
    if (casing) drawn.append(svg("line", { ...ends, stroke: casing, "stroke-width": width + 1.8 }));
    drawn.append(svg("line", { ...ends, stroke: fill, "stroke-width": width, "stroke-dasharray": sign.dash }));
    return drawn;
  }

  /** @param {number} level */
  function sample(level) {
    const { weight, dash, colour } = gmTheme.line(level);
    const drawn = svg("svg", { width: 34, height: 10, class: "gm-line", "aria-hidden": "true" });
    drawn.append(svg("line", {
      x1: 0, y1: 5, x2: 34, y2: 5, stroke: colour, "stroke-width": weight, "stroke-dasharray": dash,
    }));
    return drawn;
  }

  return { head, views, legend, borders, objects, context };
})();
