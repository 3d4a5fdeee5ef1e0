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
 * @param {import("./kit.js").Kit} kit
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
        return entries.certain(pass.known.values[at], owners[at]);
      }
      // What is chosen is said by what lights.
      if (op === "where" && graph.nodes[node].op !== op) return String((count = Infinity));
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
   * The entry of a result that a number goes into along an edge, and the derivative of that by the number; none where it
   * goes into several ways.
   * @param {number} edge
   * @returns {[result: number, local: import("./known.js").Known] | undefined}
   */
  const reached = (edge) => {
    const { to } = numbers.edges[edge];
    const local = pass.known.locals[edge];
    if (results[owners[to]].includes(to)) return [to, local];
    const [next, ...more] = numbers.nodes[to].uses;
    const further = next === undefined || more.length ? undefined : reached(next);
    return further && [further[0], kit.times(local, further[1])];
  };

  /**
   * What is sent back, upstream gradients by local derivatives; empty where it is long, or goes by way of numbers that
   * the picture does not show.
   * @param {number[]} along
   */
  const sentBack = (along) => {
    const terms = along.flatMap((edge) => sent[edge].get(number) ?? []).map((edge) => {
      const found = reached(edge);
      if (!found) return "";
      const [shown, local] = found;
      const factors = [entries.certain(pass.known.gradients[shown], owners[shown]), entries.certain(local, owners[shown])];
      return `${factors[0]} × ${kit.bracketed(factors[1])}`;
    });
    return terms.every(Boolean) && terms.length <= MOST_TERMS ? kit.sumOf(terms) : "";
  };

  const name = edges ? texts.partial(node) : texts.called(node);
  const index = low.shapes[node].length ? ` [${entries.index(node, entry)}]` : "";
  const how = edges ? sentBack(edges.length ? edges : graph.nodes[node].uses) : made();
  return [...new Set([name + index, how, entries.text(of)])].filter(Boolean).join(" = ");
}
