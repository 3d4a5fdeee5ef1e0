/* The network of two layers that reads digits: its gradients and its training, in the reader's browser.
 *
 * An array is a Float64Array, row by row. The rules are those of graphgen's op table: affine, relu, softmax with loss.
 */
"use strict";

globalThis.digitNetwork = (() => {
  const PIXELS = 64;
  const HIDDEN = 50;
  const CLASSES = 10;
  const BATCH = 100;
  const TRAINING = 1500;

  /** Numbers from 0 to 1 that are the same in every run (mulberry32). */
  function generator(seed) {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  /** Images and labels of lines such as `7` and 64 digits to base 17, the sixteenths of ink of each pixel. */
  function read(text) {
    const lines = text.trim().split("\n");
    const images = new Float64Array(lines.length * PIXELS);
    lines.forEach((line, row) => {
      for (let i = 0; i < PIXELS; i++) images[row * PIXELS + i] = parseInt(line[i + 1], 17) / 16;
    });
    return { images, labels: lines.map((line) => Number(line[0])), count: lines.length };
  }

  /** Normal numbers of the variance 2 / inputs, by Box and Muller; biases of 0. */
  function start(random) {
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const weights = (inputs, outputs) =>
      Float64Array.from({ length: inputs * outputs }, () => normal() * Math.sqrt(2 / inputs));
    return {
      W1: weights(PIXELS, HIDDEN),
      b1: new Float64Array(HIDDEN),
      W2: weights(HIDDEN, CLASSES),
      b2: new Float64Array(CLASSES),
    };
  }

  /** X W + b, for X of `rows` rows. */
  function affine(X, W, b, rows) {
    const [inputs, outputs] = [X.length / rows, b.length];
    const Y = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < outputs; j++) Y[row * outputs + j] = b[j];
      for (let i = 0; i < inputs; i++) {
        const x = X[row * inputs + i];
        if (x !== 0) for (let j = 0; j < outputs; j++) Y[row * outputs + j] += x * W[i * outputs + j];
      }
    }
    return Y;
  }

  /** What an affine layer sends back: X G for the weights with X turned, the sum over the rows for the bias. */
  function affineBack(X, G, rows) {
    const [inputs, outputs] = [X.length / rows, G.length / rows];
    const [W, b] = [new Float64Array(inputs * outputs), new Float64Array(outputs)];
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < outputs; j++) b[j] += G[row * outputs + j];
      for (let i = 0; i < inputs; i++) {
        const x = X[row * inputs + i];
        if (x !== 0) for (let j = 0; j < outputs; j++) W[i * outputs + j] += x * G[row * outputs + j];
      }
    }
    return [W, b];
  }

  /** G times W turned. */
  function toOperand(G, W, rows) {
    const outputs = G.length / rows;
    const inputs = W.length / outputs;
    const X = new Float64Array(rows * inputs);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < inputs; i++)
        for (let j = 0; j < outputs; j++) X[row * inputs + i] += G[row * outputs + j] * W[i * outputs + j];
    return X;
  }

  /** The rows as probabilities; the largest score is taken from each first, so that no exponential is too large. */
  function softmax(scores, rows) {
    const probabilities = new Float64Array(scores.length);
    for (let row = 0; row < rows; row++) {
      const part = scores.subarray(row * CLASSES, (row + 1) * CLASSES);
      const largest = part.reduce((most, score) => Math.max(most, score), -Infinity);
      const sum = part.reduce((all, score) => all + Math.exp(score - largest), 0);
      part.forEach((score, j) => (probabilities[row * CLASSES + j] = Math.exp(score - largest) / sum));
    }
    return probabilities;
  }

  /** The hidden values and the probabilities of the digits. */
  function forward({ W1, b1, W2, b2 }, images, rows) {
    const hidden = affine(images, W1, b1, rows).map((sum) => Math.max(0, sum));
    return { hidden, probabilities: softmax(affine(hidden, W2, b2, rows), rows) };
  }

  /** The loss of a batch, and the gradient of each parameter. */
  function gradients(parameters, images, labels) {
    const rows = labels.length;
    const { hidden, probabilities } = forward(parameters, images, rows);
    let loss = 0;
    labels.forEach((label, row) => (loss -= Math.log(probabilities[row * CLASSES + label]) / rows));
    const scores = probabilities.map((p, at) => (p - (at % CLASSES === labels[Math.floor(at / CLASSES)])) / rows);
    const [W2, b2] = affineBack(hidden, scores, rows);
    const sums = toOperand(scores, parameters.W2, rows).map((g, at) => (hidden[at] > 0 ? g : 0));
    const [W1, b1] = affineBack(images, sums, rows);
    return { loss, W1, b1, W2, b2 };
  }

  /** Some of the images, by their places, and their labels. */
  function batchOf({ images, labels }, places) {
    const chosen = new Float64Array(places.length * PIXELS);
    places.forEach((place, row) =>
      chosen.set(images.subarray(place * PIXELS, (place + 1) * PIXELS), row * PIXELS),
    );
    return [chosen, places.map((place) => labels[place])];
  }

  /** The places of the training images, as one epoch after the other takes them. */
  function* batches(random) {
    for (;;) {
      const places = Array.from({ length: TRAINING }, (_, place) => place);
      for (let last = TRAINING - 1; last > 0; last--) {
        const other = Math.floor(random() * (last + 1));
        [places[last], places[other]] = [places[other], places[last]];
      }
      for (let first = 0; first + BATCH <= TRAINING; first += BATCH) yield places.slice(first, first + BATCH);
    }
  }

  /** A step downhill, in place; the loss before it. */
  function step(parameters, images, labels, rate) {
    const found = gradients(parameters, images, labels);
    for (const [name, numbers] of Object.entries(parameters))
      numbers.forEach((number, at) => (numbers[at] = number - rate * found[name][at]));
    return found.loss;
  }

  const largestAt = (numbers) => numbers.reduce((best, number, at) => (number > numbers[best] ? at : best), 0);

  /** The share of the test's images whose right answer has the highest probability. */
  function accuracy(parameters, digits) {
    const places = Array.from({ length: digits.count - TRAINING }, (_, i) => TRAINING + i);
    const [images, labels] = batchOf(digits, places);
    const { probabilities } = forward(parameters, images, labels.length);
    const answers = labels.map((_, row) => largestAt(probabilities.subarray(row * CLASSES, (row + 1) * CLASSES)));
    return answers.filter((answer, row) => answer === labels[row]).length / labels.length;
  }

  const sizes = { PIXELS, HIDDEN, CLASSES, BATCH, TRAINING };
  return { ...sizes, generator, read, start, forward, gradients, batchOf, batches, step, accuracy, largestAt };
})();
