/** What if an input grows: the change that the gradient predicts beside the true one, and both drawn. */

import { element, laidOut, put, svgElement } from "./dom.js";
import { certainDigits, digitsBeside } from "./number.js";

/**
 * @typedef {import("./kit.js").Kit} Kit
 * @typedef {import("./known.js").Known} Known
 * @typedef {[number, number]} Point
 */

const [WIDTH, HEIGHT] = [240, 150];
/** The axes: where they begin and end. */
const [LEFT, RIGHT, TOP, BOTTOM] = [52, WIDTH - 6, 22, HEIGHT - 32];
/** Between two numbers at an axis. */
const LINE = 12;
/** A step is drawn as it is where it is larger than so many parts of its number. */
const FINEST = 2 ** 40;
/** Digits of a number at an axis. */
const SHORT = 4;
/** The curve is drawn from one step before the input to two behind it. */
const [FROM, TO, POINTS] = [-1, 2, 24];

/**
 * @param {import("./panels.js").Host} host
 * @param {Kit} kit
 * @returns {import("./panels.js").Rest}
 */
export function nudgePart(host, kit) {
  const { graph, words } = host;
  const { unmarked, write } = kit;
  const choices = host.movable
    .filter((index) => graph.nodes[index].varies)
    .map((index) => element("option", { value: index }, unmarked(graph.nodes[index].label)));
  const choice = element("select", { "aria-label": words.input, input: () => update() }, ...choices);
  let by = 1;
  const growth = kit.numberField({ "aria-label": words.growth }, 1, (number) => {
    by = number;
    update();
  });
  growth.show(by);
  const [predictedLine, trueLine, difference] = [words.predicted, words.truly, words.difference].map((name) => {
    const line = element("span");
    return { line, element: element("p", {}, element("span", {}, name), line) };
  });
  const { plot, draw, label } = plotOf();
  const nudge = element(
    "div",
    { class: "graphgen-nudge" },
    element("p", {}, ...laidOut(words.nudge, choice, growth.element)),
    plot,
    predictedLine.element,
    trueLine.element,
    difference.element,
  );
  const update = () => {
    const index = Number(choice.value);
    const { pass, inputs } = host;
    const at = Number(inputs[index]);
    nudge.hidden = kit.isOpen(host.open);
    const ends = [kit.given(at), kit.plus(kit.given(at), kit.given(by))];
    const after = kit.run(graph, inputs.map((number, input) => (input === index ? ends[1] : number)));
    const told = changeTold(graph.output, index, by, pass, after, host, kit);
    write(predictedLine.line, told.predicted);
    write(trueLine.line, told.truly);
    write(difference.line, told.difference);
    const before = pass.values[graph.output];
    // Steps so small that floats do not tell them apart would draw another curve.
    const blur = Math.abs(by) * FINEST > Math.abs(at) ? 0 : Math.abs(at) / FINEST;
    const truly = after.values[graph.output];
    draw(before, before + pass.gradients[index] * by, truly, (steps) => kit.outputAt(graph, pass.known.values, index, [at + steps * by, blur]));
    const results = [pass, after].map(({ known }) => known.values[graph.output]);
    const [inputTexts, outputTexts] = [ends, results].map((pair) => pair.map((known) => host.texts.certain(known, SHORT)));
    label(inputTexts, outputTexts, [index, graph.output].map((node) => unmarked(host.texts.called(node))));
  };
  return { elements: [nudge], update };
}

/**
 * The change that a gradient predicts, the true one, and the difference, each to the digits that are certain:
 * what is lost in the rounding of large numbers is no 0.
 * @param {number} output
 * @param {number} input
 * @param {number} by
 * @param {import("./engine.js").Pass} before
 * @param {import("./engine.js").Pass} after
 * @param {Pick<import("./panels.js").Host, "data" | "texts" | "words">} host
 * @param {Kit} kit
 */
function changeTold(output, input, by, before, after, { data, texts, words }, { bracketed, given, plus, times }) {
  /** @param {Known} one @param {Known} other */
  const minus = (one, other) => plus(one, times(other, given(-1)));
  const [from, to] = [before, after].map(({ known }) => known.values[output]);
  const canChange = before.reached[input] || after.reached[input];
  const truly = by && canChange ? minus(to, from) : times(from, given(0));
  const predicted = times(before.known.gradients[input], given(by));
  const digits = certainDigits(truly[0], truly[1], data.digits);
  /** @param {Known} known */
  const beside = (known) => texts.certain(known, digitsBeside(known[0], truly[0], digits));
  /** @param {Known} known */
  const told = (known) => {
    const text = texts.certain(known);
    return isFinite(known[0]) && text === texts.number(NaN) ? words.lost : text;
  };
  const [above, below] = [to, from].map(beside);
  // Two long numbers may begin alike to all the digits that are shown.
  const isSeen = above !== below || !truly[0];
  return {
    predicted: `${texts.gradient(input)} × ${bracketed(texts.number(by))} = ${texts.certain(predicted)}`,
    truly: (isSeen ? `${above} − ${bracketed(below)} = ` : "") + told(truly),
    difference: told(minus(truly, predicted)),
  };
}

