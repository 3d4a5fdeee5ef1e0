/** The numeric engine: values forward, gradients backward, by the functions of the op table. */

import { ops } from "./ops.js";

/**
 * What graphgen/live.py writes of one picture.
 * @typedef {object} Data
 * @property {[number | string | null, number[]?, string?, string?, string?][]} nodes
 * @property {number} output
 * @property {string[]} shapes
 * @property {(number | string)[][]} arrows the ends, the edges, and what is sent back where the picture cannot be read
 * @property {string[]} [locals]
 * @property {[string[], string[], string[]]} [texts] what the page does not compute
 * @property {0 | 1} [arrays] whether these are numbers, in a picture with arrays
 * @property {number[]} [lines] the line of the source in which each node stands, where the page shows it
 * @property {number} [digits]
 * @property {1} [thousands]
 * @property {1} [focus]
 * @property {[number[], number[]]} [quiz]
 * @property {number[]} [data] the inputs that want no gradient
 * @property {[number, number[], string | number[], number[]?, number[]?][]} [entries] steps of graphgen/page/entries.py
 */

/**
 * One value of the graph; `edges` are those from its operands, `uses` those to where it is used.
 * @typedef {object} GraphNode
 * @property {"input" | "constant" | "op"} kind
 * @property {string} op
 * @property {number[]} operands
 * @property {number[]} edges
 * @property {number[]} uses
 * @property {number | null} value
 * @property {number[]} range
 * @property {string} name
 * @property {string} label
 * @property {string} operation what gives a value its name, over what its operands are called
 * @property {boolean} varies whether it has a gradient
 *
 * @typedef {{from: number, to: number, position: number}} Edge
 * @typedef {{nodes: GraphNode[], edges: Edge[], output: number}} Graph
 *
 * @typedef {object} Pass
 * @property {number[]} values
 * @property {number[]} gradients by node
 * @property {number[]} locals by edge
 * @property {number[]} contributions by edge
 * @property {number[]} errors what rounding may have done to each value
 * @property {number[]} doubts what it may have done to each gradient
 * @property {boolean[]} reached whether a change of each node can come to the output
 */

// The rounding of one operation, relative; and by how much an operation may be worse than that.
export const ROUNDING = 2 ** -53;
const MARGIN = 4;
/** Where a factor is tried besides, to see whether it is always 0. */
const PROBES = [1, -2.5];

/**
 * The graph of a picture's data.
 * @param {Data} data
 * @returns {Graph}
 */
export function graphOf(data) {
  /** @type {Edge[]} */
  const edges = [];
  /** @type {GraphNode[]} */
  const nodes = [];
  for (const [first, list = [], name = "", label = name, operation = ""] of data.nodes) {
    const to = nodes.length;
    const kind = typeof first === "string" ? "op" : name ? "input" : "constant";
    /** @type {GraphNode} */
    const node = {
      kind,
      op: typeof first === "string" ? first : "",
      operands: kind === "op" ? list : [],
      edges: [],
      uses: [],
      value: typeof first === "string" ? null : first,
      range: list,
      name,
      label,
      operation,
      varies: kind === "op" ? list.some((from) => nodes[from].varies) : kind === "input" && !data.data?.includes(to),
    };
    node.operands.forEach((from, position) => {
      node.edges.push(edges.length);
      nodes[from].uses.push(edges.length);
      edges.push({ from, to, position });
    });
    nodes.push(node);
  }
  return { nodes, edges, output: data.output };
}

/**
 * Of a picture whose numbers the page does not compute.
 * @type {Pass}
 */
export const NOTHING = { values: [], gradients: [], locals: [], contributions: [], errors: [], doubts: [], reached: [] };

/**
 * Values and gradients where the inputs have these numbers, by node; what does not exist is NaN.
 *
 * Nothing exists behind a value that does not, and no gradient of an output that does not. A sum that
 * cancels leaves the roundings of its terms: within their bound it is 0, as the exact result is.
 * @param {Graph} graph
 * @param {ArrayLike<number | null>} inputs
 * @returns {Pass}
 */
