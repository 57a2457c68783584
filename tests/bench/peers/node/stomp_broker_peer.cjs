// stomp-broker-js as a peer of scripts/bench-peers, with its WebSocket at /stomp.
const http = require("node:http");
const StompServer = require("stomp-broker-js");

const server = http.createServer();
new StompServer({ server, path: "/stomp" });
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => console.log(`listening on ${server.address().port}`));
