import { hash, milliseconds, nameOf } from "./names.js";

/**
 * The swarm as a picture: this viewer in the middle, its partners around it, the server above, the rest of the swarm small
 * in the corners. Bytes run along the lines while they flow. Colours come from the style sheet, so they follow light and dark.
 */
export class Picture {
  static MOST_DOTS = 160;

  #canvas;
  #colours = {};
  #dots = [];
  #spots = new Map();
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  #drawnAt = 0;

  constructor(canvas) {
    this.#canvas = canvas;
    const read = () => {
      const style = getComputedStyle(document.documentElement);
      for (const name of ["ink", "muted", "line", "card", "peers", "server", "node-a", "node-b", "node-c", "on-node"]) {
        this.#colours[name] = style.getPropertyValue(`--${name}`).trim();
      }
    };
    read();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", read);
  }

  /** Bytes went from one to another; ids, or "server". */
  flow(from, to, bytes) {
    if (this.#still.matches || document.hidden) {
      return;
    }
    const dots = Math.max(1, Math.round(bytes / 8_192));
    for (let i = 0; i < dots && this.#dots.length < Picture.MOST_DOTS; i++) {
      this.#dots.push({ from, to, at: -0.09 * i - Math.random() * 0.08, side: Math.random() - 0.5 });
    }
  }

  /** @param scene {me: {node, joined, part}, links: Link[], swarm: viewers} */
  draw(now, { me, links, swarm }) {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0) {
      return;
    }
    if (this.#canvas.width !== Math.round(width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
    }
    const context = this.#canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const step = Math.min(0.1, (now - this.#drawnAt) / 1000);
    this.#drawnAt = now;

    this.#place(width, height, me, links, swarm, step);
    this.#drawOthersLinks(context, swarm);
    this.#drawLinks(context, me, links);
    this.#drawDots(context, step);
    this.#drawOthers(context, swarm, links);
    this.#drawServer(context);
    links.forEach((link) => this.#drawPartner(context, link));
    this.#drawMe(context, me);
  }

