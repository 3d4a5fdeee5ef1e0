/**
 * The state of a figure in the page's address, ?g1a2b3c4=120_2_1.1~4, so that a link can carry it; of arrays, the entries
 * that are changed: 0.3*120 is the fourth entry of the first node.
 */

/** Whether the page has another use for its address, as the playground has, and what notebooks are run in. */
export const isTaken = () => document.body.dataset.graphgenAddress === "page";

/**
 * The numbers that the address has for a figure, as they are written there, and the step, -1 where it has none.
 * @param {string} id
 */
export function readAddress(id) {
  const asked = isTaken() ? null : new URL(location.href).searchParams.get(id);
  const [numbers, step] = (asked ?? "").split("~");
  return { numbers, step: /^\d+$/.test(step) ? Number(step) - 1 : -1 };
}

/**
 * The page's address with the state of a figure; without any, none of it. A link that carries one leads to the figure.
 * @param {string} id
 * @param {string} numbers
 * @param {number} [step]
 */
export function addressOf(id, numbers, step = -1) {
  const url = new URL(location.href);
  const state = numbers + (step < 0 ? "" : `~${step + 1}`);
  url.searchParams.delete(id);
  if (state) url.searchParams.set(id, state);
  // A theme that tracks headings may replace it.
  url.hash = state ? id : url.hash === `#${id}` ? "" : url.hash;
  return url.href;
}

/** @param {string} address */
export function writeAddress(address) {
  if (!isTaken() && address !== location.href) history.replaceState(history.state, "", address);
}
