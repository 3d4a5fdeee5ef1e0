/** The text that is edited: line numbers beside it, and marks on lines. */

import { make } from "./dom.js";

/**
 * @typedef {{ line: number, kind: "wrong" | "doubtful" }} Mark
 */

export class Editor {
  /**
   * @param {string} label
   * @param {() => void} edited when the author has changed the text
   */
  constructor(label, edited) {
    this.area = make("textarea", { spellcheck: false, ariaLabel: label, wrap: "off" });
    for (const name of ["autocapitalize", "autocomplete", "autocorrect"]) this.area.setAttribute(name, "off");
    this.numbers = make("pre", { className: "numbers", ariaHidden: "true" });
    this.marks = make("div", { className: "marks", ariaHidden: "true" });
    this.element = make("div", { className: "editor" }, this.marks, this.numbers, this.area);
    this.isOurs = false;
    this.counted = 0;
    this.area.addEventListener("input", () => {
      this.#count();
      if (!this.isOurs) edited();
    });
    this.area.addEventListener("scroll", () => this.#follow());
  }

  get text() {
    return this.area.value;
  }

  /**
   * Puts another text in the place of all, as an edit that the browser can undo.
   * @param {string} text
   */
  replace(text) {
    if (text === this.text) return;
    const { activeElement } = document;
    const [at, top] = [this.area.selectionStart, this.area.scrollTop];
    this.isOurs = true;
    this.area.focus({ preventScroll: true });
    this.area.select();
    document.execCommand(text ? "insertText" : "delete", false, text);
    if (this.text !== text) this.area.value = text;
    this.isOurs = false;
    this.area.setSelectionRange(at, at);
    this.area.scrollTop = top;
    if (activeElement !== this.area) this.area.blur();
    if (activeElement instanceof HTMLElement) activeElement.focus();
    this.#count();
  }

  /** @param {Mark[]} marks */
  mark(marks) {
    this.marks.replaceChildren(
      ...marks.map(({ line, kind }) => {
        const strip = make("div", { className: kind });
        strip.style.setProperty("--at", String(line - 1));
        return strip;
      }),
    );
    this.area.setAttribute("aria-invalid", String(marks.some(({ kind }) => kind === "wrong")));
  }

  /**
   * Puts the caret at a place, which counts from 1.
   * @param {number} line
   * @param {number | null} column
   */
  goTo(line, column) {
    const before = this.text.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, { length }) => sum + length + 1, 0) + (column ?? 1) - 1;
    this.area.focus();
    this.area.setSelectionRange(at, at);
  }

  #count() {
    const count = this.text.split("\n").length;
    if (count === this.counted) return;
    this.counted = count;
    this.numbers.textContent = Array.from({ length: count }, (_, line) => line + 1).join("\n");
    this.#follow();
  }

  #follow() {
    this.element.style.setProperty("--scrolled", `${-this.area.scrollTop}px`);
  }
}
