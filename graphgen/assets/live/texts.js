/** What is said of every node and edge, in numbers or in symbols; a "?" where a quiz asks for it. */

import { filled } from "./dom.js";
import { NONE, plus } from "./known.js";
import { power } from "./lettering.js";
import { certainText, numberText } from "./number.js";
import { ops } from "./ops.js";

/**
 * @typedef {import("./engine.js").Graph} Graph
 * @typedef {import("./engine.js").Data} Data
 * @typedef {import("./engine.js").Pass} Pass
 * @typedef {import("./known.js").Known} Known
 *
 * The questions of a quiz that are still open: nodes whose value, nodes whose gradient, edges whose
 * contribution is asked for.
 * @typedef {{values: Set<number>, gradients: Set<number>, contributions: Set<number>}} Open
 *
 * @typedef {object} Texts
 * @property {boolean} inNumbers whether the page computes them
 * @property {(number: number, digits?: number) => string} number
 * @property {(known: Known, digits?: number) => string} certain the digits of a number that are certain
 * @property {(node: number) => string} value
 * @property {(node: number) => string} gradient
 * @property {(edges: number[]) => string} contribution
 * @property {(edge: number) => string} local
 * @property {(node: number) => string} called
 * @property {(by: number, of?: number) => string[]} ends what stands behind the ∂ of a derivative, above and below
 * @property {(by: number, of?: number) => string} partial the name of a derivative; without `of`, of the gradient
 * @property {(node: number) => string} given
 * @property {(node: number) => string} computed
 */

export const HIDDEN = "?";
/** @type {Open} */
export const ALL_FOUND = { values: new Set(), gradients: new Set(), contributions: new Set() };
/** @type {Record<string, string>} */
const SIGNS = { "+": "+", "-": "−", "*": "×", "/": "÷" };

/**
 * @param {Data} data
 * @param {Graph} graph
 * @param {Pass} pass
 * @param {Open} open
 * @returns {Texts}
 */
export function textsOf(data, graph, pass, open) {
  const [values, gradients, contributions] = data.texts ?? [];
  const inNumbers = !data.texts;
  /** @param {number} number @param {number} [digits] */
  const number = (number, digits = data.digits) => numberText(number, digits, Boolean(data.thousands));
  /** @param {Known} known @param {number} [digits] */
  const certain = (known, digits = data.digits) => certainText(known, digits, Boolean(data.thousands));

  /** @type {Texts} */
  const texts = {
    inNumbers,
    number,
    certain,
    value: (node) => (open.values.has(node) ? HIDDEN : (values?.[node] ?? certain(pass.known.values[node]))),
    gradient: (node) =>
      open.gradients.has(node) ? HIDDEN : (gradients?.[node] ?? certain(pass.known.gradients[node])),
    contribution: (edges) => {
      if (edges.some((edge) => open.contributions.has(edge))) return HIDDEN;
      return contributions ? edges.map((edge) => contributions[edge]).join(" + ") : certain(sumAlong(edges, pass, graph.edges[edges[0]].from));
    },
    local: (edge) => (inNumbers ? certain(pass.known.locals[edge]) : (data.locals?.[edge] ?? "")),
    called: (node) => (graph.nodes[node].kind === "constant" ? texts.value(node) : graph.nodes[node].label),
    ends: (by, of) => {
      const whole = of === undefined && data.upstream ? data.upstream[0] : texts.called(of ?? graph.output);
      return [whole, texts.called(by)].map((name) => (name.includes(" ") ? `(${name})` : name));
    },
    partial: (by, of) => partialOf(...texts.ends(by, of)),
    given: (node) => {
      const isFree = graph.nodes[node].value === null && graph.nodes[node].kind === "input";
      return equated(texts.called(node), isFree ? "" : texts.value(node));
    },
    computed: (node) => {
      const { op, operands, label, operation } = graph.nodes[node];
      if (!op) return texts.given(node);
      const [computed, value] = [operationText(op, operands.map(texts.value)), texts.value(node)];
      if (data.texts && !data.arrays) return `${value} = ${computed}`;
      return equated(label, operation, computed, value);
    },
  };
  return texts;
}

/**
 * What is sent back to a node along several edges; of what conventions at kinks leave out, no part is told.
 * @param {number[]} edges
 * @param {Pass} pass
 * @param {number} node
 * @returns {Known}
 */
export function sumAlong(edges, { known: { contributions, gradients } }, node) {
  if (edges.length > 1 && isNaN(gradients[node][0])) return gradients[node];
  return edges.reduce((total, edge) => plus(total, contributions[edge]), NONE);
}

/**
 * A number behind a sign: −7 − (−6).
 * @param {string} number
 */
export function bracketed(number) {
  return number.startsWith("−") ? `(${number})` : number;
}

/**
 * ∂z/∂x; of what is called by several words, these in brackets; ∂ alone where one is cut short and names nothing.
 * @param {string[]} names
 */
export function partialOf(...names) {
  if (names.some((name) => name.includes("…"))) return "∂";
  return names.map((name) => `∂${name}`).join("/");
}

/**
 * Terms that are equal, each once: y = x × x = 9.
 * @param {string[]} terms
 */
export function equated(...terms) {
  return [...new Set(terms)].filter(Boolean).join(" = ");
}

/**
 * Terms as a sum, or with another sign between them; only the first may begin with one.
 * @param {string[]} terms
 */
export function sumOf([first, ...rest], sign = "+") {
  return [first, ...rest.map(bracketed)].join(` ${sign} `);
}

/**
 * An operation as it is read: 200 × 1.1, −7 − (−6), 3², exp(2).
 * @param {string} name
 * @param {string[]} operands
 */
export function operationText(name, operands) {
  const operator = ops[name]?.operator;
  const [first, second] = operands;
  if (name.includes("{}")) return filled(name, ...operands);
  if (operator === undefined) return `${name}(${operands.join(", ")})`;
  if (operator === "**") return power(bracketed(first), second);
  if (second === undefined) return operator ? SIGNS[operator] + bracketed(first) : first;
  return sumOf(operands, SIGNS[operator]);
}

/**
 * What stands in the circle of an operation whose operand at `position` is written inside it.
 * @param {string} name
 * @param {number} position
 * @param {string} operand
 */
export function foldedText(name, position, operand) {
  const form = ops[name].folded?.[position] ?? "{}";
  return form.includes("^{}") ? power(form.replace("^{}", ""), operand) : form.replace("{}", operand);
}
