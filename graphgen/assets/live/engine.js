/** The numeric engine: values forward, gradients backward, by the functions of the op table. */

import * as fractions from "./fractions.js";
import { exactly, isItself, numberOf, ONE, product, sum, ZERO } from "./fractions.js";
import { ops } from "./ops.js";

/** @typedef {import("./fractions.js").Exact} Exact */

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
 * @property {number[]} localErrors what it may have done to each local derivative
 * @property {number[]} sentErrors what it may have done to each contribution
 * @property {boolean[]} reached whether a change of each node can come to the output
 * @property {number} kink an operation whose kink leaves gradients out, -1 where there is none
 */

// The rounding of one operation, relative, and how many a fraction and a function may be off.
export const ROUNDING = 2 ** -53;
const [OF_QUOTIENT, OF_FUNCTION] = [4, 2 ** 9];
/** A float that is off by more, relative, is compared with nothing. */
const BLUNT = 2 ** -20;
/** Below it floats lose their digits. */
const LEAST = 1e-290;
const PLAIN = new Set([-1, 0, 0.25, 0.5, 1]);
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
export const NOTHING = { values: [], gradients: [], locals: [], contributions: [], errors: [], doubts: [], localErrors: [], sentErrors: [], reached: [], kink: -1 };

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
  /** @type {Exact[]} */
  const exacts = [];
  /** @type {number[]} */
  const values = [];
  /** @type {number[]} */
  const errors = [];
  /** @type {Exact[]} */
  const slopes = [];
  const locals = Array(edges.length).fill(NaN);
  const localErrors = Array(edges.length).fill(0);
  for (const [index, node] of nodes.entries()) {
    const given = node.operands.map((operand) => exacts[operand]);
    const at = node.operands.map((operand) => values[operand]);
    const off = node.operands.map((operand) => errors[operand]);
    const value = node.kind === "op" ? valueOf(node.op, at) : Number(inputs[index] ?? node.value);
    const [exact, ...partials] = node.kind === "op" ? exactOf(node.op, value, at, given) : [exactly(value)];
    let error = 0;
    if (node.kind === "op" && isFinite(value)) {
      const { value: rule, locals: rules, kink } = ops[node.op];
      // Exact numbers are compared as they are.
      const apart = kink ? off.map((by, position) => (given[position] ? 0 : by)) : off;
      const isDecided = !kink || isSettled(kink, at, apart);
      for (const [position, edge] of node.edges.entries()) {
        const local = isDecided ? rules[position](...at) : NaN;
        slopes[edge] = partials[position] ?? (kink ? plain(local, [], []) : plain(local, given, at));
        [locals[edge], localErrors[edge]] = bounded(slopes[edge], local, shift(rules[position], at, apart));
        if (off[position] && isDecided) error += Math.abs(local) * off[position];
      }
      error = Math.max(error, shift(rule, at, off));
    }
    exacts.push(isFinite(value) ? exact : undefined);
    [values[index], errors[index]] = bounded(exacts[index], value, error);
  }

  const totals = Array(nodes.length).fill(0);
  const doubts = Array(nodes.length).fill(0);
  const sent = Array(edges.length).fill(NaN);
  const sentErrors = Array(edges.length).fill(0);
  const reached = Array(nodes.length).fill(false);
  const fixed = nodes.map(() => false);
  nodes.forEach(({ kind, operands }, index) => {
    fixed[index] = kind === "constant" || (kind === "op" && operands.every((operand) => fixed[operand]));
  });
  /** @type {Exact[]} */
  const sums = nodes.map(() => ZERO);
  [totals[output], sums[output], reached[output]] = [1, ONE, true];
  for (let index = nodes.length - 1; index >= 0; index--) {
    const exists = isFinite(values[index]) && isFinite(values[output]);
    [totals[index], doubts[index]] = bounded(exists ? sums[index] : undefined, exists ? totals[index] : NaN, doubts[index]);
    const [upstream, doubt] = [totals[index], doubts[index]];
    for (const edge of nodes[index].edges) {
      const { from } = edges[edge];
      if (nodes[from].kind === "constant") continue;
      const isSent = reached[index] && !isCut(graph, edge, values, locals[edge], fixed);
      // Zero times an infinite slope is no zero, but where nothing is sent at all.
      const exact = isSent ? product(sums[index], slopes[edge]) : ZERO;
      const number = isSent ? upstream * locals[edge] : 0;
      const error = Math.abs(locals[edge]) * doubt + (Math.abs(upstream) + doubt) * localErrors[edge];
      [sent[edge], sentErrors[edge]] = bounded(isFinite(number) ? exact : undefined, exists ? number : NaN, isSent ? error : 0);
      sums[from] = isFinite(number) ? sum(sums[from], exact) : undefined;
      totals[from] += sent[edge];
      doubts[from] += sentErrors[edge];
      reached[from] ||= isSent;
    }
  }
  const kink = leaveOut(graph, { values, errors, gradients: totals, contributions: sent });
  return {
    values: values.map(certain(errors)),
    gradients: totals.map(certain(doubts)),
    locals: locals.map(certain(localErrors)),
    contributions: sent.map(certain(sentErrors)),
    errors,
    doubts,
    localErrors,
    sentErrors,
    reached,
    kink,
  };
}

