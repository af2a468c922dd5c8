// @ts-check
// The keyboard: Esc steps back, Enter ends a line or accepts, Ctrl+Z and Ctrl+Y, letters take tools.

const gmKeys = (() => {
  const PANEL_KEYS = ["n", "j", "d", "k"]; // of buttons beside the map, which bear them as data-key

  /**
   * @param {KeyboardEvent} event
   * @param {Board} board
   * @param {Map<string, ToolName>} tools by letter
   * @param {{ tool: (name: ToolName) => void, clear: () => void, accept: () => void, step: (kind: "undo" | "redo") => void,
   *   cancel: () => boolean, line: () => boolean, finish: () => void, resize: (by: number) => void,
   *   walk: (event: KeyboardEvent) => boolean, find: () => boolean, card: () => void, close: () => boolean, press: (key: string) => void }} acts
   */
  function pressed(event, board, tools, acts) {
    const target = /** @type {any} */ (event.composedPath()[0]);
    const types = target?.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target?.tagName);
    const name = event.key.toLowerCase();
    const own = () => { event.preventDefault(); event.stopPropagation(); };
    // A second Ctrl+F is the browser's own.
    if (name === "f" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      if (acts.find()) own();
    } else if (!types && name === "/") {
      own();
      acts.find();
    } else if (!types && acts.walk(event)) own();
    else if (name === "escape") {
      own();
      if (acts.close()) return;
      if (types) target.blur();
      else if (!acts.cancel()) {
        if (board.tool !== "pick") acts.tool("pick");
        else if (board.chosen.size) acts.clear();
      }
    } else if (types || event.altKey) {
      return;
    } else if (event.ctrlKey || event.metaKey) {
      if (name !== "z" && name !== "y") return;
      own();
      const back = name === "z" && !event.shiftKey;
      if (back ? board.answer.undo : board.answer.redo) acts.step(back ? "undo" : "redo");
    } else if (name === "enter") {
      // Enter on a button is the button's.
      if (["BUTTON", "SUMMARY", "A"].includes(target?.tagName)) return;
      own();
      if (acts.line()) acts.finish();
      else if (board.answer.changes.length && board.answer.changes.every((change) => change.sound)) acts.accept();
    } else if ((name === "[" || name === "]") && gmBrush.isOn(board)) {
      own();
      acts.resize(name === "[" ? -1 : 1);
    } else if (name === "?" || name === "？") {
      own();
      acts.card();
    } else if (PANEL_KEYS.includes(name)) {
      own();
      acts.press(name);
    } else {
      const tool = tools.get(name);
      if (!tool) return;
      own();
      acts.tool(tool);
    }
  }

  return { pressed };
})();
