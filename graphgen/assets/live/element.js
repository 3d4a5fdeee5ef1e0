/** <graphgen-live>, which stands in the figure of a picture and brings it to life. */

import { readAddress, writeAddress } from "./address.js";
import { answer, missing } from "./ask.js";
import { element } from "./dom.js";
import { unmarked, write } from "./lettering.js";
import { graphOf, run } from "./engine.js";
import { wordedButton } from "./icons.js";
import { numbersPanel, quizPanel } from "./panels.js";
import { addTouchAreas, markAsked, partAt, pictureOf, reveal, seen, show } from "./picture.js";
import { Player } from "./player.js";
import { hiddenAtFirst } from "./quiz.js";
import { stepsOf } from "./steps.js";
import { updateTable } from "./table.js";
import { textsOf } from "./texts.js";
import { words } from "./words.js";

/**
 * @typedef {import("./picture.js").Shape} Shape
 * @typedef {import("./picture.js").Arrow} Arrow
 */

const MILLISECONDS_TO_SETTLE = 250;

/** One figure and its controls, from when it is shown until `leave`. */
class Life {
  #leaving = new AbortController();
  signal = this.#leaving.signal;
  #frame = 0;
  #settling = 0;
  /** @type {Shape | Arrow | undefined} */
  #asked;
  #isAsking = false;

