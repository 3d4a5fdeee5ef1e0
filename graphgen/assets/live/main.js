/** The script of a page: registers the element, and offers what computes, for other scripts and for tests. */

import { GraphgenLive } from "./element.js";
import { openModules } from "./modules.js";

export { graphOf, run } from "./engine.js";
export { numberText, parsed } from "./number.js";
export { pictureOf, show } from "./picture.js";
export { hiddenAtFirst, isRight } from "./quiz.js";
export { stepsOf } from "./steps.js";
export { updateTable } from "./table.js";
export { ALL_FOUND, textsOf } from "./texts.js";

const NAME = "graphgen-live";

/** Once, though a theme that follows links itself runs the script of each page anew. */
function register() {
  if (customElements.get(NAME)) return;
  customElements.define(NAME, GraphgenLive);
  openModules();
}

// A figure is whole before it comes to life, wherever on a page the script stands.
if (document.readyState === "loading") addEventListener("DOMContentLoaded", register);
else register();
