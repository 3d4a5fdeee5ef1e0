/** What one node or one edge has to say, in a line. */

import { filled } from "./dom.js";
import { sentText } from "./steps.js";
import { operationText } from "./texts.js";

/**
 * @typedef {import("./engine.js").Graph} Graph
 * @typedef {import("./engine.js").Data} Data
 * @typedef {import("./picture.js").Arrow} Arrow
 * @typedef {import("./picture.js").Shape} Shape
 * @typedef {import("./texts.js").Texts} Texts
 */

const MOST_PATHS = 4;

/**
 * The line of a part of the picture.
 * @param {Shape | Arrow} part
 * @param {Data} data
 * @param {Graph} graph
 * @param {Texts} texts
 * @param {Record<string, any>} words
 */
export function answer(part, data, graph, texts, words) {
  const said =
    "tail" in part && part.edges.length && graph.nodes[part.node].varies
      ? data.locals && ofEdge(part, data, graph, texts, words)
      : ofNode(part.node, data, graph, texts, words);
  return (said || ofNode(part.node, data, graph, texts, words)).join("; ");
}

/**
 * Why numbers are missing: the first operation without a value; empty where there is none.
 * @param {Pick<import("./panels.js").Host, "graph" | "pass" | "texts" | "words">} figure
 */
export function missing({ graph, pass, texts, words }) {
  const node = graph.nodes[pass.values.findIndex(isNaN)];
  if (!node?.op || !texts.inNumbers) return "";
  return filled(words.missing, node.label, operationText(node.op, node.operands.map(texts.value)));
}

/**
 * ∂z/∂x; ∂ alone where a name is cut short, for that names nothing.
 * @param {Graph} graph @param {number} of @param {number} by
 */
export function partial(graph, of, by) {
  const [name, other] = [of, by].map((index) => graph.nodes[index].name);
  return `${name}${other}`.includes("…") ? "∂" : `∂${name}/∂${other}`;
}

/**
 * @param {number} index
 * @param {Data} data
 * @param {Graph} graph
 * @param {Texts} texts
 * @param {Record<string, any>} words
 */
function ofNode(index, data, graph, texts, words) {
  const node = graph.nodes[index];
  if (node.kind === "constant") return [texts.value(index)];
  const value = node.kind === "op" ? texts.computed(index) : texts.value(index);
  const said = [node.label === value ? value : `${node.label}${node.kind === "op" ? ": " : " = "}${value}`];
  if (!data.locals || !node.varies) return said;
  const terms = node.uses.map((edge) => texts.contribution([edge]));
  const sum = terms.length > 1 ? [terms.join(" + ")] : [];
  said.push([partial(graph, graph.output, index), ...sum, texts.gradient(index)].join(" = "));
  const counts = countPaths(graph);
  const count = counts[index];
  if (count > 1) {
    const paths = pathsFrom(graph, index, counts).map((path) => path.map((at) => graph.nodes[at].name).join(" → "));
    said.push(filled(words.paths, String(count), paths.join(", ") + (count > paths.length ? ", …" : "")));
  }
  return said;
}

/**
 * @param {Arrow} arrow
 * @param {Data} data
 * @param {Graph} graph
 * @param {Texts} texts
 * @param {Record<string, any>} words
 */
function ofEdge(arrow, data, graph, texts, words) {
  const sent = `${words.sent} ${sentText(graph, arrow, texts)}`;
  if (arrow.edges.length > 1) return [`${texts.called(arrow.node)} = ${texts.value(arrow.node)}`, sent];
  const [edge] = arrow.edges;
  const { from, to } = graph.edges[edge];
  const symbols = data.locals?.[edge] ?? "";
  const number = texts.local(edge);
  return [
    `${words.local} ${partial(graph, to, from)} = ${symbols}${symbols === number ? "" : ` = ${number}`}`,
    `${words.upstream} ${partial(graph, graph.output, to)} = ${texts.gradient(to)}`,
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

/**
 * The first few paths from a node to the output, as nodes.
 * @param {Graph} graph
 * @param {number} start
 * @param {number[]} counts
 */
function pathsFrom({ nodes, edges, output }, start, counts) {
  /** @type {number[][]} */
  const found = [];
  /** @param {number[]} path */
  const follow = (path) => {
    const last = path[path.length - 1];
    if (last === output) found.push(path);
    else {
      for (const edge of nodes[last].uses) {
        const { to } = edges[edge];
        if (found.length < MOST_PATHS && counts[to]) follow([...path, to]);
      }
    }
  };
  follow([start]);
  return found;
}
