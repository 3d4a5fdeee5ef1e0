/** Small helpers for the elements and the phrases of the page. */

/**
 * Attributes by their names; a function is what happens at an event of that name, null takes an attribute away.
 * @typedef {Record<string, string | number | null | ((event: any) => void)>} Attributes
 */

/**
 * An element with its attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  return filledIn(document.createElement(tag), attributes, children);
}

/**
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function svgElement(tag, attributes, ...children) {
  return filledIn(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** @template {Element} Made @param {Made} made @param {Attributes} attributes @param {(Node | string)[]} children */
function filledIn(made, attributes, children) {
  put(made, attributes);
  made.append(...children);
  return made;
}

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {AddEventListenerOptions} [options]
 */
export function put(element, attributes, options) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value, options);
    else if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, String(value));
  }
}

/** @param {Element} element @param {string} name */
export function numberOf(element, name) {
  return Number(element.getAttribute(name));
}

/** Whether the reader wants nothing to move. */
export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Of a field into which words and numbers are typed. */
export const TYPED = { type: "text", autocomplete: "off", spellcheck: "false" };

/** @param {string} words @param {() => void} pressed @param {Attributes} [attributes] */
export function smallButton(words, pressed, attributes) {
  return element("button", { type: "button", class: "graphgen-small", click: pressed, ...attributes }, words);
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
