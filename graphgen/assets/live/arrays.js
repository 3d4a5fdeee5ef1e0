/** Entries that a reader changes and points at, for pictures with arrays. */

import { cellsOf } from "./cells.js";
import { entriesOf } from "./entries.js";
import { fieldsOf } from "./fields.js";
import { lowered } from "./lowering.js";
import { saidOf } from "./making.js";
import { sourcesOf } from "./sources.js";

/**
 * @typedef {import("./panels.js").Host} Host
 * @typedef {import("./entries.js").Entry} Entry
 * @typedef {import("./entries.js").Whole} Whole
 * @typedef {import("./kit.js").Kit} Kit
 *
 * An array where the picture shows it.
 * @typedef {{cells: import("./cells.js").Cells, of: Whole}} Shown
 */

/** Pixels that a finger may miss an entry by. */
const REACH = 22;

/**
 * @param {Host} host
 * @param {Kit} kit
 */
export function arraysOf(host, kit) {
  const { data, graph, picture, signal } = host;
  const low = lowered(data, graph);
  const { numbers, results, shapes } = low;
  const inputs = numbers.nodes.map(({ value }) => Number(value));
  let pass = kit.run(numbers, inputs);
  const entries = entriesOf(host, kit, low, () => pass);
  const shown = shownIn(host, kit, shapes);
  /** @type {Entry | undefined} */
  let held;

  /** @param {Entry | undefined} of */
  const ask = (of) => {
    light(shown, of, of ? sourcesOf(of, low, graph, data, picture.arrows, pass) : []);
    host.tell(of && saidOf(of, host, kit, low, entries, pass));
  };
  /** @param {Entry | undefined} of */
  const hold = (of) => {
    held = of;
    if (of) fields.choose(of);
    ask(held);
  };
  const fields = fieldsOf(host, kit, low, entries, inputs, (node, entry) => {
    if (entry === undefined) return ask(held);
    const its = picture.arrows.find((arrow) => arrow.node === node && arrow.backward && !arrow.edges.length)?.edges;
    ask({ node, entry, ...(graph.nodes[node].varies && data.locals ? { edges: its ?? graph.nodes[node].uses } : {}) });
  });

  /** Whether a number is on a kink; of those within an operation, whether that counts. @param {number} number */
  const isKink = (number) =>
    kit.isOnKink(numbers, number, pass) &&
    (results[low.owners[number]].includes(number) ||
      numbers.nodes[number].uses.some((edge) => pass.gradients[numbers.edges[edge].to] !== 0));

  const { svg } = picture;
  svg.addEventListener("pointermove", (event) => event.pointerType === "mouse" && ask(pointed(shown, event) ?? held), { signal });
  svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && ask(held), { signal });
  svg.addEventListener("click", (event) => hold(pointed(shown, event) ?? nearest(shown, event)), { signal });
  signal.addEventListener("abort", () => light(shown, undefined, []));

  return {
    panel: fields.panel,
    isAuthored: () => !fields.changed(),
    changed: fields.changed,
    change: fields.change,
    /** Computes everything anew, writes it into the picture, and gives it as texts in one line, and what has a kink. */
    update: () => {
      pass = kit.run(numbers, inputs);
      for (const { cells, of } of shown) {
        const all = entries.all(of);
        cells.write(all.map(entries.text), all.map(entries.numberOf), entries.whole(of));
      }
      updateLocals(host, kit, low, pass);
      const kinks = new Set(low.owners.filter((_, number) => isKink(number)));
      kit.markKinks(picture, (node) => kinks.has(node));
      ask(held);
      /** @param {number} node @param {number[]} edges */
      const back = (node, edges) => (graph.nodes[node].varies && data.locals ? entries.whole({ node, edges }) : "");
      /** @type {[string[], string[], string[]]} */
      const texts = [
        graph.nodes.map((_, node) => entries.whole({ node })),
        graph.nodes.map((_, node) => back(node, [])),
        graph.edges.map(({ from }, edge) => back(from, [edge])),
      ];
      return { texts, kink: low.owners[pass.kink] ?? -1 };
    },
    updateTable: () => updateTable(host, kit, shapes, entries),
    /** Goes to the next entry of an arrow, as the keyboard does. @param {import("./panels.js").Part} part */
    next: (part) => {
      if (!("tail" in part)) return false;
      const its = shown.filter(({ of }) => of.node === part.node && (of.edges ?? part.edges).join() === part.edges.join());
      const all = its.flatMap(({ of }) => entries.all(of));
      hold(all[all.findIndex((one) => held && keyOf(one) === keyOf(held)) + 1]);
      return all.length > 0;
    },
  };
}

