/** The drawn picture: which element shows which number, and what is lit in it. */

import { isStill, numberOf, svgElement } from "./dom.js";
import { isOnKink } from "./engine.js";
import { fitOf } from "./fit.js";
import { hasScripts, inscribed, readOff } from "./lettering.js";
import { foldedText, HIDDEN } from "./texts.js";

/**
 * @typedef {import("./engine.js").Data} Data
 * @typedef {import("./engine.js").Graph} Graph
 * @typedef {import("./texts.js").Texts} Texts
 *
 * @typedef {"input" | "op" | "group" | "output" | "junction"} Kind
 * @typedef {{id: string, kind: Kind, node: number, element: SVGGElement}} Shape
 *
 * A pair of arrows; `node` is the one whose value runs along it.
 * @typedef {object} Arrow
 * @property {string} id
 * @property {Shape} tail
 * @property {Shape} head
 * @property {number[]} edges
 * @property {number} node
 * @property {SVGGElement} [forward]
 * @property {SVGGElement} [backward]
 * @property {string} forwardText
 * @property {string} backwardText
 *
 * A text of the picture that changes with the numbers; the words that stand in it before the node that
 * changes, how far to the right it stands, how many letters the picture has for it, and whether it was
 * moved to make room for more.
 * @typedef {object} Writing
 * @property {Element} element
 * @property {Text | null} node
 * @property {string} before
 * @property {number} x
 * @property {number} length
 * @property {boolean} isMoved
 * @property {(texts: Texts) => string} text
 * @property {string} shown
 * @property {boolean} [isNew] whether it has changed since the reader last paused
 *
 * @typedef {object} Picture
 * @property {Graph} graph
 * @property {SVGSVGElement} svg
 * @property {Shape[]} shapes
 * @property {Arrow[]} arrows
 * @property {Writing[]} writings
 * @property {ReturnType<import("./fit.js").fitOf>} [fit] made before the first number changes
 */

const SHAPE = /^([noj]\d+)([a-z]?)(?::(\d+))?$/;
/** @type {Record<string, Kind>} */
const KINDS = { i: "input", g: "group", o: "output", j: "junction" };
/** A finger needs 44 px, also where a phone shows the picture a little smaller; a pair of arrows is 8 wide. */
const TOUCH = 50;
/** Milliseconds. */
const FLASH = 900;
/** @type {[number, number]} */
const EVERYWHERE = [-Infinity, Infinity];
/** A text is seen in part before its middle is. */
const HALF_A_TEXT = 100;

/**
 * The drawing that a figure shows: it may have a second one, for phones.
 * @param {HTMLElement} figure
 */
export function drawingOf(figure) {
  /** @type {NodeListOf<SVGSVGElement>} */
  const drawings = figure.querySelectorAll("svg.graphgen-diagram");
  const isShown = (/** @type {SVGSVGElement} */ { parentElement }) =>
    parentElement && getComputedStyle(parentElement).display !== "none";
  return Array.from(drawings).find(isShown) ?? drawings[0];
}

/**
 * @param {HTMLElement} figure
 * @param {Data} data
 * @param {Graph} graph
 * @returns {Picture}
 */
export function pictureOf(figure, data, graph) {
  const svg = drawingOf(figure);
  /** @type {Map<string, SVGGElement>} */
  const groups = new Map();
  for (const group of svg.querySelectorAll("g")) groups.set(group.id.slice(group.id.lastIndexOf("-") + 1), group);

  const shapes = data.shapes.map((written) => {
    const [, id, letter, index] = /** @type {RegExpExecArray} */ (SHAPE.exec(written));
    const node = index === undefined ? Number(id.slice(1)) - 1 : Number(index);
    const drawn = graph.nodes[node].kind === "op" ? "op" : "input";
    const kind = KINDS[letter || id[0]] ?? drawn;
    return { id, kind, node, element: /** @type {SVGGElement} */ (groups.get(id)) };
  });
  const arrows = data.arrows.map(([tail, head, ...rest], position) => {
    const edges = /** @type {number[]} */ (rest.filter((item) => typeof item === "number"));
    const id = `e${position + 1}`;
    const [forward, backward] = [groups.get(`${id}f`), groups.get(`${id}b`)];
    return {
      id,
      tail: shapes[Number(tail)],
      head: shapes[Number(head)],
      edges,
      node: edges.length ? graph.edges[edges[0]].from : shapes[Number(head)].node,
      forward,
      backward,
      forwardText: readOff(forward?.querySelector("text:not(.small)")),
      backwardText: String(rest[edges.length] ?? readOff(backward?.querySelector("text:not(.small)"))),
    };
  });
  if (data.texts && !data.arrays && !data.focus) fillTexts(data.texts, graph, arrows);
  return { graph, svg, shapes, arrows, writings: writingsOf(data, graph, shapes, arrows) };
}

