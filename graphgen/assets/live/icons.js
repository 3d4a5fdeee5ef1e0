/** Buttons with icons. */

import { element, svgElement } from "./dom.js";

const PATHS = {
  step: "M4 19h5v-5h5V9h6M17 6l3 3-3 3",
  change: "M4 8h4M12 8h8M4 16h9M17 16h3M8 6h4v4H8zM13 14h4v4h-4z",
  ask: "M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2.9-1.2 1.8v.6M12 18v.3",
  quiz: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  table: "M4 6h16v12H4zM4 10h16M10 6v12",
  back: "M16 6v12l-8-6zM6 6v12",
  forward: "M8 6v12l8-6zM18 6v12",
  play: "M8 5v14l11-7z",
  pause: "M9 6v12M15 6v12",
};

/** @typedef {keyof typeof PATHS} Icon */

/**
 * A button with an icon and its words beside it.
 * @param {Icon} icon
 * @param {string} words
 */
export function wordedButton(icon, words) {
  return element("button", { type: "button" }, drawn(icon), element("span", {}, words));
}

/**
 * A button that its icon alone shows, named by the words.
 * @param {Icon} icon
 * @param {string} words
 */
export function iconButton(icon, words) {
  const button = element("button", { type: "button" });
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
  const svg = svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  svg.append(svgElement("path", { d: PATHS[icon] }));
  return svg;
}
