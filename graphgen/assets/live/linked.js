/** What stands for a node elsewhere on the page: its line of the source, its row, its numbers in prose. */

import { rowsOf } from "./table.js";

/**
 * @typedef {import("./picture.js").Shape} Shape
 * @typedef {import("./picture.js").Arrow} Arrow
 * @typedef {import("./picture.js").Picture} Picture
 *
 * @typedef {{element: Element, nodes: number[], edge?: number}} Companion
 */

/**
 * @param {HTMLElement} figure
 * @param {import("./engine.js").Data} data
 * @param {import("./engine.js").Graph} graph
 * @returns {Companion[]}
 */
export function companionsOf(figure, data, graph) {
  const quotes = document.querySelectorAll(`[data-graphgen-of^="${figure.id} "]`);
  const lines = figure.closest(".graphgen-with-source")?.querySelectorAll("[data-line]") ?? [];
  return [
    ...rowsOf(figure, graph).map(([node, element]) => ({ element, nodes: [node] })),
    ...Array.from(quotes, (element) => {
      const [node, edge] = String(element.getAttribute("data-graphgen-of")).split(" ").slice(1).map(Number);
      return { element, nodes: [node], edge };
    }),
    ...Array.from(lines, (element) => {
      const line = Number(element.getAttribute("data-line"));
      return { element, nodes: (data.lines ?? []).flatMap((its, node) => (its === line ? [node] : [])) };
    }),
  ];
}

/**
 * The part of the picture that a companion stands for; of several, the last, which has the line's name.
 * @param {Companion} companion
 * @param {Picture} picture
 * @returns {Shape | Arrow | undefined}
 */
export function partFor({ nodes, edge }, { shapes, arrows }) {
  if (edge !== undefined) return arrows.find(({ edges }) => edges.includes(edge));
  return [...shapes].reverse().find(({ kind, node }) => (kind === "op" || kind === "input") && nodes.includes(node));
}

/**
 * Lights the part that is asked and what belongs to it: a node with its arrows, and its companions.
 * @param {Picture} picture
 * @param {Companion[]} companions
 * @param {Shape | Arrow | undefined} part
 */
export function markAsked({ shapes, arrows }, companions, part) {
  const isArrow = part && "tail" in part;
  for (const shape of shapes) {
    // An input may stand in several places.
    const isLit = shape.node === part?.node && "kind" in part && shape.kind === part.kind;
    shape.element.classList.toggle("graphgen-asked", isLit);
  }
  for (const arrow of arrows) {
    const isLit = isArrow ? arrow === part : arrow.node === part?.node;
    for (const half of [arrow.forward, arrow.backward]) half?.classList.toggle("graphgen-asked", isLit);
  }
  for (const { element, nodes, edge } of companions) {
    const isOf = edge === undefined ? nodes.includes(part?.node ?? -1) : isArrow && part.edges.includes(edge);
    element.classList.toggle("graphgen-together", Boolean(isOf));
  }
}
