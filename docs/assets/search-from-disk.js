/* Search in a site that is opened from the disk, where browsers allow no worker: the theme's worker in a hidden
   frame. The theme looks for a class of this name. */
"use strict";

window.Worker = window.IFrameWorker = class extends EventTarget {
  constructor(address) {
    super();
    const frame = document.createElement("iframe");
    frame.hidden = true;
    this.window = new Promise((loaded) => (frame.onload = () => loaded(frame.contentWindow))).then(async (inner) => {
      inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      inner.importScripts = async (...others) => {
        for (const other of others) await load(inner.document, other);
      };
      await load(inner.document, address);
      return inner;
    });
    document.body.append(frame);
  }

  async postMessage(data) {
    (await this.window).dispatchEvent(new MessageEvent("message", { data }));
  }
};

function load(inner, address) {
  const script = Object.assign(inner.createElement("script"), { src: address });
  return new Promise((loaded, failed) => {
    Object.assign(script, { onload: loaded, onerror: failed });
    inner.head.append(script);
  });
}
