import type { Exact } from "./fractions.js";

/** The op table, as graphgen/javascript.py prints it. */
export const ops: Record<
  string,
  {
    operator?: string;
    value: (...at: number[]) => number;
    locals: ((...at: number[]) => number)[];
    exact?: (fractions: typeof import("./fractions.js"), ...at: Exact[]) => Exact[];
    kink?: (...at: number[]) => number;
    folded?: [string, string];
  }
>;
