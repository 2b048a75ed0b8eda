// HTTP in, a call on the bus, HTTP out, by Node's own http server and nothing else: as fast as Moleculer can be
// asked, with none of what a gateway has to do besides.
const http = require("node:http");
const makeBroker = require("./broker");
const { personOf, sign } = require("./tokens");

const broker = makeBroker(`gateway-${process.env.PORT}`);

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

async function serve(request, response) {
  const [, noun, what] = request.url.split("/");
  try {
    if (noun === "echo") {
      return answer(response, 200, await broker.call("measured.echo", { text: decodeURIComponent(what) }));
    }
    if (noun === "articles") {
      const user = personOf(request);
      if (user === null) return answer(response, 401, { code: "unauthenticated" });
      if (!user.roles.includes("member")) return answer(response, 403, { code: "forbidden" });
      return answer(response, 200, await broker.call("measured.article", { id: what }, { meta: { user } }));
    }
    if (noun === "token") return answer(response, 200, sign({ sub: what, roles: ["member"] }));
    answer(response, 404, { code: "not_found" });
  } catch (error) {
    answer(response, error.code >= 400 && error.code < 600 ? error.code : 500, { code: error.type || "internal" });
  }
}

broker
  .start()
  .then(() => broker.waitForServices("measured"))
  .then(() => http.createServer(serve).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready")));
