import { megabytes, milliseconds, nameOf } from "./names.js";

const $ = (id) => document.getElementById(id);

/** Writes the state of everything into the page. Touches an element only when what it says has changed. */
export class View {
  #cells = [];
  #said = new WeakMap();

  constructor(store) {
    for (let number = 0; number < store.count; number++) {
      const cell = document.createElement("span");
      this.#cells.push(cell);
      $("strip").append(cell);
    }
  }

  strip(store, flights, position) {
    const playing = Math.floor(position);
    this.#cells.forEach((cell, number) => {
      const way = flights.get(number);
      const is = store.sourceOf(number) ?? (way ? `way ${way}` : "");
      this.#change(cell, `${is}${number === playing ? " playing" : ""}`, (name) => (cell.className = name));
    });
    this.#change($("strip"), `${store.held} of ${store.count} segments are here.`, (words) =>
      $("strip").setAttribute("aria-label", words));
  }

  bytes(store, served) {
    const { fromPeers, fromServer } = store;
    const all = fromPeers + fromServer;
    this.#figure($("from-peers"), fromPeers);
    this.#figure($("from-server"), fromServer);
    const share = all === 0 ? 0 : Math.round((100 * fromPeers) / all);
    this.#change($("bar-peers"), `${share}%`, (width) => ($("bar-peers").style.width = width));
    document.querySelector(".bar").classList.toggle("empty", all === 0);
    const words =
      all === 0
        ? "Nothing yet."
        : `${share} % came from other viewers. ${store.verified} segments checked${
            store.corrupt ? `, ${store.corrupt} refused` : ", all right"
          }. You passed on ${megabytes(served)}.`;
    this.#write($("bytes-words"), words);
    $("bytes-words").dataset.verified = store.verified;
    $("bytes-words").dataset.corrupt = store.corrupt;
  }

  me(id, node, joined) {
    this.#write($("my-name"), id ? nameOf(id) : "Nobody yet");
    this.#write($("my-node"), joined ? `node ${node}` : "no node");
    $("my-node").dataset.node = joined ? node : "";
    this.#write($("leave"), joined ? "Leave the swarm" : "Join the swarm");
    $("cut").disabled = !joined;
  }

  swarm(stats, joined) {
    if (!stats?.viewers || !joined) {
      this.#write($("swarm-words"), joined ? "Nobody known yet." : "You are not in the swarm.");
      return;
    }
    const nodes = Object.entries(stats.nodes).map(([node, viewers]) => `${viewers} on node ${node}`);
    const all = stats.fromPeers + stats.fromServer;
    this.#write(
      $("swarm-words"),
      `${stats.viewers}${stats.displaced > 0 ? " or more" : ""} ${stats.viewers === 1 ? "viewer" : "viewers"}: ${nodes.join(", ")}. ` +
        `${stats.complete === 0 ? "Nobody has" : stats.complete === 1 ? "One has" : `${stats.complete} have`} the whole film.` +
        (all === 0 ? "" : ` Of all that they got, ${Math.round((100 * stats.fromPeers) / all)} % came from each other.`),
    );
  }

  partners(links, total) {
    const rows = links.map((link) => {
      const state =
        link.state === "open"
          ? `${link.segments.held} of ${total} · ${milliseconds(link.segments.rtt)} · ` +
            `in\u00a0${megabytes(link.segments.bytesIn)} · out\u00a0${megabytes(link.segments.bytesOut)}`
          : link.state === "waiting"
            ? "introduced, waiting for its offer"
            : "connecting";
      return { id: link.partner.id, name: nameOf(link.partner.id), node: link.partner.node, state, open: link.state === "open" };
    });
    this.#change($("partners"), JSON.stringify(rows), () => {
      $("partners").replaceChildren(
        ...(rows.length === 0 ? [this.#row("none", "None yet. Open another viewer and it becomes one.")] : rows.map((row) => this.#partner(row))),
      );
      $("partners").dataset.open = rows.filter((row) => row.open).length;
    });
  }

  elsewhere(nodes, mine) {
    const links = nodes.map((node) => {
      const link = document.createElement("a");
      link.href = `${location.protocol}//${location.hostname}:${node.port}/${location.search}`;
      link.target = "_blank";
      link.rel = "noopener";
      link.className = "button";
      link.textContent = node.name === mine ? `Another viewer on this node, ${node.name}` : `Another viewer on node ${node.name}`;
      return link;
    });
    links.sort((a, b) => a.textContent.includes("this") - b.textContent.includes("this"));
    $("elsewhere").replaceChildren(...links);
  }

  stalled(words) {
    this.#write($("stalled"), words);
    $("stalled").hidden = words === "";
  }

  #partner(row) {
    const item = this.#row("", "");
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.dataset.node = row.node;
    badge.textContent = row.node;
    badge.title = `node ${row.node}`;
    const name = document.createElement("strong");
    name.textContent = row.name;
    const state = document.createElement("span");
    state.className = "state";
    state.textContent = row.state;
    item.append(badge, name, state);
    return item;
  }

  #row(className, text) {
    const item = document.createElement("li");
    item.className = className;
    item.textContent = text;
    return item;
  }

  #figure(element, bytes) {
    element.dataset.bytes = bytes;
    this.#write(element, megabytes(bytes));
  }

  #write(element, text) {
    this.#change(element, text, () => (element.textContent = text));
  }

  #change(element, value, apply) {
    if (this.#said.get(element) !== value) {
      this.#said.set(element, value);
      apply(value);
    }
  }
}
