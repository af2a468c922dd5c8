// The shape of the data that payload.py writes. For the type checker only: never put into a page.

type Language = "zh" | "en";
type Named = { zh: string; en: string };
interface GridClass extends Named {
  key: string;
  colour: string;
  hatch: string;
  ink: string;
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
  people: Rows & { role: number[]; name: string[] };
  next_up: number[]; // -2: no post is vacant, -1: nobody is above
  next_up_name: string[];
  reason: { of: number[]; zh: string[]; en: string[] }; // why a post is vacant
  micro_grids: number[]; // of given grids only
  category: string[]; // this and the rest of micro-grids only
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
  kind: "base" | "micro";
  parent: number;
  area_m2: number;
  load_h: number;
  households: number;
  objects: number;
  people: { role: string; name: string }[];
  notes: (Named & { view: string })[];
  bounds: [number, number, number, number];
  label: L.LatLngTuple;
  next_up?: { place: number; name: string } | null;
  reason?: Named;
  micro_grids?: number;
  category?: string;
  purity?: number;
  ground?: { kind: string; share: number }[];
  officers?: number;
  capacity_h?: number;
  duties?: string[];
}

interface Values {
  language: Language;
  framed: boolean;
  words: Record<Language, Record<string, string>>;
  town: Named & {
    code: string;
    version: string;
    date: string;
    credit: Named;
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
  micro: number;
  ground: Rings;
  left: Rings;
  places: Lines;
  microBorders: Lines;
  borders: Lines[];
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
  sharpen(printing: boolean): void;
}

/** The part of the Mercator world that is drawn. */
interface Frame {
  scale: number;
  x: number;
  y: number;
}

interface Speech {
  language: Language;
  say(key: string, values?: Record<string, string | number>): string;
  name(named: Named): string;
}

interface Window {
  gmAsked?: Map<string, Promise<Response>>;
}
