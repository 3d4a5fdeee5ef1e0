/** The panels below a picture: its numbers, the questions of a quiz, and what can be copied. */

import { element, filled, numberOf, put, smallButton, svgElement, TYPED } from "./dom.js";
import { scripted, unmarked, write } from "./lettering.js";
import { numberField } from "./field.js";
import { light } from "./picture.js";
import { isRight, questionsOf } from "./quiz.js";
import { ALL_FOUND, textsOf } from "./texts.js";

/** Of a field in the picture, in its units: 44 px where a phone shows it a little smaller. */
const [WIDTH, HEIGHT] = [72, 56];

/**
 * What a panel needs of the figure that it belongs to; `change` says that a number is new.
 * @typedef {object} Host
 * @property {string} id
 * @property {import("./engine.js").Data} data
 * @property {import("./engine.js").Graph} graph
 * @property {import("./picture.js").Picture} picture
 * @property {Record<string, any>} words
 * @property {(number | null)[]} inputs
 * @property {number[]} movable the inputs that a reader may change
 * @property {HTMLElement} place
 * @property {HTMLElement} figure
 * @property {(text: string | undefined) => void} tell says something before all else
 * @property {(part: Part) => boolean} nextEntry goes to the next entry of an array
 * @property {Part | undefined} held the part that was clicked
 * @property {(part: Part) => boolean} answerAt lets a reader type the answer that a part asks for
 * @property {import("./engine.js").Pass} pass
 * @property {import("./texts.js").Texts} texts
 * @property {import("./texts.js").Open} open
 * @property {AbortSignal} signal
 * @property {() => void} change
 * @property {() => void} reset
 *
 * @typedef {import("./picture.js").Shape | import("./picture.js").Arrow} Part
 *
 * The rest of a panel is of the second script, and added when the panel is first opened.
 * @typedef {{elements: HTMLElement[], update: () => void}} Rest
 * @typedef {{element: HTMLElement, update: () => void, rest?: (more: import("./loading.js").More) => Rest}} Panel
 */

/**
 * A field and a slider for each input, and what happens where one of them grows.
 * @param {Host} host
 * @returns {Panel}
 */
export function numbersPanel(host) {
  const { words } = host;
  const rows = host.movable.map((index) => inputRow(host, index));
  const reset = smallButton(words.reset, () => host.reset());
  return {
    element: element("div", { class: "graphgen-panel" }, ...rows.map((row) => row.element), reset),
    update: () => rows.forEach((row) => row.update()),
    // An upstream gradient is of an output that is not in the picture.
    rest: host.data.upstream ? undefined : host.data.locals && ((more) => more.nudgePart(host)),
  };
}

/**
 * @param {Host} host
 * @param {() => string} link
 * @returns {Panel}
 */
export function copyingPanel(host, link) {
  const made = element("div", { class: "graphgen-panel graphgen-copying" });
  return { element: made, update: () => {}, rest: (more) => more.copyingPart(host, link) };
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
  const field = numberField({ id }, step, change, Boolean(host.data.thousands));
  const slider = element("input", {
    type: "range",
    min,
    max,
    step,
    "aria-label": filled(host.words.slider, unmarked(label)),
    input: () => change(slider.valueAsNumber),
  });
  return {
    element: element("div", { class: "graphgen-input" }, element("label", { for: id }, scripted(label)), slider, field.element),
    update: () => {
      const number = Number(host.inputs[index]);
      field.show(number);
      slider.value = String(number);
      // The slider goes in steps, and ends.
      slider.ariaValueText = field.element.value;
    },
  };
}

/**
 * A field for each question, with a hint behind a button; an answer can be typed in the picture as well, where its
 * "?" stands.
 * @param {Host} host
 * @returns {Panel & {answerAt: (part: Part) => boolean}}
 */
export function quizPanel(host) {
  const { words } = host;
  const known = () => textsOf(host.data, host.graph, host.pass, ALL_FOUND);
  const rows = questionsOf(host.data, host.picture, known(), words).map((question, index) => {
    const id = `${host.id}-q${index}`;
    const field = element("input", {
      ...TYPED,
      id,
      change: () => check(row, field.value),
      /** @param {KeyboardEvent} event */
      keydown: (event) => {
        if (event.key !== "Enter") return;
        check(row, field.value);
        if (row.isSolved) next()?.field.focus();
      },
    });
    const verdict = element("output", { for: id });
    const hint = element("p", { class: "graphgen-hint" });
    const showHint = () => {
      write(hint, question.hint(host.texts));
      hint.hidden = !hint.hidden;
      ask.ariaExpanded = String(!hint.hidden);
    };
    const ask = smallButton(words.hint, showHint, { "aria-expanded": "false" });
    hint.hidden = true;
    const label = element("label", { for: id }, scripted(question.label));
    const made = element("div", { class: "graphgen-question" }, label, verdict, field, ask, hint);
    const row = { question, field, verdict, element: made, isSolved: false };
    return row;
  });
  const solved = element("p", { class: "graphgen-right", role: "status" });
  /** @param {typeof rows[number]} row @param {string} typed */
  const check = (row, typed) => {
    if (row.isSolved || !typed.trim()) return;
    row.isSolved = isRight(typed, row.question.answer(host.pass, known()));
    row.field.value = typed;
    row.verdict.className = row.isSolved ? "graphgen-right" : "";
    write(row.verdict, row.isSolved ? `✓ ${words.right}` : `✗ ${words.wrong}`);
    if (!row.isSolved) return;
    row.field.readOnly = true;
    row.question.settle(host.open);
    light(row.question.at);
    host.change();
  };
  const next = () => rows.find((row) => !row.isSolved);

  const here = element("input", {
    ...TYPED,
    class: "graphgen-here",
    /** @param {KeyboardEvent} event */
    keydown: (event) => {
      event.stopPropagation();
      if (event.key === "Escape") stand(undefined);
      if (event.key !== "Enter" || !row) return;
      check(row, here.value);
      here.ariaInvalid = String(!row.isSolved);
      if (row.isSolved) stand(next());
    },
    blur: () => setTimeout(() => here !== document.activeElement && around.remove()),
  });
  const around = svgElement("foreignObject", { width: WIDTH, height: HEIGHT }, here);
  /** @type {typeof rows[number] | undefined} */
  let row;
  /** @param {typeof rows[number] | undefined} asked */
  const stand = (asked) => {
    row = asked;
    const text = asked?.question.at?.querySelector("text:not(.small)");
    around.remove();
    if (!asked || !text) return;
    put(around, { x: numberOf(text, "x") - WIDTH / 2, y: numberOf(text, "y") - HEIGHT / 2 - 5 });
    here.value = "";
    here.ariaLabel = unmarked(asked.question.label);
    here.ariaInvalid = "false";
    host.picture.svg.append(around);
    here.focus();
  };
  return {
    element: element("div", { class: "graphgen-panel" }, ...rows.map((row) => row.element), solved),
    update: () => write(solved, rows.every((row) => row.isSolved) ? words.solved : ""),
    answerAt: (part) => {
      const halves = "tail" in part ? [part.forward, part.backward] : [];
      const asked = rows.find((row) => !row.isSolved && row.question.at && halves.includes(row.question.at));
      if (asked) stand(asked);
      return Boolean(asked);
    },
  };
}
