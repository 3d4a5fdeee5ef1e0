/** The numeric engine: values forward, gradients backward, by the functions of the op table. */

import { certain, given, NONE, NOWHERE, plus, ROUNDING, times } from "./known.js";
import { floatOf, operated, valueOf } from "./operating.js";
import { ops } from "./ops.js";

/**
 * @typedef {import("./known.js").Known} Known
 *
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
 * @property {[string, ...number[]]} [upstream] of an output that is not in the picture, its name, and the gradient that
 *   the author gives, entry by entry, if that is in numbers
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
 * `seed` is the gradient that the backward pass starts from.
 * @typedef {{nodes: GraphNode[], edges: Edge[], output: number, seed: number}} Graph
 *
 * @typedef {object} Pass
 * @property {number[]} values
 * @property {number[]} gradients by node
 * @property {number[]} locals by edge
 * @property {number[]} contributions by edge
 * @property {Record<"values" | "gradients" | "locals" | "contributions", Known[]>} known the same, as they are known
 * @property {boolean[]} reached whether a change of each node can come to the output
 * @property {number} kink an operation whose kink leaves gradients out, -1 where there is none
 */

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
  return { nodes, edges, output: data.output, seed: data.upstream ? Number(data.upstream[1]) : 1 };
}

/**
 * Of a picture whose numbers the page does not compute.
 * @type {Pass}
 */
export const NOTHING = { values: [], gradients: [], locals: [], contributions: [], known: { values: [], gradients: [], locals: [], contributions: [] }, reached: [], kink: -1 };

/**
 * Values and gradients where the inputs have these numbers, by node. What does not exist is NaN, and so is what rounding
 * leaves nothing of.
 *
 * What arithmetic makes of decimals is exact; all else is a float, with a bound of what rounding did to it. Nothing exists
 * behind a value that does not, and no gradient of an output that does not.
 * @param {Graph} graph
 * @param {ArrayLike<number | null | Known>} inputs
 * @returns {Pass}
 */
export function run(graph, inputs) {
  const { nodes, edges, output, seed } = graph;
  /** @type {Known[]} */
  const forward = [];
  const slopes = edges.map(() => NOWHERE);
  nodes.forEach((node, index) => {
    const number = inputs[index] ?? node.value;
    if (node.kind === "op") forward.push(operated(node, forward, slopes));
    else forward.push(Array.isArray(number) ? number : given(Number(number)));
  });

  const back = nodes.map(() => NONE);
  const sent = edges.map(() => NOWHERE);
  const reached = nodes.map(() => false);
  /** @type {boolean[]} */
  const fixed = [];
  nodes.forEach(({ kind, operands }) => {
    fixed.push(kind === "constant" || (kind === "op" && operands.every((operand) => fixed[operand])));
  });
  back[output] = given(seed);
  reached[output] = true;
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (isNaN(forward[index][0] + forward[output][0])) back[index] = NOWHERE;
    for (const edge of nodes[index].edges) {
      const { from } = edges[edge];
      if (nodes[from].kind === "constant") continue;
      // Zero times an infinite slope is no zero, but where nothing is sent at all.
      const isSent = reached[index] && !isCut(graph, edge, forward, slopes[edge], fixed);
      sent[edge] = times(back[index], isSent ? slopes[edge] : NONE);
      back[from] = plus(back[from], sent[edge]);
      reached[from] ||= isSent;
    }
  }

  const known = { values: forward, gradients: back, locals: slopes, contributions: sent };
  const kink = leaveOut(graph, known);
  return {
    values: forward.map(certain),
    gradients: back.map(certain),
    locals: slopes.map(certain),
    contributions: sent.map(certain),
    known,
    reached,
    kink,
  };
}

/**
 * The value of the output where one input is another number, as a float is known.
 * @param {Graph} graph
 * @param {Known[]} values
 * @param {number} input
 * @param {Known} known
 */
