/** The numbers of a figure in the page's address, ?g1a2b3c4=120_2_1.1, so that a link can carry them. */

import { parsed } from "./number.js";

/** Whether the page has another use for its address, as the playground has. */
const isTaken = () => document.body.dataset.graphgenAddress === "page";

/**
 * The numbers that the address has for a figure; undefined where it has none that fit.
 * @param {string} id
 * @param {number} count
 */
export function readAddress(id, count) {
  if (isTaken()) return undefined;
  const written = new URL(location.href).searchParams.get(id);
  const numbers = written?.split("_").map(parsed) ?? [];
  return numbers.length === count && numbers.every(isFinite) ? numbers : undefined;
}

/**
 * Writes the numbers of a figure into the address; undefined takes them out of it.
 * @param {string} id
 * @param {number[] | undefined} numbers
 */
export function writeAddress(id, numbers) {
  if (isTaken()) return;
  const url = new URL(location.href);
  url.searchParams.delete(id);
  if (numbers) url.searchParams.set(id, numbers.join("_"));
  // With the figure as its place, the link leads there; a theme that tracks headings may replace it.
  url.hash = numbers ? id : url.hash === `#${id}` ? "" : url.hash;
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}
