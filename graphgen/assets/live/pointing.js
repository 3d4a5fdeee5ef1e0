/** What a reader points at, by the mouse, a finger or the keyboard; an input's number moves where it stands. */

import { numberOf, put, svgElement } from "./dom.js";
import { unmarked } from "./lettering.js";
import { decimal } from "./number.js";
import { partFor } from "./linked.js";
import { partAt } from "./picture.js";

/**
 * @typedef {import("./picture.js").Shape} Shape
 * @typedef {import("./picture.js").Arrow} Arrow
 * @typedef {import("./panels.js").Host} Host
 * @typedef {{pointer: number, x: number, y: number, node: number, from: number, isMoved: boolean}} Drag
 */

const PIXELS_A_STEP = 5;
/** A finger that rests moves less. */
const STILL = 5;

export class Pointing {
  /** @type {Shape | Arrow | undefined} */
  #held;
  /** @type {Drag | undefined} */
  #drag;
  #isTouched = false;

  /**
   * @param {Host} host
   * @param {import("./linked.js").Companion[]} companions
   * @param {(part: Shape | Arrow | undefined) => void} asked
   */
  constructor(host, companions, asked) {
    const { picture, signal } = host;
    const { svg } = picture;
    this.host = host;
    this.asked = asked;
    this.frame = /** @type {HTMLElement} */ (svg.parentElement);
    this.stops = stopsOf(host);
    /** @param {MouseEvent} event */
    const part = (event) => partAt(picture, event.clientX, event.clientY);
    /** @type {import("./dom.js").Attributes} */
    const heard = {
      pointerdown: (event) => this.#down(event),
      pointermove: (event) => this.#moved(event, part),
      // Not every browser heeds the touch-action of a part of an SVG.
      touchmove: (event) => this.#drag?.isMoved && event.preventDefault(),
      pointerup: () => setTimeout(() => (this.#drag = undefined)),
      pointercancel: () => (this.#drag = undefined),
      pointerleave: (event) => event.pointerType === "mouse" && this.#hover(undefined),
      click: (event) => this.#clicked(event, part(event)),
    };
    put(svg, heard, { signal, passive: false });
    // Listening for focus, the svg itself would be a stop of the Tab key.
    /** @type {import("./dom.js").Attributes} */
    const focused = {
      focusin: (event) => this.#hover(this.#stopOf(event.target)?.part),
      focusout: (event) => this.#left(event.relatedTarget),
    };
    put(this.frame, focused, { signal });
    for (const companion of companions) {
      const its = partFor(companion, picture);
      put(
        companion.element,
        { pointerenter: () => this.#hover(its), pointerleave: () => this.#hover(undefined), click: () => this.#hold(its) },
        { signal },
      );
    }
    for (const { node, forward } of picture.arrows) {
      const text = host.movable.includes(node) && forward?.querySelector("text:not(.small)");
      if (text) forward?.append(handleFor(text));
    }
  }

  /** What was clicked last. @returns {Shape | Arrow | undefined} */
  get held() {
    return this.#held;
  }

  /** @param {Shape | Arrow | undefined} part */
  #hover(part) {
    this.asked(part ?? this.#held);
  }

  /** @param {Shape | Arrow | undefined} part */
  #hold(part) {
    this.#held = part === this.#held ? undefined : part;
    this.asked(this.#held);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#isTouched = event.pointerType !== "mouse";
    const target = /** @type {Element} */ (event.target);
    const arrow = this.host.picture.arrows.find(({ forward }) => forward?.contains(target));
    if (!arrow || event.button || !target.closest(".graphgen-movable")) return;
    const { node } = arrow;
    this.#drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY, node, from: Number(this.host.inputs[node]), isMoved: false };
  }

  /** @param {PointerEvent} event @param {(event: MouseEvent) => Shape | Arrow | undefined} part */
  #moved(event, part) {
    const drag = this.#drag;
    if (drag?.pointer !== event.pointerId) {
      if (event.pointerType === "mouse") this.#hover(part(event));
      return;
    }
    const by = event.clientX - drag.x;
    const aside = Math.abs(by);
    if (!drag.isMoved && Math.abs(event.clientY - drag.y) > aside) this.#drag = undefined; // to scroll the page
    if (!this.#drag || (!drag.isMoved && aside < STILL)) return;
    if (!drag.isMoved) this.host.picture.svg.setPointerCapture(event.pointerId);
    drag.isMoved = true;
    this.#move(drag.node, drag.from, Math.round(by / PIXELS_A_STEP));
  }

  /**
   * A node that is a link leads to its page; under a finger, which cannot point, by the second tap.
   * @param {MouseEvent} event
   * @param {Shape | Arrow | undefined} part
   */
  #clicked(event, part) {
    const isLink = Boolean(/** @type {Element} */ (event.target).closest("svg a"));
    if (this.#drag?.isMoved || (isLink && this.#isTouched && part !== this.#held)) event.preventDefault();
    else if (isLink) return;
    if (!this.#drag?.isMoved) this.#hold(part);
    if (part) this.host.answerAt(part);
  }

  /**
   * From the frame into the picture, from part to part, and up and down the numbers of inputs; false where the
   * key is none of these.
   * @param {string} key
   */
  press(key) {
    const stop = this.#stopOf(document.activeElement);
    const at = stop ? this.stops.indexOf(stop) : -1;
    if (!stop && document.activeElement !== this.frame) return false;
    const last = this.stops.length - 1;
    /** @type {Record<string, number>} */
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    if (key in next) this.#enter(Math.max(0, Math.min(last, next[key])));
    else if (key === "Escape" && stop) this.frame.focus();
    else if (key === "Enter" && stop) return this.host.answerAt(stop.part) || this.host.nextEntry(stop.part);
    else if (/^Arrow(Up|Down)$/.test(key) && stop && this.host.movable.includes(stop.part.node)) {
      const { node } = stop.part;
      this.#move(node, Number(this.host.inputs[node]), key === "ArrowUp" ? 1 : -1);
    } else return false;
    return true;
  }

  /** @param {number} node @param {number} from @param {number} steps */
  #move(node, from, steps) {
    this.host.inputs[node] = decimal(from + steps * this.host.graph.nodes[node].range[2]);
    this.host.change();
  }

  /** @param {number} at */
  #enter(at) {
    this.setStops(true);
    this.stops[at]?.target.focus();
  }

  /** @param {EventTarget | null} to */
  #left(to) {
    this.#hover(undefined);
    if (!(to instanceof Node && this.host.picture.svg.contains(to))) this.setStops(false);
  }

  /** @param {EventTarget | null} element */
  #stopOf(element) {
    return this.stops.find(({ target }) => target === element);
  }

  /**
   * Lets the keyboard stop at every part of the picture, whose role changes with that, as an image has no parts.
   * Links are stops of their own, between which the rest of a picture is not read out.
   * @param {boolean} isOn
   */
  setStops(isOn) {
    const { svg } = this.host.picture;
    const hasLinks = Boolean(svg.querySelector("a"));
    put(svg, { role: isOn || hasLinks ? "group" : "img" });
    for (const { target, names } of this.stops) {
      if (target.matches("a")) continue;
      if (hasLinks) target.ariaHidden = isOn ? null : "true";
      const name = names.map((node) => unmarked(this.host.texts.called(node))).join(" → ");
      put(target, { tabindex: isOn ? -1 : null, role: isOn ? "img" : null, "aria-label": isOn ? name : null });
    }
  }
}

/**
 * Where the keyboard stops, in the order of reading: each node, then its arrows.
 * @param {Host} host
 */
function stopsOf({ picture: { shapes, arrows } }) {
  /** @type {{part: Shape | Arrow, target: SVGElement, names: number[], order: number}[]} */
  const stops = [];
  for (const part of shapes) {
    const target = /** @type {SVGElement} */ (part.element.closest("a") ?? part.element);
    const order = part.node + (part.kind === "output" ? 0.9 : 0);
    if (part.kind !== "junction") stops.push({ part, target, names: [part.node], order });
  }
  for (const part of arrows) {
    const target = part.forward ?? part.backward;
    if (target) stops.push({ part, target, names: [part.node, part.head.node], order: part.node + 0.5 });
  }
  return stops.sort((one, other) => one.order - other.order);
}

/**
 * What a finger can take a number by.
 * @param {Element} text
 */
function handleFor(text) {
  text.classList.add("graphgen-movable");
  return svgElement("rect", { class: "graphgen-touch graphgen-movable", x: numberOf(text, "x") - 22, y: numberOf(text, "y") - 30, width: 44, height: 36 });
}
