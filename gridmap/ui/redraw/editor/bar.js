// @ts-check
// The bar of tools above the map.

const gmBar = (() => {
  const { make, icon } = gmView;
  /** Tool, its key, and its sign. @type {[ToolName, string, string][]} */
  const TOOLS = [
    ["pick", "V", "M5 3l11 6-5 1.5L8.5 16z"],
    ["grid", "G", "M3 6l5-3 9 3v8l-6 3-8-4zM8 3v6l9 3M8 9l-5 3"],
    ["box", "R", "M3 4h3M9 4h3M15 4h2v3M17 10v3M17 16h-3M11 16H8M5 16H3v-3M3 10V7"],
    ["lasso", "L", "M10 4c4.500 0 7 2 7 4.500S14 13 10 13 3 11 3 8.500 5.500 4 10 4zM6 12c-2 2-1 4 1 4s2-2 0-3"],
    ["brush", "B", "M16.500 2.500L9 11M11.500 13.500L17.500 3.500M9 11l2.500 2.500c-1 3-3.500 3.500-7 3 1.500-1 1.500-4.500 4.500-5.500z"],
    ["eraser", "E", "M3 12l8-8 6 6-7 7H7zM7 8l6 6M6 17h11"],
    ["move", "M", "M3 10h12M11 6l4 4-4 4M17 4v12"],
    ["split", "S", "M4 4h12v12H4zM3 13L17 7"],
    ["cut", "C", "M7 13L16 4M7 7l9 9M5.500 3.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM5.500 12.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"],
    ["note", "T", "M4 4h12v9h-7l-4 3v-3H4zM7 7.500h6M7 10h4"],
    ["border", "X", "M3 15c3-1 2-5 5-6s3-4 3-6M12.500 12a2.200 2.200 0 1 1 3 2c-.8.4-1 .8-1 1.500M14.500 17.600v.1"],
  ];
  /** @type {ToolName[]} */
  const CHANGING = ["brush", "eraser", "move", "split", "cut"]; // of no use on a frozen plan
  const UNDO = "M8 5L4 9l4 4M4 9h8a4 4 0 0 1 0 8h-2";
  const REDO = "M12 5l4 4-4 4M16 9H8a4 4 0 0 0 0 8h2";

  /**
   * @param {Board} board @param {HTMLElement} place
   * @param {{ tool: (name: ToolName) => void, ask: (kind: string) => void, limit: (code: string) => void,
   *   colour: (by: Colouring) => void, numbers: (on: boolean) => void, context: (on: boolean) => void, zoom: () => void, whole: () => void, card: () => void }} acts
   */
  function start(board, place, acts) {
    const { say, given } = board;
    /** @type {Map<ToolName, any>} */
    const tools = new Map(TOOLS.map(([name, key, path]) => [name, make("button", {
      class: "tool", "data-tool": name, title: `${say(`redraw.tool_${name}`)} (${key})`, onclick: () => acts.tool(name),
    }, icon(path), make("span", { text: say(`redraw.tool_${name}`) }))]));
    const undo = make("button", { class: "tool", onclick: () => acts.ask("undo") }, icon(UNDO), make("span", { text: say("redraw.undo") }));
    const redo = make("button", { class: "tool", onclick: () => acts.ask("redo") }, icon(REDO), make("span", { text: say("redraw.redo") }));
    const limit = make("select", { "aria-label": say("redraw.limit"), title: say("redraw.limit"), onchange: () => acts.limit(limit.value) },
      make("option", { value: "", text: say("redraw.no_limit") }),
      ...given.above.map((grid) => make("option", { value: grid.code, text: grid.name })));
    const colour = make("select", { "aria-label": say("redraw.colour"), title: say("redraw.colour"), onchange: () => acts.colour(colour.value) },
      ...["grid", "kind", "load", "balance"].map((by) => make("option", { value: by, text: say(`redraw.by_${by}`) })));
    const numbers = make("input", { type: "checkbox", checked: board.numbers, onchange: () => acts.numbers(numbers.checked) });
    const context = make("input", { type: "checkbox", checked: board.context, onchange: () => acts.context(context.checked) });
    const zoom = make("button", { class: "plain", onclick: acts.zoom, title: say("redraw.zoom_chosen"), text: say("redraw.zoom_chosen") });
    place.replaceChildren(
      make("div", { class: "gm-group", role: "group", "aria-label": say("redraw.choosing") }, ...[...tools.values()].slice(0, 4)),
      make("div", { class: "gm-group", role: "group", "aria-label": say("redraw.changing") }, ...[...tools.values()].slice(4)),
      make("div", { class: "gm-group" }, undo, redo),
      make("div", { class: "gm-group gm-looks" }, limit, colour,
        make("label", { class: "gm-check" }, numbers, make("span", { text: say("redraw.numbers") })),
        board.ground.context.groups.length > 0 && make("label", { class: "gm-check" }, context, make("span", { text: say("redraw.context") })), zoom,
        make("button", { class: "plain", onclick: acts.whole, text: say("redraw.whole") }),
        make("button", { class: "plain", onclick: acts.card, title: say("redraw.keys"), "aria-label": say("redraw.keys"), text: "?" })));

    return {
      show() {
        for (const [name, button] of tools) {
          button.setAttribute("aria-pressed", String(name === board.tool));
          button.disabled = !isFree(board, name);
        }
        undo.disabled = !board.answer.undo;
        redo.disabled = !board.answer.redo;
        undo.title = board.answer.undo ? `${say("redraw.undo")} ${board.answer.undo} (Ctrl+Z)` : say("redraw.undo");
        redo.title = board.answer.redo ? `${say("redraw.redo")} ${board.answer.redo} (Ctrl+Y)` : say("redraw.redo");
        zoom.disabled = !board.chosen.size;
        limit.value = board.limit;
        colour.value = board.colouring;
      },
      keys: new Map(TOOLS.map(([name, key]) => [key.toLowerCase(), name])),
    };
  }

  /** Whether a tool may be used: on a frozen plan none that changes it. @param {Board} board @param {ToolName} name */
  const isFree = (board, name) => !board.given.frozen || !CHANGING.includes(name);

  return { start, isFree };
})();
