/** The words of the page by language, from graphgen/script.py. */
export const words: Record<string, Record<string, string> & { steps: [string, string, string, string] }>;
