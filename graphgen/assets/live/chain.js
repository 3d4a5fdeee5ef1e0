/** The chain rule of one gradient in LaTeX: in symbols along each path, then with the numbers. */

import { latexText } from "./lettering.js";

/** With more paths, the rule is that of one step: through what uses the node. */
const MOST_PATHS = 6;

/**
 * @param {Pick<import("./panels.js").Host, "data" | "graph" | "texts" | "open">} figure
 * @param {number} node
 * @param {Pick<import("./kit.js").Kit, "isOpen" | "sumOf">} kit
 */
export function latexOf({ data, graph, texts, open }, node, { isOpen, sumOf }) {
  const { edges, output } = graph;
  /** @param {number} by @param {number} [of] */
  const partial = (by, of) => `\\frac{${texts.ends(by, of).map((name) => `\\partial ${latexText(name)}`).join("}{")}}`;
  const whole = pathsFrom(graph, node);
  const isShort = whole.length <= MOST_PATHS;
  const paths = isShort ? whole : graph.nodes[node].uses.map((edge) => [edge]);
  /** @param {number} edge @param {boolean} isLast */
  const upstream = (edge, isLast) => isLast && (data.upstream || (!isShort && edges[edge].to !== output));
  const rule = paths.map((path) =>
    [...path]
      .reverse()
      .flatMap((edge, at) => [
        ...(upstream(edge, at === 0) ? [partial(edges[edge].to)] : []),
        partial(edges[edge].from, edges[edge].to),
      ])
      .join(" \\cdot "),
  );
  const equals = [partial(node), ...(node === output ? [] : [rule.join(" + ")])];
  if (texts.inNumbers && !isOpen(open)) {
    const products = paths.map((path) => {
      const factors = [...path].reverse().map(texts.local);
      if (upstream(path[0], true)) factors.unshift(texts.gradient(edges[path[0]].to));
      return sumOf(factors, "·");
    });
    if (node !== output) equals.push(latexText(sumOf(products)));
    equals.push(latexText(texts.gradient(node)));
  }
  return [...new Set(equals)].join(" = ");
}

/**
 * The paths from a node to the output along which something flows back, as edges; no more than one beyond the most.
 * @param {import("./engine.js").Graph} graph
 * @param {number} start
 */
export function pathsFrom({ nodes, edges, output }, start, most = MOST_PATHS + 1) {
  /** @type {number[][]} */
  const found = [];
  // Without dead ends: what leads to the output.
  const leads = nodes.map((_, node) => node === output);
  for (let node = output - 1; node >= 0; node--) leads[node] = nodes[node].uses.some((edge) => leads[edges[edge].to]);
  /** @param {number} node @param {number[]} path */
  const follow = (node, path) => {
    if (node === output) found.push(path);
    else
      for (const edge of nodes[node].uses) {
        if (found.length < most && leads[edges[edge].to]) follow(edges[edge].to, [...path, edge]);
      }
  };
  follow(start, []);
  return found;
}
