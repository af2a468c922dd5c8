// What the editor is given and keeps. For the type checker only: never sent to a browser.

declare const L: any;

/** The ground: all patches of the plan as arrays, by position. Lengths in centimetres. */
interface Ground {
  count: number;
  ids: string[];
  place: Map<string, number>;
  codes: string[]; // micro-grids, and exclusive grids with ground; grows
  parents: string[];
  origin: [number, number]; // of the work CRS, in metres
  texts: Record<"name" | "record" | "layer", string[]>;
  points: Int32Array; // x, y, x, y …
  ring_start: Int32Array;
  patch_ring: Int32Array;
  arc_start: Int32Array;
  arc_count: Int32Array;
  arc_ring: Int32Array;
  arc_left: Int32Array;
  arc_right: Int32Array; // -1: outside
  arc_length: Int32Array;
  arc_road: Int32Array; // of it along roads and rail
  arc_seen: Int32Array; // of it along any line that people see
  lines_known: boolean; // whether the plan knows such lines at all
  label: Int32Array; // as published
  parent: Int32Array;
  kind: Int32Array; // position in given.kinds
  home: Int32Array; // 1 where homes decide the kind of a micro-grid
  load: Float64Array;
  area: Float64Array;
  households: Float64Array;
  objects: Int32Array;
  spot: Int32Array; // a point inside each patch
  name: Int32Array;
  record: Int32Array;
  layer: Int32Array;
  box: Int32Array; // west, south, east, north of each patch
  arcs: { from: Int32Array; list: Int32Array }; // of each patch
  join: Int32Array; // pairs of patches that hang together by the rules
  joins: { from: Int32Array; list: Int32Array }; // of each patch
  finder: Finder;
  extent: [number, number, number, number];
  context: any; // as gmContext draws it
  signs: any; // as signs.py writes them
  frame: any; // between degrees and metres, as work_frame.py writes it
}

/** What all maps share: gridmap/maps/assets. */
declare const gmContext: any, gmRoom: any, gmRoadNames: any, gmTheme: any, gmSearch: any, gmCoordinates: any;

interface Finder {
  at(x: number, y: number): number;
  within(box: number[], visit: (patch: number) => void): void;
}

interface GridFacts {
  name: string;
  short: string; // without the name of the grid above
  number: string; // the end of its code
  parent: string;
  kind: string;
  saved: string; // its kind in the file; "" for a new one
  officers: number;
  held: number; // officers' posts that stay because somebody is on them
  people: number;
  unit: boolean; // an exclusive grid: it is closed or left alone
}

interface Totals {
  patches: number;
  area: number;
  households: number;
  objects: number;
  load: number;
  officers: number;
  people: number;
  over: number;
  compactness: number;
  parts: number;
}

interface GridRow {
  code: string;
  short: string; // its number under the grid above; "" for what is only chosen, and for a unit
  name: string;
  before: Totals | null;
  after: Totals | null;
}

interface Offer {
  title: string;
  patches: string[];
  rows: GridRow[];
}

interface Violation {
  kind: "contiguity" | "capacity";
  severity: "error" | "warning";
  fresh: boolean;
  text: string;
  patches: string[];
}

interface Change {
  what: string;
  rows: GridRow[];
  renamed: string[]; // of micro-grids that get another category and name
  violations: Violation[];
  offers: Offer[];
  sound: boolean;
  about: string; // the comment or dispute that asked for it
}

/** A comment pinned on the map, or a dispute of a cadre. */
interface RemarkRow {
  name: string;
  dispute: boolean;
  x: number; // of the work CRS
  y: number;
  text: string;
  by: string;
  time: string;
  open: boolean;
  outcome: "" | "accepted" | "refused" | "done";
  edit: string;
  grid: string;
  answers: { by: string; time: string; text: string }[];
}

interface Remarks {
  list: RemarkRow[];
  count: number; // open ones
  fault: string;
  go: { name: string; x: number; y: number; mark: string } | null;
}

interface RemarksState {
  filter: string;
  writing: { x: number; y: number } | null; // where a new comment will be
  shown: string;
  went: string;
  took: boolean;
  drafts: Map<string, string>;
  pins: any;
}

interface RemarkActs {
  ask: (kind: string, fields?: Record<string, unknown>) => void;
  tool: (name: ToolName) => void;
  show: () => void;
  place: () => HTMLElement;
}

interface HistoryRow {
  id: string;
  time: string;
  who: string;
  what: string;
  why: string;
  force: boolean;
  act: boolean; // can be taken back as such: not an undo or redo itself
}

