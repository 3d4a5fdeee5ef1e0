/** One operation on numbers as they are known: its value, its local derivatives, and what rounding did to them. */

import * as fractions from "./fractions.js";
import { exactly, ONE, product } from "./fractions.js";
import { knownAs, LEAST, NOWHERE, OF_FUNCTION, ROUNDING } from "./known.js";
import { ops } from "./ops.js";

/**
 * @typedef {import("./fractions.js").Exact} Exact
 * @typedef {import("./known.js").Known} Known
 */

/** As if so many roundings off is the operand of a function. */
const OF_OPERAND = 8;
/** A float that is off by more, relative, is compared with nothing. */
const BLUNT = 2 ** -20;
/** What functions and their slopes are at 0 and at 1 where floats hold it, such as exp(0), and slopes beside kinks. */
const PLAIN = new Set([-1, 0, 0.25, 0.5, 1]);

/**
 * The value of an operation; its local derivatives go among the `slopes` of the edges.
 * @param {import("./engine.js").GraphNode} node
 * @param {Known[]} values
 * @param {Known[]} slopes
 * @returns {Known}
 */
export function operated({ op, operands, edges }, values, slopes) {
  const { value, locals, kink, exact } = ops[op];
  const [at, off, given] = /** @type {[number[], number[], Exact[]]} */ (
    [0, 1, 2].map((part) => operands.map((operand) => values[operand][part]))
  );
  const number = valueOf(op, at);
  if (isNaN(number)) return NOWHERE;
  // Fractions that are equal are a tie, however their floats are off.
  const apart = off.map((by, position) => (kink && hasEqual(given, position) ? 0 : by));
  const isDecided = !kink || isSettled(kink, at, apart);
  const isPlain = kink || (given.every(Boolean) && (at[0] === 0 || at.every((x) => x === 0 || x === 1)));
  /** @param {number} found */
  const plain = (found) => (isPlain && PLAIN.has(found) ? exactly(found) : undefined);
  const ofKink = kink && isDecided ? taken(number, at, given) : undefined;
  const [result, ...partials] = exact?.(fractions, ...given) ?? [kink ? ofKink : plain(number)];
  const inside = widened(op, at, off);
  let error = shift(value, at, inside);
  edges.forEach((edge, position) => {
    const local = isDecided ? locals[position](...at) : NaN;
    const slope = partials[position] ?? plain(local);
    slopes[edge] = knownAs(local, shift(locals[position], at, kink ? apart : inside), slope);
    if (off[position] && isDecided) error = Math.max(error, operands.length * Math.abs(local) * off[position]);
  });
  return knownAs(number, error, result);
}

/**
 * The value of an operation as floats alone know it, also where it may be 0.
 * @param {string} op
 * @param {number[]} at
 * @param {number[]} off
 * @returns {Known}
 */
export function floatOf(op, at, off) {
  const number = valueOf(op, at);
  return [number, shift(ops[op].value, at, widened(op, at, off)) + OF_FUNCTION * ROUNDING * Math.abs(number) + LEAST];
}

/**
 * How far the operands are off, those of a function by some roundings at least.
 * @param {string} op
 * @param {number[]} at
 * @param {number[]} off
 */
function widened(op, at, off) {
  const { exact, kink } = ops[op];
  return exact || kink ? off : off.map((by, position) => Math.max(by, OF_OPERAND * ROUNDING * Math.abs(at[position])));
}

/**
 * What an operation with a kink takes of its operands, or the 0 or 1 of its own that it gives.
 * @param {number} number
 * @param {number[]} at
 * @param {Exact[]} given
 * @returns {Exact}
 */
function taken(number, at, given) {
  const same = at.findIndex((x) => Math.abs(x) === Math.abs(number));
  if (same >= 0) return product(given[same], at[same] === number ? ONE : exactly(-1));
  return number === 0 || number === 1 ? exactly(number) : undefined;
}

/**
 * Whether another operand is the same fraction.
 * @param {Exact[]} given
 * @param {number} position
 */
function hasEqual(given, position) {
  const one = given[position];
  return one && given.some((other, place) => place !== position && String(other) === String(one));
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
  const middle = rule(...at);
  return around(rule, at, off).reduce((sum, side) => sum + Math.abs(side - middle), 0);
}

/**
 * The value of an operation; there is none where an operand has none, also where the operand does not matter.
 * @param {string} op
 * @param {number[]} at
 */
export function valueOf(op, at) {
  const value = at.some(isNaN) ? NaN : ops[op].value(...at);
  return isFinite(value) ? value : NaN;
}
