/** Small helpers for the elements and the phrases of the page. */

/**
 * An element with its attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
export function svgElement(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/**
 * A phrase with its gaps, {}, filled in order.
 * @param {string} phrase
 * @param {string[]} parts
 */
export function filled(phrase, ...parts) {
  return phrase.replace(/\{\}/g, () => parts.shift() ?? "");
}

/**
 * The same with elements in the gaps.
 * @param {string} phrase
 * @param {Node[]} nodes
 * @returns {(Node | string)[]}
 */
export function laidOut(phrase, ...nodes) {
  return phrase.split("{}").flatMap((text, gap) => (gap < nodes.length ? [text, nodes[gap]] : [text]));
}