  #place(width, height, me, links, swarm, step) {
    const middle = { x: width / 2, y: height * 0.48 };
    const small = width < 460;
    const radius = Math.min(width * (small ? 0.3 : 0.27), height * 0.31);
    const wanted = new Map([
      ["me", middle],
      ["server", { x: width / 2, y: small ? 26 : 30 }],
    ]);
    // Partners sit on the lower part of a ring; the server has the top.
    const sorted = [...links].sort((a, b) => hash(a.partner.id) - hash(b.partner.id));
    sorted.forEach((link, i) => {
      const angle = (0.3 + (1.4 * (i + 0.5)) / sorted.length) * Math.PI;
      wanted.set(link.partner.id, {
        x: middle.x + radius * 1.22 * Math.sin(angle),
        y: middle.y - radius * Math.cos(angle),
      });
    });
    const partners = new Set(links.map((link) => link.partner.id));
    swarm
      .filter((viewer) => !partners.has(viewer.id))
      .forEach((viewer) => {
        // In the upper corners, by its id alone: a viewer stays where it is while others come and go.
        const value = hash(viewer.id);
        const across = 0.17 + 0.3 * ((value % 1024) / 1024);
        wanted.set(viewer.id, {
          x: width / 2 + (value & 0x40000000 ? across : -across) * width,
          y: height * (0.06 + 0.26 * (((value >> 10) % 1024) / 1024)),
        });
      });
    const glide = this.#still.matches ? 1 : 1 - Math.exp(-step * 6);
    let rest = true;
    for (const [id, spot] of wanted) {
      const is = this.#spots.get(id) ?? (id === "me" || id === "server" ? spot : middle);
      rest &&= Math.hypot(spot.x - is.x, spot.y - is.y) < 1;
      this.#spots.set(id, { x: is.x + (spot.x - is.x) * glide, y: is.y + (spot.y - is.y) * glide });
    }
    this.#canvas.dataset.rest = rest;
    for (const id of this.#spots.keys()) {
      if (!wanted.has(id)) {
        this.#spots.delete(id);
      }
    }
  }

  #line(context, from, to, colour, width, dash = []) {
    const [a, b] = [this.#spots.get(from), this.#spots.get(to)];
    if (!a || !b) {
      return;
    }
    context.save();
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
    context.stroke();
    context.restore();
  }

  #drawOthersLinks(context, swarm) {
    for (const viewer of swarm) {
      for (const other of viewer.links ?? []) {
        if (viewer.id < other || !this.#spots.has(other)) {
          this.#line(context, viewer.id, other, this.#colours.line, 1.2);
        }
      }
    }
  }

  #drawLinks(context, me, links) {
    this.#line(context, "server", "me", this.#colours.server, me.joined ? 1.5 : 1, [2, 5]);
    for (const link of links) {
      if (link.state === "open") {
        this.#line(context, link.partner.id, "me", this.#colours.peers, 2.5);
      } else {
        this.#line(context, link.partner.id, "me", this.#colours.muted, 1.5, [5, 5]);
      }
    }
  }

  #drawDots(context, step) {
    this.#dots = this.#dots.filter((dot) => dot.at < 1);
    for (const dot of this.#dots) {
      dot.at += step * 1.4;
      const [a, b] = [this.#spots.get(dot.from), this.#spots.get(dot.to)];
      if (!a || !b || dot.at < 0) {
        continue;
      }
      const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
      const aside = dot.side * 9 * Math.sin(Math.PI * dot.at);
      context.beginPath();
      context.fillStyle = dot.from === "server" ? this.#colours.server : this.#colours.peers;
      context.arc(
        a.x + (b.x - a.x) * dot.at - ((b.y - a.y) / length) * aside,
        a.y + (b.y - a.y) * dot.at + ((b.x - a.x) / length) * aside,
        2.6,
        0,
        2 * Math.PI,
      );
      context.fill();
    }
  }

  #drawOthers(context, swarm, links) {
    const partners = new Set(links.map((link) => link.partner.id));
    for (const viewer of swarm.filter((one) => !partners.has(one.id))) {
      this.#disc(context, this.#spots.get(viewer.id), 7, this.#node(viewer.node), viewer.node, 9);
    }
  }

  #drawServer(context) {
    const spot = this.#spots.get("server");
    context.fillStyle = this.#colours.server;
    context.beginPath();
    context.roundRect(spot.x - 35, spot.y - 13, 70, 26, 7);
    context.fill();
    this.#text(context, "Server", spot.x, spot.y, 12, this.#colours["on-node"], 600);
  }

  #drawPartner(context, link) {
    const spot = this.#spots.get(link.partner.id);
    const open = link.state === "open";
    this.#ring(context, spot, 23, (open ? link.segments.held : 0) / link.total);
    this.#disc(context, spot, open ? 18 : 13, this.#node(link.partner.node), link.partner.node, open ? 14 : 11, open ? 1 : 0.65);
    this.#text(context, nameOf(link.partner.id), spot.x, spot.y + 36, 12, this.#colours.ink, 600);
    const note = open ? milliseconds(link.segments.rtt) : "connecting";
    this.#text(context, note, spot.x, spot.y + 51, 11, this.#colours.muted);
  }

  #drawMe(context, me) {
    const spot = this.#spots.get("me");
    this.#ring(context, spot, 34, me.part);
    this.#disc(context, spot, 28, me.joined ? this.#node(me.node) : this.#colours.muted, "You", 14);
  }

  #ring(context, spot, radius, part) {
    context.lineWidth = 4;
    context.strokeStyle = this.#colours.line;
    context.beginPath();
    context.arc(spot.x, spot.y, radius, 0, 2 * Math.PI);
    context.stroke();
    if (part > 0) {
      context.strokeStyle = this.#colours.ink;
      context.beginPath();
      context.arc(spot.x, spot.y, radius, -Math.PI / 2, (2 * part - 0.5) * Math.PI);
      context.stroke();
    }
  }

  #disc(context, spot, radius, colour, letter, size, alpha = 1) {
    context.fillStyle = this.#colours.card;
    context.beginPath();
    context.arc(spot.x, spot.y, radius + 2, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.beginPath();
    context.arc(spot.x, spot.y, radius, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
    this.#text(context, letter, spot.x, spot.y + 0.5, size, this.#colours["on-node"], 700);
  }

  #text(context, text, x, y, size, colour, weight = 400) {
    context.font = `${weight} ${size}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  #node(name) {
    const letters = ["a", "b", "c"];
    const index = Math.max(0, (name?.charCodeAt?.(0) ?? 65) - 65) % letters.length;
    return this.#colours[`node-${letters[index]}`];
  }
}
