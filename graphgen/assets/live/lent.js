/** What the page's script lends to the second: in an order, as both would have to spell out names. */

import { isOnKink, run } from "./engine.js";
import { numberField } from "./field.js";
import { fitOf } from "./fit.js";
import { ROUNDING, times } from "./known.js";
import { hasScripts, inscribed, scripted, unmarked, write } from "./lettering.js";
import { markKinks } from "./picture.js";
import { isOpen } from "./quiz.js";
import { localsText, rowsOf } from "./table.js";
import { bracketed, operationText, sumAlong, sumOf } from "./texts.js";

export const LENT = /** @type {const} */ ([
  run,
  isOnKink,
  times,
  ROUNDING,
  markKinks,
  fitOf,
  numberField,
  hasScripts,
  inscribed,
  scripted,
  unmarked,
  write,
  isOpen,
  localsText,
  rowsOf,
  bracketed,
  operationText,
  sumAlong,
  sumOf,
]);
