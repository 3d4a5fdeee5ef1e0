/** Which entries made an entry: the row and the column of a product, and of what is sent back through it. */

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
 * @returns {Entry[]}
 */
export function sourcesOf({ node, entry, edges }, { numbers, results, owners, sent }, graph, data, arrows) {
  const place = (/** @type {number} */ number) => ({ node: owners[number], entry: results[owners[number]].indexOf(number) });
  /** The values that go into a number of a node. @param {number} number @param {number} owner @returns {Entry[]} */
  const into = (number, owner) =>
    owners[number] === owner ? numbers.nodes[number].operands.flatMap((operand) => into(operand, owner)) : [place(number)];
  const number = results[node][entry];
  if (!edges) return graph.nodes[node].kind === "op" ? numbers.nodes[number].operands.flatMap((operand) => into(operand, node)) : [];
  /** The entries of a result that a number goes into. @param {number} at @returns {number[]} */
  const outOf = (at) => {
    const owner = owners[at];
    if (results[owner].includes(at)) return [at];
    return numbers.nodes[at].uses.map((edge) => numbers.edges[edge].to).filter((to) => owners[to] === owner).flatMap(outOf);
  };
  /** @type {Map<string, Entry>} */
  const found = new Map();
  for (const edge of (edges.length ? edges : graph.nodes[node].uses).flatMap((edge) => sent[edge].get(number) ?? [])) {
    const { to } = numbers.edges[edge];
    const others = numbers.nodes[to].operands.filter((operand) => operand !== number && owners[operand] !== owners[to]);
    if (numbers.nodes[to].op === "multiply") for (const other of others) found.set(`${other}`, place(other));
    for (const result of outOf(to)) {
      const its = place(result);
      const arrow = arrows.filter((one) => one.backward && one.node === its.node);
      for (const { edges } of arrow.length > 1 ? arrow.filter((one) => !one.edges.length) : arrow) {
        found.set(`${result} back`, { ...its, edges });
      }
    }
  }
  return data.locals ? [...found.values()] : [];
}
