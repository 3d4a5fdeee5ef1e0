/** How an entry was made, in a line: 3 × 2 + 4.5 × 1 = 10.5. */

/** Numbers in it at the most. */
const MOST_TERMS = 8;

/**
 * Whether an operation adds its operands, of which there may be several.
 * @param {string} op
 */
const isSum = (op) => op.startsWith("add");

/**
 * What is said of an entry.
 * @param {import("./entries.js").Entry} of
 * @param {import("./panels.js").Host} host
 * @param {import("./arrays.js").Kit} kit
 * @param {import("./lowering.js").Lowered} low
 * @param {import("./entries.js").Entries} entries
 * @param {import("./engine.js").Pass} pass
 */
export function saidOf(of, host, kit, low, entries, pass) {
  const { graph, texts } = host;
  const { numbers, results, owners, sent } = low;
  const { node, entry, edges } = of;
  const number = results[node][entry];

  /**
   * A value over those of other nodes: 1 × −1 + 2 × 2; empty where that is long.
   */
  const made = () => {
    let count = 0;
    /** @param {number} at @param {boolean} isTerm @returns {string} */
    const text = (at, isTerm) => {
      const { op, operands } = numbers.nodes[at];
      if (owners[at] !== node || !op) {
        count++;
        return entries.certain(pass.values[at], op ? pass.errors[at] : 0, owners[at]);
      }
      if (isSum(op)) return kit.sumOf(operands.map((operand) => text(operand, true)));
      const over = operands.map((operand) => {
        const inner = text(operand, false);
        return owners[operand] === node && isSum(numbers.nodes[operand].op) ? `(${inner})` : inner;
      });
      return isTerm && op === "multiply" ? `${over[0]} × ${kit.bracketed(over[1])}` : kit.operationText(op, over);
    };
    const written = text(number, false);
    return numbers.nodes[number].op && count <= MOST_TERMS ? written : "";
  };

  /**
   * The entry of a result that a number goes into by sums alone, whose gradient it shares; −1 where there is none.
   * @param {number} at
   */
  const reached = (at) => {
    const owner = owners[at];
    while (!results[owner].includes(at)) {
      const [edge, ...more] = numbers.nodes[at].uses;
      if (edge === undefined || more.length || !/^(add|identity)$/.test(numbers.nodes[numbers.edges[edge].to].op)) return -1;
      at = numbers.edges[edge].to;
    }
    return at;
  };

  /**
   * What is sent back, upstream gradients by local derivatives; empty where it is long, or goes by way of numbers that
   * the picture does not show.
   * @param {number[]} along
   */
  const sentBack = (along) => {
    const terms = along.flatMap((edge) => sent[edge].get(number) ?? []).map((edge) => {
      const { to } = numbers.edges[edge];
      const [shown, owner] = [reached(to), owners[to]];
      const local = texts.number(pass.locals[edge], entries.digitsOf(owner));
      return shown < 0 ? "" : `${entries.certain(pass.gradients[shown], pass.doubts[shown], owner)} × ${kit.bracketed(local)}`;
    });
    return terms.every(Boolean) && terms.length <= MOST_TERMS ? kit.sumOf(terms) : "";
  };

  const name = edges ? texts.partial(graph.output, node) : texts.called(node);
  const index = low.shapes[node].length ? ` [${entries.index(node, entry)}]` : "";
  const how = edges ? sentBack(edges.length ? edges : graph.nodes[node].uses) : made();
  return [...new Set([name + index, how, entries.text(of)])].filter(Boolean).join(" = ");
}
