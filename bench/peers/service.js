// The same two answers as our measured service: an echo, and a row by its key for members.
const { Errors } = require("moleculer");
const { Pool } = require("pg");
const makeBroker = require("./broker");

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const BY_ID = "SELECT id, title, body, author_id, words, version FROM article WHERE id = $1";
const broker = makeBroker("service");

broker.createService({
  name: "measured",
  actions: {
    echo: {
      params: { text: { type: "string", min: 1, max: 200 } },
      handler: ctx => ctx.params.text
    },
    article: {
      params: { id: "uuid" },
      async handler(ctx) {
        if (!ctx.meta.user.roles.includes("member")) throw new Errors.MoleculerError("forbidden", 403);
        const found = await pool.query({ name: "by_id", text: BY_ID, values: [ctx.params.id] });
        if (!found.rows.length) throw new Errors.MoleculerError("not found", 404);
        return found.rows[0];
      }
    }
  }
});

broker.start().then(() => console.log("ready"));