/**
 * Takes from the picture those texts in symbols that the data leave to it.
 * @param {[string[], string[], string[]]} texts
 * @param {Graph} graph
 * @param {Arrow[]} arrows
 */
function fillTexts([values, gradients, contributions], graph, arrows) {
  for (const { edges, node, forwardText, backwardText } of arrows) {
    values[node] ||= forwardText;
    if (edges.length === 1) contributions[edges[0]] ||= backwardText;
    if (!edges.length || graph.nodes[node].uses.length === 1) gradients[node] ||= backwardText;
  }
}

/**
 * @param {Data} data
 * @param {Graph} graph
 * @param {Shape[]} shapes
 * @param {Arrow[]} arrows
 * @returns {Writing[]}
 */
function writingsOf(data, graph, shapes, arrows) {
  /** @type {Writing[]} */
  const writings = [];
  /** @param {Element | undefined} group @param {string} which @param {(texts: Texts) => string} text */
  const add = (group, which, text) => {
    const element = group?.querySelector(which);
    // An array stands as it was drawn, but where a quiz asks for it.
    if (!element || (data.arrays && element.textContent !== HIDDEN)) return;
    const [x, letters, last] = [numberOf(element, "x"), element.textContent ?? "", element.lastChild];
    // 10⁹ has the letters of 109: what has exponents is written anew.
    const isPlain = !element.querySelector("[dy]");
    const node = isPlain && last instanceof Text ? last : null;
    const before = letters.slice(0, letters.length - (node?.length ?? 0));
    const shown = isPlain ? letters : "";
    writings.push({ element, node, before, x, length: letters.length, isMoved: false, text, shown });
  };
  if (data.texts && !data.arrays) return writings;
  for (const { edges, node, head, forward, backward } of arrows) {
    /** @param {Texts} texts */
    const gradient = (texts) => (edges.length ? texts.contribution(edges) : texts.gradient(node));
    add(forward, "text:not(.small)", (texts) => texts.value(node));
    if (data.focus) {
      add(backward, "text.small", (texts) =>
        edges.length
          ? `= ${texts.gradient(head.node)} × ${texts.local(edges[0])} = ${gradient(texts)}`
          : `= ${gradient(texts)}`,
      );
    } else {
      add(backward, "text:not(.small)", gradient);
      if (edges.length) add(backward, "text.small", (texts) => `∂ = ${texts.local(edges[0])}`);
    }
  }
  const drawn = new Set(shapes.map((shape) => shape.node));
  for (const { kind, node, element } of shapes) {
    const { operands, uses, label } = graph.nodes[node];
    const inside = operands.findIndex((operand) => !drawn.has(operand));
    if (kind === "op" && inside >= 0 && graph.nodes[operands[inside]].kind === "input") {
      add(element, "text", (texts) => foldedText(graph.nodes[node].op, inside, texts.value(operands[inside])));
    } else if (kind === "input" && !uses.length && node !== graph.output) {
      add(element, "text", (texts) => `${label} = ${texts.value(node)}`);
    }
  }
  return writings;
}

/**
 * From where to where a reader sees a wide picture, in its own units.
 * @param {Picture} picture
 * @returns {[number, number]}
 */
export function seen({ svg }) {
  const [drawn, frame] = [svg.getBoundingClientRect(), svg.parentElement?.getBoundingClientRect()];
  if (!frame || !drawn.width) return EVERYWHERE;
  const scale = svg.viewBox.baseVal.width / drawn.width;
  return [(frame.left - drawn.left) * scale - HALF_A_TEXT, (frame.right - drawn.left) * scale + HALF_A_TEXT];
}

/**
 * Writes the numbers that have changed, those in view or all.
 * @param {Picture} picture
 * @param {Texts} texts
 * @param {import("./engine.js").Pass} pass
 * @param {[number, number]} [view]
 */
