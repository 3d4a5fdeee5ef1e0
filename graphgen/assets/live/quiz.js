/** The questions of a picture whose numbers are hidden, and whether an answer is right. */

import { filled } from "./dom.js";
import { NOTHING } from "./engine.js";
import { parsed, plain } from "./number.js";
import { operationText } from "./texts.js";

/**
 * @typedef {import("./engine.js").Data} Data
 * @typedef {import("./engine.js").Pass} Pass
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./texts.js").Open} Open
 * @typedef {import("./texts.js").Texts} Texts
 *
 * A question: in words, the part of the picture that it asks for, and its answer, which is a text of arrays.
 * @typedef {object} Question
 * @property {string} label
 * @property {SVGGElement} [at]
 * @property {(texts: Texts) => string} hint
 * @property {(pass: Pass, texts: Texts) => number | string} answer
 * @property {(open: Open) => void} settle
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
 * The questions in the order in which a reader can work them out: forward, then backward. What is too large to be
 * written out is not asked.
 * @param {Data} data
 * @param {Picture} picture
 * @param {Texts} texts in which nothing is hidden
 * @param {Record<string, any>} words
 * @returns {Question[]}
 */
export function questionsOf(data, { graph, arrows }, texts, words) {
  const { values, gradients } = hiddenAtFirst(data, graph);
  const { nodes, edges } = graph;
  /** @type {Question[]} */
  const questions = [];
  for (const node of values) {
    const arrow = arrows.find((arrow) => arrow.forward && arrow.node === node);
    if (!arrow) continue;
    questions.push({
      label: texts.called(node),
      at: arrow.forward,
      hint: (texts) => filled(words.hintValue, operationText(nodes[node].op, nodes[node].operands.map(texts.value))),
      answer: (pass, texts) => (texts.inNumbers ? pass.values[node] : texts.value(node)),
      settle: (open) => open.values.delete(node),
    });
  }
  for (const node of [...gradients].reverse()) {
    const leaving = arrows.filter((arrow) => arrow.node === node && arrow.backward);
    const ways = leaving.filter((arrow) => arrow.edges.length);
    const label = texts.partial(node);
    /** @param {import("./picture.js").Arrow} way */
    const via = (way) => filled(words.via, texts.called(edges[way.edges[0]].to));
    for (const way of ways) {
      questions.push({
        label: ways.length > 1 ? `${label} ${via(way)}` : label,
        at: way.backward,
        hint: (texts) => way.edges.map((edge) => sentHint(edge, data, graph, texts, words)).join(" + "),
        answer: (pass, texts) =>
          texts.inNumbers ? way.edges.reduce((sum, edge) => sum + pass.contributions[edge], 0) : texts.contribution(way.edges),
        settle: (open) => {
          way.edges.forEach((edge) => open.contributions.delete(edge));
          if (ways.length === leaving.length) open.gradients.delete(node);
        },
      });
    }
    if (ways.length < leaving.length) {
      questions.push({
        label,
        at: leaving.find((arrow) => !arrow.edges.length)?.backward,
        hint: () => filled(words.hintSum, ways.map(via).join(", ")),
        answer: (pass, texts) => (texts.inNumbers ? pass.gradients[node] : texts.gradient(node)),
        settle: (open) => open.gradients.delete(node),
      });
    }
  }
  return texts.inNumbers ? questions : questions.filter(({ answer }) => !/…|\+/.test(String(answer(NOTHING, texts))));
}

/**
 * @param {number} edge
 * @param {Data} data
 * @param {import("./engine.js").Graph} graph
 * @param {Texts} texts
 * @param {Record<string, any>} words
 */
function sentHint(edge, data, { edges }, texts, words) {
  const { to } = edges[edge];
  const [upstream, local] = [texts.partial(to), data.locals?.[edge] ?? ""];
  return local.includes("∂") ? local : filled(words.hintProduct, upstream, local || texts.called(to));
}

/**
 * Whether what is typed is the answer, as far as it was written out: 0.33 is a third, 0.3 is not. An array is its
 * numbers, row by row.
 * @param {string} text
 * @param {number | string} answer
 */
export function isRight(text, answer) {
  if (typeof answer === "number") return isNumberRight(text, answer);
  const [typed, known] = [text, answer].map((written) => written.split(/[\s,;[\]]+/).filter(Boolean));
  return typed.length === known.length && known.every((number, at) => isNumberRight(typed[at], parsed(number)));
}

/** @param {string} text @param {number} answer */
function isNumberRight(text, answer) {
  const difference = Math.abs(parsed(text) - answer);
  if (text.includes("/")) return difference <= 1e-9 * Math.abs(answer);
  const places = /^[^e.]*\.(\d+)$/.exec(plain(text))?.[1].length ?? 0;
  return difference <= (0.5 + 1e-9) * 10 ** -places && difference <= NEAR_ENOUGH * Math.abs(answer);
}

/** @param {Open} open */
export function isOpen({ values, gradients, contributions }) {
  return values.size + gradients.size + contributions.size > 0;
}
