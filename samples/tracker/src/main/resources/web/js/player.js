/** Plays the segments: uncompressed frames in YCbCr 4:2:0, each dissolving into the next. Waits where one is missing. */
export class Player {
  #canvas;
  #store;
  #frames = new Map();
  #now;
  position = 0;
  playing = true;
  stalled = true;

  constructor(canvas, store) {
    this.#canvas = canvas;
    this.#store = store;
    this.manifest = store.manifest;
    store.on("cleared", () => {
      this.position = 0;
      this.#frames.clear();
    });
  }

  /** Moves on. Goes by the clock, so it may be called late; never past a segment that is not there. */
  advance(now = performance.now()) {
    // A frame's time may lie before that of a timer that ran earlier: never back, or it would wait for segment -1.
    const seconds = Math.min(2, Math.max(0, now - (this.#now ?? now)) / 1000);
    this.#now = Math.max(now, this.#now ?? now);
    const number = Math.floor(this.position);
    const next = (number + 1) % this.#store.count;
    if (!this.#store.has(number)) {
      this.stalled = true;
      return;
    }
    const to = this.position + (this.playing ? (seconds * 1000) / this.manifest.segmentMs : 0);
    if (to >= number + 1 && !this.#store.has(next)) {
      this.position = number + 0.999;
      this.stalled = true;
      return;
    }
    this.position = Math.min(to, number + 1.999) % this.#store.count;
    this.stalled = false;
  }

  draw() {
    const { framesPerSegment: each } = this.manifest;
    const at = this.position * each;
    const first = this.#frame(Math.floor(at));
    if (!first) {
      return;
    }
    const context = this.#canvas.getContext("2d");
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.globalAlpha = 1;
    context.drawImage(first, 0, 0, this.#canvas.width, this.#canvas.height);
    const second = this.#frame((Math.floor(at) + 1) % (this.#store.count * each));
    if (second) {
      context.globalAlpha = at % 1;
      context.drawImage(second, 0, 0, this.#canvas.width, this.#canvas.height);
    }
  }

  #frame(index) {
    const kept = this.#frames.get(index);
    if (kept) {
      return kept;
    }
    const { width, height, framesPerSegment: each } = this.manifest;
    const segment = this.#store.get(Math.floor(index / each));
    if (!segment) {
      return undefined;
    }
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    const start = 16 + (index % each) * width * height * 1.5;
    const quarter = (width * height) / 4;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const chroma = start + width * height + (y >> 1) * (width / 2) + (x >> 1);
        const luma = segment[start + y * width + x];
        const blue = segment[chroma] - 128;
        const red = segment[chroma + quarter] - 128;
        const to = 4 * (y * width + x);
        image.data[to] = luma + 1.402 * red;
        image.data[to + 1] = luma - 0.344 * blue - 0.714 * red;
        image.data[to + 2] = luma + 1.772 * blue;
        image.data[to + 3] = 255;
      }
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    if (this.#frames.size > 8) {
      this.#frames.delete(this.#frames.keys().next().value);
    }
    this.#frames.set(index, canvas);
    return canvas;
  }
}
