import { cutConnection } from "./cut.js";
import { Coordinates } from "./coordinates.js";
import { Journal } from "./journal.js";
import { Loader } from "./loader.js";
import { megabytes, nameOf, ranges } from "./names.js";
import { Partners } from "./partners.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { SegmentStore } from "./store.js";
import { Tracker } from "./tracker.js";
import { View } from "./view.js";

/** The error code with which a node says that a session cannot go on. */
const SESSION_LOST = 21;

const $ = (id) => document.getElementById(id);
const journal = new Journal({ now: $("now-text"), mark: $("now-mark"), log: $("log"), told: $("told") });

if (!globalThis.RTCPeerConnection) {
  journal.tell("This browser has no WebRTC: the film would come from the server alone.", "bad");
} else {
  start().catch((failure) => journal.tell(`The page could not start: ${failure.message}`, "bad"));
}

async function start() {
  const response = await fetch("stream/manifest.json");
  if (!response.ok) {
    throw new Error(`there is no stream/manifest.json (${response.status})`);
  }
  const manifest = await response.json();
  const query = new URLSearchParams(location.search);
  const iceServers = query.has("stun") ? [{ urls: query.get("stun") }] : [];

  const store = new SegmentStore(manifest);
  const coordinates = new Coordinates();
  const partners = new Partners({ store, coordinates, iceServers });
  const player = new Player($("film"), store);
  const loader = new Loader({ store, partners, base: "stream/", position: () => player.position });
  const picture = new Picture($("swarm"));
  const view = new View(store);

  const me = { id: "", node: "", joined: false };
  let served = 0;
  let stats;
  let swarm = [];
  let burst = { link: undefined, numbers: [] };

  $("film-title").textContent = manifest.title;
  if (query.has("choice")) {
    $("choice").value = query.get("choice") === "nearest" ? "nearest" : "random";
  }

  const tracker = new Tracker({
    stream: manifest.stream,
    describe: () => ({
      want: partners.want,
      choice: $("choice").value,
      known: partners.known.slice(0, 64),
      place: coordinates.place,
      held: store.held,
      complete: store.complete,
      open: partners.places,
      links: partners.open.map((link) => link.partner.id).slice(0, 16),
      fromPeers: store.fromPeers,
      fromServer: store.fromServer,
    }),
  });

  tracker.on("state", (state, resumed) => {
    if (state === "open" && resumed) {
      me.joined = true;
      journal.tell(`Back on node ${me.node}, still as ${nameOf(me.id)}: the session went on, and nobody saw you go.`);
    } else if (state === "waiting" && me.joined) {
      me.joined = false;
      const kept = partners.open.length;
      journal.tell(
        `The connection to node ${me.node} is gone${kept ? "; your data channels do not need it and go on" : ""}. Trying again…`,
        "bad",
      );
    }
  });
  tracker.on("error", (error) =>
    journal.note(`${error.code === SESSION_LOST ? "The session is lost" : "Error"}: ${error.reason || error.message || error}.`));
  tracker.on("refused", ({ event, reason }) => journal.note(`The tracker refused ${event}: ${reason}.`));
  tracker.on("joined", (welcome, id) => {
    const again = me.id !== "";
    me.id = id;
    me.node = welcome.node;
    me.joined = true;
    stats = welcome.stats;
    partners.timeoutMs = welcome.offerTimeoutMs;
    partners.connected(id, tracker);
    view.elsewhere(welcome.nodes, welcome.node);
    document.title = `${nameOf(id)} on node ${welcome.node} · Roomcast tracker`;
    journal.tell(`${again ? "Back" : "Joined"} on node ${welcome.node} as ${nameOf(id)}.`);
  });
  tracker.on("announced", ({ want }) => {
    if (want > 0 && partners.all.length === 0) {
      journal.say(`Asked the tracker on node ${me.node} for ${want} partners…`);
    }
  });
  tracker.on("answered", (answer) => {
    stats = answer.stats;
    swarm = answer.swarm;
    partners.refresh(answer.swarm);
    const named = answer.partners.filter(({ id }) => !partners.known.includes(id));
    if (named.length > 0) {
      const names = named.map((viewer) => `${nameOf(viewer.id)} on node ${viewer.node}`).join(", ");
      journal.tell(`The tracker named ${names}. Connecting…`);
    } else if (partners.all.length === 0) {
      journal.say(
        stats.viewers <= 1
          ? "You are the only viewer: the film comes from the server. Open another viewer and it gets it from you."
          : "The tracker has nobody new for you. Asking again soon.",
      );
    }
    answer.partners.forEach((viewer) => partners.introduced(viewer));
  });
  tracker.on("introduced", (viewer) => {
    if (!partners.known.includes(viewer.id)) {
      journal.tell(`${nameOf(viewer.id)} on node ${viewer.node} asked for partners and got you. Connecting…`);
    }
    partners.introduced(viewer);
  });
  tracker.on("signals-lost", (peer) => partners.signalsLost(peer));
  tracker.on("declined", (peer) => partners.declined(peer));
  tracker.on("signal", (from, signal) => partners.signalled(from, signal));

  partners.on("linked", (link) => (link.total = store.count));
  partners.on("opened", (link) => {
    journal.tell(`Connected to ${nameOf(link.partner.id)} on node ${link.partner.node} in ${link.tookMs} ms.`, "good");
    tracker.announceSoon();
  });
  partners.on("closed", (link, reason, wasOpen) => {
    journal.tell(`${wasOpen ? "Lost" : "Gave up on"} ${nameOf(link.partner.id)}: ${reason}.`, wasOpen ? "bad" : "busy");
    tracker.announceSoon();
  });
  partners.on("renamed", (link, before) =>
    journal.note(`${before} came back to its node under a new id and is now ${nameOf(link.partner.id)}.`));
  partners.on("trouble", (link, failure) => journal.note(`${nameOf(link.partner.id)}: ${failure.message}`));
  partners.on("received", (link, bytes) => picture.flow(link.partner.id, "me", bytes));
  partners.on("sent", (link, bytes) => {
    served += bytes;
    picture.flow("me", link.partner.id, bytes);
    if (store.complete && !player.stalled) {
      journal.say(`You have the whole film and give it to others: ${megabytes(served)} so far.`, "good");
    }
  });

  loader.on("asked", (number, link) => {
    burst = burst.link === link && burst.numbers.length < 12 ? burst : { link, numbers: [] };
    burst.numbers.push(number + 1);
    journal.say(
      `Getting ${burst.numbers.length > 1 ? "segments" : "segment"} ${ranges(burst.numbers)} from ${nameOf(link.partner.id)}.`,
      "good",
    );
  });
  loader.on("fetching", (number, why) => {
    journal.say(`Getting segment ${number + 1} from the server: ${why}.`, "busy");
  });
  loader.on("fetched", (number, bytes) => picture.flow("server", "me", bytes));
  loader.on("failed", (number, failure) => journal.tell(`Segment ${number + 1} did not come: ${failure.message}.`, "bad"));
  store.on("corrupt", (number) => journal.tell(`Segment ${number + 1} had the wrong hash and was thrown away.`, "bad"));
  store.on("got", (number) => {
    if (store.complete) {
      const share = Math.round((100 * store.fromPeers) / (store.fromPeers + store.fromServer));
      journal.tell(`The film is complete, ${share} % of it from other viewers. From now on you only give.`, "good");
      tracker.announceSoon();
    }
  });

  $("leave").addEventListener("click", () => {
    if (tracker.state === "closed") {
      journal.tell("Joining the tracker…");
      tracker.join();
      return;
    }
    me.joined = false;
    swarm = [];
    tracker.leave();
    partners.closeAll("you left");
    journal.tell("You left the swarm. The film goes on from the server.");
  });
  $("cut").addEventListener("click", () => {
    if (!cutConnection()) {
      journal.tell("There is no connection to cut.");
    }
  });
  $("again").addEventListener("click", () => {
    store.clear();
    store.fromPeers = store.fromServer = store.verified = store.corrupt = 0;
    served = 0;
    journal.tell("Threw the film away and started over.");
    tracker.announceSoon();
    loader.work();
  });
  $("pause").addEventListener("click", () => {
    player.playing = !player.playing;
    $("pause").textContent = player.playing ? "Pause" : "Play";
    $("pause").setAttribute("aria-pressed", String(!player.playing));
  });
  $("choice").addEventListener("change", () => {
    journal.tell(`From now on the tracker chooses partners ${$("choice").value === "nearest" ? "by how near they are" : "at random"}.`);
    tracker.announceSoon();
  });
  addEventListener("pagehide", () => tracker.leave());

  const show = () => {
    const total = store.count;
    view.me(me.id, me.node, me.joined);
    view.strip(store, loader.flights, player.position);
    view.bytes(store, served);
    view.partners(partners.all, total);
    view.swarm(stats, me.joined);
    view.stalled(player.stalled ? `Waiting for segment ${(Math.floor(player.position + 0.01) % total) + 1}…` : "");
  };
  // A hidden page gets no animation frames, but goes on playing and serving.
  setInterval(() => {
    player.advance();
    show();
  }, 250);
  const frame = (now) => {
    player.advance(now);
    player.draw();
    picture.draw(now, {
      me: { node: me.node, joined: me.joined, part: store.held / store.count },
      links: partners.all,
      swarm: me.joined ? swarm : [],
    });
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  journal.tell("Joining the tracker…");
  loader.work();
  await tracker.join();
}
