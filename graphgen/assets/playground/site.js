/** The playground of a site: the back end is a worker, which loads the package into the browser after a click. */

import { button, make } from "./dom.js";
import { start } from "./main.js";
import { language, words } from "./words.js";

const said = words[language];
document.documentElement.lang = language;
const MEGABYTE = 1e6;

/** @param {string} name */
const got = async (name) => (await fetch(name)).json();

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);

/**
 * Starts the worker, and gives what asks it once it has loaded.
 * @param {(bytes: number) => void} progressed
 */
function worker(progressed) {
  const made = new Worker("worker.js", { type: "module" });
  /** @type {Map<number, { resolve: (value: any) => void, reject: (why: Error) => void }>} */
  const waiting = new Map();
  let count = 0;
  /**
   * @param {string} name
   * @param {unknown[]} given
   */
  const ask = (name, ...given) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      made.postMessage({ id: count, name, given });
    });
  return new Promise((resolve, reject) => {
    made.onerror = (event) => reject(new Error(event.message));
    made.onmessage = ({ data }) => {
      if (data.bytes) progressed(data.bytes);
      else if (data.isReady) resolve(ask);
      else if (!data.id) reject(new Error(data.fault));
      else {
        const { resolve: answer, reject: refuse } = waiting.get(data.id) ?? {};
        waiting.delete(data.id);
        if (data.fault) refuse?.(new Error(data.fault));
        else answer?.(data.made);
      }
    };
  });
}

const { bytes, ...setting } = await got(`setting-${language}.json`);
const bar = make("progress", { max: bytes, value: 0, hidden: true, ariaLabel: said.loading });
const state = make("p", { role: "status" });
const begin = button(said.load.replace("{}", megabytes(bytes)), async () => {
  begin.remove();
  bar.hidden = false;
  try {
    const ask = await worker((come) => {
      bar.value = come;
      state.textContent = said.come.replace("{}", megabytes(come)).replace("{}", megabytes(bytes));
    });
    door.remove();
    start(document.body, {
      ...setting,
      hasLinks: true,
      draw: (source, options) => ask("draw", source, options),
      exported: (source, options, form) => ask("export", source, options, form),
    });
  } catch (error) {
    state.textContent = `${said.failed} ${error instanceof Error ? error.message : ""}`;
  }
});
const door = make("main", { className: "door" }, make("h1", { textContent: "graphgen" }), make("p", {}, said.door));
door.append(begin, bar, state);
document.body.append(door);
