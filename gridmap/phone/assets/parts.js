// What a cadre is told: head, facts, duties, people, neighbours, posts. Texts of the data are put in as text.

const gmParts = (() => {
  const pick = (both, language) => both[language] || both.zh || both.en;

  function section(parent, title, kind = "phone-part") {
    const one = make("section", parent, { class: kind });
    make("h2", one, {}, title);
    return one;
  }

  function head(parent, { page, language, say }) {
    parent.replaceChildren();
    make("h1", parent, {}, say("my_grids.title"));
    const who = page.office ? say("my_grids.who", { name: page.name, office: page.office }) : page.name;
    make("p", parent, { class: "phone-who" }, who);
    make("p", parent, { class: "phone-quiet" }, say("my_grids.version", { town: pick(page.town, language), version: page.version, date: page.date }));
  }

  function foot(parent, { page, language, say }) {
    parent.replaceChildren();
    make("p", parent, {}, say(page.served ? "phone.made_served" : "phone.made", { date: page.printed }));
    if (page.until) make("p", parent, {}, say("phone.until", { date: page.until }));
    make("p", parent, {}, pick(page.notice, language));
    if (pick(page.credit, language)) make("p", parent, {}, pick(page.credit, language));
  }

  function office(parent, page, say) {
    if (!page.office_phone) return;
    const line = make("p", parent, { class: "phone-office" });
    make("b", line, {}, say("my_grids.office"));
    make("a", line, { href: `tel:${page.office_phone.dialled}` }, page.office_phone.shown);
  }

  function rows(parent, { look, rows: told, empty }) {
    if (!told.length) {
      if (empty) make("p", parent, { class: "phone-quiet" }, empty);
    } else if (look === "facts") {
      const list = make("dl", parent);
      for (const [name, text] of told) {
        make("dt", list, {}, name);
        make("dd", list, {}, text);
      }
    } else {
      const list = make("ul", parent, { class: look === "pairs" ? "phone-pairs" : "" });
      for (const [name, text] of told) {
        const item = make("li", list, {}, look === "pairs" ? "" : name);
        if (look !== "pairs") continue;
        make("b", item, {}, name);
        make("span", item, {}, text);
      }
    }
  }

  // All parts of a sheet; the phone of the office stands with the people.
  function sheet(parent, parts, { page, say }) {
    parent.replaceChildren();
    for (const part of parts) {
      const one = section(parent, part.title);
      if (part.phone) office(one, page, say);
      rows(one, part);
    }
  }

  function post(parent, one, { language, say }) {
    const card = section(parent, pick(one.name, language), "phone-part phone-post");
    make("p", card, { class: "phone-quiet" }, `${pick(one.kind, language)} · ${pick(one.role, language)}`);
    rows(card, { look: "list", rows: one.duties.map((duty) => [duty, ""]), empty: "" });
    return card;
  }

  function objects(parent, { page, language, say }) {
    const told = page.objects[language];
    if (!told.length) return;
    rows(section(parent, say("below.own_objects", { count: told.length })), { look: "pairs", rows: told, empty: "" });
  }

  return { pick, section, head, foot, office, sheet, post, objects };
})();
