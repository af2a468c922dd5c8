// @ts-check
// Comments pinned on the map and disputes of cadres: pins, a list, answers, the way to a ready edit.

const gmRemarks = (() => {
  const { make } = gmView;
  const AROUND_M = 160; // of a place that is gone to
  const FILTERS = ["open", "all", "comments", "disputes"];
  const OUTCOMES = ["accepted", "refused", "done"];

  /** @param {Board} board @returns {RemarksState} */
  const own = (board) => (board.remarks ??= { filter: "open", writing: null, shown: "", went: "", took: false, drafts: new Map(), pins: null });

  /** @param {Board} board @param {{ x: number, y: number }} place of the work CRS */
  const onMap = (board, { x, y }) => [y - board.ground.origin[1], x - board.ground.origin[0]];

  /** @param {Board} board */
  const known = (board) => board.given.remarks.list;

  /** @param {Board} board */
  function listed(board) {
    const { filter } = own(board);
    return known(board).filter((one) => filter === "all" || (filter === "open" ? one.open : one.dispute === (filter === "disputes")));
  }

  /** Let a click with the tool for comments begin one. @param {Board} board @param {RemarkActs} acts */
  function start(board, acts) {
    board.map.on("click", (/** @type {any} */ event) => {
      const over = event.originalEvent.composedPath().some((/** @type {any} */ one) => one instanceof Element && one.classList.contains("gm-over"));
      if (board.tool !== "note" || over) return;
      begin(board, { x: board.ground.origin[0] + event.latlng.lng, y: board.ground.origin[1] + event.latlng.lat }, acts);
      own(board).took = true;
    });
  }

  /** Begin a comment at a place; by keys it is the patch in focus. @param {Board} board @param {{ x: number, y: number }} at @param {RemarkActs} acts */
  function begin(board, at, acts) {
    own(board).writing = at;
    acts.tool("pick");
    acts.show();
    acts.place().querySelector("textarea")?.focus();
  }

  /** Whether the click that is told now has begun a comment: it chooses nothing besides. @param {Board} board */
  function took(board) {
    const state = own(board), was = state.took;
    state.took = false;
    return was;
  }

  /** @param {Board} board @param {HTMLElement} place @param {RemarkActs} acts */
  function show(board, place, acts) {
    const { say } = board;
    const state = own(board);
    const active = /** @type {any} */ (board.root.activeElement);
    const typed = active && place.contains(active) ? active.dataset?.draft : undefined;
    const caret = typed === undefined ? 0 : active.selectionStart;
    const filter = make("select", { "aria-label": say("redraw.notes_filter"), onchange: () => { state.filter = filter.value; acts.show(); } },
      ...FILTERS.map((name) => make("option", { value: name, text: say(`redraw.notes_${name}`) })));
    filter.value = state.filter;
    const rows = listed(board);
    place.replaceChildren(
      make("div", { class: "gm-head" }, make("h3", { text: say("redraw.notes", { count: board.given.remarks.count }) }), filter),
      ...(board.given.remarks.fault ? [make("p", { class: "warn", text: board.given.remarks.fault })] : []),
      state.writing ? writing(board, acts) : make("button", { class: "plain gm-add-note", onclick: () => acts.tool("note"), text: say("redraw.notes_add") }),
      rows.length ? make("ol", { class: "gm-notes" }, ...rows.map((one) => card(board, one, acts)))
        : make("p", { class: "quiet", text: say(known(board).length ? "redraw.notes_none_fit" : "redraw.notes_none") }));
    if (typed !== undefined) {
      const field = /** @type {any} */ ([...place.querySelectorAll("textarea")].find((one) => one.dataset.draft === typed));
      field?.focus();
      field?.setSelectionRange(caret, caret);
    }
    pins(board, acts);
  }

  /** A field whose text outlives answers that come meanwhile. @param {Board} board @param {string} key @param {string} label */
  function field(board, key, label) {
    const { drafts } = own(board);
    const area = make("textarea", { rows: 2, maxlength: 500, "aria-label": label, placeholder: label, "data-draft": key, value: drafts.get(key) || "",
      oninput: () => drafts.set(key, area.value) });
    return area;
  }

  /** @param {Board} board @param {RemarkActs} acts */
  function writing(board, acts) {
    const { say } = board;
    const state = own(board);
    const text = field(board, "new", say("redraw.notes_text"));
    const done = () => { state.writing = null; state.drafts.delete("new"); };
    return make("form", { class: "gm-note-new", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const place = state.writing;
      if (!place || !text.value.trim()) { text.focus(); return; }
      const said = text.value;
      done();
      acts.ask("note_pin", { ...place, text: said });
      acts.show();
    } }, text, make("div", { class: "gm-row" },
      make("button", { type: "submit", class: "plain", text: say("redraw.notes_save") }),
      make("button", { type: "button", class: "plain", onclick: () => { done(); acts.show(); }, text: say("redraw.cancel") })));
  }

  /** @param {Board} board @param {RemarkRow} one @param {RemarkActs} acts */
  function card(board, one, acts) {
    const { say } = board;
    const state = own(board);
    const kind = say(one.dispute ? "redraw.notes_dispute" : "redraw.notes_comment");
    const pending = board.answer.changes.some((change) => change.about === one.name);
    const mark = one.open ? "" : ` · ${say(one.dispute ? `answers.outcome_${one.outcome}` : "redraw.notes_closed")}${one.edit ? ` ${one.edit}` : ""}`;
    return make("li", { class: `${one.open ? "" : "done"}${state.shown === one.name ? " shown" : ""}`, "data-remark": one.name },
      make("small", { text: `${kind} · ${one.by} · ${one.time}${one.dispute ? ` · ${one.grid}` : ""}${mark}` }),
      make("p", { text: one.text }),
      ...one.answers.map((each) => make("p", { class: "gm-note-answer" }, make("small", { text: `${each.by} · ${each.time}` }), ` ${each.text}`)),
      make("div", { class: "gm-row" },
        make("button", { class: "plain", onclick: () => { lookAt(board, one); acts.show(); }, text: say("redraw.notes_go") }),
        one.open && !pending && !board.given.frozen ? make("button", { class: "plain", onclick: () => acts.ask("note_edit", { name: one.name }), text: say("redraw.notes_edit") }) : null,
        !one.dispute && make("button", { class: "plain", onclick: () => acts.ask(one.open ? "note_close" : "note_reopen", { name: one.name }),
          text: say(one.open ? "redraw.notes_close" : "redraw.notes_reopen") })),
      one.open && !pending ? reply(board, one, acts) : null);
  }

  /** @param {Board} board @param {RemarkRow} one @param {RemarkActs} acts */
  function reply(board, one, acts) {
    const { say } = board;
    const { drafts } = own(board);
    const text = field(board, one.name, say(one.dispute ? "redraw.notes_reply_hint" : "redraw.notes_answer_hint"));
    const send = (/** @type {string} */ kind, /** @type {Record<string, unknown>} */ more) => {
      const said = text.value;
      drafts.delete(one.name);
      text.blur();
      acts.ask(kind, { name: one.name, text: said, ...more });
    };
    const buttons = one.dispute
      ? OUTCOMES.map((outcome) => make("button", { class: "plain", "data-outcome": outcome, onclick: () => send("note_settle", { outcome }), text: say(`answers.outcome_${outcome}`) }))
      : [make("button", { class: "plain", onclick: () => { if (text.value.trim()) send("note_answer", {}); else text.focus(); }, text: say("redraw.notes_answer") })];
    return make("details", { open: drafts.has(one.name) }, make("summary", { text: say(one.dispute ? "redraw.notes_reply" : "redraw.notes_answer") }),
      text, make("div", { class: "gm-row" }, ...buttons));
  }

  /** What a pending change was asked for by, with the reply to a cadre. @param {Board} board @param {Change} change @param {any} acts */
  function asked(board, change, acts) {
    const { say } = board;
    const one = change.about && known(board).find((each) => each.name === change.about);
    if (!one) return null;
    const quote = make("p", { class: "gm-asked", text: `${say(one.dispute ? "redraw.notes_dispute" : "redraw.notes_comment")} · ${one.by} · ${one.text}` });
    if (!one.dispute) return quote;
    const text = field(board, one.name, say("redraw.notes_reply_hint"));
    return make("div", {}, quote, text, make("div", { class: "gm-row" },
      make("button", { class: "plain gm-refuse", onclick: () => acts.ask("note_settle", { name: one.name, outcome: "refused", text: text.value }), text: say("answers.outcome_refused") })));
  }

  /** Replies to cadres that are written beside pending changes. @param {ParentNode} place */
  const replies = (place) => Object.fromEntries(/** @type {HTMLTextAreaElement[]} */ ([...place.querySelectorAll("textarea[data-draft]")])
    .map((area) => [area.dataset.draft, area.value]));

  /** @param {Board} board @param {{ name: string, x: number, y: number }} one */
  function lookAt(board, one) {
    own(board).shown = one.name;
    const [y, x] = onMap(board, one);
    board.map.fitBounds([[y - AROUND_M, x - AROUND_M], [y + AROUND_M, x + AROUND_M]], { maxZoom: 2, animate: false });
  }

  /** Go where Python says, once. @param {Board} board */
  function follow(board) {
    const { go } = board.given.remarks;
    const state = own(board);
    if (!go || go.mark === state.went) return;
    state.went = go.mark;
    if (!listed(board).some((one) => one.name === go.name)) state.filter = "all";
    lookAt(board, go);
  }

  /** @param {Board} board @param {RemarkActs} acts */
  function pins(board, acts) {
    const state = own(board);
    state.pins?.remove();
    const marks = listed(board).map((one) => L.marker(onMap(board, one), {
      title: one.text, alt: one.text, icon: L.divIcon({ className: `gm-pin gm-over${one.dispute ? " dispute" : ""}${one.open ? "" : " done"}${state.shown === one.name ? " shown" : ""}`, iconSize: [22, 22], iconAnchor: [11, 22] }),
    }).on("click", () => {
      state.shown = one.name;
      acts.show();
      acts.place().querySelector(".shown")?.scrollIntoView({ block: "nearest" });
    }));
    if (state.writing) marks.push(L.marker(onMap(board, state.writing), { interactive: false, icon: L.divIcon({ className: "gm-pin shown", iconSize: [22, 22], iconAnchor: [11, 22] }) }));
    state.pins = L.layerGroup(marks).addTo(board.map);
  }

  return { start, begin, took, show, asked, replies, follow };
})();
