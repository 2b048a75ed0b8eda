// HTTP in, a call on the bus, HTTP out, by Moleculer's own gateway, with everything off that it need not do here.
const ApiGateway = require("moleculer-web");
const makeBroker = require("./broker");
const { personOf } = require("./tokens");

const broker = makeBroker(`gateway-${process.env.PORT}`);
const plain = { bodyParsers: false, etag: false, mappingPolicy: "restrict", authorization: false };

broker.createService({
  name: "api",
  mixins: [ApiGateway],
  settings: {
    port: Number(process.env.PORT),
    ip: "127.0.0.1",
    etag: false,
    log4XXResponses: false,
    logRequest: null,
    logRequestParams: null,
    logResponse: null,
    logResponseData: null,
    logRouteRegistration: null,
    optimizeOrder: true,
    routes: [
      { ...plain, path: "/echo", aliases: { "GET :text": "measured.echo" } },
      { ...plain, path: "/articles", authorization: true, aliases: { "GET :id": "measured.article" } }
    ]
  },
  methods: {
    authorize(ctx, _route, request) {
      const user = personOf(request);
      if (user === null) throw new ApiGateway.Errors.UnAuthorizedError();
      if (!user.roles.includes("member")) throw new ApiGateway.Errors.ForbiddenError();
      ctx.meta.user = user;
    }
  }
});

broker.start().then(() => broker.waitForServices("measured"));
