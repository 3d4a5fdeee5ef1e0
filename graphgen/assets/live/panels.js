/** The panels below a picture: its numbers with what a nudge does, and the questions of a quiz. */

import { element, filled, laidOut, svgElement, write } from "./dom.js";
import { run } from "./engine.js";
import { parsed } from "./number.js";
import { isRight, questionsOf } from "./quiz.js";

/**
 * What a panel needs of the figure that it belongs to; `change` says that a number is new.
 * @typedef {object} Host
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
  const reset = element("button", { type: "button" }, words.reset);
  reset.addEventListener("click", () => host.reset(), { signal });
  const nudge = host.data.locals ? nudgeRow(host) : undefined;
  return {
    element: element(
      "div",
      { class: "graphgen-numbers" },
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
  const field = element("input", { type: "number", step: "any", inputmode: "decimal" });
  const slider = element("input", {
    type: "range",
    min,
    max,
    step,
    "aria-label": filled(host.words.slider, label),
  });
  /** @param {HTMLInputElement} from */
  const read = (from) => {
    const number = from.valueAsNumber;
    if (!Number.isFinite(number)) return;
    host.inputs[index] = number;
    host.change();
  };
  for (const control of [field, slider]) {
    control.addEventListener("input", () => read(control), { signal: host.signal });
  }
  return {
    element: element("div", { class: "graphgen-input" }, element("label", {}, element("span", {}, label), field), slider),
    update: () => {
      const number = host.inputs[index];
      // The field in which the reader is typing is left alone.
      if (field.valueAsNumber !== number) field.value = String(number);
      slider.value = String(number);
    },
  };
}

/**
 * The change that the gradient predicts beside the true one, as numbers and as bars of that length.
 * @param {Host} host
 * @returns {Panel}
 */
function nudgeRow(host) {
  const { graph, words } = host;
  const choices = graph.nodes.flatMap((node, index) =>
    node.kind === "input" ? [element("option", { value: index }, node.label)] : [],
  );
  const choice = element("select", { "aria-label": words.input }, ...choices);
  const growth = element("input", { type: "number", step: "any", value: 1, "aria-label": words.growth });
  const [predictedBar, trueBar] = [svgElement("rect", { height: 1 }), svgElement("rect", { height: 1 })];
  const [predictedLine, trueLine, difference] = [element("span"), element("span"), element("p")];
  const nudge = element(
    "div",
    { class: "graphgen-nudge" },
    element("p", {}, ...laidOut(words.nudge, choice, growth)),
    element("p", {}, predictedLine, barOf(predictedBar)),
    element("p", {}, trueLine, barOf(trueBar)),
    difference,
  );
  const update = () => {
    const index = Number(choice.value);
    const by = growth.valueAsNumber || 0;
    const { texts, pass, inputs } = host;
    const moved = [...inputs];
    moved[index] = Number(inputs[index]) + by;
    const before = pass.values[graph.output];
    const after = run(graph, moved).values[graph.output];
    const predicted = pass.gradients[index] * by;
    const truly = apart(after, before, 0);
    const product = `${texts.number(pass.gradients[index])} × ${texts.number(by)}`;
    nudge.hidden = isOpen(host.open);
    write(predictedLine, `${words.predicted}: ${product} = ${texts.number(predicted)}`);
    write(trueLine, `${words.truly}: ${texts.number(after)} − ${texts.number(before)} = ${texts.number(truly)}`);
    write(difference, `${words.difference}: ${texts.number(apart(truly, predicted, before))}`);
    drawBars([predictedBar, trueBar], [predicted, truly]);
  };
  for (const control of [choice, growth]) control.addEventListener("input", update, { signal: host.signal });
  return { element: nudge, update };
}

/**
 * A difference, 0 where it is no more than the rounding of what it came from.
 * @param {number} a
 * @param {number} b
 * @param {number} scale
 */
function apart(a, b, scale) {
  const rounding = 8 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b), Math.abs(scale));
  return Math.abs(a - b) <= rounding ? 0 : a - b;
}

/** @param {Element} bar */
function barOf(bar) {
  const svg = svgElement("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(bar);
  return svg;
}

/**
 * Draws lengths as bars of one scale that start at a common zero.
 * @param {Element[]} bars
 * @param {number[]} lengths
 */
function drawBars(bars, lengths) {
  const [low, high] = [Math.min(0, ...lengths), Math.max(0, ...lengths)];
  const isDrawn = Number.isFinite(high - low) && high > low;
  bars.forEach((bar, at) => {
    bar.parentElement?.setAttribute("viewBox", isDrawn ? `${low} 0 ${high - low} 1` : "0 0 1 1");
    bar.setAttribute("x", String(isDrawn ? Math.min(lengths[at], 0) : 0));
    bar.setAttribute("width", String(isDrawn ? Math.abs(lengths[at]) : 0));
  });
}

/** @param {import("./texts.js").Open} open */
export function isOpen({ values, gradients, contributions }) {
  return values.size + gradients.size + contributions.size > 0;
}

/**
 * A field for each question, with a hint behind a button.
 * @param {Host} host
 * @returns {Panel}
 */
export function quizPanel(host) {
  const { words, signal } = host;
  const rows = questionsOf(host.data, host.picture, words).map((question) => {
    const field = element("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
    const verdict = element("output");
    const hint = element("p", { class: "graphgen-hint" }, question.hint);
    const ask = element("button", { type: "button", "aria-expanded": "false" }, words.hint);
    hint.hidden = true;
    const row = { question, isSolved: false, field, verdict };
    const check = () => {
      if (row.isSolved || !field.value.trim()) return;
      row.isSolved = isRight(field.value, parsed(field.value), question.answer(host.pass));
      verdict.className = row.isSolved ? "graphgen-right" : "";
      write(verdict, row.isSolved ? `✓ ${words.right}` : words.wrong);
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
    const label = element("label", {}, element("span", {}, question.label), field);
    return { row, element: element("div", { class: "graphgen-question" }, label, ask, verdict, hint) };
  });
  const solved = element("p", { class: "graphgen-right", role: "status" });
  return {
    element: element("div", { class: "graphgen-quiz" }, ...rows.map((row) => row.element), solved),
    update: () => write(solved, isOpen(host.open) ? "" : words.solved),
  };
}
