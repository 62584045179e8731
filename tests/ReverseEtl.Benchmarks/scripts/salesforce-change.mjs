// Sends changed rows to Salesforce by Collections, 200 a request, four requests at a time: DATABASE_URL, SALESFORCE_URL, SQL.
import jsforce from "jsforce";
import pg from "pg";

const batchSize = 200;
const inFlight = 4;

const crm = new jsforce.Connection({
  // The sandbox's public defaults; they open nothing else.
  oauth2: { loginUrl: process.env.SALESFORCE_URL, clientId: "3MVG9sandboxClientId", clientSecret: "sandbox-client-secret" },
  version: "66.0",
});
await crm.authorize({ grant_type: "client_credentials" });

const database = new pg.Client(process.env.DATABASE_URL);
await database.connect();
const { rows } = await database.query(process.env.SQL);
await database.end();

const batches = Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, i) => rows.slice(i * batchSize, (i + 1) * batchSize));
let changed = 0;
const work = async () => {
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    const results = await crm.sobject("Account").upsert(batch, "Warehouse_Id__c");
    const failed = results.filter((result) => !result.success);
    if (failed.length > 0) throw new Error(JSON.stringify(failed[0]));
    changed += results.length;
  }
};
await Promise.all(Array.from({ length: inFlight }, work));
console.log(changed);
