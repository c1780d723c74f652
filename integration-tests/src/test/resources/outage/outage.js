// A page that talks: it numbers what it sends and writes down all that it is told. It connects to its own host, or to one of the `at` of its address.
import { connect } from "/roomcast/client.js";

const { searchParams } = new URL(location.href);
const log = { states: [], told: [], heard: [], presence: [], sent: 0, refused: 0, asked: 0, answered: 0, lastReturn: undefined };
const addresses = searchParams.getAll("at");
const client = connect(addresses.length ? addresses : "/roomcast", { protocol: searchParams.get("protocol") });
client.on("state", (state, { resumed }) => {
  log.states.push(resumed ? "resumed" : state);
  log.lastChange = Date.now();
});
for (const kind of ["error", "message", "joined", "goaway"]) client.on(kind, (what) => log.told.push(`${kind}: ${what}`));

const room = await client.join("talk/1");
for (const kind of ["gap", "rejoined", "left"]) room.onStatus(kind, () => log.told.push(kind));
room.on("say", (payload, { from }) => from !== client.peer && log.heard.push(Number(payload.text())));
room.on("presence", (payload) => log.presence.push(payload.text()));

const talk = setInterval(() => {
  if (room.send("say", String(log.sent + 1))) log.sent++;
  else log.refused++;
}, 50);
const ask = setInterval(async () => {
  const question = String(++log.asked);
  try {
    const answer = await room.request("echo", question);
    if (answer.text() === question) log.answered++;
  } catch (error) {
    log.told.push(`request ${question}: ${error}`);
  }
}, 500);

log.peer = client.peer;
log.node = () => client.node;
log.samePeer = () => client.peer === log.peer;
log.stop = () => [talk, ask].forEach(clearInterval);
window.log = log;
