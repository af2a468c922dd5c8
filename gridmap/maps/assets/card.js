// @ts-check
// The card of a grid: what a click or a search shows.

const gmCard = (() => {
  const { element, number } = gmPage;
  const M2_A_HECTARE = 10000;
  const MU_A_HECTARE = 15;
  const MOST_LEVELS = 12; // a circle of parents ends here

  /**
   * @param {Grid} grid
   * @param {Model} model
   * @param {Speech} speech
   */
  function card(grid, model, speech) {
    const made = element("article", "gm-card");
    made.append(element("h2", "", speech.name(grid)));
    const facts = element("dl");
    for (const [word, value] of rows(grid, model.values, speech)) {
      facts.append(element("dt", "", speech.say(word)), element("dd", "", value));
    }
    made.append(facts, people(grid, speech));
    // For the public nothing is said of vacancies.
    if (grid.next_up !== undefined && !model.values.town.public) made.append(nextUp(grid, model, speech));
    if (grid.reason && speech.name(grid.reason)) {
      made.append(section("card.reason", speech.name(grid.reason), speech));
    }
    if (grid.duties?.length) {
      made.append(section("card.duties", grid.duties.join(speech.say("mark.list")), speech));
    }
    for (const note of grid.notes) {
      made.append(section(`note.${note.view}`, speech.name(note), speech, "gm-note"));
    }
    const chain = chainOf(grid, model);
    if (chain.length) {
      made.append(section("card.chain", chain.map((above) => speech.name(above)).join(" › "), speech));
    }
    return made;
  }

  /**
   * The card of an object: what its register says, its grid and who is there.
   * @param {number} place
   * @param {Model} model
   * @param {Speech} speech
   */
  function object(place, model, speech) {
    const { zh, credit_code, staff, size, grid, spread, charge, posts } = model.values.objects;
    const made = element("article", "gm-card");
    made.append(element("h2", "", zh[place]));
    const own = grid[place] < 0 ? null : model.grid(grid[place]);
    /** @type {string[][]} */
    const found = [["card.class", speech.name(gmObjects.classOf(model, place))]];
    if (credit_code[place]) found.push(["card.credit_code", credit_code[place]]);
    if (staff[place]) found.push(["card.staff", counted("card.officers.value", staff[place], speech)]);
    if (size[place]) found.push(["card.size", size[place].split(";").join(speech.say("mark.list"))]);
    found.push(["card.grid", own ? `${speech.name(own)} ${own.code}` : speech.say("card.no_grid")]);
    const facts = element("dl");
    for (const [word, value] of found) facts.append(element("dt", "", speech.say(word)), element("dd", "", value));
    made.append(facts);
    if (charge.name[place]) {
      const why = speech.name({ zh: charge.zh[place], en: charge.en[place] });
      made.append(section("card.in_charge", `${charge.name[place]} ${why}`, speech, "gm-charge"));
    }
    if (posts[place].length) made.append(people({ people: posts[place] }, speech)); // of the object itself
    if (own) {
      made.append(people(own, speech));
      if (own.next_up !== undefined && !model.values.town.public) made.append(nextUp(own, model, speech));
    }
    if (spread[place]) made.append(element("p", "gm-hint", speech.say("card.spread")));
    return made;
  }

  /** @param {Grid} grid @param {Values} values @param {Speech} speech @returns {string[][]} */
  function rows(grid, values, speech) {
    const hectares = grid.area_m2 / M2_A_HECTARE;
    const area = speech.say("card.area.value", {
      ha: number(hectares, 2),
      mu: number(hectares * MU_A_HECTARE, 1),
    });
    const found = [["card.code", grid.code]];
    const ground = (grid.ground || []).map(
      ({ kind, share }) => `${kindName(kind, values, speech)} ${number(100 * share, 0)}%`);
    if (grid.kind === "micro") {
      found.push(
        ["card.category", kindName(grid.category || "", values, speech)],
        ["card.purity", `${number(100 * (grid.purity || 0), 0)}%`],
        ["card.ground", ground.join(speech.say("mark.list"))],
        ["card.area", area],
      );
      if (!values.town.public) found.push(
        ["card.load", speech.say("card.capacity.value", {
          load: number(grid.load_h, 1), capacity: number(grid.capacity_h || 0, 1) })],
        ["card.officers", counted("card.officers.value", grid.officers || 0, speech)],
      );
    } else if (grid.kind === "exclusive") {
      found.push(["card.level", speech.say("card.exclusive")]);
      if (grid.area_m2) found.push(["card.area", area]);
      if (ground.length) found.push(["card.ground", ground.join(speech.say("mark.list"))]);
      if (grid.load_h) found.push(["card.load", speech.say("card.load.value", { load: number(grid.load_h, 1) })]);
      if (grid.headcount) found.push(["card.headcount", counted("card.officers.value", grid.headcount, speech)]);
    } else {
      found.push(
        ["card.level", speech.say("card.level.value", { level: levelName(grid.level, speech) })],
        ["card.area", area],
        ["card.micro_grids", counted("map.count", grid.micro_grids || 0, speech)],
      );
      if (!values.town.public) found.splice(3, 0,
        ["card.load", speech.say("card.load.value", { load: number(grid.load_h, 1) })]);
    }
    if (grid.households) {
      const family = grid.family === "household" ? speech.say("card.of_households") : "";
      found.push(["card.households", counted("card.households.value", grid.households, speech) + family]);
    }
    if (grid.objects) found.push(["card.objects", counted("map.count", grid.objects, speech)]);
    return found;
  }

  /** A count with its unit. @param {string} word @param {number} count @param {Speech} speech */
  const counted = (word, count, speech) => speech.say(word, { count: number(count, 0) });

  /** @param {string} key @param {Values} values @param {Speech} speech */
  const kindName = (key, values, speech) =>
    key in values.kinds ? speech.name(values.kinds[key]) : key;

  /** Levels are counted in Chinese numerals in Chinese. @param {number} level @param {Speech} speech */
  const levelName = (level, speech) =>
    speech.language === "zh" ? "零一二三四五六七八九"[level] : String(level);

  /** @param {{ people: OnPost[] }} grid @param {Speech} speech */
  function people(grid, speech) {
    const list = element("ul", "gm-people");
    for (const { role, name } of grid.people) {
      const row = element("li", name ? "" : "gm-vacant");
      row.append(
        element("span", "gm-role", speech.name(role)),
        element("b", "", name || speech.say("card.vacant")),
      );
      list.append(row);
    }
    return list;
  }

  /** @param {Grid} grid @param {Model} model @param {Speech} speech */
  function nextUp(grid, model, speech) {
    const above = grid.next_up && model.grid(grid.next_up.place);
    if (!grid.next_up || !above) return element("p", "gm-next", speech.say("card.nobody_up"));
    return section("card.next_up", `${speech.name(above)} ${grid.next_up.name}`, speech, "gm-next");
  }

  /** @param {string} word @param {string} text @param {Speech} speech @param {string} [className] */
  function section(word, text, speech, className = "") {
    const made = element("p", className);
    made.append(element("span", "gm-label", speech.say(word) + speech.say("mark.colon")), text);
    return made;
  }

  /** Grids above, the town first. @param {Grid} grid @param {Model} model */
  function chainOf(grid, model) {
    /** @type {Grid[]} */
    const chain = [];
    for (let up = grid.parent; up >= 0 && chain.length < MOST_LEVELS; up = chain[0].parent) {
      chain.unshift(model.grid(up));
    }
    return chain;
  }

  return { card, object, levelName };
})();
