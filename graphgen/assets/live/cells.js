/** The entries of an array where a picture shows them: in brackets, as a heat map, or by their range alone. */

import { numberOf, put, svgElement } from "./dom.js";

/**
 * @typedef {import("./kit.js").Kit} Kit
 *
 * `spots` are the elements of the entries, as far as each has one; `write` shows other numbers.
 * @typedef {{spots: (Element | undefined)[], write: (texts: string[], values: number[], whole: string) => void}} Cells
 */

/** Between two columns, and from the cells to the brackets, in the font's size, as graphgen/drawing/matrices.py has it. */
const [BETWEEN, BESIDE] = [0.5, 0.3];
const LEAST = 9;
/** From brackets to what else is drawn. */
const MARGIN = 3;
/** Shades of each sign, as in graphgen/notation/cells.py. */
const STEPS = 4;
/** Of an array that is written out. */
const [MOST_ROWS, MOST_COLUMNS] = [4, 5];
const EN_SPACE = "\u2002";

/** @param {number[]} shape */
export const isWrittenOut = (shape) =>
  shape.length <= 2 && (shape[shape.length - 2] ?? 1) <= MOST_ROWS && (shape[shape.length - 1] ?? 1) <= MOST_COLUMNS;

/**
 * The entries that stand at one half of a pair of arrows; undefined where none do.
 * @param {Element} half
 * @param {number[]} shape
 * @param {Kit} kit
 * @returns {Cells | undefined}
 */
export function cellsOf(half, shape, kit) {
  const texts = Array.from(half.querySelectorAll("text:not(.small)"));
  const rows = texts.filter((text) => text.querySelector(":scope > [text-anchor]"));
  if (rows.length) return matrixOf(half, rows, kit);
  const [text] = texts;
  if (!text) return undefined;
  const map = half.querySelector("g[transform]");
  if (map) return mapOf(map, texts, shape, kit);
  if (shape.length && isWrittenOut(shape)) return vectorOf(texts, kit);
  return { spots: [shape.length ? undefined : text], write: (...[, , whole]) => written(texts, whole, kit) };
}

/**
 * Writes a number, or an array by its shape and its range, on one line or on a line for each.
 * @param {Element[]} lines
 * @param {string} whole
 * @param {Kit} kit
 */
function written(lines, whole, kit) {
  const parts = lines.length > 1 ? whole.split(/(?<=:) /) : [whole];
  lines.forEach((line, at) => {
    line.replaceChildren(...kit.inscribed(parts[at] ?? ""));
    kit.fit()?.set(line);
  });
}

/** The entries of a row, which stands on one line or, half by half, on two. @param {Element[]} lines @param {Kit} kit @returns {Cells} */
function vectorOf(lines, kit) {
  const between = lines[0].textContent?.includes(EN_SPACE) ? EN_SPACE : ", ";
  /** @type {(Element | undefined)[]} */
  const spots = [];
  /** @param {string[]} entries */
  const lay = (entries) => {
    // Behind an exponent a run of its own would stand too high.
    const isPlain = !entries.some(kit.hasScripts);
    const runs = entries.map((entry) => svgElement("tspan", {}, entry));
    const long = Math.ceil(entries.length / lines.length);
    lines.forEach((line, at) => {
      const [from, to] = [at * long, (at + 1) * long];
      const [before, behind] = [at ? "" : "[", to < entries.length ? between.trimEnd() : "]"];
      const whole = before + entries.slice(from, to).join(between) + behind;
      const apart = runs.slice(from, to).flatMap((run, place) => (place ? [between, run] : [run]));
      line.replaceChildren(...(isPlain ? [before, ...apart, behind] : kit.inscribed(whole)));
    });
    spots.splice(0, spots.length, ...runs.map((run) => (isPlain ? run : undefined)));
  };
  const written = lines.map((line) => (line.textContent ?? "").replace(/[[\]\u2007\u2008]/g, "").replace(/,$/, ""));
  lay(written.flatMap((line) => line.split(between)));
  return {
    spots,
    write: (texts) => {
      lay(texts);
      for (const line of lines) kit.fit()?.set(line);
    },
  };
}

