/** The package in the reader's browser: Python, FLINT and Graphviz as WebAssembly, away from the page's own thread. */

import { graphvizOf } from "./graphviz.js";

/** What Python is given and gives is JSON. */
const PROGRAM = `
import json, sys
sys.path.insert(0, "/packages")
from graphgen.page import load
from graphgen.playground.session import answer, exported

load()
CALLS = {"draw": answer, "export": exported}
lambda name, given: json.dumps(CALLS[name](*json.loads(given)))
`;

let bytes = 0;
const fetched = self.fetch;

/** Tells the page how much has come, of whatever is fetched. @type {typeof fetch} */
self.fetch = async (...asked) => {
  const response = await fetched(...asked);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const counted = new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      self.postMessage({ bytes });
      controller.enqueue(chunk);
    },
  });
  const { headers, status } = response;
  return new Response(response.body?.pipeThrough(counted), { headers, status });
};

async function load() {
  const got = async (/** @type {string} */ name) => (await fetch(new URL(name, import.meta.url))).arrayBuffer();
  const address = new URL("pyodide/", import.meta.url).href;
  const { loadPyodide } = await import(`${address}pyodide.mjs`);
  const [python, render, flint, packages] = await Promise.all([
    loadPyodide({ indexURL: address }),
    got("graphviz.wasm").then(graphvizOf),
    got("flint.whl"),
    got("packages.zip"),
  ]);
  python.unpackArchive(flint, "wheel");
  python.unpackArchive(packages, "zip", { extractDir: "/packages" });
  python.registerJsModule("graphgen_graphviz", { render });
  return python.runPython(PROGRAM);
}

const loading = load();
loading.then(
  () => self.postMessage({ isReady: true }),
  (error) => self.postMessage({ fault: String(error.message ?? error) }),
);

self.onmessage = async ({ data: { id, name, given } }) => {
  const called = await loading;
  try {
    self.postMessage({ id, made: JSON.parse(called(name, JSON.stringify(given))) });
  } catch (error) {
    self.postMessage({ id, fault: String(error) });
  }
};
