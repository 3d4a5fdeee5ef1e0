/** The playground of a site: the back end is a worker, which loads the package into the browser after a click. */

import { button, make } from "./dom.js";
import { start } from "./main.js";
import { language, words } from "./words.js";

const said = words[language];
document.documentElement.lang = language;
const MEGABYTE = 1e6;
const MILLISECONDS_TO_ANSWER = 60_000;

/** @param {string} name */
const got = async (name) => (await fetch(name)).json();

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);

/**
 * A worker that begins to load: what asks it once it has, and what ends it.
 * @param {(bytes: number) => void} progressed
 */
function begun(progressed) {
  const made = new Worker("worker.js", { type: "module" });
  /** @type {Map<number, (answer: { made?: any, fault?: string }) => void>} */
  const waiting = new Map();
  let count = 0;
  /**
   * @param {string} name
   * @param {unknown[]} given
   * @returns {Promise<{ made?: any, fault?: string }>}
   */
  const ask = (name, given) =>
    new Promise((resolve) => {
      count += 1;
      waiting.set(count, resolve);
      made.postMessage({ id: count, name, given });
      setTimeout(() => resolve({ fault: "" }), MILLISECONDS_TO_ANSWER);
    });
  /** @type {Promise<typeof ask>} */
  const ready = new Promise((resolve, reject) => {
    made.onerror = (event) => reject(new Error(event.message));
    made.onmessage = ({ data }) => {
      if (data.bytes) progressed(data.bytes);
      else if (data.isReady) resolve(ask);
      else if (data.id) waiting.get(data.id)?.(data);
      else reject(new Error(data.fault));
    };
  });
  return { ready, end: () => made.terminate() };
}

/**
 * Loads the package, and gives what asks it. One that does not answer is begun anew, from what the browser has kept.
 * @param {(bytes: number) => void} progressed
 */
async function loaded(progressed) {
  let worker = begun(progressed);
  await worker.ready;
  return async (/** @type {string} */ name, /** @type {unknown[]} */ ...given) => {
    const asked = worker;
    const answer = await (await asked.ready)(name, given);
    if (answer.fault === undefined) return answer.made;
    if (asked === worker) {
      worker.end();
      worker = begun(() => {});
    }
    throw new Error(answer.fault);
  };
}

const { bytes, ...setting } = await got(`setting-${language}.json`);
const bar = make("progress", { max: bytes, value: 0, hidden: true, ariaLabel: said.loading });
const state = make("p", { role: "status" });
const begin = button(said.load.replace("{}", megabytes(bytes)), async () => {
  begin.remove();
  bar.hidden = false;
  try {
    const ask = await loaded((come) => {
      bar.value = come;
      const amount = said.come.replace("{}", megabytes(come)).replace("{}", megabytes(bytes));
      state.textContent = come < bytes ? amount : said.starting;
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
