/**
 * A script of its own, which the page's script asks for where a reader first opens what is in it, or where a page has a
 * picture with arrays.
 */

import { arraysOf } from "./arrays.js";
import { copyingPart } from "./copying.js";
import { kitOf } from "./kit.js";
import { nudgePart } from "./nudge.js";

/** @typedef {import("./panels.js").Host} Host */

/** @param {typeof import("./lent.js").LENT} lent */
export function moreOf(lent) {
  /** @param {Host} host */
  const kit = (host) => kitOf(host.picture, lent);
  return {
    arraysOf: (/** @type {Host} */ host) => arraysOf(host, kit(host)),
    nudgePart: (/** @type {Host} */ host) => nudgePart(host, kit(host)),
    copyingPart: (/** @type {Host} */ host, /** @type {() => string} */ link) => copyingPart(host, kit(host), link),
  };
}

document.dispatchEvent(new CustomEvent("graphgen-more", { detail: moreOf }));
