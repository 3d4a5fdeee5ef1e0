/** The numeric engine: values forward, gradients backward, by the functions of the op table. */

import * as fractions from "./fractions.js";
import { exactly, isItself, numberOf, ONE, product, sum, ZERO } from "./fractions.js";
import { ops } from "./ops.js";

/**
 * A number, the bound of its error, and the fraction that it is, if it is one.
 * @typedef {import("./fractions.js").Exact} Exact
 * @typedef {[number: number, error: number, exact?: Exact]} Known
 */

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
 * @property {Record<"values" | "gradients" | "locals" | "contributions", Known[]>} known the same, as they are known
 * @property {boolean[]} reached whether a change of each node can come to the output
 * @property {number} kink an operation whose kink leaves gradients out, -1 where there is none
 */

// The rounding of one operation, relative; how many a fraction and a function may be off, and as if how many its operand.
export const ROUNDING = 2 ** -53;
const [OF_QUOTIENT, OF_FUNCTION, OF_OPERAND] = [4, 16, 8];
/** A float that is off by more, relative, is compared with nothing. */
const BLUNT = 2 ** -20;
/** Below it floats lose their digits. */
const LEAST = 1e-290;
const PLAIN = new Set([-1, 0, 0.25, 0.5, 1]);
/** @type {Known} */
const NOWHERE = [NaN, 0];
/** @type {Known} */
export const NONE = [0, 0, ZERO];
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
export const NOTHING = { values: [], gradients: [], locals: [], contributions: [], known: { values: [], gradients: [], locals: [], contributions: [] }, reached: [], kink: -1 };

/**
 * Values and gradients where the inputs have these numbers, by node. What does not exist is NaN, and so is what rounding
 * leaves nothing of.
 *
 * What arithmetic makes of decimals is exact; all else is a float, with a bound of what rounding did to it. Nothing exists
 * behind a value that does not, and no gradient of an output that does not.
 * @param {Graph} graph
 * @param {ArrayLike<number | null>} inputs
 * @returns {Pass}
 */
