/** What can be taken away from a picture: its source, its SVG, a chain rule in LaTeX, a link to its state. */

import { isTaken } from "./address.js";
import { element, filled, put, smallButton } from "./dom.js";
import { latexOf } from "./chain.js";

const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "visibility", "font-weight"];

/**
 * @param {import("./panels.js").Host} host
 * @param {import("./kit.js").Kit} kit
 * @param {() => string} link
 * @returns {import("./panels.js").Rest}
 */
export function copyingPart(host, kit, link) {
  const { words, graph, place } = host;
  const { unmarked, write } = kit;
  const told = element("p", { role: "status" });
  /** @param {string} name @param {() => string} text */
  const button = (name, text) =>
    smallButton(name, async () => write(told, (await copied(text())) ? words.copied : words.notCopied));
  const varying = graph.nodes.findIndex(({ varies }) => varies);
  const asked = () => {
    const node = host.held?.node ?? varying;
    return graph.nodes[node]?.varies ? node : varying;
  };
  const rule = button("", () => latexOf(host, asked(), kit));
  rule.hidden = !host.data.locals || Boolean(host.data.arrays) || varying < 0;
  return {
    elements: [
      ...(place.dataset.source ? [button(words.copySource, () => place.dataset.source ?? "")] : []),
      button(words.copySvg, () => svgText(host.picture.svg)),
      rule,
      ...(isTaken() ? [] : [button(words.copyLink, link)]),
      told,
    ],
    update: () => {
      const name = rule.hidden ? "" : unmarked(host.texts.partial(asked()));
      write(rule, filled(words.copyRule, name));
      write(told, "");
    },
  };
}

/** @param {string} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // From the disk and over plain HTTP there is no clipboard but that of a selection.
    const field = element("textarea", { class: "graphgen-unseen" });
    field.value = text;
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    return isDone;
  }
}

/**
 * The picture as it is seen, as a file that needs no style sheet.
 * @param {SVGSVGElement} svg
 */
export function svgText(svg) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const [seen, parts] = [svg, copy].map((one) => one.querySelectorAll("*"));
  parts.forEach((part, at) => {
    const style = getComputedStyle(seen[at]);
    if (part.matches("title, desc, a, tspan")) return;
    if (part.matches(".graphgen-touch, .graphgen-pulse")) part.remove();
    else if (part.matches("g")) part.removeAttribute("class");
    else for (const name of LOOKS) part.setAttribute(name, style.getPropertyValue(name));
  });
  const { width, height } = svg.viewBox.baseVal;
  put(copy, { width, height });
  const description = copy.querySelector("desc");
  if (!copy.getAttribute("aria-labelledby")?.includes(String(description?.id))) description?.remove();
  return new XMLSerializer().serializeToString(copy);
}
