/** What the page and its back ends tell each other; graphgen/playground/session.py makes it. */

export type Options = Record<string, string>;

export interface Option {
  name: string;
  default: string;
  does: string;
  words: string[];
  several: boolean;
  free: boolean;
  whole: boolean;
}

export interface Example {
  title: string;
  source: string;
  options: Options;
}

/** Something wrong, or worth a look; line and column count from 1. */
export interface Fault {
  message: string;
  hint: string;
  line: number | null;
  column: number | null;
}

export interface Answer {
  fault?: Fault;
  figure: string;
  title: string;
  verdict: string;
  warnings: Fault[];
}

export interface Export {
  fault?: Fault;
  text?: string;
  base64?: string;
}

/** A file's text and version; null where there is none. */
export interface State {
  fault?: Fault;
  conflict?: State;
  text: string | null;
  version: string | null;
}

export interface FileOfPage {
  name: string;
  state(): Promise<State>;
  save(text: string, seen: string | null, isLast: boolean): Promise<State>;
}

export interface BackEnd {
  options: Option[];
  examples: Record<string, Example[]>;
  forms: string[];
  /** Whether the page's address leads to it from anywhere. */
  hasLinks?: boolean;
  draw(source: string, options: Options): Promise<Answer>;
  exported(source: string, options: Options, form: string): Promise<Export>;
  document?: FileOfPage | null;
}
