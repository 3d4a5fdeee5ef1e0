/** A picture one step at a time, in the order and the words of graphgen/steps.py. */

import { filled } from "./dom.js";
import { bracketed, sumOf } from "./texts.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./picture.js").Arrow} Arrow
 * @typedef {import("./picture.js").Shape} Shape
 * @typedef {import("./texts.js").Texts} Texts
 *
 * One step: the arrows that appear in it (by the ids of their forward or backward half), the shapes at
 * work, and the step in words.
 * @typedef {{arrows: string[], shapes: Shape[], text: (texts: Texts) => string}} Step
 */

/**
 * The forward pass node by node, then the backward pass.
 * @param {Picture} picture
 * @param {[string, string, string, string]} words
 * @returns {Step[]}
 */
export function stepsOf(picture, words) {
  return [...forwardSteps(picture, words), ...backwardSteps(picture, words)];
}

/** @param {Shape} shape */
const isWorking = (shape) => shape.kind === "op" || shape.kind === "group";

/**
 * The shape that an arrow comes from, by way of its junctions.
 * @param {Arrow} arrow
 * @param {Arrow[]} arrows
 * @returns {Shape | undefined}
 */
function startOf({ tail }, arrows) {
  if (tail.kind !== "junction") return tail;
  const trunk = arrows.find(({ head }) => head === tail);
  return trunk && startOf(trunk, arrows);
}

/**
 * Whether an arrow that starts there has a shape's value; an input may stand in several places.
 * @param {Shape} shape
 * @param {Shape | undefined} start
 */
const isFrom = (shape, start) =>
  start === shape || (shape.kind === "input" && start?.kind === "input" && start.node === shape.node);

/**
 * @param {Picture} picture
 * @param {[string, string, string, string]} words
 * @returns {Generator<Step>}
 */
function* forwardSteps({ shapes, arrows }, [given]) {
  const leaving = arrows.filter((arrow) => arrow.forward);
  /** @param {Arrow} arrow */
  const start = (arrow) => startOf(arrow, arrows);
  const inputs = shapes.filter((shape) => shape.kind === "input");
  if (inputs.length) {
    yield {
      arrows: leaving.filter((arrow) => start(arrow)?.kind === "input").map((arrow) => `${arrow.id}f`),
      shapes: inputs,
      text: (texts) =>
        filled(
          given,
          [...new Set(inputs.map(({ node }) => node))].map(texts.given).join(", "),
        ),
    };
  }
  for (const shape of shapes.filter(isWorking)) {
    const mine = leaving.filter((arrow) => start(arrow) === shape);
    const nodes = [...new Set(mine.map((arrow) => arrow.node))];
    yield {
      arrows: mine.map((arrow) => `${arrow.id}f`),
      shapes: [shape],
      text: (texts) => nodes.map(texts.computed).join(", "),
    };
  }
}

/**
 * @param {Picture} picture
 * @param {[string, string, string, string]} words
 * @returns {Generator<Step>}
 */
function* backwardSteps({ graph, shapes, arrows }, [, seed, flows, summed]) {
  const waiting = new Set([...arrows].reverse().filter((arrow) => arrow.backward));
  const ends = [...waiting].filter((arrow) => arrow.head.kind === "output");
  ends.forEach((arrow) => waiting.delete(arrow));
  if (ends.length) {
    const { output } = graph;
    yield {
      arrows: ends.map((arrow) => `${arrow.id}b`),
      shapes: [ends[0].head],
      text: (texts) => {
        const [name, gradient] = [texts.partial(output), texts.gradient(output)];
        return filled(gradient === name ? seed.split(" =")[0] : seed, name, gradient);
      },
    };
  }
  /** @param {Shape} shape @returns {Generator<Step>} */
  function* sums(shape) {
    const mine = [...waiting].filter(
      (arrow) => arrow.head.kind === "junction" && isFrom(shape, startOf(arrow, arrows)),
    );
    for (const node of new Set(mine.map((arrow) => arrow.head.node))) {
      const trunks = mine.filter((arrow) => arrow.head.node === node).reverse();
      trunks.forEach((arrow) => waiting.delete(arrow));
      yield {
        arrows: trunks.map((arrow) => `${arrow.id}b`),
        shapes: [shape, ...trunks.map((arrow) => arrow.head)],
        text: (texts) => {
          const terms = sumOf(graph.nodes[node].uses.map((edge) => texts.contribution([edge])));
          return filled(summed, `${terms} = ${texts.gradient(node)}`, texts.called(node));
        },
      };
    }
  }
  for (const shape of [...shapes].reverse().filter(isWorking)) {
    yield* sums(shape);
    const arriving = arrows.filter((arrow) => arrow.head === shape && waiting.has(arrow));
    arriving.forEach((arrow) => waiting.delete(arrow));
    if (arriving.length) {
      yield {
        arrows: arriving.map((arrow) => `${arrow.id}b`),
        shapes: [shape],
        text: (texts) =>
          arriving
            .map((arrow) => filled(flows, sentText(graph, arrow, texts), texts.called(arrow.node)))
            .join(", "),
      };
    }
  }
  for (const shape of shapes.filter((shape) => shape.kind === "input")) yield* sums(shape);
}

/**
 * What flows back along an edge: 1 × 1.1 = 1.1.
 * @param {import("./engine.js").Graph} graph
 * @param {Arrow} arrow
 * @param {Texts} texts
 */
export function sentText(graph, arrow, texts) {
  const { edges, backwardText } = arrow;
  if (!texts.inNumbers && edges.length > 1 && backwardText) return backwardText;
  const factors = factorsText(graph, arrow, texts);
  return (factors && `${factors} = `) + texts.contribution(edges);
}

/**
 * What is multiplied at an operation: 1 × 1.1; empty where no two numbers are.
 * @param {import("./engine.js").Graph} graph
 * @param {Arrow} arrow
 * @param {Texts} texts
 */
export function factorsText(graph, { edges, head }, texts) {
  if (!texts.inNumbers || edges.length !== 1 || head.kind === "group") return "";
  return `${texts.gradient(graph.edges[edges[0]].to)} × ${bracketed(texts.local(edges[0]))}`;
}
