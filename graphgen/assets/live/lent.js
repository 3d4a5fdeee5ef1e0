/** What the page's script lends to the second: in an order, as both would have to spell out names. */

import { isOnKink, outputAt, run } from "./engine.js";
import { numberField } from "./field.js";
import { fitOf } from "./fit.js";
import { given, plus, times } from "./known.js";
import { hasScripts, inscribed, scripted, unmarked, write } from "./lettering.js";
import { markKinks } from "./picture.js";
import { isOpen } from "./quiz.js";
import { localsText, rowsOf } from "./table.js";
import { bracketed, operationText, sumAlong, sumOf } from "./texts.js";

export const LENT = /** @type {const} */ ([
  run,
  isOnKink,
  outputAt,
  given,
  plus,
  times,
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
