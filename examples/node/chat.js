// Chat from a terminal:  npm install && node chat.js ana general [http://127.0.0.1:3001]
// The token comes from the demo; your application signs its own.
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";

const [user = "ana", roomId = "general", url = "http://127.0.0.1:3001"] = process.argv.slice(2);
const { token } = await (await fetch(`${url}/demo/token/${user}`)).json();

// Sends are repeated by the client itself until they are acknowledged; clientMessageId makes that safe.
// raw: texts come as they were written, which is right for whatever is no HTML.
const socket = io(url, { transports: ["websocket"], auth: { token, raw: true }, retries: 5, ackTimeout: 6000 });
let since; // the last position seen: what was missed meanwhile comes with the next join

function join() {
  socket.emit("join-room", since === undefined ? { roomId } : { roomId, since }, (error, answer) => {
    if (error || !answer.ok) return console.error("cannot join");
    for (const { event, data } of answer.missed ?? []) show(event, data);
    if (answer.more) {
      since = answer.nextSince;
      return join();
    }
    since = answer.seq;
  });
}

function show(event, data) {
  if (data.seq) since = Math.max(since ?? 0, data.seq);
  if (event === "message-received") console.log(`${data.user.username}: ${data.content}`);
  if (event === "message-edited") console.log(`* edited: ${data.content}`);
  if (event === "message-deleted") console.log("* a message was deleted");
}

socket.on("connected", join); // after every reconnection too
for (const event of ["message-received", "message-edited", "message-deleted"]) {
  socket.on(event, (data) => show(event, data));
}
// The ack has what is missing here. While there is more, the connection is not in the room yet.
socket.on("room-joined", ({ room, onlineUsers, more }) => {
  if (!more) console.log(`* in ${room.name}: ${onlineUsers.join(", ")}`);
});
socket.on("user-joined-room", ({ user }) => console.log(`* ${user.username} is here`));
socket.on("user-left-room", ({ userId }) => console.log(`* ${userId} left`));
socket.on("connect_error", (error) => console.error("not let in:", error.message));
socket.on("disconnect", (reason) => socket.active && console.log(`* ${reason}, coming back`));
socket.on("error", ({ message }) => console.error(message)); // why a request failed

const lines = createInterface({ input: process.stdin });
lines.on("line", (content) => {
  if (!content.trim()) return;
  socket.emit("send-message", { roomId, content, clientMessageId: randomUUID() }, (error, answer) => {
    if (error || !answer.ok) console.error("not sent:", content);
  });
});
lines.on("close", () => setTimeout(() => socket.disconnect(), 500));
