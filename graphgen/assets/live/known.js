/** Numbers as the page knows them: each with a bound of what rounding did to it. */

import { exactly, isItself, numberOf, product, sum, ZERO } from "./fractions.js";

/**
 * A number, the bound of its error, and the fraction that it is, if it is one.
 * @typedef {import("./fractions.js").Exact} Exact
 * @typedef {[number: number, error: number, exact?: Exact]} Known
 */

// The rounding of one operation, relative; and how many a fraction and a function may be off.
export const [ROUNDING, OF_FUNCTION] = [2 ** -53, 16];
const OF_QUOTIENT = 4;
/** Below it floats lose their digits. */
export const LEAST = 1e-290;
/** As the language has it. */
const LEAST_GIVEN = 1e-307;
/** @type {Known} */
export const NOWHERE = [NaN, 0];
/** @type {Known} */
export const NONE = [0, 0, ZERO];

/**
 * A number as it is known: a fraction with what a float leaves of it, or a float that comes of what is off by an error.
 * @param {number} number
 * @param {number} error
 * @param {Exact} [exact]
 * @returns {Known}
 */
export function knownAs(number, error, exact) {
  if (!isFinite(number)) return NOWHERE;
  if (exact) {
    number = numberOf(exact);
    return [number, isItself(number, exact) ? 0 : OF_QUOTIENT * ROUNDING * Math.abs(number), exact];
  }
  return [number, Math.abs(number) < LEAST || isNaN(error) ? Infinity : error + OF_FUNCTION * ROUNDING * Math.abs(number)];
}

/** A number that is given, as the decimal that is meant. @param {number} number @returns {Known} */
export function given(number) {
  const [exact, size] = [exactly(number), Math.abs(number)];
  return exact || !(size >= LEAST_GIVEN) ? knownAs(number, 0, exact) : [number, OF_FUNCTION * ROUNDING * size];
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
export function certain([number, error]) {
  return error && !(Math.abs(number) > error) ? NaN : number;
}
