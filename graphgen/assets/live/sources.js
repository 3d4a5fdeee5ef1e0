/**
 * Which entries made an entry: the row and the column of a product, and of what is sent back through it; where an
 * operation chooses among entries, as a sort does, the one that it chose.
 */

/**
 * @typedef {import("./entries.js").Entry} Entry
 * @typedef {import("./lowering.js").Lowered} Lowered
 */

/**
 * @param {Entry} of
 * @param {Lowered} low
 * @param {import("./engine.js").Graph} graph
 * @param {import("./engine.js").Data} data
 * @param {import("./picture.js").Arrow[]} arrows
 * @param {import("./engine.js").Pass} pass
 * @returns {Entry[]}
 */
export function sourcesOf({ node, entry, edges }, { numbers, results, owners, sent }, graph, data, arrows, { locals }) {
  /** Whether a change goes along an edge: not from what a choice leaves, nor from what it compares. @param {number} edge */
  const isTaken = (edge) => numbers.nodes[numbers.edges[edge].to].op !== "where" || locals[edge] !== 0;
  /** Whether an edge stays within an operation. @param {number} edge */
  const isWithin = (edge) => owners[numbers.edges[edge].from] === owners[numbers.edges[edge].to];
  const place = (/** @type {number} */ number) => ({ node: owners[number], entry: results[owners[number]].indexOf(number) });
  /** The values that go into a number of a node. @param {number} number @param {number} owner @returns {Entry[]} */
  const into = (number, owner) => (owners[number] === owner ? within(number) : [place(number)]);
  /** @param {number} number */
  const within = (number) =>
    numbers.nodes[number].edges.filter(isTaken).flatMap((edge) => into(numbers.edges[edge].from, owners[number]));
  const number = results[node][entry];
  if (!edges) return graph.nodes[node].kind === "op" ? within(number) : [];
  /** @type {Map<string, Entry>} */
  const found = new Map();
  /** The entries of a result that a number goes into along an edge; what it is multiplied by is found on the way. @param {number} edge @returns {number[]} */
  const outOf = (edge) => {
    const { from, to } = numbers.edges[edge];
    if (!isTaken(edge)) return [];
    const ahead = results[owners[to]].includes(to) ? [to] : numbers.nodes[to].uses.filter(isWithin).flatMap(outOf);
    if (ahead.length && numbers.nodes[to].op === "multiply") {
      const others = numbers.nodes[to].operands.filter((operand) => operand !== from);
      for (const one of others.flatMap((other) => into(other, owners[to]))) found.set(`${one.node} ${one.entry}`, one);
    }
    return ahead;
  };
  for (const edge of (edges.length ? edges : graph.nodes[node].uses).flatMap((edge) => sent[edge].get(number) ?? [])) {
    for (const result of outOf(edge)) {
      const its = place(result);
      const arrow = arrows.filter((one) => one.backward && one.node === its.node);
      for (const { edges } of arrow.length > 1 ? arrow.filter((one) => !one.edges.length) : arrow) {
        found.set(`${result} back`, { ...its, edges });
      }
    }
  }
  return data.locals ? [...found.values()] : [];
}
