// @ts-check
// Pending changes with what they break and how to repair it; accepting; and what was done before.

const gmChanges = (() => {
  const { make } = gmView;

  /**
   * @typedef {{ ask: (kind: string, fields?: Record<string, unknown>) => void,
   *   point: (patches: string[]) => void, busy: () => boolean }} Acts
   */

  /** @param {Board} board @param {HTMLElement} place @param {Acts} acts */
  function show(board, place, acts) {
    const { say, answer } = board;
    // Somebody may be writing the reason while an answer comes.
    const why = place.querySelector(".gm-why textarea") || make("textarea", { rows: 2, maxlength: 500, placeholder: say("redraw.why_hint") });
    const writing = board.root.activeElement === why;
    if (!answer.changes.length) {
      place.replaceChildren(
        make("h3", { text: say("redraw.pending") }),
        make("p", { class: "quiet", text: say("redraw.nothing_pending") }));
      return;
    }
    const open = answer.changes.filter((change) => !change.sound).length;
    place.replaceChildren(
      make("div", { class: "gm-head" },
        make("h3", { text: say("redraw.pending_count", { count: answer.changes.length }) }),
        answer.changes.length > 1 ? make("button", { class: "plain", onclick: () => acts.ask("cancel_all"), text: say("redraw.cancel_all") }) : null),
      make("ol", { class: "gm-changes" }, ...answer.changes.map((change, at) => card(board, change, at, acts))),
      make("label", { class: "gm-why" }, make("span", { text: say("redraw.why") }),
        why),
      make("button", { class: open ? "gm-accept risky" : "gm-accept", disabled: acts.busy() || Boolean(board.given.frozen), onclick: () => accept(place, acts),
        text: open ? say("redraw.accept_anyway", { count: open }) : say("redraw.accept", { count: answer.changes.length }) }),
      make("p", { class: "quiet", text: say("redraw.by_whom", { who: board.given.who }) }));
    if (writing) why.focus();
  }

  /** @param {HTMLElement} place @param {Acts} acts */
  function accept(place, acts) {
    const why = /** @type {any} */ (place.querySelector(".gm-why textarea"))?.value || "";
    acts.ask("accept", { why, replies: gmRemarks.replies(place) });
  }

  /** @param {Board} board @param {Change} change @param {number} at @param {Acts} acts */
  function card(board, change, at, acts) {
    const { say } = board;
    return make("li", { class: change.sound ? "" : "broken" },
      make("div", { class: "gm-head" }, make("b", { text: change.what }),
        make("button", { class: "plain", "aria-label": say("redraw.cancel_this", { what: change.what }), onclick: () => acts.ask("cancel", { change: at }), text: say("redraw.cancel") })),
      gmRemarks.asked(board, change, acts),
      change.rows.length ? gmRows.table(board, change.rows) : null,
      ...change.renamed.map((text) => make("p", { class: "gm-break warning gm-renamed", text })),
      ...change.violations.map((found) => make("p", {
        class: `gm-break ${found.fresh ? found.severity : "old"}`, tabindex: 0,
        ...pointing(found.patches, acts), text: found.text,
      })),
      !board.given.frozen && change.violations.some((found) => found.fresh && !["unit", "households"].includes(found.kind)) ? offers(board, change, at, acts) : null);
  }

  /** @param {Board} board @param {Change} change @param {number} at @param {Acts} acts */
  function offers(board, change, at, acts) {
    const { say } = board;
    if (!change.offers.length) return make("p", { class: "quiet", text: say("redraw.no_offers") });
    return make("div", { class: "gm-offers" }, make("h4", { text: say("redraw.offers") }),
      ...change.offers.map((offer, place) => make("div", { class: "gm-offer", ...pointing(offer.patches, acts) },
        make("button", { onclick: () => acts.ask("repair", { change: at, offer: place }) },
          make("span", { text: offer.title }), make("small", { text: say("redraw.moves_besides", { count: offer.patches.length }) })),
        make("details", {}, make("summary", { text: say("redraw.before_after") }), gmRows.table(board, offer.rows)))));
  }

  /** @param {string[]} patches @param {Acts} acts */
  const pointing = (patches, acts) => ({
    onmouseenter: () => acts.point(patches), onmouseleave: () => acts.point([]),
    onfocusin: () => acts.point(patches), onfocusout: () => acts.point([]),
  });

  /** @param {Board} board @param {HTMLElement} place @param {Acts} acts */
  function history(board, place, acts) {
    const { say, answer } = board;
    const opened = /** @type {any} */ (place.querySelector("details"))?.open;
    const free = !answer.changes.length && !board.given.frozen;
    place.replaceChildren(make("details", { open: opened },
      make("summary", { text: say("redraw.history", { count: answer.history.length }) }),
      answer.history.length ? make("ol", { class: "gm-history" }, ...answer.history.map((row) => make("li", { class: row.force ? "" : "undone" },
        make("div", { class: "gm-head" }, make("b", { text: row.what }),
          row.force && row.act && free ? make("button", { class: "plain", onclick: () => acts.ask("undo_one", { edit: row.id }), text: say("redraw.undo_this") }) : null),
        make("small", { text: `${row.id} · ${row.time} · ${row.who}${row.force ? "" : ` · ${say("redraw.undone")}`}` }),
        row.why ? make("p", { text: row.why }) : null))) : make("p", { class: "quiet", text: say("redraw.no_history") })));
  }

  /** What has to be said above all. @param {Board} board @param {HTMLElement} place @param {Acts} acts */
  function news(board, place, acts) {
    const { say, answer, given } = board;
    const rows = [];
    if (given.frozen) {
      rows.push(make("div", { class: "gm-news stale gm-frozen", role: "status" }, make("p", { text: given.frozen.text }), given.frozen.why && make("p", { text: given.frozen.why }),
        make("div", { class: "gm-row" }, make("button", { onclick: () => acts.ask("branch"), text: say("plans.branch") }),
          make("button", { class: "plain", onclick: () => acts.ask("plans"), text: say("plans.frozen_go") }))));
    }
    if (answer.stale) {
      rows.push(make("div", { class: "gm-news stale", role: "alert" }, make("p", { text: answer.stale.text }),
        make("div", { class: "gm-row" },
          answer.stale.can ? make("button", { onclick: () => acts.ask("reapply"), text: say("redraw.reapply") }) : null,
          answer.stale.part ? make("button", { onclick: () => acts.ask("keep_possible"), text: say("redraw.keep_possible") }) : null,
          make("button", { class: "plain", onclick: () => acts.ask("drop"), text: say("redraw.drop") }))));
    }
    if (answer.fault) rows.push(make("div", { class: "gm-news fault", role: "alert" }, make("p", { text: answer.fault })));
    if (answer.note) {
      rows.push(make("div", { class: "gm-news note", role: "status" }, make("p", { text: answer.note }),
        answer.people ? make("button", { class: "plain", onclick: () => acts.ask("people"), text: say("redraw.to_people") }) : null,
        answer.restored ? make("button", { class: "plain gm-drop", onclick: () => acts.ask("drop"), text: say("redraw.drop_restored") }) : null));
    }
    place.replaceChildren(...rows);
  }

  return { show, history, news, accept };
})();