export function run(graph, inputs) {
  const { nodes, edges, output } = graph;
  /** @type {Known[]} */
  const forward = [];
  const slopes = edges.map(() => NOWHERE);
  nodes.forEach((node, index) => {
    const given = Number(inputs[index] ?? node.value);
    forward.push(node.kind === "op" ? operated(node, forward, slopes) : knownAs(given, 0, exactly(given)));
  });

  const back = nodes.map(() => NONE);
  const sent = edges.map(() => NOWHERE);
  const reached = nodes.map(() => false);
  /** @type {boolean[]} */
  const fixed = [];
  nodes.forEach(({ kind, operands }) => {
    fixed.push(kind === "constant" || (kind === "op" && operands.every((operand) => fixed[operand])));
  });
  back[output] = [1, 0, ONE];
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
 * A number as it is known: a fraction with what a float leaves of it, or a float that comes of what is off by an error.
 * @param {number} number
 * @param {number} error
 * @param {Exact} [exact]
 * @returns {Known}
 */
function knownAs(number, error, exact) {
  if (!isFinite(number)) return NOWHERE;
  if (exact) {
    number = numberOf(exact);
    return [number, isItself(number, exact) ? 0 : OF_QUOTIENT * ROUNDING * Math.abs(number), exact];
  }
  return [number, Math.abs(number) < LEAST || isNaN(error) ? Infinity : error + OF_FUNCTION * ROUNDING * Math.abs(number)];
}

/** @param {Known} one @param {Known} other */
export function plus(one, other) {
  return knownAs(one[0] + other[0], one[1] + other[1], sum(one[2], other[2]));
}

/** @param {Known} one @param {Known} other */
export function times(one, other) {
  const error = Math.abs(one[0]) * other[1] + (Math.abs(other[0]) + other[1]) * one[1];
  return knownAs(one[0] * other[0], error, product(one[2], other[2]));
}

/** What is left of a number: of one that may be 0 or another, nothing. @param {Known} known */
function certain([number, error]) {
  return error && !(Math.abs(number) > error) ? NaN : number;
}

/**
 * The value of an operation; its local derivatives go among the `slopes` of the edges.
 * @param {GraphNode} node
 * @param {Known[]} values
 * @param {Known[]} slopes
 * @returns {Known}
 */
function operated({ op, operands, edges }, values, slopes) {
  const { value, locals, kink, exact } = ops[op];
  const [at, off, given] = /** @type {[number[], number[], Exact[]]} */ (
    [0, 1, 2].map((part) => operands.map((operand) => values[operand][part]))
  );
  const number = valueOf(op, at);
  if (isNaN(number)) return NOWHERE;
  // Fractions are compared as they are.
  const apart = off.map((by, position) => (given[position] ? 0 : by));
  const isDecided = !kink || isSettled(kink, at, apart);
  const isPlain = kink || (given.every(Boolean) && (at[0] === 0 || at.every((x) => x === 0 || x === 1)));
  const [result, ...partials] = exact?.(fractions, ...given) ?? (isDecided ? [chosen(number, at, given, Boolean(kink), Boolean(isPlain))] : []);
  const inside = exact || kink ? off : off.map((by, position) => Math.max(by, OF_OPERAND * ROUNDING * Math.abs(at[position])));
  let error = shift(value, at, inside);
  edges.forEach((edge, position) => {
    const local = isDecided ? locals[position](...at) : NaN;
    const slope = partials[position] ?? (isPlain && PLAIN.has(local) ? exactly(local) : undefined);
    slopes[edge] = knownAs(local, shift(locals[position], at, kink ? apart : inside), slope);
    if (off[position] && isDecided) error = Math.max(error, operands.length * Math.abs(local) * off[position]);
  });
  return knownAs(number, error, result);
}

/**
 * What an operation with a kink takes of its operands, or what a function is at 0 and at 1 where floats hold it: exp(0).
 * @param {number} number
 * @param {number[]} at
 * @param {Exact[]} given
 * @param {boolean} isChoice
 * @param {boolean} isPlain
 * @returns {Exact}
 */
function chosen(number, at, given, isChoice, isPlain) {
  const same = isChoice ? at.findIndex((x) => Math.abs(x) === Math.abs(number)) : -1;
  if (same >= 0) return product(given[same], at[same] === number ? ONE : exactly(-1));
  return (isChoice ? number === 0 || number === 1 : isPlain && PLAIN.has(number)) ? exactly(number) : undefined;
}

/**
 * Whether an operation stands on one side of its kink, or on it, wherever its operands are.
 * @param {(...at: number[]) => number} kink
 * @param {number[]} at
 * @param {number[]} off
 */
function isSettled(kink, at, off) {
  const isSharp = off.every((by, position) => by <= Math.abs(at[position]) * BLUNT);
  return isSharp && around(kink, at, off).every((side) => Math.sign(side) === Math.sign(kink(...at)));
}

/**
 * What a function gives where one operand at a time is off, to either side.
 * @param {(...at: number[]) => number} rule
 * @param {number[]} at
 * @param {number[]} off
 */
function around(rule, at, off) {
  return off.flatMap((by, place) => (by ? [-by, by].map((step) => rule(...at.map((x, position) => (position === place ? x + step : x)))) : []));
}

/**
 * How far a function is off where its operands are.
 * @param {(...at: number[]) => number} rule
 * @param {number[]} at
 * @param {number[]} off
 */
function shift(rule, at, off) {
  return around(rule, at, off).reduce((sum, side) => sum + Math.abs(side - rule(...at)), 0);
}

/**
 * The value of an operation; there is none where an operand has none, also where the operand does not matter.
 * @param {string} op
 * @param {number[]} at
 */
function valueOf(op, at) {
  const value = at.some(isNaN) ? NaN : ops[op].value(...at);
  return isFinite(value) ? value : NaN;
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
function isDisproved({ nodes, output }, known, values, start) {
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
      return (moved[output] - values[output]) / by / scale;
    });
    return [left - right, (left + right) / 2 - gradient].map(Math.abs);
  });
  const rounding = 4 * (known.values[output][1] + ROUNDING * Math.abs(values[output]));
  /** Whether a distance goes towards 0, but for roundings. @param {number} which */
  const vanishes = (which) => near[which] <= far[which] / 8 + (4 * rounding) / NEAR / scale;
  return vanishes(0) && !vanishes(1);
}
