/** What if an input grows: the change that the gradient predicts beside the true one, and both drawn. */

import { element, laidOut, svgElement, write } from "./dom.js";
import { run } from "./engine.js";
import { isOpen } from "./quiz.js";

/** @typedef {[number, number]} Point */

const [WIDTH, HEIGHT, MARGIN] = [240, 96, 8];
/** The curve is drawn from one step before the input to two behind it. */
const [FROM, TO, POINTS] = [-1, 2, 24];

/**
 * @param {import("./panels.js").Host} host
 * @returns {import("./panels.js").Panel}
 */
export function nudgePart(host) {
  const { graph, words } = host;
  const choices = graph.nodes.flatMap((node, index) =>
    node.kind === "input" ? [element("option", { value: index }, node.label)] : [],
  );
  const choice = element("select", { "aria-label": words.input }, ...choices);
  const growth = element("input", { type: "number", step: "any", value: 1, "aria-label": words.growth });
  const [predictedLine, trueLine, difference] = [words.predicted, words.truly, words.difference].map((name) => {
    const line = element("span");
    return { line, element: element("p", {}, element("span", {}, name), line) };
  });
  const [plot, draw] = plotOf();
  const nudge = element(
    "div",
    { class: "graphgen-nudge" },
    element("p", {}, ...laidOut(words.nudge, choice, growth)),
    plot,
    predictedLine.element,
    trueLine.element,
    difference.element,
  );
  const update = () => {
    const index = Number(choice.value);
    const by = growth.valueAsNumber || 0;
    const { texts, pass, inputs } = host;
    const at = Number(inputs[index]);
    /** @param {number} steps */
    const moved = (steps) => {
      const numbers = [...inputs];
      numbers[index] = at + steps * by;
      return run(graph, numbers).values[graph.output];
    };
    const [before, after] = [pass.values[graph.output], moved(1)];
    const predicted = pass.gradients[index] * by;
    const truly = apart(after, before, 0);
    const product = `${texts.number(pass.gradients[index])} × ${texts.number(by)}`;
    nudge.hidden = isOpen(host.open);
    write(predictedLine.line, `${product} = ${texts.number(predicted)}`);
    write(trueLine.line, `${texts.number(after)} − ${texts.number(before)} = ${texts.number(truly)}`);
    write(difference.line, texts.number(apart(truly, predicted, before)));
    draw(before, before + predicted, moved);
  };
  for (const control of [choice, growth]) control.addEventListener("input", update, { signal: host.signal });
  return { element: nudge, update };
}

/**
 * A difference, 0 where it is no more than the rounding of what it came from.
 * @param {number} a
 * @param {number} b
 * @param {number} scale
 */
function apart(a, b, scale) {
  const rounding = 8 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b), Math.abs(scale));
  return Math.abs(a - b) <= rounding ? 0 : a - b;
}

/**
 * A drawing of the output over the input, with the tangent that the gradient takes it for.
 * @returns {[Element, (before: number, predicted: number, moved: (steps: number) => number) => void]}
 */
function plotOf() {
  const svg = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", class: "graphgen-plot" });
  // A line of no length with round ends is a dot.
  const names = ["gap", "true", "predicted", "dot", "predicted dot", "true dot"];
  const lines = names.map((name) => svgElement("path", { class: name }));
  svg.append(...lines);
  return [
    svg,
    (before, predicted, moved) => {
      /** @param {number} steps @returns {Point} */
      const onTangent = (steps) => [steps, before + steps * (predicted - before)];
      const curve = Array.from({ length: POINTS + 1 }, (_, at) => {
        const steps = FROM + ((TO - FROM) * at) / POINTS;
        return /** @type {Point} */ ([steps, moved(steps)]);
      });
      /** @type {Point} */
      const truth = [1, moved(1)];
      const ends = [onTangent(FROM), onTangent(TO)];
      const heights = [...curve, ...ends].map(([, height]) => height).filter(isFinite);
      const [low, high] = [Math.min(...heights), Math.max(...heights)];
      /** @param {Point} point */
      const place = ([steps, height]) => [
        MARGIN + ((steps - FROM) / (TO - FROM)) * (WIDTH - 2 * MARGIN),
        HEIGHT - MARGIN - (high > low ? (height - low) / (high - low) : 0.5) * (HEIGHT - 2 * MARGIN),
      ];
      const [start, guess] = [onTangent(0), onTangent(1)];
      [[guess, truth], curve, ends, [start, start], [guess, guess], [truth, truth]].forEach((points, at) => {
        let [written, sign] = ["", "M"];
        for (const point of points) {
          const isThere = isFinite(point[1]);
          if (isThere) written += sign + place(point);
          sign = isThere ? "L" : "M";
        }
        lines[at].setAttribute("d", written);
      });
    },
  ];
}
