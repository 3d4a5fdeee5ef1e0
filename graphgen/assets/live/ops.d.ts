/** The op table, as graphgen/javascript.py prints it. */
export const ops: Record<
  string,
  {
    operator?: string;
    value: (...at: number[]) => number;
    locals: ((...at: number[]) => number)[];
    kink?: (...at: number[]) => number;
    folded?: [string, string];
  }
>;
