/** <graphgen-live>, which stands in the figure of a picture and brings it to life. */

import { addressOf, readAddress, writeAddress } from "./address.js";
import { answer, missing } from "./ask.js";
import { element } from "./dom.js";
import { graphOf, NOTHING, run } from "./engine.js";
import { flow } from "./flow.js";
import { wordedButton } from "./icons.js";
import { write } from "./lettering.js";
import { companionsOf, markAsked } from "./linked.js";
import { moreScript } from "./loading.js";
import { copyingPanel, numbersPanel, quizPanel } from "./panels.js";
import { addTouchAreas, drawingOf, pictureOf, reveal, seen, show } from "./picture.js";
import { parsed } from "./number.js";
import { playerOf } from "./player.js";
import { Pointing } from "./pointing.js";
import { hiddenAtFirst } from "./quiz.js";
import { stepsOf } from "./steps.js";
import { updateTable } from "./table.js";
import { textsOf } from "./texts.js";
import { words } from "./words.js";

/**
 * @typedef {import("./panels.js").Part} Part
 *
 * What a button of the bar opens; one is open at a time.
 * @typedef {{button: HTMLButtonElement, element: HTMLElement, then: (isOpen: boolean) => void}} Drawer
 */

const MILLISECONDS_TO_SETTLE = 250;
/** What the header of a theme may cover. */
const HEADER = 72;

/** One figure and its controls, from when it is shown until `leave`. */
class Life {
  #leaving = new AbortController();
  signal = this.#leaving.signal;
  #frame = 0;
  #settling = 0;
  /** @type {Part | undefined} */
  #asked;
  /** @type {Drawer | undefined} */
  #opened;
  /** @type {Drawer | undefined} whose button was pressed last */
  #wanted;
  /** @type {(part: Part) => boolean} */
  answerAt = () => false;
  /** @type {ReturnType<typeof import("./arrays.js").arraysOf> | undefined} */
  #arrays;
  /** @type {string | undefined} */
  #told;
  /** @type {SVGSVGElement} the drawing before anything was changed in it */
  #drawn;

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
    this.isFirst = document.querySelector("graphgen-live") === place;
    this.graph = graphOf(data);
    this.#drawn = /** @type {SVGSVGElement} */ (drawingOf(figure).cloneNode(true));
    this.picture = pictureOf(figure, data, this.graph);
    this.open = hiddenAtFirst(data, this.graph);
    this.steps = stepsOf(this.picture, this.words.steps);
    this.authored = this.graph.nodes.map((node) => node.value);
    this.inputs = [...this.authored];
    this.movable = data.texts ? [] : this.graph.nodes.flatMap(({ kind }, index) => (kind === "input" ? [index] : []));
    this.pass = this.#computed();
    this.texts = textsOf(data, this.graph, this.pass, this.open);

