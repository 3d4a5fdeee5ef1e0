/** What the page's script lends to this one, by its names. */

/**
 * @typedef {ReturnType<typeof kitOf>} Kit
 *
 * @param {import("./picture.js").Picture} picture
 * @param {typeof import("./lent.js").LENT} lent
 */
export function kitOf(picture, lent) {
  const [run, isOnKink, outputAt, given, plus, times, markKinks, fitOf, numberField, ...others] = lent;
  const [hasScripts, inscribed, scripted, unmarked, write, isOpen, localsText, rowsOf, ...texts] = others;
  const [bracketed, operationText, sumAlong, sumOf] = texts;
  const fit = () => (picture.fit ??= fitOf(picture.svg));
  /** The width of a text of size 1. @param {string} text */
  const width = (text) => fit()?.width(text) ?? text.length / 2;
  const numbers = { run, isOnKink, outputAt, given, plus, times, markKinks, numberField };
  const lettering = { hasScripts, inscribed, scripted, unmarked, write };
  return { ...numbers, ...lettering, isOpen, localsText, rowsOf, bracketed, operationText, sumAlong, sumOf, fit, width };
}
