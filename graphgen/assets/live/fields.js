/** The panel in which a reader changes entries: a field for each, or of a large array for the one that is chosen. */

import { isWrittenOut } from "./cells.js";
import { element, smallButton } from "./dom.js";

/** The step of the arrow keys, where a number is not whole. */
const FINE = 0.1;

/**
 * @param {import("./panels.js").Host} host
 * @param {import("./kit.js").Kit} kit
 * @param {import("./lowering.js").Lowered} low
 * @param {import("./entries.js").Entries} entries
 * @param {number[]} inputs the numbers that are given, by number
 * @param {(node: number, entry: number | undefined) => void} ask
 */
export function fieldsOf(host, kit, { numbers, results, shapes }, entries, inputs, ask) {
  const { graph, words } = host;
  const authored = [...inputs];
  /** @type {(() => void)[]} */
  const updates = [];
  /** @type {((held: import("./entries.js").Entry) => void)[]} */
  const choosers = [];
  const update = () => updates.forEach((one) => one());

  /** @param {number} node @param {() => number} at */
  const fieldFor = (node, at) => {
    const value = () => inputs[results[node][at()]];
    const heard = { focus: () => ask(node, at()), blur: () => ask(node, undefined) };
    const field = kit.numberField(heard, Number.isInteger(value()) ? 1 : FINE, (number) => {
      inputs[results[node][at()]] = number;
      host.change();
    });
    updates.push(() => {
      field.element.ariaLabel = `${kit.unmarked(graph.nodes[node].label)} ${entries.index(node, at())}`;
      field.show(value());
    });
    return field.element;
  };

  /** @param {number} node */
  const choiceFor = (node) => {
    const options = results[node].map((_, at) => element("option", { value: at }, `[${entries.index(node, at)}]`));
    const chosen = () => {
      update();
      ask(node, Number(choice.value));
    };
    const choice = element("select", { "aria-label": kit.unmarked(graph.nodes[node].label), input: chosen }, ...options);
    choosers.push((held) => {
      if (held.node !== node) return;
      choice.value = String(held.entry);
      update();
    });
    return element("div", {}, choice, fieldFor(node, () => Number(choice.value)));
  };

  // Labels, which no number is computed of, stay.
  const isUsed = (/** @type {number} */ number) => numbers.nodes[number].uses.length > 0;
  const given = graph.nodes.flatMap(({ kind }, node) => (kind === "input" && results[node].some(isUsed) ? [node] : []));
  const rows = given.map((node) => {
    const wide = shapes[node][shapes[node].length - 1] ?? 1;
    const label = element("span", {}, kit.scripted(graph.nodes[node].label));
    if (!isWrittenOut(shapes[node])) return element("div", { class: "graphgen-array" }, label, element("div", {}, choiceFor(node)));
    const made = results[node].map((_, at) => fieldFor(node, () => at));
    const lines = made.flatMap((_, at) => (at % wide ? [] : [element("div", {}, ...made.slice(at, at + wide))]));
    return element("div", { class: "graphgen-array" }, label, element("div", {}, ...lines));
  });
  const reset = smallButton(words.reset, () => {
    inputs.splice(0, inputs.length, ...authored);
    host.change();
  });
  update();
  return {
    /** The entries that are changed, as an address has them: 0.3*120_0.4*1.5. */
    changed: () => {
      const entries = given.flatMap((node) => results[node].map((number, entry) => ({ number, as: `${node}.${entry}` })));
      const others = entries.filter(({ number }) => !Object.is(inputs[number], authored[number]));
      return others.map(({ number, as }) => `${as}*${inputs[number]}`).join("_");
    },
    /** Changes those that an address has; false where there are none, or others than these. @param {string} written */
    change: (written) => {
      const changes = written.split("_").map((one) => {
        const [, node, entry, number] = /^(\d+)\.(\d+)\*(.+)$/.exec(one) ?? [];
        return { at: given.includes(Number(node)) ? results[Number(node)][Number(entry)] : undefined, number: Number(number) };
      });
      if (!changes.every(({ at, number }) => at !== undefined && isFinite(number))) return false;
      for (const { at, number } of changes) inputs[Number(at)] = number;
      return true;
    },
    /** Goes to an entry that a reader points at. @param {import("./entries.js").Entry} held */
    choose: (held) => choosers.forEach((choose) => choose(held)),
    /** @type {import("./panels.js").Panel} */
    panel: { element: element("div", { class: "graphgen-panel" }, ...rows, reset), update },
  };
}
