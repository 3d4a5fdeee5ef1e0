"""How long a page takes to bring a picture of 200 nodes up to date while a slider is dragged.

Needs the dependency group `test` and a Chromium, which GRAPHGEN_CHROMIUM may name.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from graphgen.drawing import picture
from graphgen.language import parse
from graphgen.page import asset, figure, script

NODES = 200
FRAMES = 120
FRAME = 1000 / 60
"""Milliseconds of one frame of a screen."""

# Moves the slider once a frame. The work of a frame begins before the picture's own part of it, and ends
# when the browser, having laid out and painted what changed, comes to the next message.
_DRAG = """async (frames) => {
  const slider = document.querySelector("input[type=range]");
  const painted = () => new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done();
    channel.port2.postMessage(0);
  });
  const times = [];
  for (let frame = 0; frame < frames; frame++) {
    const started = new Promise((done) => requestAnimationFrame(() => done(performance.now())));
    slider.value = String(0.5 + (frame % 40) / 40);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const start = await started;
    await painted();
    times.push(performance.now() - start);
  }
  return times;
}"""


def source(nodes: int) -> str:
    """A chain that mixes a few operations, every value of which depends on x."""
    operations = ("sin({})", "{} * w", "{} + x", "sigmoid({})")
    lines = ["x = 1.25  # {0.5..1.5 step 0.025}", "w = 0.9", "h0 = x * w"]
    lines += [f"h{n} = {operations[n % 4].format(f'h{n - 1}')}" for n in range(1, nodes - 2)]
    return "\n".join(lines)


def measure(page: Page, folder: Path) -> list[float]:
    """Milliseconds of work in each frame of a drag."""
    shown = picture(parse(source(NODES)))
    folder.joinpath("live.html").write_text(
        f'<!doctype html><meta charset="utf-8"><style>{asset("diagram.css")}{asset("live.css")}</style>'
        f"{figure(shown, 'g1')}<script>{script()}</script>",
        encoding="utf-8",
    )
    page.goto(folder.joinpath("live.html").as_uri())
    page.get_by_role("button", name="Change numbers").click()
    return [float(time) for time in page.evaluate(_DRAG, FRAMES)]


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("GRAPHGEN_CHROMIUM"), args=["--no-sandbox"]
        )
        times = sorted(measure(browser.new_page(), Path(folder)))
        browser.close()
    middle, slow = statistics.median(times), times[int(0.95 * len(times))]
    print(f"{NODES} nodes, {len(times)} updates: median {middle:.1f} ms, 95th percentile {slow:.1f} ms")
    print(f"A frame is {FRAME:.1f} ms: {'within it' if slow <= FRAME else 'NOT within it'}.")
    return int(slow > FRAME)


if __name__ == "__main__":
    raise SystemExit(main())
