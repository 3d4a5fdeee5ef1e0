/**
 * Entries that a reader changes and points at, for pictures with arrays: a script of its own, which the page's script
 * asks for where a page has such a picture.
 */

import { cellsOf, isWrittenOut } from "./cells.js";
import { lowered, sizeOf } from "./lowering.js";
import { sourcesOf } from "./sources.js";

/**
 * @typedef {import("./panels.js").Host} Host
 * @typedef {import("./picture.js").Arrow} Arrow
 *
 * What the page's script lends to this one.
 * @typedef {object} Kit
 * @property {typeof import("./engine.js").run} run
 * @property {typeof import("./engine.js").isOnKink} isOnKink
 * @property {typeof import("./number.js").certainDigits} certainDigits
 * @property {typeof import("./field.js").numberField} numberField
 * @property {typeof import("./dom.js").element} element
 * @property {typeof import("./lettering.js").scripted} scripted
 * @property {typeof import("./lettering.js").inscribed} inscribed
 * @property {typeof import("./lettering.js").hasScripts} hasScripts
 * @property {typeof import("./lettering.js").unmarked} unmarked
 * @property {typeof import("./lettering.js").write} write
 * @property {typeof import("./texts.js").operationText} operationText
 * @property {typeof import("./texts.js").bracketed} bracketed
 * @property {typeof import("./texts.js").sumOf} sumOf
 * @property {typeof import("./table.js").rowsOf} rowsOf
 * @property {typeof import("./table.js").localsText} localsText
 * @property {() => import("./picture.js").Picture["fit"]} fit
 * @property {(text: string) => number} width of a text of size 1
 *
 * An entry of a value, or of what is sent back along the edges of an arrow, of none of them where that is a gradient.
 * @typedef {{node: number, entry: number, edges?: number[]}} Entry
 *
 * @typedef {{cells: import("./cells.js").Cells, entry: (at: number) => Entry}} Shown
 */

const KEPT = 2; // digits of an entry are fewer than those of a number, and no fewer than these
const OF_RANGE = 3;
/** The step of the arrow keys in a field. */
const FINE = 0.1;
/** Pixels that a finger may miss an entry by. */
const REACH = 22;
/** Numbers in what is said of an entry. */
const MOST_TERMS = 8;
/** Fields of one array; of a larger one a reader chooses the entry. */
const MOST_FIELDS = 20;

/**
 * @param {Host} host
 * @param {Kit} kit
 */
