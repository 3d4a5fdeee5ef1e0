/** The step player: its buttons, its timeline, its keys, and the step at which it stands. */

import { element } from "./dom.js";
import { iconButton, setIcon } from "./icons.js";
import { write } from "./lettering.js";

const MILLISECONDS_A_STEP = 1800;

/**
 * @typedef {object} Player
 * @property {HTMLElement} element
 * @property {() => number} at the step from 0; before them, at -1, the whole picture is shown
 * @property {(step: number) => void} goTo
 * @property {() => void} pause
 * @property {() => void} close shows the whole picture again
 * @property {(key: string) => boolean} press goes where a key says; false where the key is none of the player's
 */

/**
 * @param {number} length
 * @param {Record<string, any>} words
 * @param {(isNext: boolean) => void} moved called after each step, and told whether it came from the one before
 * @returns {Player}
 */
export function playerOf(length, words, moved) {
  const last = length - 1;
  let [at, timer] = [-1, 0];

  /** @param {number} step */
  const stand = (step) => {
    const isNext = step === at + 1;
    at = step;
    timeline.value = String(step);
    write(count, step < 0 ? "" : `${step + 1} / ${length}`);
    moved(isNext);
  };
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    setIcon(playing, "play", words.play);
  };
  const toggle = () => {
    if (timer) return pause();
    timer = setInterval(() => {
      stand(at + 1);
      if (at === last) pause();
    }, MILLISECONDS_A_STEP);
    stand(at < last ? at + 1 : 0);
    setIcon(playing, "pause", words.pause);
  };
  /** @param {number} step */
  const goTo = (step) => {
    pause();
    stand(Math.max(0, Math.min(last, step)));
  };

  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowRight: () => goTo(at + 1),
    ArrowLeft: () => goTo(at - 1),
    Home: () => goTo(0),
    End: () => goTo(last),
    " ": toggle,
  };
  /** @param {import("./icons.js").Icon} icon @param {string} key */
  const button = (icon, key) => iconButton(icon, words[icon], keys[key]);
  const playing = button("play", " ");
  const count = element("span", { class: "graphgen-count" });
  const timeline = element("input", {
    type: "range",
    min: 0,
    max: Math.max(0, last),
    "aria-label": words.timeline,
    input: () => goTo(timeline.valueAsNumber),
  });
  return {
    element: element(
      "div",
      { class: "graphgen-player" },
      button("first", "Home"),
      button("back", "ArrowLeft"),
      playing,
      button("forward", "ArrowRight"),
      button("last", "End"),
      timeline,
      count,
    ),
    at: () => at,
    goTo,
    pause,
    close: () => {
      pause();
      stand(-1);
    },
    press: (key) => {
      keys[key]?.();
      return key in keys;
    },
  };
}
