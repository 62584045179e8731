// Loads the model into Salesforce by one Bulk API 2.0 job, rows streamed from Postgres: DATABASE_URL, SALESFORCE_URL.
import { stringify } from "csv-stringify";
import jsforce from "jsforce";
import pg from "pg";
import QueryStream from "pg-query-stream";

const select = `
  select account_id as "Warehouse_Id__c", name as "Name", city as "BillingCity", phone as "Phone", website as "Website", plan as "Plan__c",
         arr::text as "Arr__c", score::text as "Score__c", active::text as "Active__c",
         to_char(seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "Seen_At__c", since::text as "Since__c"
    from analytics.accounts`;

const crm = new jsforce.Connection({
  // The sandbox's public defaults; they open nothing else.
  oauth2: { loginUrl: process.env.SALESFORCE_URL, clientId: "3MVG9sandboxClientId", clientSecret: "sandbox-client-secret" },
  version: "66.0",
});
await crm.authorize({ grant_type: "client_credentials" });

const database = new pg.Client(process.env.DATABASE_URL);
await database.connect();
const rows = database.query(new QueryStream(select, [], { batchSize: 2000, highWaterMark: 2000 }));

// jsforce takes streams as CSV.
const job = crm.bulk2.createJob({ object: "Account", operation: "upsert", externalIdFieldName: "Warehouse_Id__c", lineEnding: "LF" });
await job.open();
await job.uploadData(rows.pipe(stringify({ header: true })));
await job.close();
await job.poll(1000, 600_000);
const { successfulResults, failedResults, unprocessedRecords } = await job.getAllResults();
await database.end();
if (failedResults.length + unprocessedRecords.length > 0) throw new Error(`${failedResults.length} failed, ${unprocessedRecords.length} not processed`);
console.log(successfulResults.length);