export function arraysOf(host, kit) {
  const { data, graph, picture, signal } = host;
  const low = lowered(data, graph);
  const { numbers, results, shapes, sent } = low;
  const authored = numbers.nodes.map(({ value }) => Number(value));
  const inputs = [...authored];
  let pass = kit.run(numbers, inputs);

  /** @param {number} value @param {number} error @param {number} [digits] */
  const certain = (value, error, digits = data.digits ?? 6) =>
    host.texts.number(Math.abs(value) <= error ? 0 : value, kit.certainDigits(value, error, digits));
  const digitsOf = (/** @type {number[]} */ shape) => (shape.length ? Math.max((data.digits ?? 6) - KEPT, KEPT) : undefined);

  /**
   * What is sent back to a number along some edges of the picture, and what rounding may have done to that.
   * @param {number} number
   * @param {number[]} edges
   */
  const sentTo = (number, edges) => {
    let [value, doubt] = [0, 0];
    for (const edge of edges.flatMap((edge) => sent[edge].get(number) ?? [])) {
      const its = pass.contributions[edge];
      value += its;
      doubt += 4 * Math.abs(its) * 2 ** -53 + Math.abs(pass.locals[edge]) * pass.doubts[numbers.edges[edge].to];
    }
    return [value, doubt];
  };
  /** @param {Entry} of @returns {number[]} its number, and what rounding may have done to that */
  const numberOf = ({ node, entry, edges }) => {
    const number = results[node][entry];
    if (!edges) return [pass.values[number], pass.errors[number]];
    return edges.length ? sentTo(number, edges) : [pass.gradients[number], pass.doubts[number]];
  };
  /** @param {Entry} of */
  const textOf = (of) => {
    const [value, doubt] = numberOf(of);
    return certain(value, of.edges || graph.nodes[of.node].kind === "op" ? doubt : 0, digitsOf(shapes[of.node]));
  };
  /** @param {Omit<Entry, "entry">} of */
  const entriesOf = (of) => results[of.node].map((_, entry) => ({ ...of, entry }));
  /** An array in one line. @param {Omit<Entry, "entry">} of */
  const wholeOf = (of) => {
    const [shape, entries] = [shapes[of.node], entriesOf(of)];
    if (!shape.length) return textOf(entries[0]);
    if (!isWrittenOut(shape)) {
      const found = entries.map(numberOf).map(([value, doubt]) => (Math.abs(value) <= doubt ? 0 : value));
      const [least, most] = [Math.min, Math.max].map((bound) => host.texts.number(bound(...found), Math.min(data.digits ?? 6, OF_RANGE)));
      return `${shape.join("×")}: ${least} … ${most}`;
    }
    const wide = shape[shape.length - 1];
    const rows = Array.from({ length: entries.length / wide }, (_, row) =>
      entries.slice(row * wide, (row + 1) * wide).map(textOf).join(", "),
    );
    return `[${rows.join("; ")}]`;
  };

  /** @type {Shown[]} */
  const all = [];
  for (const { forward, backward, node, edges } of picture.arrows) {
    for (const [half, of] of /** @type {[Element | undefined, Omit<Entry, "entry">][]} */ ([[forward, { node }], [backward, { node, edges }]])) {
      const cells = half && cellsOf(half, shapes[node], kit);
      if (cells) all.push({ cells, entry: (entry) => ({ ...of, entry }) });
    }
  }

  const isNumber = (/** @type {number} */ node) => !shapes[node].length;
  const update = () => {
    pass = kit.run(numbers, inputs);
    for (const { cells, entry } of all) {
      const of = entry(0);
      const entries = entriesOf(of);
      cells.write(entries.map(textOf), entries.map((one) => numberOf(one)[0]), wholeOf(of));
    }
    graph.edges.forEach(({ from, to }, edge) => {
      const only = isNumber(from) && isNumber(to) ? (sent[edge].get(results[from][0]) ?? []) : [];
      if (only.length !== 1 || numbers.edges[only[0]].to !== results[to][0] || !data.locals?.[edge]) return;
      data.locals[edge] = host.texts.number(pass.locals[only[0]]);
      const small = picture.arrows.find(({ edges }) => edges.length === 1 && edges[0] === edge)?.backward?.querySelector("text.small");
      small?.replaceChildren(...kit.inscribed(`∂ = ${data.locals[edge]}`));
    });
    for (const { kind, node, element } of picture.shapes) {
      if (kind !== "op") continue;
      const kink = results[node].some((number) => kit.isOnKink(numbers.nodes[number], pass));
      element.classList.toggle("graphgen-smooth", element.classList.contains("kink") && !kink);
      element.classList.toggle("graphgen-kink", kink);
    }
    light(held);
    return [
      graph.nodes.map((_, node) => wholeOf({ node })),
      graph.nodes.map(({ varies }, node) => (varies && data.locals ? wholeOf({ node, edges: [] }) : "")),
      graph.edges.map(({ from }, edge) => (graph.nodes[from].varies && data.locals ? wholeOf({ node: from, edges: [edge] }) : "")),
    ];
  };

  /** Brings the table up to date, the entries that are folded into its cells too. */
  const updateTable = () => {
    const rows = kit.rowsOf(host.figure);
    graph.nodes.filter(({ kind }) => kind !== "constant").forEach((one, at) => {
      const node = graph.nodes.indexOf(one);
      const [, , value, locals, gradient] = rows[at].cells;
      put(value, { node });
      if (!data.locals) return;
      if (one.varies) put(gradient, { node, edges: [] });
      if (one.kind === "op" && [node, ...one.operands].every(isNumber)) kit.write(locals, kit.localsText(graph, node, host.texts));
    });
  };
  /** @param {Element} cell @param {Omit<Entry, "entry">} of */
  const put = (cell, of) => {
    const folded = cell.querySelectorAll("table td");
    kit.write(folded.length ? /** @type {Element} */ (cell.querySelector("summary")) : cell, wholeOf(of));
    entriesOf(of).forEach((one, at) => folded[at]?.replaceChildren(textOf(one)));
  };

  /** @type {Entry | undefined} */
  let held;
  /** @param {Entry | undefined} of */
  const light = (of) => {
    const sources = of ? sourcesOf(of, low, graph, data, picture.arrows) : [];
    const key = (/** @type {Entry} */ { node, entry, edges }) => [node, entry, edges?.join()].join("|");
    const its = new Set((of ? [of, ...sources] : []).map(key));
    const lit = new Set([...its].map((one) => one.replace(/\|\d+\|/, "||")));
    for (const { cells, entry } of all) {
      const isLit = lit.has(key(entry(0)).replace(/\|\d+\|/, "||"));
      cells.spots.forEach((spot, at) => {
        const one = key(entry(at));
        spot?.classList.toggle("graphgen-dim", isLit && !its.has(one));
        spot?.classList.toggle("graphgen-entry", Boolean(of) && one === key(/** @type {Entry} */ (of)));
      });
    }
  };
  /** @param {Entry} of */
  const said = (of) => {
    const { node, entry, edges } = of;
    const shape = shapes[node];
    const at = shape.map((length, axis) => (Math.floor(entry / sizeOf(shape.slice(axis + 1))) % length) + 1);
    const name = edges ? host.texts.partial(graph.output, node) : host.texts.called(node);
    const index = at.length ? ` [${at.join(", ")}]` : "";
    return [...new Set([name + index, sourcesText(of), textOf(of)])].filter(Boolean).join(" = ");
  };
  const sourcesText = (/** @type {Entry} */ of) => (of.edges ? sentText(of) : madeText(results[of.node][of.entry], of.node));

  /**
   * How a number is made of those of other nodes: 1 × −1 + 2 × 2; empty where that is long.
   * @param {number} number
   * @param {number} owner
   */
  function madeText(number, owner) {
    let count = 0;
    /** @param {number} at @param {boolean} isTerm @returns {string} */
    const text = (at, isTerm) => {
      const { op, operands } = numbers.nodes[at];
      if (low.owners[at] !== owner || !op) {
        count++;
        const shape = shapes[low.owners[at]];
        return certain(pass.values[at], op ? pass.errors[at] : 0, digitsOf(shape));
      }
      if (op === "add") return kit.sumOf(operands.map((operand) => text(operand, true)));
      const made = operands.map((operand) => {
        const inner = text(operand, false);
        return low.owners[operand] === owner && numbers.nodes[operand].op === "add" ? `(${inner})` : inner;
      });
      return isTerm && op === "multiply" ? `${made[0]} × ${kit.bracketed(made[1])}` : kit.operationText(op, made);
    };
    const made = text(number, false);
    return numbers.nodes[number].op && count <= MOST_TERMS ? made : "";
  }

  /**
   * What is sent back to an entry, upstream gradient by local derivative: 3 × 0.5 + 1 × 2; empty where it is long, or
   * goes by way of numbers that the picture does not show.
   * @param {Entry} of
   */
  function sentText({ node, entry, edges = [] }) {
    const number = results[node][entry];
    const along = edges.length ? edges : graph.nodes[node].uses;
    const its = along.flatMap((edge) => sent[edge].get(number) ?? []);
    const terms = its.map((edge) => {
      const { to } = numbers.edges[edge];
      const shown = reached(to);
      const digits = digitsOf(shapes[low.owners[to]]);
      const local = host.texts.number(pass.locals[edge], digits);
      return shown < 0 ? "" : `${certain(pass.gradients[shown], pass.doubts[shown], digits)} × ${kit.bracketed(local)}`;
    });
    return terms.every(Boolean) && terms.length <= MOST_TERMS ? kit.sumOf(terms) : "";
  }

  /**
   * The entry of a result that a number goes into by sums alone, whose gradient it shares; −1 where there is none.
   * @param {number} number
   */
  function reached(number) {
    const owner = low.owners[number];
    while (!results[owner].includes(number)) {
      const [edge, ...more] = numbers.nodes[number].uses;
      if (edge === undefined || more.length || !/^(add|identity)$/.test(numbers.nodes[numbers.edges[edge].to].op)) return -1;
      number = numbers.edges[edge].to;
    }
    return number;
  }

  /** @param {Event} event @returns {Entry | undefined} */
  const pointed = ({ target }) => {
    const spot = target instanceof Element ? target.closest("tspan, rect, text") : null;
    for (const { cells, entry } of all) {
      const at = cells.spots.findIndex((one) => one && (one === spot || one.contains(spot)));
      if (at >= 0) return entry(at);
    }
    return undefined;
  };
  /** The entry nearest to a finger. @param {MouseEvent} event */
  const near = ({ clientX, clientY }) => {
    let [best, found] = [REACH, /** @type {Entry | undefined} */ (undefined)];
    for (const { cells, entry } of all) {
      cells.spots.forEach((spot, at) => {
        if (!spot) return;
        const { left, right, top, bottom } = spot.getBoundingClientRect();
        const away = Math.hypot(Math.max(left - clientX, 0, clientX - right), Math.max(top - clientY, 0, clientY - bottom));
        if (away < best) [best, found] = [away, entry(at)];
      });
    }
    return found;
  };
  /** @param {Entry | undefined} of */
  const ask = (of) => {
    light(of);
    host.tell(of && said(of));
  };
  const { svg } = picture;
  svg.addEventListener("pointermove", (event) => event.pointerType === "mouse" && ask(pointed(event) ?? held), { signal });
  svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && ask(held), { signal });
  svg.addEventListener(
    "click",
    (event) => {
      held = pointed(event) ?? near(event);
      ask(held);
    },
    { signal },
  );
  signal.addEventListener("abort", () => light(undefined));

  /** @type {{update: () => void}[]} */
  const fields = [];
  const given = graph.nodes.flatMap(({ kind }, node) => (kind === "input" ? [node] : []));
  const rows = given.map((node) => {
    const [shape, name] = [shapes[node], graph.nodes[node].label];
    const wide = Math.min(shape[shape.length - 1] ?? 1, MOST_FIELDS);
    const isGrid = sizeOf(shape) <= MOST_FIELDS;
    let chosen = 0;
    /** @param {() => number} at @param {string} label */
    const fieldFor = (at, label) => {
      const value = () => inputs[results[node][at()]];
      const step = Number.isInteger(value()) ? 1 : FINE;
      const field = kit.numberField({ "aria-label": label }, step, signal, (number) => {
        inputs[results[node][at()]] = number;
        host.change();
      });
      field.element.addEventListener("focus", () => ask({ node, entry: at(), ...(graph.nodes[node].varies && data.locals ? { edges: edgesOf(node) } : {}) }), { signal });
      field.element.addEventListener("blur", () => ask(held), { signal });
      fields.push({ update: () => field.show(value()) });
      return field.element;
    };
    /** @param {number} at */
    const index = (at) => shape.map((length, axis) => (Math.floor(at / sizeOf(shape.slice(axis + 1))) % length) + 1).join(", ");
    const label = kit.element("span", {}, kit.scripted(name));
    if (isGrid) {
      const made = results[node].map((_, at) => fieldFor(() => at, `${kit.unmarked(name)} ${index(at)}`));
      const lines = made.flatMap((_, at) => (at % wide ? [] : [kit.element("div", {}, ...made.slice(at, at + wide))]));
      return kit.element("div", { class: "graphgen-array" }, label, kit.element("div", {}, ...lines));
    }
    const choice = kit.element("select", { "aria-label": kit.unmarked(name) });
    choice.append(...results[node].map((_, at) => kit.element("option", { value: at }, `[${index(at)}]`)));
    choice.addEventListener(
      "input",
      () => {
        chosen = Number(choice.value);
        fields.forEach((field) => field.update());
        ask({ node, entry: chosen });
      },
      { signal },
    );
    const line = kit.element("div", {}, choice, fieldFor(() => chosen, kit.unmarked(name)));
    return kit.element("div", { class: "graphgen-array" }, label, kit.element("div", {}, line));
  });
  /** @param {number} node @returns {number[]} the edges of the arrow that shows its gradient */
  function edgesOf(node) {
    return picture.arrows.find((arrow) => arrow.node === node && arrow.backward && !arrow.edges.length)?.edges ?? graph.nodes[node].uses;
  }
  const reset = kit.element("button", { type: "button", class: "graphgen-small" }, host.words.reset);
  reset.addEventListener(
    "click",
    () => {
      inputs.splice(0, inputs.length, ...authored);
      host.change();
    },
    { signal },
  );

  return {
    update,
    updateTable,
    isAuthored: () => inputs.every((number, at) => Object.is(number, authored[at])),
    /** @type {import("./panels.js").Panel} */
    panel: {
      element: kit.element("div", { class: "graphgen-panel" }, ...rows, reset),
      update: () => fields.forEach((field) => field.update()),
    },
    /** Goes to the next entry of an arrow, as the keyboard does. @param {import("./panels.js").Part} part */
    next: (part) => {
      if (!("tail" in part)) return false;
      const its = all.filter(({ entry }) => entry(0).node === part.node && (entry(0).edges ?? part.edges).join() === part.edges.join());
      const every = its.flatMap(({ cells, entry }) => cells.spots.map((_, at) => entry(at)));
      const at = every.findIndex((one) => held && one.entry === held.entry && one.node === held.node && one.edges?.join() === held.edges?.join());
      held = every[at + 1];
      ask(held);
      return every.length > 0;
    },
  };
}

document.dispatchEvent(new CustomEvent("graphgen-arrays", { detail: arraysOf }));
