/**
 * Indices and exponents within texts: between marks, as `graphgen.notation.scripts` puts them, or as the small
 * digits of numbers. The page and the picture show them as elements.
 */

import { svgElement } from "./dom.js";

const [LOWERED, RAISED, BOLD, UPRIGHT, END] = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4";
/** @type {Record<string, string>} */
const TAGS = { [LOWERED]: "sub", [RAISED]: "sup", [BOLD]: "b", [UPRIGHT]: "span" };
/** Unicode's small forms, each compatible with what it is a form of. */
/** @type {[mark: string, forms: RegExp][]} */
const SMALL = [
  [LOWERED, /[₀-₎ₐ-ₓₕ-ₜᵢ-ᵥⱼ]+/g],
  [RAISED, /[⁰ⁱ⁴-ⁿ¹²³ˣʸᵃᵇᶜᵈᵉᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷᶻᵀ]+/g],
];
/** @type {Record<string, string>} */
const SIGNS = { [LOWERED]: "_", [RAISED]: "^" };
/** As in `graphgen.notation.scripts`: heights above the line, and sizes, in the size of what they stand at. */
/** @type {Record<string, number>} */
const HEIGHTS = { [LOWERED]: -0.22, [RAISED]: 0.42 };
const [SMALLER, SMALLEST] = [0.7, 0.55];
/** A letter that stands by itself is a variable. */
const VARIABLE = /(?<![\p{L}_])[A-Za-zα-ω](?![\p{L}_])/gu;

/** @type {WeakMap<Element, string>} */
const written = new WeakMap();

/**
 * Writes a text into an element of the page, unless it is there already.
 * @param {Element} made
 * @param {string} text
 */
export function write(made, text) {
  if (written.get(made) === text) return;
  written.set(made, text);
  made.replaceChildren(scripted(text));
}

/**
 * A text as elements of the page.
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function scripted(text) {
  const all = document.createDocumentFragment();
  /** @type {ParentNode & Node} */
  let at = all;
  for (const token of tokensOf(text)) {
    if (token === END) at = at.parentNode ?? all;
    else if (TAGS[token]) at = at.appendChild(document.createElement(TAGS[token]));
    else at.append(token);
  }
  return all;
}

/**
 * The text of a `text` element, with marks around its indices and exponents; an index has none of its own.
 * @param {Element | null | undefined} element
 */
export function readOff(element) {
  let [text, height] = ["", 0];
  for (const node of element?.childNodes ?? []) {
    const [dy, percent] = ["dy", "font-size"].map((name) => (node instanceof Element ? parseFloat(node.getAttribute(name) ?? "") : NaN));
    const size = (percent || 100) / 100;
    height += (dy || 0) * size;
    text += size < 1 ? (height < 0 ? RAISED : LOWERED) + node.textContent + END : node.textContent;
  }
  return text;
}

/**
 * A base with an exponent.
 * @param {string} base
 * @param {string} exponent
 */
export function power(base, exponent) {
  const hasOne = /([⁰¹²³⁴-⁹]|\ufdd1[^\ufdd0-\ufdd4]*\ufdd4)$/.test(base);
  return (hasOne ? `(${base})` : base) + RAISED + exponent + END;
}

/**
 * A text as it can be read out.
 * @param {string} text
 */
export function unmarked(text) {
  return text.replace(/[\ufdd0-\ufdd4]/g, (mark) => SIGNS[mark] ?? "");
}

/**
 * A text as LaTeX writes it in a formula; words stand upright.
 * @param {string} text
 */
export function latexText(text) {
  /** @type {Record<string, string>} */
  const marks = { [LOWERED]: "_{", [RAISED]: "^{", [BOLD]: "\\mathbf{", [UPRIGHT]: "\\mathrm{", [END]: "}" };
  /** @type {Record<string, string>} */
  const signs = { "−": "-", "×": "\\times ", "·": "\\cdot ", "⊙": "\\odot ", "÷": "\\div ", "√": "\\surd " };
  return tokensOf(text)
    .map((token) => marks[token] ?? token.replace(/[#$%&_{}~^\\]/g, "\\$&").replace(/[−×·⊙÷√]/g, (sign) => signs[sign]))
    .join("")
    .replace(/(?<!\\)(?<![\p{L}\\])\p{L}(?:[\p{L}\p{N}]|\\_| (?=\p{L}))+/gu, "\\text{$&}");
}

/** @param {string} text */
export function hasScripts(text) {
  return tokensOf(text).length > 1;
}

/**
 * A text as the content of a `text` element.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function inscribed(text) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  const levels = [{ size: 1, height: 0, isUpright: false }];
  let before = 0;
  for (const token of tokensOf(text)) {
    const here = levels[levels.length - 1];
    if (token === END) levels.pop();
    else if (TAGS[token]) {
      const isScript = token in HEIGHTS;
      levels.push({
        size: isScript ? Math.max(SMALLEST, SMALLER * here.size) : here.size,
        height: here.height + (HEIGHTS[token] ?? 0) * here.size,
        isUpright: here.isUpright || token === UPRIGHT,
      });
    } else if (here.size === 1 && here.height === before) nodes.push(...lettersOf(token, here.isUpright));
    else {
      const place = { dy: `${(before - here.height) / here.size}em`, "font-size": `${100 * here.size}%` };
      nodes.push(svgElement("tspan", place, ...lettersOf(token, here.isUpright)));
      before = here.height;
    }
  }
  return nodes;
}

/** @param {string} text @param {boolean} isUpright */
function lettersOf(text, isUpright) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let end = 0;
  for (const { 0: letter, index } of isUpright ? [] : text.matchAll(VARIABLE)) {
    nodes.push(text.slice(end, index), svgElement("tspan", { "font-style": "italic" }, letter));
    end = index + letter.length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== "");
}

/** @param {string} text @returns {string[]} the marks of a text, and what stands between them */
function tokensOf(text) {
  let marked = text;
  for (const [mark, forms] of SMALL) marked = marked.replace(forms, (found) => mark + found.normalize("NFKC") + END);
  return marked.split(/([\ufdd0-\ufdd4])/).filter(Boolean);
}
