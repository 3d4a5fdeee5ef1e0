/** Keeps the texts of a picture apart when their numbers grow: moved aside first, then set smaller. */

/**
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 * @typedef {{size: number, x: number, left: number, right: number}} Room
 */

const GAP = 2;
/** In how many pieces a curve is looked at. */
const PIECES = 6;
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
  for (const path of svg.querySelectorAll("path:not(.graphgen-touch)")) {
    others.push(...boxesAlong((path.getAttribute("d")?.match(/-?[\d.]+/g) ?? []).map(Number)));
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
    element.setAttribute("font-size", String(fitting));
    element.setAttribute("x", String(Math.max(left + half, Math.min(right - half, x))));
  };
  return { set, room, width: widthOf };
}

/**
 * Boxes that cover a line of Bézier curves.
 * @param {number[]} numbers the coordinates of its points
 */
function boxesAlong(numbers) {
  /** @type {Box[]} */
  const boxes = [];
  for (let start = 0; start + 7 < numbers.length; start += 6) {
    /** @param {number} axis @param {number} t */
    const at = (axis, t) => {
      const [a, b, c, d] = [0, 2, 4, 6].map((point) => numbers[start + point + axis]);
      return (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t ** 3 * d;
    };
    for (let piece = 0; piece < PIECES; piece++) {
      const [from, to] = [piece / PIECES, (piece + 1) / PIECES];
      const [xs, ys] = [0, 1].map((axis) => [at(axis, from), at(axis, to)].sort((a, b) => a - b));
      boxes.push([xs[0], ys[0], xs[1], ys[1]]);
    }
  }
  return boxes;
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

/** @param {Element} element @param {string} name */
function numberOf(element, name) {
  return Number(element.getAttribute(name));
}
