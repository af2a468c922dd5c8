// @ts-check
// The card of keys and gestures: what the hand can do without, or with, a mouse.

const gmKeyCard = (() => {
  const { make } = gmView;
  /** Keys, or a word for them, and the word for what they do. @type {[string, [string, string][]][]} */
  const GROUPS = [
    ["redraw.keys_map", [
      ["← ↑ → ↓", "redraw.key_walk"], ["redraw.space", "redraw.key_act"], ["⇧ + ← ↑ → ↓", "redraw.key_grow"],
      ["Ctrl + ← ↑ → ↓", "redraw.key_nudge"], ["+ −", "redraw.key_zoom"], ["0", "redraw.whole"], ["P", "redraw.key_pick"], ["/", "search.label"],
    ]],
    ["redraw.keys_tools", [
      ["V G R L", "redraw.key_choosing"], ["T", "redraw.tool_note"], ["X", "redraw.tool_border"], ["B", "redraw.tool_brush"], ["E", "redraw.tool_eraser"], ["[ ]", "redraw.key_size"], ["M", "redraw.key_move"],
      ["S C", "redraw.key_line"], ["redraw.enter", "redraw.key_enter"], ["Esc", "redraw.key_back"],
    ]],
    ["redraw.keys_chosen", [
      ["N", "redraw.move_new"], ["J", "redraw.key_merge"], ["D", "redraw.key_divide"], ["K", "redraw.key_lock"],
      ["Ctrl + Z", "redraw.undo"], ["Ctrl + Y", "redraw.redo"], ["?", "redraw.key_card"],
    ]],
    ["redraw.keys_touch", [
      ["redraw.touch_one", "redraw.touch_one_does"], ["redraw.touch_two", "redraw.touch_two_do"], ["redraw.touch_long", "redraw.touch_long_does"],
    ]],
  ];

  /** @param {Board} board @param {HTMLElement} frame */
  function start(board, frame) {
    const card = make("div", { class: "gm-keys gm-over", role: "dialog", hidden: true });
    frame.append(card);
    /** @type {any} */
    let before = null;

    function close() {
      if (card.hidden) return false;
      card.hidden = true;
      before?.focus?.();
      return true;
    }

    function toggle() {
      if (close()) return;
      const { say } = board;
      const word = (/** @type {string} */ one) => (one.includes(".") ? say(one) : one);
      const shut = make("button", { class: "plain", onclick: close, text: say("redraw.close_card") });
      card.setAttribute("aria-label", say("redraw.keys"));
      card.replaceChildren(make("div", { class: "gm-head" }, make("h3", { text: say("redraw.keys") }), shut),
        make("div", { class: "gm-key-groups" }, ...GROUPS.map(([title, rows]) => make("section", {}, make("h4", { text: say(title) }),
          make("dl", {}, ...rows.map(([keys, what]) => make("div", {}, make("dt", { text: word(keys) }), make("dd", { text: say(what) }))))))));
      card.hidden = false;
      before = board.root.activeElement;
      shut.focus();
    }

    return { toggle, close };
  }

  return { start };
})();
