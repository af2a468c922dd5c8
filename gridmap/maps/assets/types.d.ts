// The shape of the data that payload.py writes. For the type checker only: never put into a page.

type Language = "zh" | "en";
type Named = { zh: string; en: string };
type Steps = number[];

interface GridClass extends Named {
  key: string;
  colour: string;
  hatch: string;
  ink: string;
  count: number;
  area_m2: number;
}

interface View {
  key: "category" | "load" | "posts";
  classes: GridClass[];
}

interface Level {
  level: number;
  count: number;
  borders: Steps[];
}

interface Grid extends Named {
  code: string;
  level: number;
  kind: string;
  parent: string;
  area_m2: number;
  load_h: number;
  households: number;
  objects: number;
  people: { role: string; name: string }[];
  micro_grids?: number; // of given grids only
  next_up?: { code: string; name: string } | null;
  reason?: Named; // why a post is vacant
  bounds: [number, number, number, number];
  label: [number, number];
  // of micro-grids only
  category?: string;
  purity?: number;
  ground?: { kind: string; share: number }[];
  officers?: number;
  capacity_h?: number;
  duties?: string[];
  looks?: Record<View["key"], string>;
  rings?: Steps[][];
}

interface Payload {
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
  levels: Level[];
  micro_borders: Steps[];
  grids: Grid[];
  left: { code: string; rings: Steps[][] }[];
}

interface Speech {
  language: Language;
  say(key: string, values?: Record<string, string | number>): string;
  name(named: Named): string;
}