export function show(picture, texts, pass, [from, to] = EVERYWHERE) {
  const { graph, svg, writings } = picture;
  const fit = (picture.fit ??= fitOf(svg));
  const isSettled = from === -Infinity;
  for (const writing of writings) {
    if (writing.x < from || writing.x > to) continue;
    const text = writing.text(texts);
    if (text !== writing.shown) {
      writing.isNew = Boolean(writing.shown);
      writing.shown = text;
      writeOver(writing, text);
      if (writing.isMoved || text.length >= writing.length) fit?.set(writing.element);
      writing.isMoved = text.length >= writing.length;
    }
    if (isSettled && writing.isNew) light(writing.element);
    if (isSettled) writing.isNew = false;
  }
  if (texts.inNumbers) markKinks(picture, (node) => isOnKink(graph, node, pass));
}

/**
 * Shows which operations stand on a kink.
 * @param {Picture} picture
 * @param {(node: number) => boolean} isKink
 */
export function markKinks({ shapes }, isKink) {
  for (const { kind, node, element } of shapes) {
    const kink = kind === "op" && isKink(node);
    element.classList.toggle("graphgen-smooth", element.classList.contains("kink") && !kink);
    element.classList.toggle("graphgen-kink", kink);
  }
}

/**
 * The node keeps its place, which spares the browser half of the work.
 * @param {Writing} writing
 * @param {string} text
 */
function writeOver(writing, text) {
  const { element, node, before } = writing;
  if (node && text.startsWith(before) && !hasScripts(text)) node.nodeValue = text.slice(before.length);
  else {
    element.replaceChildren(...inscribed(text));
    const last = element.lastChild;
    writing.node = last instanceof Text && !hasScripts(text) ? last : null;
    writing.before = text.slice(0, text.length - (writing.node?.length ?? 0));
  }
}

/**
 * Lights one step and hides what later steps will show; without steps, the whole picture.
 * @param {Picture} picture
 * @param {import("./steps.js").Step[]} steps
 * @param {number} at
 */
export function reveal({ shapes, arrows }, steps, at) {
  const ahead = new Set(steps.slice(at + 1).flatMap((step) => step.arrows));
  const now = new Set(steps[at]?.arrows);
  for (const { id, forward, backward } of arrows) {
    forward?.classList.toggle("graphgen-ahead", ahead.has(`${id}f`));
    backward?.classList.toggle("graphgen-ahead", ahead.has(`${id}b`));
    forward?.classList.toggle("graphgen-now", now.has(`${id}f`));
    backward?.classList.toggle("graphgen-now", now.has(`${id}b`));
  }
  for (const shape of shapes) {
    shape.element.classList.toggle("graphgen-now", Boolean(steps[at]?.shapes.includes(shape)));
  }
}

/**
 * Gives every part an unseen area that a finger can hit.
 * @param {Picture} picture
 */
export function addTouchAreas({ shapes, arrows }) {
  for (const { kind, element } of shapes) {
    const outline = element.querySelector("ellipse");
    const part = outline ?? element.querySelector("text");
    if (kind === "junction" || !part) continue;
    const [x, y] = outline ? ["cx", "cy"] : ["x", "y"];
    const width = outline ? TOUCH : Math.max(TOUCH, 9 * (part.textContent ?? "").length);
    element.prepend(
      svgElement("rect", {
        class: "graphgen-touch",
        x: numberOf(part, x) - width / 2,
        y: numberOf(part, y) - (outline ? 0 : 5) - TOUCH / 2,
        width,
        height: TOUCH,
      }),
    );
  }
  for (const { forward, backward } of arrows) {
    for (const half of [forward, backward]) {
      const path = half?.querySelector("path");
      if (path) half?.prepend(svgElement("path", { class: "graphgen-touch", d: path.getAttribute("d") ?? "" }));
    }
  }
}

/**
 * Lets an element flash once, where the reader has nothing against motion.
 * @param {Element | undefined} element
 */
export function light(element) {
  if (!element || isStill()) return;
  element.animate([{ filter: "drop-shadow(0 0 3px var(--graphgen-accent))" }, { filter: "drop-shadow(0 0 0 transparent)" }], FLASH);
}

/**
 * The part at a point of the window: a node before an arrow.
 * @param {Picture} picture
 * @param {number} x
 * @param {number} y
 * @returns {Shape | Arrow | undefined}
 */
export function partAt({ svg, shapes, arrows }, x, y) {
  const groups = new Set(document.elementsFromPoint(x, y).map((hit) => (svg.contains(hit) ? hit.closest("g[id]") : null)));
  return (
    shapes.find((shape) => shape.kind !== "junction" && groups.has(shape.element)) ??
    arrows.find(({ forward, backward }) => (forward && groups.has(forward)) || (backward && groups.has(backward)))
  );
}