/** A drawing of the output over the input, with the tangent that the gradient takes it for, and its axes. */
function plotOf() {
  const axes = svgElement("path", { class: "axis", d: `M${LEFT},${TOP - 6}V${BOTTOM}H${RIGHT}` });
  const ticks = svgElement("path", { class: "axis" });
  // A line of no length with round ends is a dot.
  const names = ["gap", "true", "predicted", "dot", "predicted dot", "true dot"];
  const lines = names.map((name) => svgElement("path", { class: name }));
  const texts = ["middle", "middle", "end", "end", "end", "start"].map((anchor) => svgElement("text", { "text-anchor": anchor }));
  const viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
  const plot = svgElement("svg", { viewBox, "aria-hidden": "true", class: "graphgen-plot" }, axes, ticks, ...lines, ...texts);
  /** @type {number[][]} where the numbers stand that the axes name: those of the input, then those of the output */
  let marks = [];
  return {
    plot,
    /** @param {number} before @param {number} predicted @param {number} truly @param {(steps: number) => Known} moved */
    draw: (before, predicted, truly, moved) => {
      /** @param {number} steps @returns {Point} */
      const onTangent = (steps) => [steps, before + steps * (predicted - before)];
      const found = Array.from({ length: POINTS + 1 }, (_, at) => {
        const steps = FROM + ((TO - FROM) * at) / POINTS;
        return { steps, known: moved(steps) };
      });
      /** @type {Point} */
      const truth = [1, truly];
      const ends = [onTangent(FROM), onTangent(TO)];
      const sure = found.filter(({ known: [height, error] }) => error <= Math.abs(height));
      const heights = [...sure.map(({ known }) => known[0]), truly, ...ends.map(([, height]) => height)].filter(isFinite);
      const [low, high] = [Math.min(...heights), Math.max(...heights)];
      // A pixel at most.
      const curve = found.map(({ steps, known: [height, error] }) => {
        return /** @type {Point} */ ([steps, error * (BOTTOM - TOP) <= high - low ? height : NaN]);
      });
      /** @param {Point} point */
      const place = ([steps, height]) => [
        LEFT + 6 + ((steps - FROM) / (TO - FROM)) * (RIGHT - LEFT - 12),
        BOTTOM - 6 - (high > low ? (height - low) / (high - low) : 0.5) * (BOTTOM - TOP - 6),
      ];
      const [start, guess] = [onTangent(0), onTangent(1)];
      marks = [start, truth].map(place);
      [[guess, truth], curve, ends, [start, start], [guess, guess], [truth, truth]].forEach((points, at) => {
        let [written, sign] = ["", "M"];
        for (const point of points) {
          const isThere = isFinite(point[1]);
          if (isThere) written += sign + place(point);
          sign = isThere ? "L" : "M";
        }
        put(lines[at], { d: written });
      });
    },
    /** @param {string[]} inputs @param {string[]} outputs @param {string[]} names what stands at the ends of the axes */
    label: (inputs, outputs, names) => {
      const [[x, y], [toX, toY]] = marks;
      const isApart = Math.abs(y - toY) >= LINE;
      const places = [
        [x, BOTTOM + 15],
        [toX, BOTTOM + 15],
        [LEFT - 7, y + 4],
        [LEFT - 7, toY + 4],
        [RIGHT, BOTTOM + 28],
        [4, 10],
      ];
      const written = [...inputs, outputs[0], isApart ? outputs[1] : "", ...names];
      let drawn = [x, toX].map((x) => `M${x},${BOTTOM}v4`).join("");
      places.forEach(([left, top], at) => {
        const isThere = isFinite(top);
        texts[at].textContent = isThere ? written[at] : "";
        if (!isThere) return;
        put(texts[at], { x: left, y: top });
        if (at === 2 || (at === 3 && isApart)) drawn += `M${LEFT},${top - 4}h-4`;
      });
      put(ticks, { d: drawn });
    },
  };
}
