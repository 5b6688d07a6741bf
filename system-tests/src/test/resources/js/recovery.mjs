// node recovery.mjs URL OTHER_URL TOKEN ROOM
// Sends 60 messages with the official client's own retries while answers are lost under it, on one
// edge and then on the other. Says "all stored once" when each was acknowledged with one id, heard,
// and heard again only with the same id; ends with 1 otherwise.
import { io } from "socket.io-client";

const [url, other, token, room] = process.argv.slice(2);
const COUNT = 60;
const heard = new Map();
const acked = new Map();
let recovered = 0;
let problems = [];

const socket = io(url, {
  auth: { token },
  transports: ["websocket"],
  retries: 100,
  ackTimeout: 1500,
  reconnectionDelay: 20,
  reconnectionDelayMax: 60,
});

socket.on("connect", () => {
  if (socket.recovered) {
    recovered++;
  } else {
    const since = Math.max(0, ...[...heard.values()].map((m) => m.seq));
    socket.emit("join-room", since ? { roomId: room, since } : room, (err, answer) => {
      if (answer && answer.missed) {
        answer.missed.filter((m) => m.event === "message-received").forEach((m) => hear(m.data));
      }
    });
  }
});

function hear(message) {
  const before = heard.get(message.content);
  if (before && before.id !== message.id) {
    problems.push(`${message.content} was heard as ${before.id} and ${message.id}`);
  }
  heard.set(message.content, message);
}
socket.on("message-received", hear);

// What is emitted waits in one queue, in order: the first join is acknowledged before all messages.
function send() {
  for (let i = 0; i < COUNT; i++) {
    const content = `js${i}`;
    const message = { roomId: room, content, clientMessageId: content };
    socket.emit("send-message", message, (err, answer) => {
      if (err || !answer.ok) {
        problems.push(`${content}: ${err || JSON.stringify(answer)}`);
      } else {
        acked.set(content, answer.id);
      }
      if (i === COUNT / 2) {
        socket.io.uri = other; // the next connection goes to the other edge
      }
    });
  }
}
socket.once("connect", send);


const begun = Date.now();
const timer = setInterval(() => {
  const all = acked.size === COUNT && heard.size === COUNT;
  if (!all && Date.now() - begun < 100_000 && problems.length === 0) {
    return;
  }
  clearInterval(timer);
  for (const [content, id] of acked) {
    if (heard.get(content)?.id !== id) {
      problems.push(`${content}: acknowledged as ${id}, heard as ${heard.get(content)?.id}`);
    }
  }
  if (!all) {
    problems.push(`${acked.size} acknowledged, ${heard.size} heard`);
  }
  if (recovered === 0) {
    problems.push("never recovered");
  }
  console.log(problems.length ? problems.join("\n") : `all stored once, recovered ${recovered} times`);
  process.exit(problems.length ? 1 : 0);
}, 100);
