/** Keeps the texts of a picture apart when their numbers grow: moved aside first, then set smaller. */

import { numberOf, put } from "./dom.js";

/**
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 * @typedef {{size: number, x: number, left: number, right: number}} Room
 */

const GAP = 2;
/** The pieces in which a curve is looked at. */
const PIECE = 12;
/** A size at which letters are measured; they grow in proportion to it. */
const MEASURED = 100;
/** A text that is lit is bold, and wider. */
const BOLD = 1.07;
/** The reach of letters above and below their line; a font's own line box may reach over the arrows beside it. */
const [ABOVE, BELOW] = [0.93, 0.22];
/** Smaller cannot be read: rather than that, a text reaches out of its room. */
const LEAST = 9;

/**
 * The room that the picture, as it was drawn, leaves a text, and what sets one that has changed into its own. None
 * where the picture has no size, as in a folded part of the page.
 * @param {SVGSVGElement} svg
 */
export function fitOf(svg) {
  const { x, width } = svg.viewBox.baseVal;
  const drawn = svg.getBoundingClientRect();
  if (!drawn.width) return undefined;
  // What the page leaves free beside the picture is room as well.
  const frame = svg.parentElement?.getBoundingClientRect() ?? drawn;
  const [before, behind] = [drawn.left - frame.left, frame.right - drawn.right].map((free) => Math.max(0, (free * width) / drawn.width));
  /** @type {Map<Element, Box>} */
  const texts = new Map();
  /** @type {Box[]} */
  const others = [];
  for (const element of svg.querySelectorAll("text")) texts.set(element, inkOf(element));
  for (const element of /** @type {NodeListOf<SVGGraphicsElement>} */ (svg.querySelectorAll("ellipse, polygon"))) {
    others.push(boxOf(element));
  }
  for (const path of /** @type {NodeListOf<SVGPathElement>} */ (svg.querySelectorAll("path:not(.graphgen-touch)"))) {
    others.push(...boxesAlong(path));
  }
  /** @type {Map<Element, Room>} */
  const rooms = new Map();
  /** @param {Element} element */
  const roomOf = (element) => {
    const [left, top, right] = /** @type {Box} */ (texts.get(element));
    const bottom = numberOf(element, "y"); // on which digits stand
    let [from, to] = [x - before, x + width + behind];
    /** @param {Box} box @param {number} share of the gap that the text may take */
    const leave = (box, share) => {
      if (box[3] <= top || box[1] >= bottom) return;
      const [itsLeft, , itsRight] = box;
      if (itsLeft < left && itsRight > right) [from, to] = [Math.max(from, itsLeft + GAP), Math.min(to, itsRight - GAP)];
      else if (itsLeft + itsRight < left + right) from = Math.max(from, left - (left - itsRight) * share + GAP);
      else to = Math.min(to, right + (itsLeft - right) * share - GAP);
    };
    for (const other of others) leave(other, 1);
    for (const [other, box] of texts) if (other !== element) leave(box, 0.5);
    const room = {
      size: numberOf(element, "font-size"),
      x: numberOf(element, "x"),
      left: Math.min(from, left),
      right: Math.max(to, right),
    };
    rooms.set(element, room);
    return room;
  };

  // Measured outside of the page, which need not be laid out for it.
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const [first] = texts.keys();
  if (first) pen.font = `${MEASURED}px ${getComputedStyle(first).fontFamily}`;
  /** @param {Element} element */
  const room = (element) => rooms.get(element) ?? roomOf(element);
  /** @param {string} text */
  const widthOf = (text) => (BOLD * pen.measureText(text).width) / MEASURED;
  /** @param {Element} element */
  const set = (element) => {
    const { size, x, left, right } = room(element);
    const width = widthOf(element.textContent ?? "");
    const fitting = Math.min(size, Math.max(LEAST, (right - left) / width));
    const half = (fitting * width) / 2;
    put(element, { "font-size": fitting, x: Math.max(left + half, Math.min(right - half, x)) });
  };
  return { set, room, width: widthOf };
}

/** Boxes that cover a line. @param {SVGPathElement} path */
function boxesAlong(path) {
  const length = path.getTotalLength();
  const pieces = Math.ceil(length / PIECE);
  return Array.from({ length: pieces }, (_, piece) => {
    const [from, to] = [piece, piece + 1].map((end) => path.getPointAtLength((length * end) / pieces));
    const { min, max } = Math;
    return /** @type {Box} */ ([min(from.x, to.x), min(from.y, to.y), max(from.x, to.x), max(from.y, to.y)]);
  });
}

/** @param {SVGGraphicsElement} element @returns {Box} */
function boxOf(element) {
  const { x, y, width, height } = element.getBBox();
  return [x, y, x + width, y + height];
}

/** @param {SVGGraphicsElement} text @returns {Box} */
function inkOf(text) {
  const [left, , right] = boxOf(text);
  const [line, size] = [numberOf(text, "y"), numberOf(text, "font-size")];
  return [left, line - ABOVE * size, right, line + BELOW * size];
}