  /**
   * @param {HTMLElement} place where the controls go
   * @param {HTMLElement} figure
   * @param {import("./engine.js").Data} data
   */
  constructor(place, figure, data) {
    this.figure = figure;
    this.id = figure.id;
    this.place = place;
    this.data = data;
    // What makes pages small may leave the figure's own language out, where it is the page's.
    this.words = words[figure.closest("[lang]")?.getAttribute("lang") ?? ""] ?? words.en;
    this.graph = graphOf(data);
    this.picture = pictureOf(figure, data, this.graph);
    this.open = hiddenAtFirst(data, this.graph);
    this.steps = stepsOf(this.picture, this.words.steps);
    this.authored = this.graph.nodes.map((node) => node.value);
    this.inputs = [...this.authored];
    this.movable = data.texts ? [] : this.graph.nodes.flatMap(({ kind }, index) => (kind === "input" ? [index] : []));
    this.pass = run(this.graph, this.inputs);
    this.texts = textsOf(data, this.graph, this.pass, this.open);

    this.line = element("p", { class: "graphgen-line", "aria-live": "polite" });
    this.player = new Player(this.steps.length, this.words, this.signal, () => this.#stepped());
    /** @type {import("./panels.js").Panel[]} */
    this.panels = [];
    this.#build();
    this.#listen();
    this.#fromAddress();
  }

  leave() {
    this.#leaving.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    reveal(this.picture, [], -1);
    markAsked(this.picture, undefined);
    this.#setTabStops(false);
    for (const area of this.picture.svg.querySelectorAll(".graphgen-touch")) area.remove();
    this.figure.classList.remove("graphgen-alive", "graphgen-pinned", "graphgen-high");
    this.place.replaceChildren();
  }

  /** Computes the picture anew, at most once a frame; what is out of view follows when the reader pauses. */
  change() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.update(seen(this.picture));
    });
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settle(), MILLISECONDS_TO_SETTLE);
  }

  reset() {
    this.authored.forEach((number, index) => (this.inputs[index] = number));
    this.change();
  }

  /** @param {[number, number]} [view] */
  update(view) {
    this.pass = run(this.graph, this.inputs);
    this.texts = textsOf(this.data, this.graph, this.pass, this.open);
    show(this.picture, this.texts, this.pass, view);
    for (const panel of this.panels) panel.update();
    this.#say();
    if (!view) this.#describe();
  }

  /** Brings up to date what stands for the picture where it is not seen. */
  #describe() {
    const { svg } = this.picture;
    updateTable(this.figure, this.data, this.graph, this.texts);
    // The description, made when the page was built, is of the author's numbers.
    const [title, description] = [`${this.id}-title`, `${this.id}-desc`];
    svg.setAttribute("aria-labelledby", this.#isAuthored() ? `${title} ${description}` : title);
  }

  #isAuthored() {
    return this.inputs.every((number, index) => number === this.authored[index]);
  }

  #build() {
    this.bar = element("div", { class: "graphgen-bar", role: "group", "aria-label": this.words.controls });
    const told = element("div", { class: "graphgen-told" }, this.player.element, this.line);
    this.place.replaceChildren(this.bar, told);
    this.stepping = this.#toggle("step", this.player.element, (isOpen) =>
      isOpen ? this.player.goTo(0) : this.player.close(),
    );
    if (this.movable.length) this.#panel("change", numbersPanel(this));
    this.#toggle("ask", undefined, (isOpen) => {
      this.#isAsking = isOpen;
      this.#setTabStops(isOpen);
      this.#say(isOpen ? this.words.askHint : "");
    });
    if (this.data.quiz) this.#panel("quiz", quizPanel(this));
    this.table = this.figure.querySelector("details") ?? undefined;
    if (this.table) this.#toggle("table", undefined, (isOpen) => this.table?.toggleAttribute("open", isOpen));
    this.figure.classList.add("graphgen-alive");
    this.#pin();
    addTouchAreas(this.picture);
  }

  /**
   * A button in the bar that opens and closes a part of the controls.
   * @param {import("./icons.js").Icon} icon which names its words, too
   * @param {HTMLElement | undefined} opened
   * @param {(isOpen: boolean) => void} then
   */
  #toggle(icon, opened, then) {
    const button = wordedButton(icon, this.words[icon]);
    /** @param {boolean} isOpen */
    const mark = (isOpen) => {
      button.ariaExpanded = String(isOpen);
      if (opened) opened.hidden = !isOpen;
      this.#pin();
    };
    /** @param {boolean} isOpen */
    const set = (isOpen) => {
      mark(isOpen);
      then(isOpen);
    };
    mark(false);
    button.addEventListener("click", () => set(button.ariaExpanded !== "true"), { signal: this.signal });
    this.bar?.append(button);
    return { mark, set };
  }

  /**
   * @param {import("./icons.js").Icon} icon
   * @param {import("./panels.js").Panel} panel
   */
  #panel(icon, panel) {
    this.panels.push(panel);
    this.place.append(panel.element);
    this.#toggle(icon, panel.element, () => this.update());
  }

  /** Keeps a low picture in sight while its panels are scrolled, and the bar while a high one is. */
  #pin() {
    const isOpen = this.panels.some((panel) => !panel.element.hidden);
    this.figure.classList.toggle("graphgen-pinned", isOpen && !this.#isHigh());
    this.figure.classList.toggle("graphgen-high", !isOpen && this.#isHigh());
  }

  #isHigh() {
    return this.picture.svg.getBoundingClientRect().height > innerHeight / 2;
  }

  #listen() {
    const { svg } = this.picture;
    const { signal } = this;
    /** @param {MouseEvent} event */
    const part = (event) => partAt(this.picture, event.clientX, event.clientY);
    svg.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#ask(part(event)), { signal });
    svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.#ask(undefined), { signal });
    svg.addEventListener("click", (event) => this.#clicked(event, part(event)), { signal });
    // Listening for focus, the svg itself would be a stop of the Tab key.
    const frame = svg.parentElement ?? svg;
    frame.addEventListener("focusin", (event) => this.#ask(this.#partOf(event.target)), { signal });
    frame.addEventListener("focusout", () => this.#ask(undefined), { signal });
    addEventListener("resize", () => this.#pin(), { signal });
    this.figure.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  /**
   * A node that is a link leads to its page; while the reader asks, only the Enter key follows it.
   * @param {MouseEvent} event
   * @param {Shape | Arrow | undefined} part
   */
  #clicked(event, part) {
    if (this.#isAsking && event.detail) event.preventDefault();
    this.#ask(part);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const isTaken = target.closest("input, select, summary, details") || (event.key === " " && target.closest("button"));
    if (isTaken || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape") this.stepping?.set(false);
    else if (this.player.at >= 0 && this.player.press(event.key)) event.preventDefault();
  }

  #stepped() {
    const { at } = this.player;
    if (at >= 0) this.stepping?.mark(true);
    reveal(this.picture, at < 0 ? [] : this.steps, at);
    this.#scrollTo(this.steps[at]?.shapes[0]);
    this.#say();
  }

  /**
   * Brings a shape into view: sideways, and where the picture does not fit the window, on the page.
   * @param {Shape | undefined} shape
   */
  #scrollTo(shape) {
    const frame = this.picture.svg.parentElement;
    if (!shape || !frame) return;
    const [here, around] = [shape.element.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (here.left < around.left || here.right > around.right) {
      frame.scrollLeft += here.left + here.width / 2 - around.left - around.width / 2;
    }
    const [top, bottom] = [innerHeight / 6, this.place.getBoundingClientRect().top];
    if (this.#isHigh() && (here.top < top || here.bottom > bottom)) scrollBy(0, here.top - (top + bottom) / 2);
  }

  /** @param {Shape | Arrow | undefined} part */
  #ask(part) {
    if (part === this.#asked) return;
    this.#asked = part;
    markAsked(this.picture, part);
    this.#say();
  }

  /** What is asked, else the step, else the given words, else why there are no numbers. */
  #say(otherwise = missing(this)) {
    const step = this.steps[this.player.at];
    const said = this.#asked
      ? answer(this.#asked, this.data, this.graph, this.texts, this.words)
      : (step?.text(this.texts) ?? otherwise);
    write(this.line, said);
  }

  /** @param {EventTarget | null} target */
  #partOf(target) {
    const { shapes, arrows } = this.picture;
    return (
      shapes.find(({ element }) => element === target || element.parentNode === target) ??
      arrows.find(({ forward, backward }) => forward === target || backward === target)
    );
  }

  /**
   * Lets the Tab key stop at every part of the picture; its role changes with that, as an image has no parts.
   * Links are stops of their own, between which the rest of a picture is not read out.
   * @param {boolean} isOn
   */
  #setTabStops(isOn) {
    const { svg, shapes, arrows } = this.picture;
    const hasLinks = Boolean(svg.querySelector("a"));
    svg.setAttribute("role", isOn || hasLinks ? "group" : "img");
    const named = [
      ...shapes.filter(({ kind }) => kind !== "junction").map(({ element, node }) => ({ element, names: [node] })),
      ...arrows.map(({ forward, backward, node, head }) => ({
        element: forward ?? backward,
        names: [node, head.node],
      })),
    ];
    for (const { element, names } of named) {
      if (!element || element.closest("svg a")) continue;
      if (hasLinks) element.ariaHidden = isOn ? null : "true";
      if (isOn) {
        element.setAttribute("tabindex", "0");
        element.setAttribute("role", "img");
        element.setAttribute("aria-label", names.map((node) => this.texts.called(node)).map(unmarked).join(" → "));
      } else for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
    }
  }

  #fromAddress() {
    const numbers = this.movable.length ? readAddress(this.id, this.movable.length) : undefined;
    if (!numbers) return;
    this.movable.forEach((node, position) => (this.inputs[node] = numbers[position]));
    this.update();
  }

  #settle() {
    this.update();
    const numbers = this.movable.map((node) => Number(this.inputs[node]));
    writeAddress(this.id, this.#isAuthored() ? undefined : numbers);
  }
}

export class GraphgenLive extends HTMLElement {
  /** @type {Life | undefined} */
  #life;

  connectedCallback() {
    const figure = this.closest("figure");
    if (figure && this.dataset.graphgen) this.#life = new Life(this, figure, JSON.parse(this.dataset.graphgen));
  }

  disconnectedCallback() {
    this.#life?.leave();
    this.#life = undefined;
  }
}
