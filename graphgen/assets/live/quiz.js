/** The questions of a picture whose numbers are hidden, and whether an answer is right. */

import { partial } from "./ask.js";
import { filled } from "./dom.js";
import { parsed, plain } from "./number.js";
import { operationText } from "./texts.js";

/**
 * @typedef {import("./engine.js").Data} Data
 * @typedef {import("./engine.js").Pass} Pass
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./texts.js").Open} Open
 * @typedef {{label: string, hint: string, answer: (pass: Pass) => number, settle: (open: Open) => void}} Question
 */

// A rounded answer must be this near, however few digits it has.
const NEAR_ENOUGH = 0.02;

/**
 * What is hidden at first.
 * @param {Data} data
 * @param {import("./engine.js").Graph} graph
 * @returns {Open}
 */
export function hiddenAtFirst(data, graph) {
  const [values, gradients] = data.quiz ?? [[], []];
  return {
    values: new Set(values),
    gradients: new Set(gradients),
    contributions: new Set(gradients.flatMap((node) => graph.nodes[node].uses)),
  };
}

/**
 * The questions in the order in which a reader can work them out: forward, then backward.
 * @param {Data} data
 * @param {Picture} picture
 * @param {Record<string, any>} words
 * @returns {Question[]}
 */
export function questionsOf(data, { graph, arrows }, words) {
  const { values, gradients } = hiddenAtFirst(data, graph);
  const { nodes, edges, output } = graph;
  /** @type {Question[]} */
  const questions = [];
  const forward = new Set(arrows.filter((arrow) => arrow.forward).map((arrow) => arrow.node));
  for (const node of [...values].filter((node) => forward.has(node))) {
    const operands = nodes[node].operands.map((operand) => nodes[operand].name || String(nodes[operand].value));
    questions.push({
      label: nodes[node].label,
      hint: filled(words.hintValue, operationText(nodes[node].op, operands)),
      answer: (pass) => pass.values[node],
      settle: (open) => open.values.delete(node),
    });
  }
  for (const node of [...gradients].reverse()) {
    const leaving = arrows.filter((arrow) => arrow.node === node && arrow.backward);
    const ways = leaving.filter((arrow) => arrow.edges.length);
    const label = partial(graph, output, node) + inPicture(nodes[node], nodes[output]);
    for (const way of ways) {
      const to = edges[way.edges[0]].to;
      const factors = way.edges.map((edge) => [partial(graph, output, edges[edge].to), data.locals?.[edge] ?? ""]);
      questions.push({
        label: ways.length > 1 ? `${label} ${filled(words.via, nodes[to].label)}` : label,
        hint: factors.map((factor) => filled(words.hintProduct, ...factor)).join(" + "),
        answer: (pass) => way.edges.reduce((sum, edge) => sum + pass.contributions[edge], 0),
        settle: (open) => {
          way.edges.forEach((edge) => open.contributions.delete(edge));
          if (ways.length === leaving.length) open.gradients.delete(node);
        },
      });
    }
    if (ways.length < leaving.length) {
      const terms = ways.map((way) => filled(words.via, nodes[edges[way.edges[0]].to].label));
      questions.push({
        label,
        hint: filled(words.hintSum, terms.join(", ")),
        answer: (pass) => pass.gradients[node],
        settle: (open) => open.gradients.delete(node),
      });
    }
  }
  return questions;
}

/**
 * The words that the picture has for two nodes, where they are not their names.
 * @param {import("./engine.js").GraphNode} from
 * @param {import("./engine.js").GraphNode} to
 */
function inPicture(from, to) {
  return from.label === from.name && to.label === to.name ? "" : ` (${from.label} → ${to.label})`;
}

/**
 * Whether a number is the answer, as far as it was written out: 0.33 is a third, 0.3 is not.
 * @param {string} text
 * @param {number} answer
 */
export function isRight(text, answer) {
  const difference = Math.abs(parsed(text) - answer);
  if (text.includes("/")) return difference <= 1e-9 * Math.abs(answer);
  const places = /^[^e.]*\.(\d+)$/.exec(plain(text))?.[1].length ?? 0;
  return difference <= (0.5 + 1e-9) * 10 ** -places && difference <= NEAR_ENOUGH * Math.abs(answer);
}

/** @param {Open} open */
export function isOpen({ values, gradients, contributions }) {
  return values.size + gradients.size + contributions.size > 0;
}
