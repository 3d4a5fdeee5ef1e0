/** The script for arrays, from beside the page's own: asked for once, where a page has a picture that needs it. */

const NAME = "graphgen-arrays";
const source = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";

/** @type {Promise<typeof import("./arrays.js").arraysOf>} */
const made = new Promise((resolve) => {
  document.addEventListener(NAME, (event) => resolve(/** @type {CustomEvent} */ (event).detail), { once: true });
});
let isAsked = false;

/** What it makes of a picture; a page that has the script within has no address to ask for it. */
export function arraysScript() {
  if (source && !isAsked) {
    const script = document.createElement("script");
    script.src = source.replace(/graphgen(?=[^/]*$)/, NAME);
    document.head.append(script);
  }
  isAsked = true;
  return made;
}
