/** The script of a page: registers the element, and offers what computes, for other scripts and for tests. */

import "./element.js";

export { graphOf, run } from "./engine.js";
export { numberText, parsed } from "./number.js";
export { pictureOf, show } from "./picture.js";
export { hiddenAtFirst, isRight } from "./quiz.js";
export { stepsOf } from "./steps.js";
export { updateTable } from "./table.js";
export { textsOf } from "./texts.js";
