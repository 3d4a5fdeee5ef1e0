/* The panel in which a reader trains the network that reads digits, and lets it read one of the reader's own. */
"use strict";

(() => {
  const { PIXELS, HIDDEN, TRAINING, ...net } = globalThis.digitNetwork;
  const SIDE = 8;
  /** Along each side of the field that is drawn on; the images of the network count its ink, 4 by 4. */
  const FIELD = 32;
  const BRUSH = 1.7;
  const HIGHEST_LOSS = 2.6;
  const EPOCHS = 40;
  const STEPS_IN_EPOCH = TRAINING / net.BATCH;
  const ABOVE = "rgb(72 128 198)";
  const BELOW = "rgb(179 108 41)";
  /** Along each side of a weight in the image of a neuron. */
  const CELL = 8;

  for (const panel of document.querySelectorAll(".learning")) prepare(panel);

  function prepare(panel) {
    const part = (name) => panel.querySelector(`[data-part="${name}"]`);
    const text = (name) => panel.dataset[name];
    let state = null;
    let timer = 0;
    const ink = new Float64Array(FIELD * FIELD);

    const rate = () => 10 ** Number(part("rate").value);
    const tellRate = () => (part("rate-value").textContent = rate().toPrecision(2));

    /** The images, which come when they are asked for first. */
    async function begin() {
      if (!globalThis.digitImages) {
        const script = document.createElement("script");
        script.src = panel.dataset.images;
        const loaded = new Promise((done, failed) => {
          script.onload = done;
          script.onerror = failed;
        });
        document.head.append(script);
        await loaded;
      }
      const random = net.generator(1);
      const parameters = net.start(random);
      const digits = net.read(globalThis.digitImages);
      state = { parameters, digits, batches: net.batches(random), losses: [], next: TRAINING };
      show();
    }

    /** Whether all epochs are done, or the loss has grown beyond all bounds. */
    const isOver = () =>
      state.losses.length >= EPOCHS * STEPS_IN_EPOCH || !Number.isFinite(state.losses.at(-1) ?? 0);

    function train() {
      for (let i = 0; i < STEPS_IN_EPOCH; i++) {
        const [images, labels] = net.batchOf(state.digits, state.batches.next().value);
        state.losses.push(net.step(state.parameters, images, labels, rate()));
      }
      show();
      timer = isOver() ? 0 : requestAnimationFrame(train);
      if (!timer) tellRunning();
    }

    function tellRunning() {
      part("train").textContent = text(timer ? "pause" : "train");
    }

    function show() {
      const { parameters, losses, digits } = state;
      const last = losses.at(-1);
      const fill = (words, numbers) => words.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
      const numbers = {
        epoch: Math.round(losses.length / STEPS_IN_EPOCH),
        loss: (last ?? 0).toFixed(3),
        right: (100 * net.accuracy(parameters, digits)).toFixed(1),
      };
      const told = last === undefined ? "ready" : Number.isFinite(last) ? "told" : "diverged";
      part("told").textContent = fill(text(told), numbers);
      const points = losses.filter(Number.isFinite).map((loss, at) => {
        const across = 40 + (350 * at) / (EPOCHS * STEPS_IN_EPOCH);
        return `${across.toFixed(1)} ${(130 - (120 * Math.min(loss, HIGHEST_LOSS)) / HIGHEST_LOSS).toFixed(1)}`;
      });
      part("curve").setAttribute("d", points.length ? `M${points.join("L")}` : "");
      showWeights(parameters.W1);
      read();
    }

    /** Each hidden neuron as an image: blue where ink raises its sum, orange with a minus where ink lowers it. */
    function showWeights(W1) {
      const canvas = part("weights");
      const across = 10;
      const paint = canvas.getContext("2d");
      const sign = getComputedStyle(canvas).color;
      const most = W1.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0) || 1;
      paint.clearRect(0, 0, canvas.width, canvas.height);
      for (let neuron = 0; neuron < HIDDEN; neuron++) {
        for (let pixel = 0; pixel < PIXELS; pixel++) {
          const weight = W1[pixel * HIDDEN + neuron];
          const x = CELL * ((neuron % across) * (SIDE + 1) + (pixel % SIDE));
          const y = CELL * (Math.floor(neuron / across) * (SIDE + 1) + Math.floor(pixel / SIDE));
          paint.globalAlpha = Math.abs(weight) / most;
          paint.fillStyle = weight > 0 ? ABOVE : BELOW;
          paint.fillRect(x, y, CELL, CELL);
          if (weight > 0) continue;
          paint.fillStyle = sign;
          paint.fillRect(x + 1, y + 3, CELL - 2, 2);
        }
      }
    }

    /** The field, centred and as high as the digits of the network, as 64 counts of ink. */
    function pixels() {
      const drawn = [...ink.keys()].filter((at) => ink[at] > 0);
      const image = new Float64Array(PIXELS);
      if (!drawn.length) return image;
      const [xs, ys] = [drawn.map((at) => at % FIELD), drawn.map((at) => Math.floor(at / FIELD))];
      const [left, top] = [Math.min(...xs), Math.min(...ys)];
      const [width, height] = [Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
      const scale = Math.max(height, width) / FIELD;
      const shift = (FIELD - width / scale) / 2;
      for (let y = 0; y < FIELD; y++)
        for (let x = 0; x < FIELD; x++) {
          const from = [Math.floor(left + (x - shift) * scale), Math.floor(top + y * scale)];
          const isInside = from.every((at) => at >= 0 && at < FIELD);
          if (isInside) image[Math.floor(y / 4) * SIDE + Math.floor(x / 4)] += ink[from[1] * FIELD + from[0]] / 16;
        }
      return image;
    }

    function showImage(canvas, numbers, side) {
      const paint = canvas.getContext("2d");
      const image = paint.createImageData(side, side);
      const [red, green, blue] = getComputedStyle(canvas).color.match(/[\d.]+/g).map(Number);
      numbers.forEach((number, at) => image.data.set([red, green, blue, 255 * number], 4 * at));
      paint.putImageData(image, 0, 0);
    }

    /** What the network says of the image that it is shown. */
    function read() {
      showImage(part("field"), ink, FIELD);
      const image = state?.given ?? pixels();
      showImage(part("seen"), image, SIDE);
      const isEmpty = !image.some((number) => number > 0);
      const known = state && !isEmpty && net.forward(state.parameters, image, 1).probabilities;
      const answer = known ? net.largestAt(known) : null;
      for (const row of part("answers").children) {
        const digit = Number(row.dataset.digit);
        const share = known ? known[digit] : 0;
        row.querySelector("meter").value = share;
        row.querySelector("output").textContent = known ? `${(100 * share).toFixed(1)} %` : "";
        row.classList.toggle("is-answer", digit === answer);
      }
    }

    function clear() {
      ink.fill(0);
      if (state) state.given = null;
      read();
    }

    function draw(event) {
      const field = part("field").getBoundingClientRect();
      const x = ((event.clientX - field.left) * FIELD) / field.width;
      const y = ((event.clientY - field.top) * FIELD) / field.height;
      for (let at = 0; at < ink.length; at++)
        if (Math.hypot((at % FIELD) + 0.5 - x, Math.floor(at / FIELD) + 0.5 - y) < BRUSH) ink[at] = 1;
      if (state) state.given = null;
      read();
    }

    part("field").addEventListener("pointerdown", (event) => {
      event.target.setPointerCapture(event.pointerId);
      draw(event);
    });
    part("field").addEventListener("pointermove", (event) => {
      if (event.buttons) draw(event);
    });
    part("clear").addEventListener("click", clear);
    part("given").addEventListener("click", async () => {
      if (!state) await begin();
      const [image] = net.batchOf(state.digits, [state.next]);
      state.next = state.next + 1 < state.digits.count ? state.next + 1 : TRAINING;
      ink.fill(0);
      state.given = image;
      read();
    });
    part("rate").addEventListener("input", tellRate);
    part("train").addEventListener("click", async () => {
      if (timer) {
        cancelAnimationFrame(timer);
        timer = 0;
      } else {
        if (!state || isOver()) await begin();
        timer = requestAnimationFrame(train);
      }
      tellRunning();
    });
    part("again").addEventListener("click", async () => {
      cancelAnimationFrame(timer);
      timer = 0;
      await begin();
      tellRunning();
    });
    panel.hidden = false;
    tellRate();
    read();
  }
})();
