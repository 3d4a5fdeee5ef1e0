/** What one node or one edge has to say, in a line. */

import { pathsFrom } from "./chain.js";
import { filled } from "./dom.js";
import { sentText } from "./steps.js";
import { equated, operationText, sumOf } from "./texts.js";

/**
 * @typedef {import("./engine.js").Graph} Graph
 * @typedef {import("./picture.js").Arrow} Arrow
 * @typedef {import("./picture.js").Shape} Shape
 * @typedef {Pick<import("./panels.js").Host, "data" | "graph" | "texts" | "words">} Asked
 */

const MOST_PATHS = 4;

/**
 * The line of a part of the picture.
 * @param {Shape | Arrow} part
 * @param {Asked} asked
 */
export function answer(part, asked) {
  const { data, graph } = asked;
  const said =
    "tail" in part && part.edges.length && graph.nodes[part.node].varies
      ? data.locals && ofEdge(part, asked)
      : ofNode(part.node, asked);
  return (said || ofNode(part.node, asked)).join("; ");
}

/**
 * Why numbers are missing: the first operation without a value, else one on a kink; empty where there is none.
 * @param {Pick<import("./panels.js").Host, "graph" | "pass" | "texts" | "words">} figure
 */
export function missing({ graph, pass, texts, words }) {
  const at = pass.values.findIndex(isNaN);
  const node = graph.nodes[at];
  if (pass.kink >= 0) return filled(words.kink, texts.called(pass.kink));
  if (!node?.op || !texts.inNumbers) return "";
  const said = isNaN(pass.known.values[at][0]) ? words.missing : words.faint;
  return filled(said, node.label, operationText(node.op, node.operands.map(texts.value)));
}

/**
 * @param {number} index
 * @param {Asked} asked
 */
function ofNode(index, { data, graph, texts, words }) {
  const node = graph.nodes[index];
  if (node.kind === "constant") return [texts.value(index)];
  const said = [texts.computed(index)];
  if (!data.locals || !node.varies) return said;
  const terms = node.uses.map((edge) => texts.contribution([edge])).filter(Boolean);
  const sum = terms.length > 1 ? [sumOf(terms)] : [];
  said.push(equated(texts.partial(index), ...sum, texts.gradient(index)));
  const count = countPaths(graph)[index];
  if (count > 1) {
    const paths = pathsFrom(graph, index, MOST_PATHS).map((path) =>
      [index, ...path.map((edge) => graph.edges[edge].to)].map(texts.called).join(" → "),
    );
    said.push(filled(words.paths, String(count), paths.join(", ") + (count > paths.length ? ", …" : "")));
  }
  return said;
}

/**
 * @param {Arrow} arrow
 * @param {Asked} asked
 */
function ofEdge(arrow, { data, graph, texts, words }) {
  const sent = `${words.sent} ${sentText(graph, arrow, texts)}`;
  if (arrow.edges.length > 1) return [texts.given(arrow.node), sent];
  const [edge] = arrow.edges;
  const { from, to } = graph.edges[edge];
  const symbols = data.locals?.[edge] ?? "";
  const number = texts.local(edge);
  const upstream = `${words.upstream} ${equated(texts.partial(to), texts.gradient(to))}`;
  // Between arrays there is a rule of what is sent back, or none that fits a line.
  if (symbols.includes("∂") || (data.arrays && !symbols)) {
    return [upstream, `${words.sent} ${equated(symbols, texts.contribution([edge]))}`];
  }
  return [
    `${words.local} ${equated(texts.partial(from, to), symbols, number)}`,
    upstream,
    sent,
  ];
}

/**
 * How many paths lead from each node to the output.
 * @param {Graph} graph
 */
function countPaths({ nodes, edges, output }) {
  /** @type {number[]} */
  const counts = Array(nodes.length).fill(0);
  counts[output] = 1;
  for (let index = output - 1; index >= 0; index--) {
    for (const edge of nodes[index].uses) counts[index] += counts[edges[edge].to];
  }
  return counts;
}
