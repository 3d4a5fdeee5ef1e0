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
 * @property {number} kink an operation whose kink leaves gradients out, -1 where there is none
 */

// The rounding of one operation, relative; and by how much an operation may be worse than that.
export const ROUNDING = 2 ** -53;
const MARGIN = 4;
/** How far a node is moved, relative to its size. */
const [FAR, NEAR] = [2 ** -8, 2 ** -14];
/** Nodes that are visited at most to see what a move does: beyond, what conventions give is left out unseen. */
const MOST_VISITS = 2 ** 21;
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
export const NOTHING = { values: [], gradients: [], locals: [], contributions: [], errors: [], doubts: [], reached: [], kink: -1 };

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
    const at = operandsOf(node, values, errors);
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
      const isSent = reached[index] && !isCut(graph, edge, values, errors, locals[edge], fixed);
      // Zero times an infinite slope is no zero, but where nothing is sent at all.
      const contribution = isSent ? upstream * locals[edge] : 0;
      contributions[edge] = isNaN(values[output]) ? NaN : contribution;
      gradients[from] += contribution;
      reached[from] ||= isSent;
      doubts[from] += MARGIN * Math.abs(contribution) * ROUNDING + Math.abs(locals[edge]) * doubts[index];
    }
  }
  const pass = { values, gradients, locals, contributions, errors, doubts, reached, kink: -1 };
  leaveOut(graph, pass);
  return pass;
}

/**
 * The operands of an operation. Those that only rounding keeps apart are a tie.
 * @param {GraphNode} node
 * @param {number[]} values
 * @param {number[]} errors
 */
function operandsOf({ op, operands }, values, errors) {
  /** @param {number} one @param {number} other */
  const isSame = (one, other) => Math.abs(values[one] - values[other]) <= errors[one] + errors[other];
  const tied = op && ops[op].kink ? operands.map((one) => operands.find((other) => isSame(one, other)) ?? one) : operands;
  return tied.map((operand) => values[operand]);
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
 * @param {number[]} errors
 * @param {number} local
 * @param {boolean[]} fixed
 */
function isCut({ nodes, edges }, edge, values, errors, local, fixed) {
  if (local !== 0) return false;
  const { to, position } = edges[edge];
  const { op, operands } = nodes[to];
  const { kink, locals } = ops[op];
  const at = operandsOf(nodes[to], values, errors);
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
 * Whether an operation stands on its kink, where the derivative is a convention. One that chooses by a comparison does
 * not: the comparison has the kink.
 * @param {Graph} graph
 * @param {number} index
 * @param {Pass} pass
 */
export function isOnKink({ nodes }, index, { values, errors }) {
  const node = nodes[index];
  const kink = node.op && ops[node.op].kink;
  const { kind, op } = nodes[node.operands[0]] ?? node;
  if (!kink || (node.op === "where" && (kind === "constant" || op === "step"))) return false;
  return kink(...operandsOf(node, values, errors)) === 0;
}

/**
 * Leaves out the gradients that conventions at kinks make another number than the derivative: relu(x) − relu(−x) is x,
 * with the slope 1, where they make it 0.
 * @param {Graph} graph
 * @param {Pass} pass
 */
function leaveOut(graph, pass) {
  const { nodes, edges, output } = graph;
  const { gradients, contributions } = pass;
  const leads = nodes.map((_, index) => isOnKink(graph, index, pass));
  const kink = leads.indexOf(true);
  let visits = 0;
  for (let index = output; kink >= 0 && index >= 0; index--) {
    const { kind, uses } = nodes[index];
    if (kind === "constant" || !uses.some((edge) => leads[edges[edge].to])) continue;
    leads[index] = true;
    visits += nodes.length;
    if (visits > MOST_VISITS || isDisproved(graph, pass, index)) {
      gradients[index] = NaN;
      pass.kink = kink;
    }
    for (const edge of uses) {
      if (isNaN(gradients[edges[edge].to] + (uses.length > 1 ? 0 : gradients[index]))) contributions[edge] = NaN;
    }
  }
}

/**
 * Whether a node's gradient is not the derivative. As graphgen/verification/conventions.py does it, the node is moved to
 * either side: where both differences come to one slope, that is the derivative.
 * @param {Graph} graph
 * @param {Pass} pass
 * @param {number} start
 */
function isDisproved({ nodes, output }, { values, errors, gradients }, start) {
  const scale = Math.max(Math.abs(values[start]), errors[start] * 2 ** 45) || Math.abs(Number(nodes[start].value)) || 1;
  const [far, near] = [FAR, NEAR].map((step) => {
    const [left, right] = [-step, step].map((by) => {
      const moved = values.slice();
      moved[start] += by * scale;
      for (let index = start + 1; index <= output; index++) {
        const { op, operands } = nodes[index];
        if (operands.some((operand) => moved[operand] !== values[operand])) {
          moved[index] = valueOf(op, operands.map((operand) => moved[operand]));
        }
      }
      return (moved[output] - values[output]) / by / scale;
    });
    return [left - right, (left + right) / 2 - gradients[start]].map(Math.abs);
  });
  /** Whether a distance goes towards 0, but for roundings. @param {number} which */
  const vanishes = (which) => near[which] <= far[which] / 8 + (MARGIN * errors[output]) / NEAR / scale;
  return vanishes(0) && !vanishes(1);
}
