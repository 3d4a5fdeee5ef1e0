/** A picture with arrays as a graph of single numbers, one for each entry, which the engine computes. */

/**
 * @typedef {import("./engine.js").Data} Data
 * @typedef {import("./engine.js").Graph} Graph
 *
 * `results` are the numbers of each node's entries, `shapes` its shapes, `owners` the node that each number belongs
 * to; `sent` are, by edge of the picture and by number of its operand, the edges along which that is sent back.
 * @typedef {{numbers: Graph, results: number[][], shapes: number[][], owners: number[], sent: Map<number, number[]>[]}} Lowered
 */

/**
 * @param {Data} data
 * @param {Graph} graph
 * @returns {Lowered}
 */
export function lowered(data, graph) {
  /** @type {Graph} */
  const numbers = { nodes: [], edges: [], output: 0, seed: 1 };
  const { nodes, edges } = numbers;
  /** @type {number[]} */
  const owners = [];
  /** @type {{entries: number[], shape: number[]}[]} */
  const made = [];
  /** @type {number[][]} */
  const results = [];
  /** @type {number[][]} */
  const shapes = [];
  const sent = graph.edges.map(() => /** @type {Map<number, number[]>} */ (new Map()));

  /** @param {number} owner @param {"input" | "constant" | "op"} kind @param {string} op @param {number[]} operands @param {number[]} places of what is given */
  const add = (owner, kind, op, operands, places = [], value = NaN) => {
    const to = nodes.length;
    /** @type {number[]} */
    const its = [];
    operands.forEach((from, position) => {
      const edge = edges.push({ from, to, position }) - 1;
      its.push(edge);
      nodes[from].uses.push(edge);
      const arrow = graph.nodes[owner].edges.filter((one) => graph.edges[one].from === owners[from]);
      const which = arrow.length > 1 ? arrow.find((one) => graph.edges[one].position === places[position]) : arrow[0];
      if (which !== undefined) sent[which].set(from, [...(sent[which].get(from) ?? []), edge]);
    });
    const rest = { range: [], name: "", label: "", operation: "", varies: true };
    nodes.push({ kind, op, operands, edges: its, uses: [], value, ...rest });
    owners.push(owner);
    return to;
  };

  for (const [owner, shape, what, operands = [], places = []] of data.entries ?? []) {
    const given = operands.map((step) => made[step]);
    const positions = operands.map((_, position) => position);
    /** @param {string} op @param {number[]} of @param {number[]} [at] */
    const apply = (op, of, at = positions) => add(owner, "op", op, of, at);
    /** @param {number[]} terms */
    const total = ([first, ...rest]) =>
      rest.length ? rest.reduce((sum, term) => apply("add", [sum, term]), first) : apply("identity", [first]);
    /** @type {number[]} */
    let entries;
    if (typeof what !== "string") {
      const { kind } = graph.nodes[owner];
      entries = what.map((value) => add(owner, kind === "op" ? "constant" : kind, "", [], [], value));
    } else if (what === "move") {
      const all = given.flatMap(({ entries }, position) => entries.map((entry) => ({ entry, position })));
      entries = places.map((place) => apply("identity", [all[place].entry], [all[place].position]));
    } else if (what === "sum") {
      /** @type {number[][]} */
      const terms = Array.from({ length: sizeOf(shape) }, () => []);
      places.forEach((place, at) => terms[place].push(given[0].entries[at]));
      entries = terms.map(total);
    } else if (what === "matmul") {
      entries = pairsOf(given[0].shape, given[1].shape).map((pairs) =>
        total(pairs.map(([x, y]) => apply("multiply", [given[0].entries[x], given[1].entries[y]]))),
      );
    } else {
      entries = Array.from({ length: sizeOf(shape) }, (_, at) =>
        apply(what, given.map((one) => one.entries[placeIn(one.shape, shape, at)])),
      );
    }
    made.push({ entries, shape });
    results[owner] = entries;
    shapes[owner] = shape;
  }
  const seeds = data.upstream?.slice(1);
  const parts = results[graph.output].map((entry, at) => {
    const seed = add(graph.output, "constant", "", [], [], Number(seeds?.[at] ?? 1));
    return add(graph.output, "op", "multiply", [entry, seed]);
  });
  numbers.output = parts.reduce((sum, part) => add(graph.output, "op", "add", [sum, part]));
  return { numbers, results, shapes, owners, sent };
}

/** @param {number[]} shape */
export const sizeOf = (shape) => shape.reduce((size, length) => size * length, 1);

/**
 * Where an entry of a result stands in an operand that is stretched to it.
 * @param {number[]} of
 * @param {number[]} shape
 * @param {number} at
 */
function placeIn(of, shape, at) {
  let [place, stride] = [0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = of[axis - shape.length + of.length] ?? 1;
    place += length > 1 ? (at % shape[axis]) * stride : 0;
    stride *= length;
    at = Math.floor(at / shape[axis]);
  }
  return place;
}

/**
 * The entries of two arrays that meet in each entry of their product, stacks of matrices included.
 * @param {number[]} x
 * @param {number[]} y
 */
function pairsOf(x, y) {
  const [rows, columns] = [x.length > 1 ? x[x.length - 2] : 1, y.length > 1 ? y[y.length - 1] : 1];
  const inner = x[x.length - 1];
  const [stackX, stackY] = [x.slice(0, -2), y.slice(0, -2)];
  const axes = Math.max(stackX.length, stackY.length);
  const stack = Array.from({ length: axes }, (_, axis) =>
    Math.max(stackX[axis - axes + stackX.length] ?? 1, stackY[axis - axes + stackY.length] ?? 1),
  );
  /** @type {[number, number][][]} */
  const pairs = [];
  for (let at = 0; at < sizeOf(stack); at++) {
    const [ofX, ofY] = [placeIn(stackX, stack, at) * rows * inner, placeIn(stackY, stack, at) * inner * columns];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        pairs.push(Array.from({ length: inner }, (_, k) => [ofX + row * inner + k, ofY + k * columns + column]));
      }
    }
  }
  return pairs;
}
