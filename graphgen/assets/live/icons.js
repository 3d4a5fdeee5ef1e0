/** Buttons with icons. */

import { element, svgElement } from "./dom.js";

const PATHS = {
  step: "M4 19h5v-5h5V9h6M17 6l3 3-3 3",
  change: "M4 8h4M12 8h8M4 16h9M17 16h3M8 6h4v4H8zM13 14h4v4h-4z",
  quiz: "M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2.9-1.2 1.8v.6M12 18v.3",
  table: "M4 6h16v12H4zM4 10h16M10 6v12",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  first: "M7 6v12M17 6l-6 6 6 6",
  back: "M15 6l-6 6 6 6",
  forward: "M9 6l6 6-6 6",
  last: "M17 6v12M7 6l6 6-6 6",
  play: "M8 5v14l11-7z",
  pause: "M9 6v12M15 6v12",
};

/** @typedef {keyof typeof PATHS} Icon */

/**
 * A button with an icon and its words beside it.
 * @param {Icon} icon
 * @param {string} words
 * @param {() => void} pressed
 */
export function wordedButton(icon, words, pressed) {
  return element("button", { type: "button", click: pressed }, drawn(icon), element("span", {}, words));
}

/**
 * A button that its icon alone shows, named by the words.
 * @param {Icon} icon
 * @param {string} words
 * @param {() => void} pressed
 */
export function iconButton(icon, words, pressed) {
  const button = element("button", { type: "button", click: pressed });
  setIcon(button, icon, words);
  return button;
}

/** @param {HTMLButtonElement} button @param {Icon} icon @param {string} words */
export function setIcon(button, icon, words) {
  button.ariaLabel = words;
  button.replaceChildren(drawn(icon));
}

/** @param {Icon} icon */
function drawn(icon) {
  return svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svgElement("path", { d: PATHS[icon] }));
}