export function run(graph, inputs) {
  const { nodes, edges, output } = graph;
  /** @type {number[]} */
  const values = [];
  /** @type {number[]} */
  const errors = [];
  /** @type {number[]} */
  const locals = Array(edges.length).fill(NaN);
  for (const [index, node] of nodes.entries()) {
    const at = node.operands.map((operand) => values[operand]);
    const value = node.kind === "op" ? valueOf(node.op, at) : Number(inputs[index] ?? node.value);
    let error = MARGIN * Math.abs(value) * ROUNDING;
    if (isFinite(value)) {
      for (const [position, edge] of node.edges.entries()) {
        locals[edge] = ops[node.op].locals[position](...at);
        const carried = Math.abs(locals[edge]) * errors[node.operands[position]];
        if (isFinite(carried)) error += carried;
      }
    }
    errors.push(error);
    values.push(settled(value, node.kind === "op" ? error : 0));
  }

  const gradients = Array(nodes.length).fill(0);
  const doubts = Array(nodes.length).fill(0);
  const contributions = Array(edges.length).fill(NaN);
  const reached = Array(nodes.length).fill(false);
  const fixed = nodes.map(() => false);
  nodes.forEach(({ kind, operands }, index) => {
    fixed[index] = kind === "constant" || (kind === "op" && operands.every((operand) => fixed[operand]));
  });
  gradients[output] = 1;
  reached[output] = true;
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (isNaN(values[index]) || isNaN(values[output])) gradients[index] = NaN;
    gradients[index] = settled(gradients[index], doubts[index]);
    const upstream = gradients[index];
    for (const edge of nodes[index].edges) {
      const { from } = edges[edge];
      if (nodes[from].kind === "constant") continue;
      const isSent = reached[index] && !isCut(graph, edge, values, locals[edge], fixed);
      // Zero times an infinite slope is no zero, but where nothing is sent at all.
      const contribution = isSent ? upstream * locals[edge] : 0;
      contributions[edge] = isNaN(values[output]) ? NaN : contribution;
      gradients[from] += contribution;
      reached[from] ||= isSent;
      doubts[from] += MARGIN * Math.abs(contribution) * ROUNDING + Math.abs(locals[edge]) * doubts[index];
    }
  }
  return { values, gradients, locals, contributions, errors, doubts, reached };
}

/**
 * The value of an operation; there is none where an operand has none, also where the operand does not matter.
 * @param {string} op
 * @param {number[]} at
 */
function valueOf(op, at) {
  return at.some(isNaN) ? NaN : ops[op].value(...at);
}

/**
 * Whether nothing flows back along an edge whatever its operand does near by: its branch is not taken, or its
 * factor is the constant 0.
 * @param {Graph} graph
 * @param {number} edge
 * @param {number[]} values
 * @param {number} local
 * @param {boolean[]} fixed
 */
function isCut({ nodes, edges }, edge, values, local, fixed) {
  if (local !== 0) return false;
  const { to, position } = edges[edge];
  const { op, operands } = nodes[to];
  const { kink, locals } = ops[op];
  const at = operands.map((operand) => values[operand]);
  if (kink) return kink(...at) !== 0;
  if (!operands.every((operand, place) => place === position || fixed[operand])) return false;
  return PROBES.every((probe) => locals[position](...at.map((x, place) => (place === position ? probe : x))) === 0);
}

/** @param {number} value @param {number} error */
function settled(value, error) {
  if (!isFinite(value)) return NaN;
  return Math.abs(value) <= error ? 0 : value;
}

/**
 * Whether an operation stands on its kink, where the derivative is a convention.
 * @param {GraphNode} node
 * @param {Pass} pass
 */
export function isOnKink(node, pass) {
  const kink = node.op ? ops[node.op].kink : undefined;
  return kink ? kink(...node.operands.map((operand) => pass.values[operand])) === 0 : false;
}
