/**
 * Exact numbers: fractions of whole numbers, in lowest terms. What is no fraction, or a long one, is undefined.
 * @typedef {[above: bigint, below: bigint]} Fraction
 * @typedef {Fraction | undefined} Exact
 */

const DECIMAL = /^(-?)(\d+)\.?(\d*)(?:e([-+]\d+))?$/;
/** Digits of a decimal that a float tells. */
const MOST_DIGITS = 15;
/** What is longer is left to floats, which hold it either way. */
const LIMIT = 10n ** 100n;
const LARGEST_POWER = 99n;
/** Halves, quarters and so on are floats as they are. */
const PARTS = 2 ** 20;

/** @type {Fraction} */
export const ZERO = [0n, 1n];
/** @type {Fraction} */
export const ONE = [1n, 1n];

/**
 * The decimal that is meant by a float.
 * @param {number} number
 * @returns {Exact}
 */
export function exactly(number) {
  const [, sign, whole, part, power = "0"] = DECIMAL.exec(String(number)) ?? [];
  if (!whole || (whole + part).replace(/^0+|0+$/g, "").length > MOST_DIGITS) return undefined;
  const shift = 10n ** BigInt(Math.abs(Number(power) - part.length));
  const above = BigInt(sign + whole + part);
  return Number(power) < part.length ? lowest(above, shift) : lowest(above * shift, 1n);
}

/** @param {bigint} above @param {bigint} below @returns {Exact} */
function lowest(above, below) {
  if ([above, -above, below, -below].some((part) => part > LIMIT * LIMIT)) return undefined;
  let [common, rest] = [above, below];
  while (rest) [common, rest] = [rest, common % rest];
  if (below / common < 0n) common = -common;
  const [over, under] = [above / common, below / common];
  return over < LIMIT && -over < LIMIT && under < LIMIT ? [over, under] : undefined;
}

/** @param {Exact} one @param {Exact} other */
export function sum(one, other) {
  return one && other && lowest(one[0] * other[1] + other[0] * one[1], one[1] * other[1]);
}

/** @param {Exact} one @param {Exact} other */
export function product(one, other) {
  if ([one, other].some((factor) => factor && !factor[0])) return ZERO;
  return one && other && lowest(one[0] * other[0], one[1] * other[1]);
}

/**
 * A whole power, or one of a root that is a decimal.
 * @param {Exact} base
 * @param {Exact} exponent
 * @returns {Exact}
 */
export function power(base, exponent) {
  if (!base || !exponent) return undefined;
  const [above, below] = base;
  const [times, parts] = exponent;
  if (!above && times > 0n) return base;
  if (parts === 2n) {
    const root = exactly(Math.sqrt(numberOf(base)));
    return root && root[0] ** 2n === above && root[1] ** 2n === below ? power(root, [times, 1n]) : undefined;
  }
  if (parts !== 1n || times > LARGEST_POWER || times < -LARGEST_POWER) return undefined;
  if (times >= 0n) return lowest(above ** times, below ** times);
  return above ? lowest(below ** -times, above ** -times) : undefined;
}

/** The float nearest to it, but for a rounding or two. @param {Fraction} fraction */
export function numberOf([above, below]) {
  return Number(above) / Number(below);
}

/** Whether a float is the fraction itself. @param {number} number @param {Fraction} fraction */
export function isItself(number, [above, below]) {
  const parts = Number.isInteger(number) ? 1 : PARTS;
  return Number.isSafeInteger(number * parts) && above * BigInt(parts) === BigInt(number * parts) * below;
}
