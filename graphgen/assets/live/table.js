/** The picture as a table, brought up to date with it: values, local derivatives and gradients. */

import { write } from "./lettering.js";
import { HIDDEN, partialOf } from "./texts.js";

const [VALUE, LOCALS, GRADIENT] = [2, 3, 4];

/**
 * The rows of a figure's table, one a node.
 * @param {HTMLElement} figure
 */
export function rowsOf(figure) {
  return Array.from(figure.querySelector("table")?.tBodies[0].rows ?? []);
}

/**
 * @param {HTMLElement} figure
 * @param {import("./engine.js").Data} data
 * @param {import("./engine.js").Graph} graph
 * @param {import("./texts.js").Texts} texts
 */
export function updateTable(figure, data, graph, texts) {
  const rows = rowsOf(figure);
  const told = graph.nodes.flatMap(({ kind }, node) => (kind === "constant" ? [] : [node]));
  told.forEach((node, at) => {
    const { cells } = rows[at];
    // What is folded into the cell of an array stays.
    if (!texts.inNumbers) {
      for (const [cell, text] of /** @type {[number, string][]} */ ([[VALUE, texts.value(node)], [GRADIENT, texts.gradient(node)]])) {
        if (cells[cell]?.textContent === HIDDEN) write(cells[cell], text);
      }
      return;
    }
    write(cells[VALUE], texts.value(node));
    if (!data.locals) return;
    write(cells[LOCALS], localsText(graph, node, texts));
    if (graph.nodes[node].varies) write(cells[GRADIENT], texts.gradient(node));
  });
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
