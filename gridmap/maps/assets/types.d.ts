// The shape of the data that payload.py writes. For the type checker only: never put into a page.

type Language = "zh" | "en";
/** A base map that the page's own server gives. */
interface Basemap {
  url: string; // with {z}, {x} and {y}
  least: number; // zooms that there are tiles of
  most: number;
  bounds: [number, number][]; // south-west and north-east
  opacity: number;
  grey: boolean;
  notes: string[]; // whose map it is
}

/** The work CRS around the town: frames of centre and half sizes, and polynomials between them. */
interface WorkFrame {
  name: string;
  degrees: number[];
  metres: number[];
  to_metres: number[][];
  to_degrees: number[][];
}

/** Where somebody stands against one of the own grids, and the straight way to its border. */
interface Standing {
  grid: number;
  here: number; // the own grid that holds the place; -1 for none
  inside: boolean;
  sure: boolean; // whether the border is farther away than the place may be wrong
  metres: number;
  bearing: number; // degrees from north
  edge: [number, number]; // longitude, latitude
}

type Named = { zh: string; en: string };
interface GridClass extends Named {
  key: string;
  colour: string;
  hatch: string;
  ink: string;
  dark: string; // the two colours in the dark theme
  dark_ink: string;
  count: number;
  area_m2: number;
}

interface View {
  key: string; // "category", "load", "posts", and those that were asked for
  classes: GridClass[];
  of: number[]; // class of each micro-grid
  notes: Record<string, Named[]>; // for the cards, by code
  pins: [number, number, string, string][]; // longitude, latitude, code of a grid, sentence
  counts?: number[][]; // of each class, in both plans
}

/** Lines one after the other: where each begins among the points x0, y0, x1, y1 … */
interface Lines {
  xy: Int32Array;
  begin: Uint32Array;
}

/** Polygons: where the rings of each begin among the lines. */
interface Rings extends Lines {
  ring: Uint32Array;
}

interface Rows {
  ends: number[]; // where the rows of each grid end
}

/** One place a grid; given grids first. What only micro-grids have counts them from the first. */
interface Columns {
  code: string[];
  zh: string[];
  en: string[];
  level: number[];
  parent: number[]; // place of the parent, -1 for none
  area_m2: number[];
  load_h: number[];
  households: number[];
  objects: number[];
  people: Rows & { role: number[]; roles: Named[]; name: string[] };
  next_up: number[]; // -2: no post is vacant, -1: nobody is above
  next_up_name: string[];
  reason: { of: number[]; zh: string[]; en: string[] }; // why a post is vacant
  exclusive: number[]; // places of exclusive grids
  headcount: number[]; // of each of these
  micro_grids: number[]; // of given grids only
  category: string[]; // this and the rest of micro-grids only
  family: string[];
  purity: number[];
  officers: number[];
  capacity_h: number[];
  ground: Rows & { kind: string[]; share: number[] };
  duties: { of: number[]; lists: string[][] };
}

/** One grid made whole. */
interface Grid extends Named {
  place: number;
  code: string;
  level: number;
  kind: "base" | "exclusive" | "micro";
  parent: number;
  area_m2: number;
  load_h: number;
  households: number;
  objects: number;
  people: OnPost[];
  notes: (Named & { view: string })[];
  bounds: [number, number, number, number];
  label: L.LatLngTuple;
  next_up?: { place: number; name: string } | null;
  reason?: Named;
  micro_grids?: number;
  headcount?: number;
  category?: string;
  family?: string;
  purity?: number;
  ground?: { kind: string; share: number }[];
  officers?: number;
  capacity_h?: number;
  duties?: string[];
}

/** How things are drawn, as signs.py has it. */
interface LevelSign {
  weight: number;
  dash: string;
  colour: string;
  halo: number;
  dark: string;
  edge: string;
  dark_edge: string;
}

interface ContextSign {
  key: string;
  shape: "area" | "line" | "point";
  fill: string;
  dark: string;
  casing: string;
  dark_casing: string;
  opacity: number;
  ground_m: number;
  least_px: number;
  most_px: number;
  dash: string;
  drawn_from: number; // metres a px
  named_from: number;
}

interface Signs {
  levels: LevelSign[];
  exclusive: LevelSign;
  context: ContextSign[];
  labels: Record<string, { light: string; dark: string }>;
}

interface ContextValues {
  names: string[];
  groups: { sign: number; names: number[] }[];
}