/**
 * A number and the bound of its error: 0 for a float that is the exact number, endless where there is nothing to tell.
 * @param {Exact} exact
 * @param {number} number
 * @param {number} error of what it is computed from
 * @returns {[number, number]}
 */
function bounded(exact, number, error) {
  if (!isFinite(number)) return [NaN, 0];
  if (exact) number = numberOf(exact);
  if (exact && isItself(number, exact)) return [number, 0];
  const rounding = ROUNDING * Math.abs(number);
  if (exact) return [number, OF_QUOTIENT * rounding];
  return [number, Math.abs(number) < LEAST || isNaN(error) ? Infinity : error + OF_FUNCTION * rounding];
}

/** What is left of numbers: one that may be 0 or another is none. @param {number[]} errors */
function certain(errors) {
  return (/** @type {number} */ number, /** @type {number} */ index) =>
    errors[index] && !(Math.abs(number) > errors[index]) ? NaN : number;
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
  return off.flatMap((by, place) =>
    by ? [-by, by].map((step) => rule(...at.map((x, position) => (position === place ? x + step : x)))) : [],
  );
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
 * The exact value of an operation and its exact local derivatives, as far as there are any.
 * @param {string} op
 * @param {number} value
 * @param {number[]} at
 * @param {Exact[]} given
 * @returns {Exact[]}
 */
function exactOf(op, value, at, given) {
  const { exact, kink } = ops[op];
  if (exact) return exact(fractions, ...given);
  if (!given.every(Boolean)) return [];
  // An operation with a kink gives one of its operands, or a number of its own.
  const same = kink ? at.findIndex((x) => Math.abs(x) === Math.abs(value)) : -1;
  if (same >= 0) return [product(given[same], at[same] === value ? ONE : exactly(-1))];
  return [plain(value, given, kink ? [] : at)];
}

/**
 * What functions are at 0 and at 1 where floats hold it, such as exp(0), and the slopes beside kinks.
 * @param {number} number
 * @param {Exact[]} given
 * @param {number[]} at
 * @returns {Exact}
 */
function plain(number, given, at) {
  const isThere = given.every(Boolean) && at.every((x) => x === 0 || x === 1);
  return isThere && PLAIN.has(number) ? exactly(number) : undefined;
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
 * @param {Pick<Pass, "values" | "errors" | "gradients" | "contributions">} pass
 */
function leaveOut(graph, pass) {
  const { nodes, edges, output } = graph;
  const { gradients, contributions } = pass;
  let found = -1;
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
      found = kink;
    }
    for (const edge of uses) {
      if (isNaN(gradients[edges[edge].to] + (uses.length > 1 ? 0 : gradients[index]))) contributions[edge] = NaN;
    }
  }
  return found;
}

/**
 * Whether a node's gradient is not the derivative. As graphgen/verification/conventions.py does it, the node is moved to
 * either side: where both differences come to one slope, that is the derivative.
 * @param {Graph} graph
 * @param {Pick<Pass, "values" | "errors" | "gradients">} pass
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
  const vanishes = (which) => near[which] <= far[which] / 8 + (OF_QUOTIENT * errors[output]) / NEAR / scale;
  return vanishes(0) && !vanishes(1);
}