/** @param {Element} half @param {Element[]} rows @param {Kit} kit @returns {Cells} */
function matrixOf(half, rows, kit) {
  const cells = rows.map((row) => Array.from(row.children));
  const brackets = Array.from(half.querySelectorAll("polyline"));
  const [size, middle] = [numberOf(rows[0], "font-size"), numberOf(rows[0], "x")];
  const ends = cells[0].map((cell) => numberOf(cell, "x"));
  const edges = brackets.slice(0, 2).map((one) => Number(one.getAttribute("points")?.match(/-?[\d.]+/g)?.[2]));
  return {
    spots: cells.flat(),
    write: (texts) => {
      rows.forEach((row, at) =>
        cells[at].forEach((cell, column) => {
          cell.replaceChildren(...kit.inscribed(texts[at * ends.length + column]));
          put(cell, { y: numberOf(row, "y") });
        }),
      );
      const widths = ends.map((_, column) => Math.max(...cells.map((row) => kit.width(row[column].textContent ?? ""))));
      const fits = widths.every(
        (width, column) => width * size <= ends[column] - (column ? ends[column - 1] + 0.3 * size : edges[0] + 0.15 * size),
      );
      let [scale, shift, half] = [size, 0, edges[1] - middle];
      let places = ends;
      if (!fits) {
        const wide = widths.reduce((sum, width) => sum + width, BETWEEN * (widths.length - 1));
        const rooms = rows.map((row) => kit.fit()?.room(row));
        const from = Math.max(...rooms.map((room) => room?.left ?? -Infinity)) + MARGIN;
        const to = Math.min(...rooms.map((room) => room?.right ?? Infinity)) - MARGIN;
        scale = Math.min(size, Math.max(LEAST, (to - from) / (wide + 2 * BESIDE)));
        half = scale * (wide / 2 + BESIDE);
        const centre = Math.max(from + half, Math.min(to - half, middle));
        shift = centre - middle;
        let end = centre - (scale * wide) / 2;
        places = widths.map((width, column) => (end += scale * (width + (column ? BETWEEN : 0))));
      }
      rows.forEach((row, at) => {
        put(row, { "font-size": scale });
        cells[at].forEach((cell, column) => put(cell, { x: places[column] }));
      });
      brackets.forEach((bracket, at) => {
        const its = middle + shift + (at % 2 ? half : -half) - edges[at % 2];
        put(bracket, { transform: `translate(${its})` });
      });
    },
  };
}

/** @param {Element} map @param {Element[]} lines @param {number[]} shape @param {Kit} kit @returns {Cells} */
function mapOf(map, lines, shape, kit) {
  const wide = shape[shape.length - 1];
  /** @type {Element[]} */
  const squares = [];
  /** @param {Element} square @param {string} axis */
  const at = (square, axis) => Math.floor(numberOf(square, axis));
  for (const square of map.querySelectorAll("rect")) squares[at(square, "y") * wide + at(square, "x")] = square;
  return {
    spots: squares,
    write: (texts, values, whole) => {
      written(lines, whole, kit);
      const largest = Math.max(...values.filter(isFinite).map(Math.abs));
      for (const shade of map.querySelectorAll("g")) shade.remove();
      for (let step = -STEPS; step <= STEPS; step++) {
        const its = squares.filter((_, place) => stepOf(values[place], largest) === step);
        if (!its.length) continue;
        const opacity = step ? 0.1 + (0.9 * Math.abs(step)) / STEPS : 0;
        const shade = svgElement("g", { class: step < 0 ? "negative" : "positive", "fill-opacity": opacity }, ...its);
        if (step < 0) {
          const signs = its.map((square) => `M${at(square, "x") + 0.25} ${at(square, "y") + 0.5}h.5`).join("");
          shade.append(svgElement("path", { stroke: "#1f2933", "stroke-width": 0.13, "pointer-events": "none", d: signs }));
        }
        map.prepend(shade);
      }
      squares.forEach((square, place) => square.querySelector("title")?.replaceChildren(texts[place]));
    },
  };
}

/** @param {number} value @param {number} largest */
function stepOf(value, largest) {
  return value && isFinite(value) ? Math.sign(value) * Math.max(1, Math.ceil((STEPS * Math.abs(value)) / largest)) : 0;
}
