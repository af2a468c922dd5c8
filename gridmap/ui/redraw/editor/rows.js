// @ts-check
// Figures of micro-grids before and after, as a small table.

const gmRows = (() => {
  const { make, number } = gmView;

  /** What is told of a micro-grid: word and figure. @type {[string, (totals: Totals) => string][]} */
  const FIGURES = [
    ["redraw.load_short", (totals) => number(totals.load, 1)],
    ["redraw.officers_short", (totals) => number(totals.officers)],
    ["redraw.people_short", (totals) => number(totals.people)],
    ["redraw.compact_short", (totals) => totals.compactness.toFixed(2)],
    ["redraw.parts_short", (totals) => number(totals.parts)],
  ];

  /** @param {Board} board @param {GridRow[]} rows */
  function table(board, rows) {
    const { say } = board;
    const head = make("tr", {}, make("th", { scope: "col", text: say("redraw.grid") }),
      ...FIGURES.map(([word]) => make("th", { scope: "col", text: say(word) })));
    const body = rows.map((row) => make("tr", {},
      make("th", { scope: "row", title: `${row.name} ${row.code}` }, row.short ? make("b", { text: row.short }) : null, board.answer.grids[row.code]?.short ?? row.name),
      ...FIGURES.map(([word, figure]) => cell(row, word, figure))));
    return make("table", { class: "gm-rows" }, make("thead", {}, head), make("tbody", {}, ...body));
  }

  /** @param {GridRow} row @param {string} word @param {(totals: Totals) => string} figure */
  function cell(row, word, figure) {
    const before = row.before ? figure(row.before) : "", after = row.after ? figure(row.after) : "–";
    const bad = row.after && (word === "redraw.parts_short" ? row.after.parts > 1 : word === "redraw.load_short" && row.after.over > 0);
    return make("td", { class: bad ? "bad" : "" },
      before === after || !before ? null : make("small", { text: `${before} →` }),
      make("b", { class: before === after ? "same" : "", text: after }));
  }

  return { table };
})();
