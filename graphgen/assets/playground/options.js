/** The options of a picture as a form, made of the rows that the package has for them. */

import { make } from "./dom.js";

/**
 * @typedef {import("./types.js").Option} Option
 * @typedef {import("./types.js").Options} Options
 */

export class OptionsForm {
  /**
   * @param {Option[]} rows
   * @param {string} standard what the button says that undoes all choices
   * @param {() => void} changed
   */
  constructor(rows, standard, changed) {
    this.fields = rows.map((row) => ({ row, field: fieldOf(row) }));
    const reset = make("button", { type: "button", textContent: standard });
    reset.addEventListener("click", () => {
      this.show({});
      changed();
    });
    this.element = make(
      "form",
      { className: "options" },
      ...this.fields.map(({ row, field }) =>
        make("div", {}, field.element, make("p", { id: `does-${row.name}` }, ...withCode(row.does))),
      ),
      reset,
    );
    this.element.addEventListener("input", changed);
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.show({});
  }

  /** The options that are not as they are by themselves. */
  get chosen() {
    /** @type {Options} */
    const chosen = {};
    for (const { row, field } of this.fields) {
      const written = field.read().trim();
      if (written !== row.default && (written || row.default)) chosen[row.name] = written;
    }
    return chosen;
  }

  /** @param {Options} options */
  show(options) {
    for (const { row, field } of this.fields) field.write(options[row.name] ?? row.default);
  }
}

/**
 * @param {Option} row
 * @returns {{ element: HTMLElement, read: () => string, write: (value: string) => void }}
 */
function fieldOf(row) {
  if (row.several && row.words.length && !row.free) return boxes(row);
  const field = row.words.length && !row.several && !row.free ? choice(row) : line(row);
  field.setAttribute("aria-describedby", `does-${row.name}`);
  const element = make("label", {}, make("code", { textContent: row.name }), field);
  if (row.free) {
    const list = make("datalist", { id: `words-${row.name}` }, ...row.words.map((value) => make("option", { value })));
    field.setAttribute("list", list.id);
    element.append(list);
  }
  return { element, read: () => field.value, write: (value) => (field.value = value) };
}

/**
 * A text whose parts between backquotes are code.
 * @param {string} text
 */
function withCode(text) {
  return text.split("`").map((part, place) => (place % 2 ? make("code", { textContent: part }) : part));
}

/** @param {Option} row */
function choice(row) {
  return make("select", {}, ...row.words.map((word) => make("option", { value: word, textContent: word })));
}

/** @param {Option} row */
function line(row) {
  return make("input", { type: row.whole ? "number" : "text", min: row.whole ? "1" : "", placeholder: row.default });
}

/**
 * A box for each word.
 * @param {Option} row
 */
function boxes(row) {
  const ticks = row.words.map((value) => make("input", { type: "checkbox", value }));
  const labels = ticks.map((tick) => make("label", {}, tick, tick.value));
  const legend = make("legend", {}, make("code", { textContent: row.name }));
  const element = make("fieldset", {}, legend, ...labels);
  element.setAttribute("aria-describedby", `does-${row.name}`);
  return {
    element,
    read: () =>
      ticks
        .filter(({ checked }) => checked)
        .map(({ value }) => value)
        .join(" "),
    /** @param {string} value */
    write: (value) => ticks.forEach((tick) => (tick.checked = value.split(/[ ,]+/).includes(tick.value))),
  };
}
