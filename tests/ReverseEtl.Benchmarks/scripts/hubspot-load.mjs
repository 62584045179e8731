// Loads the model into HubSpot by batch upserts of 100, rows streamed from Postgres, eight requests at a time: DATABASE_URL, HUBSPOT_URL.
import { Client } from "@hubspot/api-client";
import pg from "pg";
import QueryStream from "pg-query-stream";

const batchSize = 100;
const inFlight = 8;
const select = `
  select account_id, name, city, phone, website, plan, arr::text, score::text, active::text,
         to_char(seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as seen_at, since::text
    from analytics.accounts`;

// The sandbox's public default token; it opens nothing else. The client's own limiter keeps to 9 requests a second, which is not what is measured.
const client = new Client({
  accessToken: "pat-eu1-sandbox", basePath: process.env.HUBSPOT_URL, numberOfApiCallRetries: 3, limiterOptions: { maxConcurrent: inFlight },
});

const database = new pg.Client(process.env.DATABASE_URL);
await database.connect();

let loaded = 0;
const upsert = async (rows) => {
  const answer = await client.crm.companies.batchApi.upsert({
    inputs: rows.map(({ account_id, ...properties }) => ({
      id: account_id, idProperty: "warehouse_id", properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null)),
    })),
  });
  if (answer.numErrors > 0) throw new Error(`${answer.numErrors} failed`);
  loaded += answer.results.length;
};

const underWay = new Set();
const send = async (rows) => {
  if (underWay.size >= inFlight) await Promise.race(underWay);
  const sending = upsert(rows).finally(() => underWay.delete(sending));
  underWay.add(sending);
};

let batch = [];
for await (const row of database.query(new QueryStream(select, [], { batchSize: 2000, highWaterMark: 2000 }))) {
  batch.push(row);
  if (batch.length === batchSize) {
    await send(batch);
    batch = [];
  }
}

if (batch.length > 0) await send(batch);
await Promise.all(underWay);
await database.end();
console.log(loaded);
