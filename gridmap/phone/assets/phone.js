// The page of a cadre as one file: draws what it knows, and keeps what is answered until it is handed on.

const gmPhone = (() => {
  const part = (name) => document.querySelector(`.phone-${name}`);
  const LOOK_AGAIN_MS = 60_000;

  function start(page) {
    const link = page.link;
    const kept = gmKept.open(`gridmap-phone ${link ? `${link.plan} ${link.person}` : ""}`);
    const drafts = new Map();
    const desk = {
      page, kept, language: page.language, place: null, told: "", sending: false, grid: 0,
      say: (key, values = {}) => filled(page.words[desk.language][key] || key, values),
      draft(place) {
        if (!drafts.has(place)) drafts.set(place, { open: false, sentence: "", photo: "" });
        return drafts.get(place);
      },
      forget(place) {
        drafts.delete(place);
        desk.place = null;
        draw();
        part("kept").scrollIntoView({ block: "nearest" });
      },
      nameOf(place) {
        const found = [...page.grids, ...page.posts].find((one) => one.place === place);
        return found ? gmParts.pick(found.name, desk.language) : place;
      },
      keep(answer) {
        const fits = kept.add(answer);
        desk.told = desk.say(fits ? "phone.noted" : "phone.full");
        draw();
        if (fits) desk.send(false);
        return fits;
      },
      remove(one) {
        kept.remove(one.id);
        desk.told = "";
        draw();
      },
      file: (hand) => handOver(desk, hand, draw),
      send: (asked) => send(desk, asked),
    };
    const board = page.grids.length ? gmOwnMap.begin(document.querySelector(".my-grid")) : null;
    if (board) board.send = (place) => { desk.place = place; draw(); part("answering").scrollIntoView({ block: "start" }); };

    function draw() {
      drawPage(desk, board, draw);
    }

    if (board) follow(board);
    else document.querySelector(".my-grid").hidden = true;
    document.body.classList.toggle("phone-to-look", !link);
    part("language").onclick = () => {
      desk.language = desk.language === "zh" ? "en" : "zh";
      desk.told = "";
      draw();
    };
    draw();
    if (page.served) gmInstall.start(page.served.mark, () => drawInstall(desk));
    if (!link) return;
    window.addEventListener("online", () => desk.send(false));
    setInterval(() => desk.send(false), LOOK_AGAIN_MS);
    desk.send(false);
  }

  // What is drawn on a canvas has no style of its own.
  function follow(board) {
    window.addEventListener("pagehide", gmTheme.follow(() => board.layer && board.layer.show(true)));
  }

  function drawPage(desk, board, draw) {
    const { page, language, say } = desk;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = `${say("my_grids.title")} · ${gmParts.pick(page.town, language)}`;
    part("language").textContent = language === "zh" ? "English" : "中文";
    gmParts.head(part("head"), desk);
    const grid = page.grids[desk.grid];
    if (grid) {
      choose(desk, draw);
      gmOwnMap.show(board, mapOf(desk));
      gmParts.sheet(part("sheet"), grid.sheet[language], desk);
    } else {
      part("choice").hidden = true;
      part("sheet").replaceChildren();
      gmParts.office(part("sheet"), page, say);
    }
    drawAnswering(desk, grid);
    drawPosts(desk);
    part("objects").replaceChildren();
    gmParts.objects(part("objects"), desk);
    if (page.link) gmWaiting.show(part("kept"), desk);
    drawInstall(desk);
    gmParts.foot(part("foot"), desk);
  }

  function drawInstall(desk) {
    part("install").hidden = !desk.page.served;
    if (desk.page.served) gmInstall.draw(part("install"), desk);
  }

  function choose(desk, draw) {
    const { page, language, say } = desk;
    const label = part("choice");
    label.hidden = page.grids.length < 2;
    label.querySelector("span").textContent = say("my_grids.choose");
    const select = label.querySelector("select");
    select.replaceChildren(...page.grids.map(({ name }, place) => new Option(gmParts.pick(name, language), String(place))));
    select.value = String(desk.grid);
    select.onchange = () => {
      desk.grid = Number(select.value);
      desk.place = null;
      draw();
    };
  }

  // What the map shows of the grid that is open, in the language of now.
  function mapOf({ page, language, grid, place }) {
    const { ground, names, state } = page.grids[grid];
    const named = (ones, kind) => ones.map((one, at) => ({ ...one, name: language === "zh" ? one.name : names[kind][at] }));
    return {
      key: `${grid} ${state} ${language}`, bounds: ground.bounds, place,
      own: named(page.own, "own").map((one, at) => ({ ...one, chosen: at === grid })),
      neighbours: named(ground.neighbours, "neighbours"),
      context: page.context, signs: page.signs, words: page.words[language],
    };
  }

  function drawAnswering(desk, grid) {
    const parent = part("answering");
    parent.replaceChildren();
    if (!grid || !desk.page.link) return;
    const parts = [() => gmAnswering.receipt(parent, grid, "confirm", desk), () => gmAnswering.dispute(parent, grid, "dispute", desk)];
    for (const one of desk.place ? parts.reverse() : parts) one(); // who has just chosen a place goes on below the map
  }

  function drawPosts(desk) {
    const parent = part("posts");
    const { posts, link } = desk.page;
    parent.replaceChildren();
    if (!posts.length) return;
    make("h2", parent, { class: "phone-over" }, desk.say("my_grids.places", { count: posts.length }));
    for (const one of posts) {
      const card = gmParts.post(parent, one, desk);
      if (!link) continue;
      gmAnswering.receipt(card, one, "confirm_post", desk);
      gmAnswering.dispute(card, one, "dispute_post", desk);
    }
  }

  async function handOver(desk, hand, draw) {
    const { page, kept, say } = desk;
    const chosen = gmHand.batch(kept.waiting);
    const day = new Date().toISOString().slice(0, 10);
    const done = await hand(gmHand.write(page.link, chosen), `${page.name}-${say("phone.file_name")}-${day}`);
    if (done) for (const one of chosen) kept.change(one.id, "filed");
    const left = kept.waiting.length - chosen.length;
    desk.told = done ? say(left ? "phone.filed_part" : "phone.filed", { count: chosen.length, left }) : "";
    draw();
  }

  // Send what waits. Who has not asked is not told that nobody answers.
  async function send(desk, asked) {
    const { page, kept, say } = desk;
    const chosen = gmHand.batch(kept.waiting);
    if (!page.link.address || desk.sending || !chosen.length || (!asked && navigator.onLine === false)) return;
    desk.sending = true;
    if (asked) refresh(desk);
    const told = await gmHand.send(page.link, gmHand.write(page.link, chosen));
    desk.sending = false;
    const answers = told && Array.isArray(told.answers) ? told.answers : [];
    for (const { id, outcome, why } of answers) {
      kept.change(id, { refused: "refused", outdated: "outdated" }[outcome] || "sent", why || null);
    }
    if (answers.length) desk.told = say("phone.sent", { count: answers.length });
    else if (told && told.why) desk.told = gmParts.pick(told.why, desk.language);
    else if (asked) desk.told = say("phone.unreached");
    refresh(desk);
  }

  // What may change while somebody writes: a form that is written in stays as it is.
  function refresh(desk) {
    const writes = document.activeElement && document.activeElement.closest(".phone-dispute");
    if (!writes) {
      drawAnswering(desk, desk.page.grids[desk.grid]);
      drawPosts(desk);
    }
    gmWaiting.show(part("kept"), desk);
  }

  return { start };
})();