/**
 * The arrays that a picture shows.
 * @param {Host} host
 * @param {Kit} kit
 * @param {number[][]} shapes
 */
function shownIn({ picture }, kit, shapes) {
  /** @type {Shown[]} */
  const shown = [];
  for (const { forward, backward, node, edges } of picture.arrows) {
    const [value, back] = [forward, backward].map((half) => half && cellsOf(half, shapes[node], kit));
    if (value) shown.push({ cells: value, of: { node } });
    if (back) shown.push({ cells: back, of: { node, edges } });
  }
  return shown;
}

/** @param {Whole} of */
const arrayKey = ({ node, edges }) => `${node}|${edges}`;
/** @param {Entry} of */
const keyOf = (of) => `${of.entry}|${arrayKey(of)}`;

/**
 * Lets an entry and those that made it stand out in their arrays.
 * @param {Shown[]} shown
 * @param {Entry | undefined} of
 * @param {Entry[]} sources
 */
function light(shown, of, sources) {
  const all = of ? [of, ...sources] : [];
  const [arrays, found] = [new Set(all.map(arrayKey)), new Set(all.map(keyOf))];
  for (const { cells, of: whole } of shown) {
    cells.spots.forEach((spot, entry) => {
      const key = keyOf({ ...whole, entry });
      spot?.classList.toggle("graphgen-dim", arrays.has(arrayKey(whole)) && !found.has(key));
      spot?.classList.toggle("graphgen-entry", Boolean(of) && key === keyOf(/** @type {Entry} */ (of)));
    });
  }
}

/** @param {Shown[]} shown @param {MouseEvent} event @returns {Entry | undefined} */
function pointed(shown, { target }) {
  const spot = target instanceof Element ? target.closest("tspan, rect, text") : null;
  for (const { cells, of } of shown) {
    const entry = cells.spots.findIndex((one) => one && (one === spot || one.contains(spot)));
    if (entry >= 0) return { ...of, entry };
  }
  return undefined;
}

/** The entry nearest to a finger. @param {Shown[]} shown @param {MouseEvent} event */
function nearest(shown, { clientX, clientY }) {
  let [best, found] = [REACH, /** @type {Entry | undefined} */ (undefined)];
  for (const { cells, of } of shown) {
    cells.spots.forEach((spot, entry) => {
      if (!spot) return;
      const { left, right, top, bottom } = spot.getBoundingClientRect();
      const away = Math.hypot(Math.max(left - clientX, 0, clientX - right), Math.max(top - clientY, 0, clientY - bottom));
      if (away < best) [best, found] = [away, { ...of, entry }];
    });
  }
  return found;
}

/**
 * Local derivatives between single numbers, in the data and in the picture; those of arrays are rules.
 * @param {Host} host
 * @param {Kit} kit
 * @param {import("./lowering.js").Lowered} low
 * @param {import("./engine.js").Pass} pass
 */
function updateLocals({ data, graph, picture, texts }, kit, { numbers, results, shapes, sent }, pass) {
  graph.edges.forEach(({ from, to }, edge) => {
    const [only, ...more] = shapes[from].length || shapes[to].length ? [] : (sent[edge].get(results[from][0]) ?? []);
    if (only === undefined || more.length || numbers.edges[only].to !== results[to][0] || !data.locals?.[edge]) return;
    data.locals[edge] = texts.certain(pass.known.locals[only]);
    const arrow = picture.arrows.find(({ edges }) => edges.length === 1 && edges[0] === edge);
    arrow?.backward?.querySelector("text.small")?.replaceChildren(...kit.inscribed(`∂ = ${data.locals[edge]}`));
  });
}

/**
 * Brings the table up to date, the entries that are folded into its cells too.
 * @param {Host} host
 * @param {Kit} kit
 * @param {number[][]} shapes
 * @param {import("./entries.js").Entries} entries
 */
function updateTable({ figure, data, graph, texts }, kit, shapes, entries) {
  /** @param {Element} cell @param {Whole} of */
  const put = (cell, of) => {
    const folded = cell.querySelectorAll("table td");
    kit.write(cell.querySelector("summary") ?? cell, entries.whole(of));
    entries.all(of).forEach((one, at) => folded[at]?.replaceChildren(entries.text(one)));
  };
  for (const [node, { cells }] of kit.rowsOf(figure, graph)) {
    const { kind, operands, varies } = graph.nodes[node];
    const [, , value, locals, gradient] = cells;
    put(value, { node });
    if (data.locals && varies) put(gradient, { node, edges: [] });
    const isOfNumbers = kind === "op" && [node, ...operands].every((one) => !shapes[one].length);
    if (data.locals && isOfNumbers) kit.write(locals, kit.localsText(graph, node, texts));
  }
}
