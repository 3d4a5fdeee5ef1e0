/**
 * Graphviz in the page: the same WebAssembly module that graphgen/drawing/engine.py runs, called by the same exports.
 * It asks a system for little, and is given less: no files, no variables, a clock.
 */

const [DONE, BAD_FILE, NO_FILE, NO_SEEKING] = [0, 8, 44, 70];
const LONGEST_MESSAGE = 4096;

/**
 * @typedef {{ memory: WebAssembly.Memory, malloc: (size: number) => number,
 *   graphviz_free: (start: number) => void, graphviz_last_error: () => number,
 *   graphviz_render: (dot: number, output: number, method: number, length: number) => number }} Graphviz
 */

/**
 * What WASI, a system's interface, is to a module that must not see one.
 * @param {() => WebAssembly.Memory} memory
 */
function system(memory) {
  const view = () => new DataView(memory().buffer);
  return {
    environ_get: () => DONE,
    /** @param {number} count @param {number} size */
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return DONE;
    },
    /** @param {number} _id @param {bigint} _precision @param {number} time */
    clock_time_get(_id, _precision, time) {
      view().setBigUint64(time, BigInt(Math.round(performance.now() * 1e6)), true);
      return DONE;
    },
    /** @param {number} start @param {number} length */
    random_get(start, length) {
      crypto.getRandomValues(new Uint8Array(memory().buffer, start, length));
      return DONE;
    },
    fd_close: () => DONE,
    /** @param {number} _file @param {number} status */
    fd_fdstat_get(_file, status) {
      new Uint8Array(memory().buffer, status, 24).fill(0);
      return DONE;
    },
    fd_fdstat_set_flags: () => DONE,
    fd_filestat_get: () => BAD_FILE,
    fd_prestat_get: () => BAD_FILE,
    fd_prestat_dir_name: () => BAD_FILE,
    fd_read: () => BAD_FILE,
    fd_seek: () => NO_SEEKING,
    /** What is written goes nowhere. @param {number} _file @param {number} pieces @param {number} count @param {number} written */
    fd_write(_file, pieces, count, written) {
      let length = 0;
      for (let piece = 0; piece < count; piece += 1) length += view().getUint32(pieces + 8 * piece + 4, true);
      view().setUint32(written, length, true);
      return DONE;
    },
    path_filestat_get: () => NO_FILE,
    path_open: () => NO_FILE,
    /** @param {number} code */
    proc_exit(code) {
      throw new Error(`Graphviz ended with ${code}`);
    },
  };
}

/** @param {WebAssembly.Module} module */
function started(module) {
  /** @type {Graphviz} */
  const graphviz = /** @type {any} */ (
    new WebAssembly.Instance(module, { wasi_snapshot_preview1: system(() => graphviz.memory) }).exports
  );
  return graphviz;
}

/**
 * What makes DOT into a layout or a picture.
 * @param {BufferSource} code of the module
 */
export async function graphvizOf(code) {
  const module = await WebAssembly.compile(code);
  /** @type {Graphviz | undefined} */
  let running;

  /**
   * @param {string} dot
   * @param {string} output
   * @param {string} method
   */
  return function render(dot, output, method) {
    const graphviz = (running ??= started(module));
    running = undefined; // a failure leaves the module's memory in an unknown state
    const texts = [dot, output, method].map((text) => new TextEncoder().encode(`${text}\0`));
    const start = graphviz.malloc(4 + texts.reduce((sum, { length }) => sum + length, 0));
    let end = start + 4;
    const places = texts.map((text) => {
      new Uint8Array(graphviz.memory.buffer, end).set(text);
      end += text.length;
      return end - text.length;
    });
    new DataView(graphviz.memory.buffer).setUint32(start, 0, true);
    const answer = graphviz.graphviz_render(places[0], places[1], places[2], start);
    const { buffer } = graphviz.memory;
    const decoder = new TextDecoder();
    if (!answer) {
      const message = new Uint8Array(buffer, graphviz.graphviz_last_error(), LONGEST_MESSAGE);
      throw new Error(decoder.decode(message.slice(0, message.indexOf(0))));
    }
    const length = new DataView(buffer).getUint32(start, true);
    const text = decoder.decode(new Uint8Array(buffer, answer, length));
    graphviz.graphviz_free(answer);
    graphviz.graphviz_free(start);
    running = graphviz;
    return text;
  };
}
