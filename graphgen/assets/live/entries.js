/** The numbers of a picture with arrays, entry by entry, and as texts. */

import { isWrittenOut } from "./cells.js";
import { sizeOf } from "./lowering.js";

/**
 * An entry of a value, or of what is sent back along the edges of an arrow; of a gradient, where there are none of these.
 * @typedef {{node: number, entry: number, edges?: number[]}} Entry
 * @typedef {Omit<Entry, "entry">} Whole the array that it is of
 * @typedef {import("./engine.js").Pass} Pass
 */

/** Digits of an entry are so many fewer than those of a number, and no fewer than that. */
const FEWER = 2;
/** Digits of the ends of a range. */
const OF_RANGE = 3;

/** @typedef {ReturnType<typeof entriesOf>} Entries */

/**
 * @param {import("./panels.js").Host} host
 * @param {import("./kit.js").Kit} kit
 * @param {import("./lowering.js").Lowered} low
 * @param {() => Pass} pass
 */
export function entriesOf(host, kit, low, pass) {
  const { results, shapes, sent } = low;
  const digits = host.data.digits ?? 6;

  /** The digits of a node's entries. @param {number} node */
  const digitsOf = (node) => (shapes[node].length ? Math.max(digits - FEWER, FEWER) : digits);

  /**
   * A number by the digits that are certain, those of a node's entries.
   * @param {import("./known.js").Known} known
   * @param {number} node
   */
  const certain = (known, node) => host.texts.certain(known, digitsOf(node));

  /**
   * What is sent back to a number along some edges of the picture.
   * @param {number} number
   * @param {number[]} along
   */
  const sentTo = (number, along) => kit.sumAlong(along.flatMap((edge) => sent[edge].get(number) ?? []), pass(), number);

  /** @param {Entry} of */
  const knownOf = ({ node, entry, edges }) => {
    const number = results[node][entry];
    const { values, gradients } = pass().known;
    if (!edges) return values[number];
    return edges.length ? sentTo(number, edges) : gradients[number];
  };

  /** The number of an entry. @param {Entry} of */
  const numberOf = (of) => knownOf(of)[0];

  /** @param {Entry} of */
  const text = (of) => certain(knownOf(of), of.node);

  /** @param {Whole} of @returns {Entry[]} */
  const all = (of) => results[of.node].map((_, entry) => ({ ...of, entry }));

  /** An array in one line. @param {Whole} of */
  const whole = (of) => {
    const [shape, entries] = [shapes[of.node], all(of)];
    if (!shape.length) return text(entries[0]);
    if (!isWrittenOut(shape)) {
      const found = entries.map(knownOf);
      const ends = [Math.min, Math.max].map((end) => {
        const [from, to] = [-1, 1].map((side) => end(...found.map(([number, error]) => number + side * error)));
        return host.texts.certain(from === to ? [from, 0] : [(from + to) / 2, (to - from) / 2], Math.min(digits, OF_RANGE));
      });
      return `${shape.join("×")}: ${ends.join(" … ")}`;
    }
    const wide = shape[shape.length - 1];
    const rows = entries.flatMap((_, at) => (at % wide ? [] : [entries.slice(at, at + wide).map(text).join(", ")]));
    return `[${rows.join("; ")}]`;
  };

  /** Where an entry stands, counted from 1 along each axis. @param {number} node @param {number} entry */
  const index = (node, entry) =>
    shapes[node].map((length, axis) => (Math.floor(entry / sizeOf(shapes[node].slice(axis + 1))) % length) + 1).join(", ");

  return { all, certain, digitsOf, index, numberOf, text, whole };
}
