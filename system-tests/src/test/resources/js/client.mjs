// node client.mjs URL TOKEN
// The official client, told what to do by lines and saying what happens in lines:
//   to URL          the next connection goes there
//   break           the transport ends
//   forget          the next connection begins anew
//   emit NAME JSON  says `ack NAME JSON` when it is answered
// It says `connect ID RECOVERED` for each connection and `event NAME JSON` for each event.
import { io } from "socket.io-client";
import { createInterface } from "node:readline";

const [url, token] = process.argv.slice(2);
const socket = io(url, {
  auth: { token },
  transports: ["websocket"],
  reconnectionDelay: 20,
  reconnectionDelayMax: 60,
  timeout: 3000,
});

socket.on("connect", () => console.log(`connect ${socket.id} ${socket.recovered}`));
socket.onAny((name, data) => console.log(`event ${name} ${JSON.stringify(data)}`));

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [word, name, ...rest] = line.split(" ");
    if (word === "to") {
      socket.io.uri = name;
    } else if (word === "break") {
      socket.io.engine.close();
    } else if (word === "forget") {
      socket._pid = undefined;
    } else if (word === "emit") {
      socket.emit(name, JSON.parse(rest.join(" ")), (answer) =>
        console.log(`ack ${name} ${JSON.stringify(answer)}`),
      );
    }
  })
  .on("close", () => process.exit(0));
