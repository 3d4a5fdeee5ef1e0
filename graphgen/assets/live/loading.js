/** The second script, from beside the page's own: asked for once, where a reader or a picture needs what is in it. */

import { element } from "./dom.js";
import { LENT } from "./lent.js";

/** @typedef {ReturnType<typeof import("./more.js").moreOf>} More */

const NAME = "graphgen-more";
const source = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";

/** @type {Promise<More>} */
const arrived = new Promise((resolve) => {
  const receive = (/** @type {Event} */ event) => resolve(/** @type {CustomEvent} */ (event).detail(LENT));
  document.addEventListener(NAME, receive, { once: true });
});
/** @type {Promise<More | void> | undefined} */
let asked;

/** What is in it; nothing where it is missing. */
export function moreScript() {
  return (asked ??= Promise.race([arrived, missing()]));
}

/** Asks for it, and is done if that fails; a page that has the script within has no address to ask for it. */
function missing() {
  return new Promise((/** @type {(nothing: void) => void} */ resolve) => {
    const failed = () => resolve();
    if (!source) setTimeout(failed);
    else document.head.append(element("script", { src: source.replace(/graphgen(?=[^/]*$)/, NAME), error: failed }));
  });
}
