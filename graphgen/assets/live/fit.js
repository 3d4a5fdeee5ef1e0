/** Keeps the texts of a picture apart when their numbers grow: moved aside first, then set smaller. */

/**
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 * @typedef {{size: number, x: number, left: number, right: number}} Room
 */

const GAP = 2;
/** How finely a line is looked at. */
const PIECE = 6;
/** What a line of text leaves free above and below its letters, as a share of its height. */
const LEADING = 0.2;
/** A text that is lit is bold, and wider. */
const BOLD = 1.07;

/**
 * Sets texts that have changed into the room that the picture, as it was drawn, leaves them. None where
 * the picture has no size, as in a folded part of the page.
 * @param {SVGSVGElement} svg
 * @returns {((changed: SVGTextElement[]) => void) | undefined}
 */
export function fitOf(svg) {
  if (!svg.getBoundingClientRect().width) return undefined;
  /** @type {Map<Element, Box>} */
  const texts = new Map();
  /** @type {Box[]} */
  const others = [];
  for (const element of svg.querySelectorAll("text")) texts.set(element, boxOf(element, LEADING));
  for (const element of /** @type {NodeListOf<SVGGraphicsElement>} */ (svg.querySelectorAll("ellipse, polygon"))) {
    others.push(boxOf(element, 0));
  }
  for (const path of svg.querySelectorAll("path")) {
    for (let at = path.classList.length ? Infinity : 0; at <= path.getTotalLength(); at += PIECE) {
      const { x, y } = path.getPointAtLength(at);
      others.push([x - PIECE / 2, y - PIECE / 2, x + PIECE / 2, y + PIECE / 2]);
    }
  }
  /** @type {Map<Element, Room>} */
  const rooms = new Map();
  /** @param {SVGTextElement} element */
  const roomOf = (element) => {
    const [left, top, right, bottom] = /** @type {Box} */ (texts.get(element));
    const { x, width } = svg.viewBox.baseVal;
    let [from, to] = [x, x + width];
    /** @param {Box} box @param {number} share of the gap that the text may take */
    const leave = ([itsLeft, itsTop, itsRight, itsBottom], share) => {
      if (itsBottom <= top || itsTop >= bottom) return;
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

  return (changed) => {
    // Read first, then written, so that the browser lays the picture out once.
    const widths = changed.map((element) => (BOLD * element.getComputedTextLength()) / numberOf(element, "font-size"));
    changed.forEach((element, at) => {
      const { size, x, left, right } = rooms.get(element) ?? roomOf(element);
      const fitting = Math.min(size, (right - left) / widths[at]);
      const half = (fitting * widths[at]) / 2;
      element.setAttribute("font-size", String(fitting));
      element.setAttribute("x", String(Math.max(left + half, Math.min(right - half, x))));
    });
  };
}

/** @param {SVGGraphicsElement} element @param {number} leading @returns {Box} */
function boxOf(element, leading) {
  const { x, y, width, height } = element.getBBox();
  return [x, y + leading * height, x + width, y + (1 - leading) * height];
}

/** @param {Element} element @param {string} name */
function numberOf(element, name) {
  return Number(element.getAttribute(name));
}