    this.line = element("p", { class: "graphgen-line", "aria-live": "polite" });
    this.player = playerOf(this.steps.length, this.words, (isNext) => this.#stepped(isNext));
    /** @type {import("./panels.js").Panel[]} */
    this.panels = [];
    this.#build();
    this.companions = companionsOf(figure, data, this.graph);
    /** @type {Pointing | undefined} */
    this.pointing = new Pointing(this, this.companions, (part) => this.#ask(part));
    this.figure.addEventListener("keydown", (event) => this.#pressed(event), { signal: this.signal });
    addEventListener("resize", () => this.#resized(), { signal: this.signal });
    this.#fromAddress();
    this.#say();
    if (data.entries) moreScript().then((more) => more && this.#enliven(more));
  }

  /** @param {import("./loading.js").More} more */
  #enliven(more) {
    if (this.signal.aborted) return;
    this.#arrays = more.arraysOf(this);
    this.stepping?.button.after(this.#panel("change", this.#arrays.panel).button);
    if (this.#arrays.change(readAddress(this.id).numbers)) this.update();
  }

  /** @param {string | undefined} text */
  tell(text) {
    this.#told = text;
    this.#say();
  }

  /** @param {Part} part */
  nextEntry(part) {
    return Boolean(this.#arrays?.next(part));
  }

  /** @returns {Part | undefined} */
  get held() {
    return this.pointing?.held;
  }

  leave() {
    this.#leaving.abort();
    this.#wanted = undefined;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    this.player.pause();
    reveal(this.picture, [], -1);
    markAsked(this.picture, this.companions ?? [], undefined);
    this.pointing?.setStops(false);
    for (const ours of this.picture.svg.querySelectorAll(".graphgen-touch, .graphgen-pulse")) ours.remove();
    this.figure.querySelector("details")?.removeAttribute("hidden");
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

  #computed() {
    return this.data.texts ? NOTHING : run(this.graph, this.inputs);
  }

  /** @param {[number, number]} [view] */
  update(view) {
    this.pass = this.#computed();
    const { texts, kink = this.pass.kink } = this.#arrays?.update() ?? { texts: this.data.texts };
    this.pass = { ...this.pass, kink };
    this.texts = textsOf({ ...this.data, texts }, this.graph, this.pass, this.open);
    show(this.picture, this.texts, this.pass, view);
    for (const panel of this.panels) panel.update();
    this.#say();
    if (!view) this.#describe();
  }

  /** Brings up to date what stands for the picture where it is not seen. */
  #describe() {
    const { svg } = this.picture;
    updateTable(this.figure, this.data, this.graph, this.texts);
    this.#arrays?.updateTable();
    // The description, made when the page was built, is of the author's numbers.
    const labels = String(this.#drawn.getAttribute("aria-labelledby"));
    svg.setAttribute("aria-labelledby", this.#isAuthored() ? labels : labels.split(" ")[0]);
  }

  #isAuthored() {
    return this.#arrays?.isAuthored() ?? this.inputs.every((number, index) => number === this.authored[index]);
  }

  #build() {
    this.bar = element("div", { class: "graphgen-bar", role: "group", "aria-label": this.words.controls });
    this.bar.classList.toggle("graphgen-quiet", !this.isFirst);
    const said = element("div", { class: "graphgen-said" }, this.line);
    this.place.replaceChildren(this.bar, this.player.element, said);
    this.stepping = this.#drawer("step", this.player.element, (isOpen) => {
      if (!isOpen) this.player.close();
      else if (this.player.at() < 0) this.player.goTo(0);
    });
    if (this.movable.length) this.#panel("change", numbersPanel(this));
    if (this.data.quiz) {
      const quiz = quizPanel(this);
      this.answerAt = quiz.answerAt;
      this.#panel("quiz", quiz);
    }
    const table = this.figure.querySelector("details");
    if (table) this.#drawer("table", table, (isOpen) => table.toggleAttribute("open", isOpen));
    this.#panel("copy", copyingPanel(this, () => addressOf(this.id, this.#numbers(), this.player.at())));
    this.figure.classList.add("graphgen-alive");
    this.#pin();
    addTouchAreas(this.picture);
  }

  /**
   * A button in the bar that opens and closes a part of the controls.
   * @param {import("./icons.js").Icon} icon which names its words, too
   * @param {HTMLElement} opened
   * @param {(isOpen: boolean) => void} then
   * @param {() => Promise<void>} [complete]
   * @returns {Drawer}
   */
  #drawer(icon, opened, then, complete) {
    const pressed = async () => {
      this.#wanted = drawer;
      if (complete) await complete();
      if (!opened.hasChildNodes()) button.remove();
      else if (this.#wanted === drawer) this.#show(this.#opened === drawer ? undefined : drawer);
    };
    const button = wordedButton(icon, this.words[icon], pressed);
    const drawer = { button, element: opened, then };
    button.ariaExpanded = "false";
    opened.hidden = true;
    this.bar?.append(button);
    return drawer;
  }

  /**
   * @param {import("./icons.js").Icon} icon
   * @param {import("./panels.js").Panel} panel
   */
  #panel(icon, { element, update, rest }) {
    /** @type {import("./panels.js").Rest | undefined} */
    let added;
    const complete = async () => {
      const more = await moreScript();
      if (!more || added) return;
      added = rest?.(more);
      element.append(...(added?.elements ?? []));
    };
    const updateAll = () => {
      update();
      added?.update();
    };
    this.panels.push({ element, update: updateAll });
    this.place.append(element);
    return this.#drawer(icon, element, updateAll, rest && complete);
  }

  /** @param {Drawer | undefined} drawer */
  #show(drawer) {
    const before = this.#opened;
    this.#opened = drawer;
    for (const one of [before, drawer]) {
      if (!one) continue;
      one.button.ariaExpanded = String(one === drawer);
      one.element.hidden = one !== drawer;
      one.then(one === drawer);
    }
    this.#pin();
    if (drawer) this.#bringUp();
  }

  /** Scrolls until what was opened is seen, as far as the picture stays in sight. */
  #bringUp() {
    const [figure, top] = [this.figure.getBoundingClientRect(), this.picture.svg.getBoundingClientRect().top - HEADER];
    const below = figure.bottom - innerHeight;
    if (below > 0 && top > 0) scrollBy(0, Math.min(below, top));
  }

