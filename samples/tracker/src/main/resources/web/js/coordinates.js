/**
 * Where this viewer is in the network: a point whose distance to another viewer's is about the round trip in milliseconds
 * (Vivaldi: Dabek et al., SIGCOMM 2004). Each measured round trip pulls or pushes the point a little; the tracker uses it to
 * choose near partners.
 */
export class Coordinates {
  #x = 0;
  #y = 0;
  #error = 1;
  #random;

  constructor(random = Math.random) {
    this.#random = random;
  }

  get place() {
    const short = (value) => Math.round(Math.max(-9999, Math.min(9999, value)) * 100) / 100;
    return { x: short(this.#x), y: short(this.#y) };
  }

  get error() {
    return this.#error;
  }

  /** A round trip of `rtt` milliseconds to a viewer at `place` was measured. */
  measured(place, error, rtt) {
    if (!(rtt > 0) || ![place?.x, place?.y, error].every(Number.isFinite)) {
      return;
    }
    const dx = this.#x - place.x;
    const dy = this.#y - place.y;
    const distance = Math.hypot(dx, dy);
    const angle = this.#random() * 2 * Math.PI;
    const [ux, uy] = distance > 0.01 ? [dx / distance, dy / distance] : [Math.cos(angle), Math.sin(angle)];
    const weight = this.#error / (this.#error + Math.max(error, 0.01));
    const off = Math.min(2, Math.abs(distance - rtt) / rtt);
    this.#error = Math.min(1, Math.max(0.02, off * 0.25 * weight + this.#error * (1 - 0.25 * weight)));
    const force = 0.25 * weight * (rtt - distance);
    this.#x += force * ux;
    this.#y += force * uy;
  }
}
