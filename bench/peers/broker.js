// Moleculer as its own benchmarks tune it: no logger, metrics, tracing or circuit breaker; AMQP with a prefetch
// of 200 (its default of 1 answers 16 requests a second) and without Nagle's delay.
const { ServiceBroker } = require("moleculer");

module.exports = nodeID =>
  new ServiceBroker({
    nodeID,
    namespace: "bench",
    logger: false,
    metrics: false,
    tracing: false,
    requestTimeout: 3000,
    heartbeatInterval: 10,
    transporter: {
      type: "AMQP",
      options: {
        url: process.env.AMQP_URL,
        prefetch: 200,
        socketOptions: { noDelay: true },
        eventTimeToLive: 5000,
        heartbeatTimeToLive: 5000
      }
    }
  });
