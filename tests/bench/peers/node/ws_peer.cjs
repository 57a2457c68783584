// npm `ws` as a peer of scripts/bench-peers: /echo, and topics behind just enough STOMP for a load generator. MESSAGE frames
// are written by hand, once a message.
const http = require("node:http");
const { WebSocketServer } = require("ws");

const topics = new Map();
let subscriptionId = "";

function header(frame, name) {
  const at = frame.indexOf(`\n${name}:`);
  return at < 0 ? undefined : frame.slice(at + name.length + 2, frame.indexOf("\n", at + 1));
}

function publish(frame) {
  const destination = header(frame, "destination");
  const body = frame.slice(frame.indexOf("\n\n") + 2, -1);
  const message = Buffer.from(
    `MESSAGE\ndestination:${destination}\nmessage-id:000000000000\nsubscription:${subscriptionId}\n` +
      `content-length:${body.length}\n\n${body}\0`, "latin1");
  for (const socket of topics.get(destination) ?? []) socket.send(message, { binary: false });
}

function subscribe(socket, frame) {
  const destination = header(frame, "destination");
  subscriptionId = header(frame, "id");
  if (!topics.has(destination)) topics.set(destination, new Set());
  topics.get(destination).add(socket);
  socket.on("close", () => topics.get(destination).delete(socket));
}

function onStomp(socket, data) {
  const frame = data.toString("latin1");
  if (frame.startsWith("SEND\n")) return publish(frame);
  if (frame.startsWith("CONNECT\n") || frame.startsWith("STOMP\n")) socket.send("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0");
  else if (frame.startsWith("SUBSCRIBE\n")) subscribe(socket, frame);
  const receipt = header(frame, "receipt");
  if (receipt) socket.send(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
}

const server = http.createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket, request) => {
  if (request.url === "/echo") socket.on("message", (data, binary) => socket.send(data, { binary }));
  else socket.on("message", (data) => onStomp(socket, data));
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => console.log(`listening on ${server.address().port}`));
