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
  const [predictedLine, trueLine, difference] = [element("p"), element("p"), element("p")];
  const [plot, draw] = plotOf();
  const nudge = element(
    "div",
    { class: "graphgen-nudge" },
    element("p", {}, ...laidOut(words.nudge, choice, growth)),
    plot,
    predictedLine,
    trueLine,
    difference,
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
    write(predictedLine, `${words.predicted}: ${product} = ${texts.number(predicted)}`);
    write(trueLine, `${words.truly}: ${texts.number(after)} − ${texts.number(before)} = ${texts.number(truly)}`);
    write(difference, `${words.difference}: ${texts.number(apart(truly, predicted, before))}`);
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
 * A drawing of the output over the input, with its tangent: what the gradient takes it for.
 * @returns {[Element, (before: number, predicted: number, moved: (steps: number) => number) => void]}
 */
function plotOf() {
  const svg = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", class: "graphgen-plot" });
  const [gap, curve, tangent, start, truth, guess] = ["gap", "true", "predicted", "dot", "true dot", "predicted dot"].map(
    (name) => svgElement("path", { class: name }),
  );
  svg.append(gap, curve, tangent, start, truth, guess);
  return [
    svg,
    (before, predicted, moved) => {
      const slope = predicted - before;
      /** @type {Point[]} */
      const points = [];
      for (let at = 0; at <= POINTS; at++) {
        const steps = FROM + ((TO - FROM) * at) / POINTS;
        points.push([steps, moved(steps)]);
      }
      const heights = [before + FROM * slope, before + TO * slope, ...points.map(([, height]) => height)];
      const seen = heights.filter(Number.isFinite);
      const [low, high] = [Math.min(...seen), Math.max(...seen)];
      const scale = high > low ? (HEIGHT - 2 * MARGIN) / (high - low) : 0;
      /** @param {Point} point @returns {Point} */
      const place = ([steps, height]) => [
        ((steps - FROM) / (TO - FROM)) * (WIDTH - 2 * MARGIN) + MARGIN,
        scale ? HEIGHT - MARGIN - (height - low) * scale : HEIGHT / 2,
      ];
      /** @param {Element} element @param {Point[]} line */
      const draw = (element, line) => {
        let written = "";
        let sign = "M";
        for (const point of line) {
          const isThere = Number.isFinite(point[1]);
          if (isThere) written += sign + place(point);
          sign = isThere ? "L" : "M";
        }
        element.setAttribute("d", written);
      };
      draw(curve, points);
      draw(tangent, [[FROM, before + FROM * slope], [TO, before + TO * slope]]);
      draw(gap, [[1, predicted], [1, moved(1)]]);
      // A line of no length with round ends is a dot.
      for (const [dot, point] of /** @type {[Element, Point][]} */ ([[start, [0, before]], [guess, [1, predicted]], [truth, [1, moved(1)]]])) {
        draw(dot, [point, point]);
      }
    },
  ];
}
