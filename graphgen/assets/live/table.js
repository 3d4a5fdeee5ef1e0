/** The picture as a table, brought up to date with it: values, local derivatives and gradients. */

import { write } from "./lettering.js";
import { HIDDEN, partialOf } from "./texts.js";

const [VALUE, LOCALS, GRADIENT] = [2, 3, 4];

/**
 * The nodes of a figure's table, each with its row; constants have none.
 * @param {HTMLElement} figure
 * @param {import("./engine.js").Graph} graph
 * @returns {[node: number, row: HTMLTableRowElement][]}
 */
export function rowsOf(figure, { nodes }) {
  const listed = nodes.flatMap(({ kind }, node) => (kind === "constant" ? [] : [node]));
  return Array.from(figure.querySelector("table")?.tBodies[0].rows ?? [], (row, at) => [listed[at], row]);
}

/**
 * @param {HTMLElement} figure
 * @param {import("./engine.js").Data} data
 * @param {import("./engine.js").Graph} graph
 * @param {import("./texts.js").Texts} texts
 */
export function updateTable(figure, data, graph, texts) {
  for (const [node, { cells }] of rowsOf(figure, graph)) {
    // What is folded into the cell of an array stays.
    /** @param {number} cell @param {string} text */
    const put = (cell, text) => (texts.inNumbers || cells[cell]?.textContent === HIDDEN) && write(cells[cell], text);
    put(VALUE, texts.value(node));
    if (data.locals && texts.inNumbers) put(LOCALS, localsText(graph, node, texts));
    if (data.locals && graph.nodes[node].varies) put(GRADIENT, texts.gradient(node));
  }
}

/**
 * ∂y/∂x = 3 + 3: the local derivatives of a node, summed where it uses an operand twice.
 * @param {import("./engine.js").Graph} graph
 * @param {number} node
 * @param {import("./texts.js").Texts} texts
 */
export function localsText(graph, node, texts) {
  const { nodes, edges } = graph;
  /** @type {Map<number, string[]>} */
  const told = new Map();
  for (const edge of nodes[node].edges) {
    const { from } = edges[edge];
    if (nodes[from].varies) told.set(from, [...(told.get(from) ?? []), texts.local(edge)]);
  }
  return [...told].map(([from, terms]) => `${partialOf(nodes[node].name, nodes[from].name)} = ${terms.join(" + ")}`).join(", ");
}