export function outputAt({ nodes, output }, values, input, known) {
  const moved = values.slice();
  moved[input] = known;
  for (let index = input + 1; index <= output; index++) {
    const { op, operands } = nodes[index];
    if (!operands.some((operand) => moved[operand] !== values[operand])) continue;
    moved[index] = floatOf(op, operands.map((operand) => moved[operand][0]), operands.map((operand) => moved[operand][1]));
  }
  return moved[output];
}

/**
 * Whether nothing flows back along an edge whatever its operand does near by: its branch is not taken, or its
 * factor is the constant 0.
 * @param {Graph} graph
 * @param {number} edge
 * @param {Known[]} values
 * @param {Known} slope
 * @param {boolean[]} fixed
 */
function isCut({ nodes, edges }, edge, values, slope, fixed) {
  if (slope[0] !== 0) return false;
  const { to, position } = edges[edge];
  const { op, operands } = nodes[to];
  const { kink, locals } = ops[op];
  const at = operands.map((operand) => values[operand][0]);
  if (kink) return kink(...at) !== 0;
  if (!operands.every((operand, place) => place === position || fixed[operand])) return false;
  return PROBES.every((probe) => locals[position](...at.map((x, place) => (place === position ? probe : x))) === 0);
}

/**
 * Whether an operation stands on its kink, where the derivative is a convention. One that chooses by a comparison does
 * not: the comparison has the kink.
 * @param {Graph} graph
 * @param {number} index
 * @param {Pick<Pass, "values">} pass
 */
export function isOnKink({ nodes }, index, { values }) {
  const node = nodes[index];
  const kink = node.op && ops[node.op].kink;
  const { kind, op } = nodes[node.operands[0]] ?? node;
  if (!kink || (node.op === "where" && (kind === "constant" || op === "step"))) return false;
  return kink(...node.operands.map((operand) => values[operand])) === 0;
}

/**
 * Leaves out the gradients that conventions at kinks make another number than the derivative: relu(x) − relu(−x) is x,
 * with the slope 1, where they make it 0. The first such kink, or -1.
 * @param {Graph} graph
 * @param {Pass["known"]} known
 */
function leaveOut(graph, known) {
  const { nodes, edges, output } = graph;
  const { gradients, contributions } = known;
  const values = known.values.map(([value]) => value);
  let found = -1;
  const leads = nodes.map((_, index) => isOnKink(graph, index, { values }));
  const kink = leads.indexOf(true);
  let visits = 0;
  for (let index = output; kink >= 0 && index >= 0; index--) {
    const { kind, uses } = nodes[index];
    if (kind === "constant" || !uses.some((edge) => leads[edges[edge].to])) continue;
    leads[index] = true;
    visits += nodes.length;
    if (visits > MOST_VISITS || isDisproved(graph, known, values, index)) {
      gradients[index] = NOWHERE;
      found = kink;
    }
    for (const edge of uses) {
      const isLost = isNaN(gradients[edges[edge].to][0] + (uses.length > 1 ? 0 : gradients[index][0]));
      if (isLost) contributions[edge] = NOWHERE;
    }
  }
  return found;
}

/**
 * Whether a node's gradient is not the derivative. As graphgen/verification/conventions.py does it, the node is moved to
 * either side: where both differences come to one slope, that is the derivative.
 * @param {Graph} graph
 * @param {Pass["known"]} known
 * @param {number[]} values
 * @param {number} start
 */
function isDisproved({ nodes, output, seed }, known, values, start) {
  const [gradient] = known.gradients[start];
  const scale = Math.max(Math.abs(values[start]), known.values[start][1] * 2 ** 45) || Math.abs(Number(nodes[start].value)) || 1;
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
      return ((moved[output] - values[output]) * seed) / by / scale;
    });
    return [left - right, (left + right) / 2 - gradient].map(Math.abs);
  });
  const rounding = 16 * Math.abs(seed) * (known.values[output][1] + ROUNDING * Math.abs(values[output]));
  /** Whether a distance goes towards 0, but for roundings. @param {number} which */
  const vanishes = (which) => near[which] <= far[which] / 8 + rounding / NEAR / scale;
  return vanishes(0) && !vanishes(1);
}
