/** The panels below a picture: its numbers with what a nudge does, and the questions of a quiz. */

import { element, filled } from "./dom.js";
import { scripted, unmarked, write } from "./lettering.js";
import { numberField } from "./field.js";
import { nudgePart } from "./nudge.js";
import { isOpen, isRight, questionsOf } from "./quiz.js";

/**
 * What a panel needs of the figure that it belongs to; `change` says that a number is new.
 * @typedef {object} Host
 * @property {string} id
 * @property {import("./engine.js").Data} data
 * @property {import("./engine.js").Graph} graph
 * @property {import("./picture.js").Picture} picture
 * @property {Record<string, any>} words
 * @property {(number | null)[]} inputs
 * @property {import("./engine.js").Pass} pass
 * @property {import("./texts.js").Texts} texts
 * @property {import("./texts.js").Open} open
 * @property {AbortSignal} signal
 * @property {() => void} change
 * @property {() => void} reset
 *
 * @typedef {{element: HTMLElement, update: () => void}} Panel
 */

/**
 * A field and a slider for each input, and what happens where one of them grows.
 * @param {Host} host
 * @returns {Panel}
 */
export function numbersPanel(host) {
  const { graph, words, signal } = host;
  const rows = graph.nodes.flatMap((node, index) => (node.kind === "input" ? [inputRow(host, index)] : []));
  const reset = element("button", { type: "button", class: "graphgen-small" }, words.reset);
  reset.addEventListener("click", () => host.reset(), { signal });
  const nudge = host.data.locals ? nudgePart(host) : undefined;
  return {
    element: element(
      "div",
      { class: "graphgen-panel" },
      ...rows.map((row) => row.element),
      reset,
      ...(nudge ? [nudge.element] : []),
    ),
    update: () => {
      rows.forEach((row) => row.update());
      nudge?.update();
    },
  };
}

/** @param {Host} host @param {number} index @returns {Panel} */
function inputRow(host, index) {
  const { label, range } = host.graph.nodes[index];
  const [min, max, step] = range;
  const id = `${host.id}-x${index}`;
  /** @param {number} number */
  const change = (number) => {
    host.inputs[index] = number;
    host.change();
  };
  const field = numberField({ id }, step, host.signal, change);
  const slider = element("input", { type: "range", min, max, step, "aria-label": filled(host.words.slider, unmarked(label)) });
  slider.addEventListener("input", () => change(slider.valueAsNumber), { signal: host.signal });
  return {
    element: element("div", { class: "graphgen-input" }, element("label", { for: id }, scripted(label)), slider, field.element),
    update: () => {
      const number = Number(host.inputs[index]);
      field.show(number);
      slider.value = String(number);
    },
  };
}

/**
 * A field for each question, with a hint behind a button.
 * @param {Host} host
 * @returns {Panel}
 */
export function quizPanel(host) {
  const { words, signal } = host;
  const rows = questionsOf(host.data, host.picture, words).map((question, index) => {
    const id = `${host.id}-q${index}`;
    const field = element("input", { type: "text", id, autocomplete: "off", spellcheck: "false" });
    const verdict = element("output", { for: id });
    const hint = element("p", { class: "graphgen-hint" }, scripted(question.hint));
    const ask = element("button", { type: "button", class: "graphgen-small", "aria-expanded": "false" }, words.hint);
    hint.hidden = true;
    const row = { question, isSolved: false, field, verdict };
    const check = () => {
      if (row.isSolved || !field.value.trim()) return;
      row.isSolved = isRight(field.value, question.answer(host.pass));
      verdict.className = row.isSolved ? "graphgen-right" : "";
      write(verdict, row.isSolved ? `✓ ${words.right}` : `✗ ${words.wrong}`);
      if (!row.isSolved) return;
      field.readOnly = true;
      question.settle(host.open);
      host.change();
    };
    field.addEventListener("change", check, { signal });
    ask.addEventListener(
      "click",
      () => {
        hint.hidden = !hint.hidden;
        ask.ariaExpanded = String(!hint.hidden);
      },
      { signal },
    );
    const label = element("label", { for: id }, scripted(question.label));
    return { row, element: element("div", { class: "graphgen-question" }, label, verdict, field, ask, hint) };
  });
  const solved = element("p", { class: "graphgen-right", role: "status" });
  return {
    element: element("div", { class: "graphgen-panel" }, ...rows.map((row) => row.element), solved),
    update: () => write(solved, isOpen(host.open) ? "" : words.solved),
  };
}
