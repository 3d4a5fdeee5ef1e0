/** Numbers as a picture shows them; `graphgen.typeset.number_text` does the same for print. */

import { exactly, product } from "./fractions.js";

const LONGEST_INTEGER = 15;
const LARGE = 9;
const ZEROS = "000000";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const GROUPED = /^[-+]?(?!0,)\d{1,3}((,\d{3})+|(\s\d{3})+)(\.\d*)?$/;

/**
 * An integer, a short decimal, else `digits` of the number. A float is read as the decimal of 15 digits
 * that is nearest, so that 2.2000000000000002 is 2.2.
 * @param {number} value
 * @param {number} [digits]
 * @param {boolean} [thousands]
 * @param {boolean} [isRounded] whether it is another number than the float, and so no integer even if that is
 */
export function numberText(value, digits = 6, thousands = false, isRounded = false) {
  if (!isFinite(value)) return "—";
  if (value === 0) return "0";
  const [mantissa, power] = Math.abs(value).toExponential(isRounded ? LONGEST_INTEGER + 1 : LONGEST_INTEGER - 1).split("e");
  const before = Number(power) + 1;
  const all = mantissa.replace(".", "").replace(/0+$/, "");
  const isWhole = !isRounded && all.length <= before;
  const kept = before <= (isWhole ? LONGEST_INTEGER : LARGE) ? Math.max(digits, before) : digits;
  const { figures, carried } = rounded(all, kept);
  const exponent = Number(power) + carried;
  const needsDigits = isWhole && (thousands || figures.length + ZEROS.length > exponent + 1);
  const plain = exponent > -5 && exponent < (needsDigits ? LONGEST_INTEGER : LARGE);
  const text = plain ? unscaled(figures, exponent, thousands) : scientific(figures, exponent);
  return (value < 0 ? "−" : "") + text;
}

/**
 * The first `kept` of some figures, rounded half to even, without zeros at the end.
 * @param {string} all
 * @param {number} kept
 */
function rounded(all, kept) {
  let figures = all.slice(0, kept);
  const rest = all.slice(kept);
  const half = "5".padEnd(rest.length, "0");
  if (rest > half || (rest && rest === half && Number(figures) % 2)) figures = String(Number(figures) + 1);
  const carried = figures.length > Math.min(kept, all.length) ? 1 : 0;
  return { figures: figures.replace(/0+$/, ""), carried };
}

/** @param {string} figures @param {number} exponent @param {boolean} thousands */
function unscaled(figures, exponent, thousands) {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${figures}`;
  const whole = figures.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const grouped = thousands ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  const part = figures.slice(exponent + 1);
  return part ? `${grouped}.${part}` : grouped;
}

/** @param {string} figures @param {number} exponent */
function scientific(figures, exponent) {
  const power = `10${String(exponent).replace(/./g, (sign) => RAISED[Number(sign)] ?? "⁻")}`;
  if (figures === "1") return power;
  return `${figures[0]}${figures.length > 1 ? `.${figures.slice(1)}` : ""}×${power}`;
}

/**
/**
 * The digits of a number that are certain; a dash where none is.
 * @param {import("./known.js").Known} known
 * @param {number} [digits]
 * @param {boolean} [thousands]
 */
export function certainText([value, error, exact], digits = 6, thousands = false) {
  if (!error || (exact && String(exactly(value)) === String(exact))) return numberText(value, digits, thousands);
  for (; digits; digits--) {
    const [least, most] = [value - error, value + error].map((end) => numberText(end, digits, thousands, error > 0));
    if (least === most) return least;
  }
  return numberText(NaN);
}

/**
 * How many of the first digits of a number are certain, of so many.
 * @param {number} value
 * @param {number} error
 * @param {number} [digits]
 */
export function certainDigits(value, error, digits = 6) {
  if (!(error > 0) || !value) return digits;
  return Math.min(digits, Math.max(1, Math.floor(Math.log10(Math.abs(value) / error))));
}

/**
 * How many digits a number needs to be written as far to the right as another with so many.
 * @param {number} value
 * @param {number} other
 * @param {number} digits
 */
export function digitsBeside(value, other, digits) {
  if (!value || !other) return digits;
  const before = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(Math.abs(other)));
  return Math.min(LONGEST_INTEGER, Math.max(digits, digits + before));
}

/**
 * A sum of decimals without what its rounding adds: 0.1 + 0.2 is 0.3.
 * @param {number} sum
 */
export function decimal(sum) {
  return Number(sum.toPrecision(LONGEST_INTEGER));
}

/**
 * The number that a reader typed, maybe as a quotient; NaN where it is none.
 * @param {string} text
 */
export function parsed(text) {
  const [above, below = "1", ...more] = text.split("/").map(plain);
  if (![above, below].every((part) => NUMBER.test(part)) || more.length) return NaN;
  const quotient = Number(above) / Number(below);
  const isMeant = !exactly(quotient) || String(product(exactly(quotient), meant(below))) === String(meant(above) ?? "");
  // The float beside it has more digits, and is taken for what may be off.
  return isMeant ? quotient : quotient * (1 + 2 ** -52) || NaN;
}

/**
 * The fraction that a typed decimal is; none of more digits than a float tells.
 * @param {string} text
 */
function meant(text) {
  const digits = text.replace(/e.*|\D/gi, "").replace(/^0+|0+$/g, "");
  return digits.length > LONGEST_INTEGER || (digits && !Number(text)) ? undefined : exactly(Number(text));
}

/**
 * A typed number as programs write it: the comma of 1,000 parts thousands, that of 1,1 and 0,125 decimals.
 * @param {string} text
 */
export function plain(text) {
  const written = text.trim().replace(/[−–]/g, "-");
  return GROUPED.test(written) ? written.replace(/[,\s]/g, "") : written.replace(",", ".");
}
