// The official JavaScript client against the protocol server.
// Arguments: the server's address, that of one with EIO=3 and compression.
import { io } from "socket.io-client";
import { createRequire } from "node:module";
import assert from "node:assert";

const io2 = createRequire(import.meta.url)("socket.io-client-2");
const [url, otherUrl] = process.argv.slice(2);

const within = (promise, words, millis = 20000) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("not in time: " + words)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
const once = (emitter, event) =>
  within(new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), event);

const open = (transports, options = {}, path = "/", at = url) =>
  io(at + path, {
    transports,
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 100,
    ...options,
  });

const bytes = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7) % 256));

async function eventsAndAcks(transports, at, make = open) {
  const socket = make(transports, {}, "/", at);
  await once(socket, "connect");
  socket.emit("message", "text €", 7, { a: [true, null] });
  assert.deepStrictEqual(await once(socket, "message-back"), ["text €", 7, { a: [true, null] }]);
  socket.emit("message", bytes, { deep: [bytes] });
  const [first, second] = await once(socket, "message-back");
  assert.ok(bytes.equals(Buffer.from(first)) && bytes.equals(Buffer.from(second.deep[0])));
  const ack = await within(
    new Promise((resolve) =>
      socket.emit("message-with-ack", "x", bytes, (...args) => resolve(args)),
    ),
    "ack",
  );
  assert.ok(ack[0] === "x" && bytes.equals(Buffer.from(ack[1])));
  socket.on("question", (words, answer) => answer("yes", bytes));
  socket.emit("ask", { name: "question", patience: 10000 });
  const [answered] = await once(socket, "answered");
  assert.ok(answered[0] === "yes" && bytes.equals(Buffer.from(answered[1])));
  socket.close();
}

async function aMegabyte(transports) {
  const socket = open(transports);
  await once(socket, "connect");
  const large = "x".repeat(999900);
  socket.emit("message", large);
  assert.strictEqual((await once(socket, "message-back"))[0], large);
  socket.close();
}

async function tenThousandInOrder(transports) {
  const socket = open(transports);
  const ticks = [];
  const back = [];
  let done;
  const all = new Promise((resolve) => (done = resolve));
  const check = () => ticks.length + back.length === 20000 && done();
  socket.on("tick", (n) => check(ticks.push(n)));
  socket.on("message-back", (n) => check(back.push(n)));
  let upgraded = false;
  socket.io.engine?.on("upgrade", () => (upgraded = true));
  socket.io.on("open", () => socket.io.engine.on("upgrade", () => (upgraded = true)));
  await once(socket, "connect");
  socket.emit("burst", 10000);
  for (let i = 0; i < 10000; i++) {
    socket.emit("message", i);
  }
  await within(all, "all packets");
  assert.ok(ticks.every((n, i) => n === i), "ticks in order");
  assert.ok(back.every((n, i) => n === i), "messages in order");
  assert.strictEqual(upgraded, transports.length === 2);
  socket.close();
}

async function reconnects(transports) {
  const socket = open(transports);
  for (let i = 0; i < 3; i++) {
    await once(socket, "connect");
    const gone = once(socket, "disconnect");
    socket.emit("drop-me");
    const [reason] = await gone;
    assert.ok(["transport close", "transport error"].includes(reason), reason);
  }
  await once(socket, "connect");
  const out = once(socket, "disconnect");
  socket.emit("disconnect-me");
  assert.strictEqual((await out)[0], "io server disconnect");
  assert.ok(!socket.active, "it stays away");
  socket.close();
}

async function namespaces(transports) {
  const custom = open(transports, { auth: { token: "t" } }, "/custom");
  assert.deepStrictEqual(await once(custom, "auth"), [{ token: "t" }]);
  custom.close();
  const unknown = open(transports, {}, "/unknown");
  assert.strictEqual((await once(unknown, "connect_error"))[0].message, "Invalid namespace");
  unknown.close();
  const refused = open(transports, { auth: { refuse: "not you" } });
  assert.strictEqual((await once(refused, "connect_error"))[0].message, "not you");
  refused.close();
}

async function retries(transports) {
  const socket = open(transports, { retries: 3, ackTimeout: 2000 });
  const [error, answer] = await within(
    new Promise((resolve) => socket.emit("message-with-ack", "once", (...args) => resolve(args))),
    "retried ack",
  );
  assert.ok(!error && answer === "once");
  socket.close();
}

async function withoutTrailingSlash(transports) {
  const socket = open(transports, { addTrailingSlash: false });
  await once(socket, "connect");
  socket.close();
}

const version2 = (transports, options, path, at) =>
  io2(at + path, { transports, forceNew: true, ...options });

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
  const tests = { aMegabyte, tenThousandInOrder, reconnects, namespaces, retries, withoutTrailingSlash };
  for (const [name, test] of Object.entries(tests)) {
    await test(transports);
    console.log(`ok ${transports} ${name}`);
  }
  await eventsAndAcks(transports, url);
  console.log(`ok ${transports} eventsAndAcks`);
  await eventsAndAcks(transports, otherUrl);
  console.log(`ok ${transports} eventsAndAcks compressed`);
  await eventsAndAcks(transports, otherUrl, version2);
  console.log(`ok ${transports} eventsAndAcks version 2`);
}
console.log("all passed");
process.exit(0);
