/** What the page's script lends to the one for arrays: in an order, as both would have to spell out names. */

import { isOnKink, run, times } from "./engine.js";
import { numberField } from "./field.js";
import { fitOf } from "./fit.js";
import { hasScripts, inscribed, scripted, unmarked, write } from "./lettering.js";
import { markKinks } from "./picture.js";
import { localsText, rowsOf } from "./table.js";
import { bracketed, operationText, sumAlong, sumOf } from "./texts.js";

export const LENT = /** @type {const} */ ([
  run,
  isOnKink,
  times,
  markKinks,
  fitOf,
  numberField,
  hasScripts,
  inscribed,
  scripted,
  unmarked,
  write,
  localsText,
  rowsOf,
  bracketed,
  operationText,
  sumAlong,
  sumOf,
]);