/** All of the context that one sign draws, in the flat world. */
interface ContextGroup {
  sign: ContextSign;
  names: number[]; // place among the names, 0 for none
  world: Float64Array;
  begin: Uint32Array;
  ring: Uint32Array | null; // of areas: where their rings begin among the lines
  box: Float64Array;
  spots?: Float64Array; // of areas: where the names of those that have one stand
}

interface Context {
  groups: ContextGroup[];
  names: string[];
}

interface Letter {
  text: string;
  x: number; // of its middle, in px
  y: number;
  angle: number; // of the line
  drawn: number; // of the letter itself
  wide: number;
}

/** A name on a line. */
interface NameRun {
  text: string;
  key: string; // of the sign
  size: number;
  letters: Letter[];
}

/** A text at a place of the frame. */
interface Label {
  look: string; // class of its element
  text: string;
  below?: string; // a second line
  x: number;
  y: number;
  gone: boolean; // made way for another
}

interface Taken {
  boxes: number[][];
  what: Label | null;
  gone: boolean;
}

interface Room {
  over(box: number[]): Taken[];
  take(boxes: number[][], what?: Label | null, always?: boolean): boolean;
}

interface ObjectClass extends Named {
  key: string;
  sign: string;
  count: number;
}

/** Who is on a post; no name where it is vacant. */
interface OnPost {
  role: Named;
  name: string;
}

/** Objects of the registers, one place an object. */
interface Objects {
  classes: ObjectClass[];
  of: number[]; // class
  zh: string[];
  credit_code: string[];
  staff: number[];
  size: string[]; // flags
  grid: number[]; // place of the grid, -1 for none
  spread: number[]; // 1: moved aside, as only its record is known
  charge: { name: string[]; zh: string[]; en: string[] }; // who is in charge, and as what
  posts: OnPost[][]; // on the object itself
  xy: number[]; // longitude and latitude in turn
}

interface Values {
  objects: Objects;
  readings: Record<string, string[]>; // of the characters in all names
  signs: Signs;
  context: ContextValues;
  language: Language;
  frame: WorkFrame;
  framed: boolean;
  words: Record<Language, Record<string, string>>;
  town: Named & {
    code: string;
    version: string;
    date: string;
    credit: Named;
    notice: Named; // for internal use, or the audit number of the map
    public: boolean;
    officer_hours: number;
    posts: number;
    posts_filled: number;
  };
  bounds: [number, number, number, number];
  kinds: Record<string, Named>;
  views: View[];
  levels: { level: number; count: number }[];
  given: number;
  canvas: boolean;
  left: number[]; // grids that ground was left with
  grids: Columns;
}

interface Model {
  values: Values;
  count: number;
  given: number;
  micro: number; // shapes of ground: micro-grids, and exclusive grids with ground of their own
  microGrids: number;
  units: number[]; // places of exclusive grids
  ground: Rings;
  left: Rings;
  places: Lines;
  microBorders: Lines;
  siteBorders: Lines;
  borders: Lines[];
  context: Context;
  boxes: Int32Array; // west, south, east, north of each micro-grid
  leftBoxes: Int32Array;
  grid(place: number): Grid;
  find(code: string): number;
  outline(place: number): L.LatLngTuple[][];
}

/** What draws the ground. */
interface Ground {
  paint(view: View): void;
  borders(shown: Record<string, boolean>): void;
  restyle(): void; // after the theme has changed
  sharpen(printing: boolean): void;
}

/** The part of the Mercator world that is drawn. */
interface Frame {
  scale: number;
  x: number;
  y: number;
}

interface Remark {
  name: string;
  lon: number;
  lat: number;
  text: string;
  by: string;
  time: string;
  answers: { by: string; time: string; text: string }[];
}

/** What the page 覆盖 tells its map beyond the plan. */
interface Talk {
  words: Record<string, string>;
  remarks: Remark[];
  leads: boolean; // to the page 调整
  borders: boolean; // may be asked about
}

/** The card's place on a map. */
interface Dock {
  put(content: Node): void;
  open(content: Node, box: L.LatLngBounds, go?: boolean): void;
  close(): void;
  into(other: HTMLElement): void;
  isOpen(): boolean;
}

interface Speech {
  language: Language;
  say(key: string, values?: Record<string, string | number>): string;
  name(named: Named): string;
}

interface Window {
  gmAsked?: Map<string, Promise<Response>>;
}
