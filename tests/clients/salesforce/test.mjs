// Drives the Salesforce sandbox with jsforce: what a client that nobody here wrote expects must be there.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import jsforce from "jsforce";

const url = process.env.SANDBOX_URL?.replace(/\/$/, "");
if (!url) throw new Error("SANDBOX_URL must name the Salesforce sandbox, e.g. http://127.0.0.1:5081");

// The sandbox's public defaults; they open nothing else.
const oauth2 = { loginUrl: url, clientId: "3MVG9sandboxClientId", clientSecret: "sandbox-client-secret" };
const refreshToken = "5Aep861sandboxRefreshToken";
const key = "Warehouse_Id__c";
const polling = { pollInterval: 50, pollTimeout: 60_000 };

const admin = async (method, path, body) => {
  const answer = await fetch(`${url}/_sandbox/${path}`, { method, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
};

const signIn = async () => {
  const connection = new jsforce.Connection({ oauth2, version: "66.0" });
  await connection.authorize({ grant_type: "client_credentials" });
  return connection;
};

const codeOf = (error) => error.errorCode ?? error.data?.errorCode ?? error.name;

let crm;
before(async () => {
  await admin("POST", "reset");
  crm = await signIn();
});
after(() => admin("POST", "reset"));

describe("signing in", () => {
  test("client credentials give a session of the integration user", async () => {
    const me = await crm.identity();
    assert.equal(me.user_id, crm.userInfo.id);
    assert.equal(me.organization_id, crm.userInfo.organizationId);
    assert.equal(me.username, "integration@sandbox.example.org");
  });

  test("a wrong secret is refused in the OAuth way", async () => {
    const stranger = new jsforce.Connection({ oauth2: { ...oauth2, clientSecret: "wrong" } });
    await assert.rejects(stranger.authorize({ grant_type: "client_credentials" }), { name: "invalid_client" });
  });

  test("a dead session is renewed with the refresh token and the call repeated", async () => {
    const connection = new jsforce.Connection({ oauth2, instanceUrl: url, refreshToken, accessToken: "dead", version: "66.0" });
    let renewed;
    connection.on("refresh", (token) => (renewed = token));
    assert.ok((await connection.limits()).DailyApiRequests.Max > 0);
    assert.equal(connection.accessToken, renewed);
  });
});

describe("metadata", () => {
  test("describe global lists the objects", async () => {
    const names = (await crm.describeGlobal()).sobjects.map((o) => o.name);
    for (const name of ["Account", "Contact", "Lead", "Opportunity", "Case", "User"]) assert.ok(names.includes(name), name);
  });

  test("describe shows the external id", async () => {
    const account = await crm.sobject("Account").describe();
    const field = account.fields.find((f) => f.name === key);
    assert.deepEqual([field.externalId, field.unique, field.type], [true, true, "string"]);
    assert.equal(account.keyPrefix, "001");
  });

  test("versions need no session", async () => {
    const versions = await (await fetch(`${url}/services/data/`)).json();
    assert.ok(versions.some((v) => v.version === "66.0"));
  });
});

describe("single records", () => {
  test("create, read, change, delete", async () => {
    const accounts = crm.sobject("Account");
    const { id, success } = await accounts.create({ Name: "Acme", AnnualRevenue: 1250000 });
    assert.ok(success);
    assert.equal((await accounts.retrieve(id)).AnnualRevenue, 1250000);
    assert.ok((await accounts.update({ Id: id, Phone: "1" })).success);
    assert.equal((await accounts.retrieve(id, { fields: ["Phone"] })).Phone, "1");
    assert.ok((await accounts.destroy(id)).success);
    await assert.rejects(accounts.retrieve(id), (error) => codeOf(error) === "ENTITY_IS_DELETED");
  });

  test("upsert by external id creates, then updates", async () => {
    const contacts = crm.sobject("Contact");
    const first = await contacts.upsert({ [key]: "C/1 +", LastName: "Ito" }, key).catch((error) => error);
    // jsforce does not percent-encode external ids: a slash in one leads elsewhere, as it does on the real platform.
    assert.equal(codeOf(first), "NOT_FOUND");
    const created = await contacts.upsert({ [key]: "C-1", LastName: "Ito" }, key);
    const updated = await contacts.upsert({ [key]: "C-1", LastName: "Itō" }, key);
    assert.deepEqual([created.created, updated.created, updated.id], [true, false, created.id]);
    assert.equal((await contacts.findOne({ [key]: "C-1" }, ["LastName"])).LastName, "Itō");
  });

  test("errors carry code, message and fields", async () => {
    await assert.rejects(crm.sobject("Contact").create({ FirstName: "No last name" }), (error) => {
      assert.deepEqual([codeOf(error), error.message, error.data?.fields], [
        "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"]]);
      return true;
    });
  });
});

describe("collections", () => {
  test("each record has its own result, in order", async () => {
    const results = await crm.sobject("Contact").create([{ LastName: "A" }, { FirstName: "B" }, { LastName: "C" }]);
    assert.deepEqual(results.map((r) => r.success), [true, false, true]);
    assert.equal(results[1].errors[0].statusCode, "REQUIRED_FIELD_MISSING");
    const ids = results.filter((r) => r.success).map((r) => r.id);
    assert.deepEqual((await crm.sobject("Contact").retrieve(ids)).map((r) => r.LastName), ["A", "C"]);
    const changed = await crm.sobject("Contact").update(ids.map((Id) => ({ Id, Title: "T" })));
    assert.ok(changed.every((r) => r.success));
    assert.ok((await crm.sobject("Contact").destroy(ids)).every((r) => r.success));
  });

  test("upsert by external id tells created from updated", async () => {
    const upsert = (records) => crm.sobject("Account").upsert(records, key);
    assert.deepEqual((await upsert([{ [key]: "K-1", Name: "1" }])).map((r) => r.created), [true]);
    assert.deepEqual((await upsert([{ [key]: "K-1", Name: "1b" }, { [key]: "K-2", Name: "2" }])).map((r) => r.created), [false, true]);
  });

  test("all or none rolls back the good ones", async () => {
    const results = await crm.sobject("Contact").create([{ LastName: "Rolled back" }, { FirstName: "Bad" }], { allOrNone: true });
    assert.equal(results[0].errors[0].statusCode, "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert.equal(await crm.sobject("Contact").count({ LastName: "Rolled back" }), 0);
  });
});

describe("queries", () => {
  before(async () => {
    const rows = Array.from({ length: 450 }, (_, i) => ({ LastName: `Q${String(i).padStart(3, "0")}`, Department: "Paging" }));
    await crm.sobject("Contact").create(rows, { allowRecursive: true });
  });

  test("pages are followed to the end", async () => {
    const query = crm.query("SELECT LastName FROM Contact WHERE Department = 'Paging' ORDER BY LastName", {
      autoFetch: true, maxFetch: 1000, headers: { "Sforce-Query-Options": "batchSize=200" },
    });
    const names = (await query).records.map((r) => r.LastName);
    assert.equal(names.length, 450);
    assert.deepEqual(names, names.toSorted?.() ?? [...names].sort());
  });

  test("a page tells where the next one is", async () => {
    const first = await crm.query("SELECT Id FROM Contact WHERE Department = 'Paging'", { headers: { "Sforce-Query-Options": "batchSize=200" } });
    assert.deepEqual([first.totalSize, first.done, first.records.length], [450, false, 200]);
    assert.equal((await crm.queryMore(first.nextRecordsUrl)).records.length > 0, true);
  });

  test("parents come nested and the recycle bin comes with queryAll", async () => {
    const { id } = await crm.sobject("Account").create({ Name: "Parent" });
    await crm.sobject("Contact").create({ LastName: "Child", AccountId: id });
    const [child] = (await crm.query("SELECT Account.Name FROM Contact WHERE LastName = 'Child'")).records;
    assert.equal(child.Account.Name, "Parent");
    await crm.sobject("Account").destroy(id);
    const gone = (await crm.query(`SELECT IsDeleted FROM Account WHERE Id = '${id}'`, { scanAll: true })).records;
    assert.deepEqual(gone.map((r) => r.IsDeleted), [true]);
  });

  test("the query builder's conditions, dates, children and wildcards are understood", async () => {
    const { id } = await crm.sobject("Account").create({ Name: "Builder's 100%", Phone: "1" });
    await crm.sobject("Contact").create({ LastName: "Kid", AccountId: id });
    const accounts = crm.sobject("Account");
    const conditions = {
      CreatedDate: { $gte: jsforce.SfDate.LAST_N_DAYS(2), $lt: jsforce.SfDate.TOMORROW },
      $or: [{ Name: "Builder's 100%" }, { $and: [{ Phone: { $in: ["8", "9"] } }, { Name: { $ne: null } }] }],
    };
    const [found] = await accounts.find(conditions, "Id, Owner.Name").sort({ CreatedDate: -1, Name: 1 }).limit(5)
      .include("Contacts").select("LastName").end().execute();
    assert.deepEqual([found.Id, found.Owner.Name, found.Contacts.records[0].LastName], [id, "Integration User", "Kid"]);
    assert.equal((await accounts.find({ Id: id }).select("*").execute())[0].Phone, "1");
    assert.equal(await accounts.count({ CreatedDate: jsforce.SfDate.TODAY, Id: id }), 1);
    assert.equal((await crm.query(`SELECT FIELDS(ALL) FROM Account WHERE Id = '${id}' LIMIT 1`)).records[0].Phone, "1");
    const [sums] = (await crm.query(`SELECT COUNT(Id) n, MAX(Name) FROM Account WHERE Id = '${id}'`)).records;
    assert.deepEqual([sums.n, sums.expr0], [1, "Builder's 100%"]);
    assert.deepEqual((await accounts.find({ Id: id }).update({ Phone: "2" })).map((r) => r.success), [true]);
    assert.deepEqual((await accounts.find({ Id: id }).destroy()).map((r) => r.success), [true]);
  });

  test("bad SOQL is refused", async () => {
    await assert.rejects(crm.query("SELECT Nope__c FROM Account"), (error) => codeOf(error) === "INVALID_FIELD");
  });

  test("updated and deleted records are listed", async () => {
    const start = new Date(Date.now() - 3_600_000).toISOString();
    const end = new Date(Date.now() + 120_000).toISOString();
    assert.ok((await crm.sobject("Contact").updated(start, end)).ids.length >= 450);
    assert.ok((await crm.sobject("Account").deleted(start, end)).deletedRecords.length >= 1);
  });
});

describe("composite resources", () => {
  const data = "/services/data/v66.0";

  test("subrequests refer to each other, and a stale write is refused inside a 200", async () => {
    const { compositeResponse } = await crm.requestPost(`${data}/composite`, {
      allOrNone: false,
      compositeRequest: [
        { method: "POST", url: `${data}/sobjects/Account`, referenceId: "a", body: { Name: "Composite" } },
        { method: "POST", url: `${data}/sobjects/Contact`, referenceId: "c", body: { LastName: "C", AccountId: "@{a.id}" } },
        { method: "PATCH", url: `${data}/sobjects/Contact/@{c.id}`, referenceId: "stale", body: { Title: "T" },
          httpHeaders: { "If-Unmodified-Since": "Mon, 02 Mar 2020 10:00:05 GMT" } },
      ],
    });
    assert.deepEqual(compositeResponse.map((r) => r.httpStatusCode), [201, 201, 412]);
  });

  test("a batch answers each request and a graph is all or none", async () => {
    const batch = await crm.requestPost(`${data}/composite/batch`, {
      batchRequests: [{ method: "GET", url: "v66.0/limits" }, { method: "GET", url: "v66.0/nothing" }],
    });
    assert.deepEqual([batch.hasErrors, ...batch.results.map((r) => r.statusCode)], [true, 200, 404]);
    const { graphs } = await crm.requestPost(`${data}/composite/graph`, {
      graphs: [{ graphId: "g", compositeRequest: [
        { method: "POST", url: `${data}/sobjects/Account`, referenceId: "a", body: { Name: "Graph" } },
        { method: "POST", url: `${data}/sobjects/Contact`, referenceId: "c", body: { AccountId: "@{a.id}" } },
      ] }],
    });
    assert.equal(graphs[0].isSuccessful, false);
    assert.equal(await crm.sobject("Account").count({ Name: "Graph" }), 0);
  });
});

describe("bulk 2.0", () => {
  test("ingest answers good and bad rows apart", async () => {
    const input = Array.from({ length: 500 }, (_, i) => ({ [key]: `B-${i}`, Name: i % 100 === 0 ? "#N/A" : `Bulk, "${i}"` }));
    const results = await crm.bulk2.loadAndWaitForResults({
      object: "Account", operation: "upsert", externalIdFieldName: key, input, ...polling,
    });
    assert.deepEqual(
      [results.successfulResults.length, results.failedResults.length, results.unprocessedRecords.length], [495, 5, 0]);
    assert.ok(results.failedResults.every((r) => r.sf__Error.startsWith("REQUIRED_FIELD_MISSING:")));
    assert.ok(results.successfulResults.every((r) => r.sf__Created === "true" && r.sf__Id.startsWith("001")));
    assert.deepEqual(
      new Set([...results.successfulResults, ...results.failedResults].map((r) => r[key])), new Set(input.map((r) => r[key])));
  });

  test("an unknown column fails the job", async () => {
    await assert.rejects(
      crm.bulk2.loadAndWaitForResults({ object: "Account", operation: "insert", input: [{ Name: "A", Nope__c: "1" }], ...polling }),
      /InvalidBatch : Field name not found : Nope__c/);
  });

  test("a job is opened, aborted and deleted", async () => {
    const job = crm.bulk2.createJob({ object: "Account", operation: "insert" });
    assert.equal((await job.open()).state, "Open");
    await job.uploadData("Name\nNever written\n");
    await job.abort();
    assert.equal((await job.check()).state, "Aborted");
    await job.delete();
    assert.equal(await crm.sobject("Account").count({ Name: "Never written" }), 0);
  });

  test("update, then delete, by id", async () => {
    const ids = (await crm.sobject("Account").find({ Name: { $like: "Bulk%" } }, ["Id"])).map((r) => r.Id);
    const update = await crm.bulk2.loadAndWaitForResults({
      object: "Account", operation: "update", input: ids.map((Id) => ({ Id, Phone: "7" })), ...polling });
    assert.equal(update.successfulResults.length, 495);
    const removal = await crm.bulk2.loadAndWaitForResults({
      object: "Account", operation: "delete", input: ids.map((Id) => ({ Id })), ...polling });
    assert.equal(removal.successfulResults.length, 495);
    assert.equal(await crm.sobject("Account").count({ Name: { $like: "Bulk%" } }), 0);
  });

  test("query streams one page of records", async () => {
    // More than one page is broken in jsforce itself; the sandbox's own tests cover it.
    const records = await (await crm.bulk2.query("SELECT Id, LastName, Account.Name FROM Contact WHERE Department = 'Paging'", polling)).toArray();
    assert.equal(records.length, 450);
    assert.ok(records.every((r) => r.Id.startsWith("003") && r.LastName.startsWith("Q")));
  });
});
