/** A field in which a reader types a number, maybe as a quotient, and moves it by the arrow keys. */

import { element, TYPED } from "./dom.js";
import { decimal, parsed } from "./number.js";

/**
 * Its `show` writes a number into it, but never over what the reader is typing. What is no number is marked,
 * changes nothing, and gives way to the last number when the reader leaves.
 * @param {import("./dom.js").Attributes} attributes
 * @param {number} step
 * @param {(number: number) => void} changed
 * @param {boolean} [isGrouped] whether thousands are parted at first
 */
export function numberField(attributes, step, changed, isGrouped = false) {
  const field = element("input", {
    ...TYPED,
    inputmode: "decimal",
    role: "spinbutton",
    input: () => read(),
    change: () => write(last),
    /** @param {KeyboardEvent} event */
    keydown: (event) => {
      const by = event.key === "ArrowUp" ? step : event.key === "ArrowDown" ? -step : 0;
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const behind = field.value.length - (field.selectionEnd ?? 0);
      field.value = written(decimal(last + by));
      const caret = Math.max(0, field.value.length - behind);
      field.setSelectionRange(caret, caret);
      read();
    },
    ...attributes,
  });
  let last = 0;
  /** @param {number} number @returns {string} with the separators of what stands there */
  const written = (number) => {
    const text = String(number);
    if (/^[^.]*,\d{3}(?!\d)/.test(field.value) || isGrouped) return text.replace(/\B(?=(\d{3})+(?!\d))(?<!\..*)/g, ",");
    return field.value.includes(",") ? text.replace(".", ",") : text;
  };
  const mark = () => {
    field.ariaInvalid = String(field.value.trim() !== "" && !isFinite(parsed(field.value)));
    field.ariaValueNow = String(last);
    field.ariaValueText = field.value;
  };
  const read = () => {
    const number = parsed(field.value);
    if (isFinite(number) && number !== last) {
      last = number;
      changed(number);
    }
    mark();
  };
  /** @param {number} number */
  const write = (number) => {
    last = number;
    if (parsed(field.value) !== number) field.value = written(number);
    mark();
  };
  return {
    element: field,
    /** @param {number} number */
    show: (number) => {
      if (number !== last || field !== document.activeElement) write(number);
    },
  };
}
