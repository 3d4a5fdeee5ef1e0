/** The step player: its buttons, its timeline, its keys, and the step at which it stands. */

import { element } from "./dom.js";
import { iconButton, setIcon } from "./icons.js";
import { write } from "./lettering.js";

const MILLISECONDS_A_STEP = 1800;

/** Steps from 0; before them, at -1, the whole picture is shown. */
export class Player {
  at = -1;
  /** Whether it came from the step before. */
  isNext = false;
  #timer = 0;

  /**
   * @param {number} length
   * @param {Record<string, any>} words
   * @param {AbortSignal} signal
   * @param {() => void} moved called after each step
   */
  constructor(length, words, signal, moved) {
    this.length = length;
    this.words = words;
    this.moved = moved;
    /** @param {import("./icons.js").Icon} icon @param {() => void} pressed */
    const button = (icon, pressed) => {
      const made = iconButton(icon, words[icon]);
      made.addEventListener("click", pressed, { signal });
      return made;
    };
    this.playing = button("play", () => this.toggle());
    this.count = element("span", { class: "graphgen-count" });
    this.timeline = element("input", { type: "range", min: 0, max: Math.max(0, length - 1), "aria-label": words.timeline });
    this.timeline.addEventListener("input", () => this.goTo(this.timeline.valueAsNumber), { signal });
    this.element = element(
      "div",
      { class: "graphgen-player" },
      button("first", () => this.goTo(0)),
      button("back", () => this.goTo(this.at - 1)),
      this.playing,
      button("forward", () => this.goTo(this.at + 1)),
      button("last", () => this.goTo(length - 1)),
      this.timeline,
      this.count,
    );
    signal.addEventListener("abort", () => this.pause());
  }

  /** @param {number} step */
  goTo(step) {
    this.pause();
    this.#stand(Math.max(0, Math.min(this.length - 1, step)));
  }

  /** Shows the whole picture again. */
  close() {
    this.pause();
    this.#stand(-1);
  }

  toggle() {
    if (this.#timer) this.pause();
    else this.#play();
  }

  pause() {
    clearInterval(this.#timer);
    this.#timer = 0;
    setIcon(this.playing, "play", this.words.play);
  }

  /**
   * Goes where a key says; false where the key is none of the player's.
   * @param {string} key
   */
  press(key) {
    if (key === "ArrowRight") this.goTo(this.at + 1);
    else if (key === "ArrowLeft") this.goTo(this.at - 1);
    else if (key === "Home") this.goTo(0);
    else if (key === "End") this.goTo(this.length - 1);
    else if (key === " ") this.toggle();
    else return false;
    return true;
  }

  #play() {
    this.#timer = setInterval(() => {
      this.#stand(this.at + 1);
      if (this.at === this.length - 1) this.pause();
    }, MILLISECONDS_A_STEP);
    this.#stand(this.at + 1 < this.length ? this.at + 1 : 0);
    setIcon(this.playing, "pause", this.words.pause);
  }

  /** @param {number} step */
  #stand(step) {
    this.isNext = step === this.at + 1;
    this.at = step;
    this.timeline.value = String(step);
    write(this.count, step < 0 ? "" : `${step + 1} / ${this.length}`);
    this.moved();
  }
}