interface Answer {
  seq: string;
  labels: [number[], string[]]; // patches whose micro-grid is another than in the ground's file
  pending: number[]; // patches that pending changes move or cut
  was: string[]; // micro-grid of each before them; "" for a piece of a cut patch
  grids: Record<string, GridFacts>;
  locked: string[];
  changes: Change[];
  look: { patches: number; rows: GridRow[]; renamed: string[] } | null;
  history: HistoryRow[];
  undo: string;
  redo: string;
  border: { grids: string[]; head: string; why: string[]; moves: { patch: string; to: string; text: string; bad: boolean }[]; more: string } | null; // that was asked about
  stale: { text: string; can: boolean; part: boolean } | null; // part: some of it may still be possible
  fault: string;
  note: string;
  people: boolean; // offer the way to the page of people
  restored: number; // pending changes that an earlier visit has left
}

interface Given {
  script: string;
  ground: { url: string; key: string };
  find: { url: string }; // what can be searched for
  lang: "zh" | "en";
  words: Record<string, string>;
  who: string;
  frozen: { text: string; why: string } | null; // why nothing of the plan may be changed
  rules: { hours: number; least: number; most: number; order: number[]; sites: [number, number][]; residual: number; settlement: number[] };
  kinds: { key: string; name: string; colour: string; dark: string }[];
  load: { colour: string; dark: string }[]; // classes of load from little to too much
  balance: { key: string; name: string; end: number | null; colour: string; dark: string; ink: string; dark_ink: string }[];
  above: { code: string; name: string; level: number; parents: string[] }[];
  answer: Answer;
  remarks: Remarks;
}

interface Ask {
  seq: string;
  kind: string;
  [field: string]: unknown;
}

type ToolName = "pick" | "grid" | "box" | "lasso" | "brush" | "eraser" | "move" | "split" | "cut" | "note" | "border";
type Colouring = "grid" | "kind" | "load" | "balance";

/** A row of the panel of balance; lengths in metres, shares from 0 to 1, nan for unknown. */
interface BalanceRow {
  grid: number;
  code: string;
  parent: string;
  unit: boolean;
  number: string;
  short: string;
  name: string;
  kind: number; // position in given.kinds
  was: number; // its kind in the file, where that is another one; else -1
  patches: number;
  load: number;
  area: number;
  households: number;
  objects: number;
  officers: number;
  people: number;
  capacity: number;
  used: number;
  ratio: number; // hours of an officer over the mean of the parent
  state: number; // position in given.balance; -1 for a unit
  purity: number;
  border: number;
  road: number;
  seen: number;
  compact: number;
}

/** What all parts of the editor share. */
interface Board {
  root: ShadowRoot;
  given: Given;
  ground: Ground;
  answer: Answer;
  label: Int32Array; // micro-grid of every patch now, as position in ground.codes; -1 for none
  base: Int32Array; // micro-grid of every patch before the pending changes; -1 for none
  sums: GridSums;
  drawn: { label: Int32Array; load: Float64Array }; // as the last answer has it
  marked: number; // micro-grid that the panel of balance leads to; -1 for none
  balance: { of: string | null; open: boolean; last: string | null }; // the given grid chosen, null for what is in hand
  brush: Brush;
  touch?: boolean; // the map is worked on by fingers
  cursor: number; // patch that the keyboard is at; -1 when the mouse is used
  chosen: Set<number>;
  pending: Set<number>;
  locked: Set<number>;
  open: Uint8Array; // patches that the limit leaves open
  limit: string;
  tool: ToolName;
  colouring: Colouring;
  numbers: boolean;
  context: boolean; // whether roads, water and houses are drawn
  colours: Int32Array;
  hover: number;
  pointer: [number, number] | null; // in cm; null when the keyboard is used
  shown: number[]; // patches that an offer or a break points at
  map: any;
  remarks?: RemarksState;
  say(key: string, values?: Record<string, string | number>): string;
}

/** How the brush paints. */
interface Brush {
  target: string; // code of the micro-grid painted for; "+1" for a new one, "" for none yet
  size: number; // px across; 0 takes the patch under the pointer alone
  skip: boolean; // leave ground of other categories
  heal: boolean; // what a stroke would cut off comes along; else the stroke stops before it
  along: Set<number>; // patches that came along in the stroke under way
  refused: Set<number>; // patches that were just not taken
}

interface GridSums {
  patches: Int32Array;
  load: Float64Array;
  area: Float64Array;
  households: Float64Array;
  objects: Float64Array;
}