  /** A phone that is turned may show the figure's other drawing, which then comes to life in place of this. */
  #resized() {
    if (drawingOf(this.figure) === this.picture.svg) {
      this.#pin();
      return;
    }
    this.picture.svg.replaceWith(this.#drawn);
    this.place.replaceWith(this.place);
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

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const isTaken = target.closest("input, select, summary, details") || (event.key === " " && target.closest("button"));
    if (isTaken || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isDone = this.player.at() >= 0 ? this.player.press(event.key) : this.pointing?.press(event.key);
    if (isDone) event.preventDefault();
    else if (event.key === "Escape") this.#show(undefined);
  }

  /** @param {boolean} isNext */
  #stepped(isNext) {
    const at = this.player.at();
    reveal(this.picture, at < 0 ? [] : this.steps, at);
    this.#scrollTo(this.steps[at]?.shapes[0]);
    flow(this.picture, isNext ? this.steps[at] : undefined, this.texts);
    this.#say();
  }

  /**
   * Brings a shape into view: sideways, and where the picture does not fit the window, on the page.
   * @param {import("./picture.js").Shape | undefined} shape
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

  /** @param {Part | undefined} part */
  #ask(part) {
    if (part === this.#asked) return;
    this.#asked = part;
    markAsked(this.picture, this.companions ?? [], part);
    this.#say();
  }

  /** What is asked, else the step, else why there are no numbers, else on a page's first picture what one may do. */
  #say() {
    const told = this.#told ?? (this.#asked ? answer(this.#asked, this) : this.steps[this.player.at()]?.text(this.texts));
    const said = [told, !told || told.includes("—") ? missing(this) : ""].filter(Boolean).join("; ");
    this.line.classList.toggle("graphgen-hint", !said);
    write(this.line, said || (this.isFirst || this.picture.svg.parentElement === document.activeElement ? this.words.askHint : ""));
  }

  #fromAddress() {
    const { numbers, step } = readAddress(this.id);
    const read = numbers.split("_").map(parsed);
    if (read.length === this.movable.length && read.every(isFinite)) {
      this.movable.forEach((node, position) => (this.inputs[node] = read[position]));
      this.update();
    }
    if (step >= 0 && this.stepping) {
      this.player.goTo(step);
      this.#show(this.stepping);
    }
  }

  #numbers() {
    if (this.#arrays) return this.#arrays.changed();
    return this.#isAuthored() ? "" : this.movable.map((node) => this.inputs[node]).join("_");
  }

  #settle() {
    this.update();
    if (this.movable.length || this.#arrays) writeAddress(addressOf(this.id, this.#numbers()));
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
