/** A field in which a reader types a number, maybe as a quotient, and moves it by the arrow keys. */

import { element } from "./dom.js";
import { parsed } from "./number.js";

/**
 * Its `show` writes a number into it, but never over what the reader is typing. What is no number is marked,
 * changes nothing, and gives way to the last number when the reader leaves.
 * @param {Record<string, string | number>} attributes
 * @param {number} step
 * @param {AbortSignal} signal
 * @param {(number: number) => void} changed
 */
export function numberField(attributes, step, signal, changed) {
  const field = element("input", {
    type: "text",
    inputmode: "decimal",
    role: "spinbutton",
    autocomplete: "off",
    spellcheck: "false",
    ...attributes,
  });
  let last = 0;
  const mark = () => {
    field.setAttribute("aria-invalid", String(field.value.trim() !== "" && !isFinite(parsed(field.value))));
    field.setAttribute("aria-valuenow", String(last));
    field.setAttribute("aria-valuetext", field.value);
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
    if (parsed(field.value) !== number) field.value = String(number);
    mark();
  };
  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const by = event.key === "ArrowUp" ? step : event.key === "ArrowDown" ? -step : 0;
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // A sum of decimals without what its rounding adds: 0.1 + 0.2 is 0.3.
    field.value = String(Number((last + by).toPrecision(15)));
    read();
  };
  field.addEventListener("input", read, { signal });
  field.addEventListener("keydown", move, { signal });
  field.addEventListener("change", () => write(last), { signal });
  return {
    element: field,
    /** @param {number} number */
    show: (number) => {
      if (number !== last || field !== document.activeElement) write(number);
    },
  };
}
