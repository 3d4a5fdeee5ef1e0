/** What flows from one step to the next: a pulse along each arrow, with what multiplies it at its node. */

import { isStill, svgElement } from "./dom.js";
import { factorsText } from "./steps.js";

const MILLISECONDS = 1300;

/**
 * @param {import("./picture.js").Picture} picture
 * @param {import("./steps.js").Step | undefined} step none where a reader goes elsewhere, and nothing flows
 * @param {import("./texts.js").Texts} texts
 */
export function flow({ svg, graph, arrows }, step, texts) {
  for (const pulse of svg.querySelectorAll(".graphgen-pulse")) pulse.remove();
  if (!step || isStill()) return;
  for (const arrow of arrows) {
    const isBackward = step.arrows.includes(`${arrow.id}b`);
    const half = isBackward ? arrow.backward : arrow.forward;
    const path = half?.querySelector("path:not(.graphgen-touch)");
    if (!half || !path || !(isBackward || step.arrows.includes(`${arrow.id}f`))) continue;
    const factors = svgElement("text", { y: 31, "font-size": 13 }, isBackward ? factorsText(graph, arrow, texts) : "");
    const kind = isBackward ? "backward" : "forward";
    const pulse = svgElement("g", { class: `graphgen-pulse ${kind}` }, svgElement("circle", { r: 5 }), factors);
    svg.append(pulse);
    const along = { offsetPath: `path("${path.getAttribute("d")}")`, offsetRotate: "0deg" };
    const moving = pulse.animate(
      [
        { ...along, offsetDistance: "0%" },
        { ...along, offsetDistance: "0%", offset: factors.textContent ? 0.35 : 0 },
        { ...along, offsetDistance: "100%" },
      ],
      { duration: MILLISECONDS, easing: "ease-in-out" },
    );
    moving.onfinish = moving.oncancel = () => pulse.remove();
  }
}
