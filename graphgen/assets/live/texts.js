/** What is said of every node and edge, in numbers or in symbols; a "?" where a quiz asks for it. */

import { ops } from "./ops.js";
import { certainDigits, numberText, raised } from "./number.js";

/**
 * @typedef {import("./engine.js").Graph} Graph
 * @typedef {import("./engine.js").Data} Data
 * @typedef {import("./engine.js").Pass} Pass
 *
 * The questions of a quiz that are still open: nodes whose value, nodes whose gradient, edges whose
 * contribution is asked for.
 * @typedef {{values: Set<number>, gradients: Set<number>, contributions: Set<number>}} Open
 *
 * @typedef {object} Texts
 * @property {boolean} inNumbers
 * @property {(number: number, digits?: number) => string} number
 * @property {(node: number) => string} value
 * @property {(node: number) => string} gradient
 * @property {(edges: number[]) => string} contribution
 * @property {(edge: number) => string} local
 * @property {(node: number) => string} called
 * @property {(node: number) => string} given
 * @property {(node: number) => string} computed
 */

export const HIDDEN = "?";
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
  /** @param {number} value @param {number} error */
  const certain = (value, error) => number(value, certainDigits(value, error, data.digits));
  /** @param {number[]} edges */
  const sum = (edges) => edges.reduce((total, edge) => total + pass.contributions[edge], 0);

  /** @type {Texts} */
  const texts = {
    inNumbers,
    number,
    value: (node) => (values ? values[node] : open.values.has(node) ? HIDDEN : certain(pass.values[node], pass.errors[node])),
    gradient: (node) =>
      gradients ? gradients[node] : open.gradients.has(node) ? HIDDEN : certain(pass.gradients[node], pass.doubts[node]),
    contribution: (edges) => {
      if (contributions) return edges.map((edge) => contributions[edge]).join(" + ");
      return edges.some((edge) => open.contributions.has(edge)) ? HIDDEN : number(sum(edges));
    },
    local: (edge) => (inNumbers ? number(pass.locals[edge]) : (data.locals?.[edge] ?? "")),
    called: (node) => (graph.nodes[node].kind === "constant" ? texts.value(node) : graph.nodes[node].label),
    given: (node) => {
      const { kind, value } = graph.nodes[node];
      const isFree = kind === "input" && value === null;
      return isFree ? texts.called(node) : `${texts.called(node)} = ${texts.value(node)}`;
    },
    computed: (node) => {
      const { op, operands } = graph.nodes[node];
      if (!op) return texts.given(node);
      const operation = operationText(op, operands.map(texts.value));
      return inNumbers ? `${operation} = ${texts.value(node)}` : `${texts.value(node)} = ${operation}`;
    },
  };
  return texts;
}

/**
 * A number behind a sign: −7 − (−6).
 * @param {string} number
 */
export function bracketed(number) {
  return number.startsWith("−") ? `(${number})` : number;
}

/**
 * An operation as it is read: 200 × 1.1, 3², exp(2).
 * @param {string} name
 * @param {string[]} operands
 */
export function operationText(name, operands) {
  const { operator } = ops[name];
  const [first, second] = operands;
  const sign = SIGNS[operator ?? ""];
  if (sign && second !== undefined) return `${first} ${sign} ${second}`;
  if (operator === "**" && raised(second) && !first.startsWith("−")) return `${first}${raised(second)}`;
  if (operator === undefined) return `${name}(${operands.join(", ")})`;
  return second === undefined ? operator + first : `${first} ${operator} ${second}`;
}

/**
 * What stands in the circle of an operation whose operand at `position` is written inside it.
 * @param {string} name
 * @param {number} position
 * @param {string} operand
 */
export function foldedText(name, position, operand) {
  const form = ops[name].folded?.[position] ?? "{}";
  return form.includes("^{}") ? form.replace("^{}", raised(operand) || `^${operand}`) : form.replace("{}", operand);
}
