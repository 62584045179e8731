// Drives the HubSpot sandbox with HubSpot's own client: what it expects must be there.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createServer } from "node:http";
import { Client, Signature } from "@hubspot/api-client";

const url = process.env.SANDBOX_URL?.replace(/\/$/, "");
if (!url) throw new Error("SANDBOX_URL must name the HubSpot sandbox, e.g. http://127.0.0.1:5082");

// The sandbox's public defaults; they open nothing else.
const accessToken = "pat-eu1-sandbox";
const app = { clientId: "sandbox-client", clientSecret: "sandbox-client-secret", refreshToken: "eu1-sandbox-refresh" };
const key = "warehouse_id";

const admin = async (method, path, body) => {
  const answer = await fetch(`${url}/_sandbox/${path}`, { method, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? undefined : answer.json();
};

const refused = async (work) => {
  try {
    await work();
  } catch (error) {
    return { status: error.code, body: typeof error.body === "string" ? JSON.parse(error.body) : error.body };
  }
  assert.fail("The sandbox took what HubSpot refuses.");
};

const client = new Client({ accessToken, basePath: url, numberOfApiCallRetries: 2 });
const contact = (email, more = {}) => client.crm.contacts.basicApi.create({ properties: { email, ...more }, associations: [] });
const company = (name) => client.crm.companies.basicApi.create({ properties: { name }, associations: [] });
const search = (properties, filters, more = {}) =>
  client.crm.contacts.searchApi.doSearch({ filterGroups: [{ filters }], properties, sorts: [], limit: 10, after: "0", ...more });

before(async () => {
  await admin("POST", "reset");
  // Tests do not wait for the index on the real clock; its lag has tests of its own.
  await admin("POST", "switches", { searchIndexLagSeconds: 0, searchIndexJitterSeconds: 0 });
});
after(() => admin("POST", "reset"));

describe("objects", () => {
  test("a contact is made, read, changed and archived", async () => {
    const made = await contact("Ann@Example.org ", { firstname: "Ann", lastname: "Lee" });
    assert.equal(made.properties.email, "ann@example.org");
    const read = await client.crm.contacts.basicApi.getById(made.id, ["email", "phone"]);
    assert.equal(read.properties.phone, null);
    assert.ok(read.createdAt instanceof Date);
    const changed = await client.crm.contacts.basicApi.update(made.id, { properties: { jobtitle: "CTO", lastname: "" } });
    assert.equal(changed.properties.jobtitle, "CTO");
    await client.crm.contacts.basicApi.archive(made.id);
    assert.equal((await refused(() => client.crm.contacts.basicApi.getById(made.id))).status, 404);
    const archived = await client.crm.contacts.basicApi.getById(made.id, undefined, undefined, undefined, true);
    assert.equal(archived.archived, true);
  });

  test("a contact is found by its address and by a unique property", async () => {
    const made = await contact("by+mail@example.org", { [key]: "W/1+2" });
    const byEmail = await client.crm.contacts.basicApi.getById("by+mail@example.org", undefined, undefined, undefined, false, "email");
    const byKey = await client.crm.contacts.basicApi.getById("W/1+2", undefined, undefined, undefined, false, key);
    assert.deepEqual([byEmail.id, byKey.id], [made.id, made.id]);
  });

  test("an address in use is a conflict that names the contact", async () => {
    const made = await contact("twice@example.org");
    const { status, body } = await refused(() => contact("Twice@example.org"));
    assert.equal(status, 409);
    assert.match(body.message, new RegExp(`Existing ID: ${made.id}$`));
  });

  test("an invalid value is refused with its code", async () => {
    const { status, body } = await refused(() => contact("bad@example.org", { lead_score: "much" }));
    assert.deepEqual([status, body.category, body.errors[0].code], [400, "VALIDATION_ERROR", "INVALID_INTEGER"]);
  });

  test("the list goes on page by page", async () => {
    for (const n of [1, 2, 3]) await client.crm.deals.basicApi.create({
      properties: { dealname: `Deal ${n}`, dealstage: "closedwon", pipeline: "default" }, associations: [] });
    assert.deepEqual((await client.crm.deals.getAll(2, undefined, ["dealname"])).map((d) => d.properties.dealname), ["Deal 1", "Deal 2", "Deal 3"]);
  });

  test("histories tell who set a value", async () => {
    const made = await contact("history@example.org", { phone: "1" });
    await admin("PATCH", `records/contacts/${made.id}`, { phone: "2" });
    const read = await client.crm.contacts.basicApi.getById(made.id, undefined, ["phone"]);
    assert.deepEqual(read.propertiesWithHistory.phone.map((v) => [v.value, v.sourceType]), [["2", "CRM_UI"], ["1", "INTEGRATION"]]);
  });

  test("a merge gives a new record to which both ids lead", async () => {
    const [a, b] = [await contact("m1@example.org"), await contact("m2@example.org")];
    const merged = await client.crm.contacts.basicApi.merge({ primaryObjectId: a.id, objectIdToMerge: b.id });
    assert.ok(![a.id, b.id].includes(merged.id));
    assert.equal((await client.crm.contacts.basicApi.getById(a.id)).id, merged.id);
    assert.equal((await client.crm.contacts.basicApi.getById(b.id)).id, merged.id);
  });

  test("tickets and companies work the same way", async () => {
    const ticket = await client.crm.tickets.basicApi.create({
      properties: { subject: "Help", hs_pipeline: "0", hs_pipeline_stage: "1" }, associations: [] });
    assert.equal(ticket.properties.subject, "Help");
    const [one, other] = [await company("Same"), await company("Same")];
    assert.notEqual(one.id, other.id);
  });
});

describe("custom objects", () => {
  test("a schema is defined and its records are kept", async () => {
    const schema = await client.crm.schemas.coreApi.create({
      name: "subscription", labels: { singular: "Subscription", plural: "Subscriptions" }, primaryDisplayProperty: "plan",
      requiredProperties: ["plan"], searchableProperties: ["plan"], secondaryDisplayProperties: [], associatedObjects: ["COMPANY"],
      properties: [
        { name: "plan", label: "Plan", type: "string", fieldType: "text" },
        { name: "sub_id", label: "Subscription id", type: "string", fieldType: "text", hasUniqueValue: true },
      ],
    });
    assert.match(schema.objectTypeId, /^2-\d+$/);
    assert.equal((await client.crm.schemas.coreApi.getAll()).results.length, 1);
    const made = await client.crm.objects.basicApi.create(schema.objectTypeId, { properties: { plan: "gold", sub_id: "S-1" }, associations: [] });
    const read = await client.crm.objects.basicApi.getById(schema.fullyQualifiedName, "S-1", ["plan"], undefined, undefined, false, "sub_id");
    assert.deepEqual([read.id, read.properties.plan], [made.id, "gold"]);
  });
});

describe("batches", () => {
  test("an upsert by a unique property creates and updates", async () => {
    const inputs = ["U-1", "U-2"].map((id) => ({ id, idProperty: key, properties: { firstname: id }, objectWriteTraceId: id }));
    const first = await client.crm.contacts.batchApi.upsert({ inputs });
    assert.deepEqual(first.results.map((r) => r._new), [true, true]);
    const again = await client.crm.contacts.batchApi.upsert({ inputs });
    assert.deepEqual(again.results.map((r) => r._new), [false, false]);
    assert.deepEqual(new Set(again.results.map((r) => r.id)), new Set(first.results.map((r) => r.id)));
  });

  test("a bad row among traced ones fails alone", async () => {
    const answer = await client.crm.contacts.batchApi.create({
      inputs: [
        { properties: { email: "row1@example.org" }, associations: [], objectWriteTraceId: "r1" },
        { properties: { email: "no address" }, associations: [], objectWriteTraceId: "r2" },
      ],
    });
    assert.equal(answer.results.length, 1);
    assert.equal(answer.numErrors, 1);
    assert.deepEqual(answer.errors[0].context.objectWriteTraceId, ["r2"]);
  });

  test("without trace ids one bad row spoils the batch", async () => {
    const inputs = ["fine@example.org", "no address"].map((email) => ({ properties: { email }, associations: [] }));
    assert.equal((await refused(() => client.crm.contacts.batchApi.create({ inputs }))).status, 400);
    assert.equal((await search(["email"], [{ propertyName: "email", operator: "EQ", value: "fine@example.org" }])).total, 0);
  });

  test("a read tells which ids are not there", async () => {
    const made = await contact("there@example.org");
    const answer = await client.crm.contacts.batchApi.read({
      inputs: [{ id: made.id }, { id: "99" }], properties: ["email"], propertiesWithHistory: [] });
    assert.deepEqual(answer.results.map((r) => r.id), [made.id]);
    assert.deepEqual(answer.errors[0].context.ids, ["99"]);
  });

  test("an id that stands twice is refused", async () => {
    const made = await contact("double@example.org");
    const inputs = [1, 2].map((n) => ({ id: made.id, properties: { phone: `${n}` } }));
    assert.match((await refused(() => client.crm.contacts.batchApi.update({ inputs }))).body.message, /^Duplicate IDs found/);
  });

  test("an archive takes the records out of the list", async () => {
    const made = await Promise.all([1, 2].map((n) => company(`Gone ${n}`)));
    await client.crm.companies.batchApi.archive({ inputs: made.map(({ id }) => ({ id })) });
    const left = await client.crm.companies.getAll();
    assert.ok(!left.some((c) => made.some(({ id }) => id === c.id)));
  });

  test("the 101st input is refused", async () => {
    const inputs = Array.from({ length: 101 }, (_, n) => ({ properties: { email: `n${n}@example.org` }, associations: [] }));
    assert.equal((await refused(() => client.crm.contacts.batchApi.create({ inputs }))).status, 400);
  });
});

describe("search", () => {
  test("filters, sort and pages", async () => {
    for (const n of [1, 2, 3]) await contact(`s${n}@search.example`, { lead_score: `${n}` });
    const filters = [{ propertyName: "email", operator: "CONTAINS_TOKEN", value: "*@search.example" }];
    const found = await search(["lead_score"], filters, { sorts: ["-lead_score"], limit: 2 });
    assert.deepEqual([found.total, found.results.map((r) => r.properties.lead_score), found.paging.next.after], [3, ["3", "2"], "2"]);
    const rest = await search(["lead_score"], filters, { sorts: ["-lead_score"], limit: 2, after: found.paging.next.after });
    assert.deepEqual([rest.results.length, rest.paging], [1, undefined]);
  });

  test("a page beyond 10,000 results is refused", async () => {
    assert.equal((await refused(() => search([], [], { filterGroups: [], limit: 200, after: "9900" }))).status, 400);
  });

  test("a new record is not found before the index knows it", async () => {
    await admin("POST", "switches", { searchIndexLagSeconds: 60 });
    await contact("late@example.org");
    assert.equal((await search([], [{ propertyName: "email", operator: "EQ", value: "late@example.org" }])).total, 0);
    await admin("POST", "switches", { searchIndexLagSeconds: 0 });
  });
});

describe("properties", () => {
  const name = "retl_rating";

  test("a property is made, read, changed and archived", async () => {
    const definition = { name, label: "Rating", type: "enumeration", fieldType: "select", groupName: "contactinformation",
      options: [{ label: "Good", value: "good", displayOrder: 0, hidden: false }] };
    const made = await client.crm.properties.coreApi.create("contacts", definition);
    assert.equal(made.modificationMetadata.readOnlyValue, false);
    assert.equal((await refused(() => client.crm.properties.coreApi.create("contacts", definition))).body.category, "OBJECT_ALREADY_EXISTS");
    const changed = await client.crm.properties.coreApi.update("contacts", name, {
      options: [{ label: "Bad", value: "bad", displayOrder: 0, hidden: false }] });
    assert.deepEqual(changed.options.map((o) => o.value), ["bad"]);
    await client.crm.properties.coreApi.archive("contacts", name);
    assert.equal((await refused(() => client.crm.properties.coreApi.getByName("contacts", name))).status, 404);
  });

  test("all properties come at once, with what may be written", async () => {
    const { results } = await client.crm.properties.coreApi.getAll("contacts");
    const byName = new Map(results.map((p) => [p.name, p]));
    assert.equal(byName.get("hs_object_id").modificationMetadata.readOnlyValue, true);
    assert.equal(byName.get(key).hasUniqueValue, true);
    assert.deepEqual(byName.get("hubspot_owner_id").options, []);
  });

  test("a group is made and found", async () => {
    await client.crm.properties.groupsApi.create("contacts", { name: "retl", label: "Warehouse", displayOrder: -1 });
    assert.ok((await client.crm.properties.groupsApi.getAll("contacts")).results.some((g) => g.name === "retl"));
  });
});

describe("associations", () => {
  const api = () => client.crm.associations.v4;

  test("a default link is made, read from both ends and ended", async () => {
    const [one, other] = [await contact("link@example.org"), await company("Linked")];
    await api().basicApi.createDefault("contacts", one.id, "companies", other.id);
    const there = await api().basicApi.getPage("contacts", one.id, "companies");
    assert.equal(String(there.results[0].toObjectId), other.id);
    const back = await api().basicApi.getPage("companies", other.id, "contacts");
    assert.equal(String(back.results[0].toObjectId), one.id);
    await api().basicApi.archive("contacts", one.id, "companies", other.id);
    assert.deepEqual((await api().basicApi.getPage("contacts", one.id, "companies")).results, []);
  });

  test("a batch read of a record without associations has errors that are none", async () => {
    const [one, bare, other] = [await contact("has@example.org"), await contact("bare@example.org"), await company("Having")];
    await api().batchApi.create("contacts", "companies", {
      inputs: [{ _from: { id: one.id }, to: { id: other.id }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 279 }] }] });
    const answer = await api().batchApi.getPage("contacts", "companies", { inputs: [{ id: one.id }, { id: bare.id }] });
    assert.deepEqual(answer.results.map((r) => r._from.id), [one.id]);
    assert.equal(answer.errors[0].subCategory, "crm.associations.NO_ASSOCIATIONS_FOUND");
  });

  test("the primary company is told apart from a plain one", async () => {
    const [one, first, second] = [await contact("primary@example.org"), await company("First"), await company("Second")];
    const link = (id, type) => api().basicApi.create("contacts", one.id, "companies", id, [
      { associationCategory: "HUBSPOT_DEFINED", associationTypeId: type }]);
    await link(first.id, 1);
    await link(second.id, 1);
    const { results } = await api().basicApi.getPage("contacts", one.id, "companies");
    const primary = results.filter((r) => r.associationTypes.some((t) => t.label === "Primary"));
    assert.deepEqual(primary.map((r) => String(r.toObjectId)), [second.id]);
  });

  test("labels are defined, set and listed", async () => {
    const made = await api().schema.definitionsApi.create("contacts", "companies", { name: "billing", label: "Billing", inverseLabel: "Billed" });
    const typeId = made.results.find((t) => t.label === "Billing").typeId;
    const [one, other] = [await contact("labelled@example.org"), await company("Labelled")];
    await api().basicApi.create("contacts", one.id, "companies", other.id, [{ associationCategory: "USER_DEFINED", associationTypeId: typeId }]);
    const { results } = await api().basicApi.getPage("contacts", one.id, "companies");
    assert.ok(results[0].associationTypes.some((t) => t.label === "Billing"));
    assert.ok((await api().schema.definitionsApi.getAll("contacts", "companies")).results.some((t) => t.typeId === typeId));
  });

  test("a record shows its associations when asked", async () => {
    const [one, other] = [await contact("shown@example.org"), await company("Shown")];
    await api().basicApi.createDefault("contacts", one.id, "companies", other.id);
    const read = await client.crm.contacts.basicApi.getById(one.id, undefined, undefined, ["companies"]);
    assert.ok(read.associations.companies.results.some((r) => r.id === other.id));
  });
});

describe("webhooks", () => {
  test("what is sent is signed as HubSpot's own code expects", { timeout: 60_000 }, async () => {
    const calls = [];
    let heard;
    const server = createServer((request, response) => {
      let requestBody = "";
      request.on("data", (part) => (requestBody += part));
      request.on("end", () => {
        calls.push({ headers: request.headers, requestBody });
        response.writeHead(200).end();
        heard?.();
      });
    });
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    const targetUrl = `http://127.0.0.1:${server.address().port}/hook?from=sandbox%20x`;
    try {
      await admin("POST", "webhooks/subscribe", { targetUrl, events: ["contact.creation"] });
      const made = await contact("hook@example.org");
      if (calls.length === 0) await new Promise((done) => (heard = done));
      const [{ headers, requestBody }] = calls;
      const call = {
        signatureVersion: "v3", method: "POST", url: targetUrl, clientSecret: app.clientSecret, requestBody,
        signature: headers["x-hubspot-signature-v3"], timestamp: Number(headers["x-hubspot-request-timestamp"]),
      };
      assert.ok(Signature.isValid(call));
      assert.ok(!Signature.isValid({ ...call, clientSecret: "another" }));
      assert.deepEqual(JSON.parse(requestBody).map((e) => [e.subscriptionType, String(e.objectId)]), [["contact.creation", made.id]]);
    } finally {
      await new Promise((done) => server.close(done));
    }
  });
});

describe("the rest", () => {
  test("owners and pipelines", async () => {
    const owners = await client.crm.owners.ownersApi.getPage();
    assert.ok(owners.results.every((o) => o.id && o.email));
    const pipelines = await client.crm.pipelines.pipelinesApi.getAll("deals");
    assert.equal(pipelines.results[0].stages.find((s) => s.id === "closedwon").metadata.probability, "1.0");
  });

  test("a static list takes members", async () => {
    const made = await client.crm.lists.listsApi.create({ name: "Node VIP", objectTypeId: "0-1", processingType: "MANUAL" });
    const one = await contact("vip@example.org");
    const answer = await client.crm.lists.membershipsApi.add(made.list.listId, [one.id, "69"]);
    assert.deepEqual([answer.recordsIdsAdded, answer.recordIdsMissing], [[one.id], ["69"]]);
  });

  test("a refresh token gives an access token that works", async () => {
    const oauth = new Client({ basePath: url });
    const tokens = await oauth.oauth.tokensApi.create("refresh_token", undefined, undefined, app.clientId, app.clientSecret, app.refreshToken);
    oauth.setAccessToken(tokens.accessToken);
    assert.ok((await oauth.crm.owners.ownersApi.getPage()).results.length > 0);
    const revoked = new Client({ basePath: url });
    const { status, body } = await refused(
      () => revoked.oauth.tokensApi.create("refresh_token", undefined, undefined, app.clientId, app.clientSecret, "nope"));
    assert.deepEqual([status, body.status], [400, "BAD_REFRESH_TOKEN"]);
  });

  test("a wrong token is told so", async () => {
    const stranger = new Client({ accessToken: "pat-eu1-other", basePath: url });
    assert.equal((await refused(() => stranger.crm.contacts.basicApi.getPage())).status, 401);
  });

  test("the client waits out the limit of searches a second", { timeout: 60_000 }, async () => {
    const patient = new Client({ accessToken, basePath: url, numberOfApiCallRetries: 3 });
    await admin("POST", "faults", {
      kind: "answer", status: 429, times: 1,
      body: JSON.stringify({ status: "error", message: "You have reached your secondly limit.", errorType: "RATE_LIMIT", policyName: "SECONDLY" }),
    });
    assert.ok((await patient.crm.owners.ownersApi.getPage()).results.length > 0);
  });
});

// HubSpot's other clients: the paths, and the names of some calls, are not the same, but the account is.
for (const version of ["11", "12", "14"]) {
  const { Client: Other } = await import(`api-client-${version}`);
  const { crm, oauth } = new Other({ accessToken, basePath: url, numberOfApiCallRetries: 2 });
  const all = { filterGroups: [], sorts: [], properties: [], limit: 10, after: "0" };

  describe(`client ${version}`, () => {
    const types = [
      [crm.contacts, { email: `one@v${version}.example` }, { email: `two@v${version}.example` }],
      [crm.companies, { name: "Acme" }],
      [crm.deals, { dealname: "Deal", dealstage: "closedwon", pipeline: "default" }],
      [crm.tickets, { subject: "Help", hs_pipeline: "0", hs_pipeline_stage: "1" }],
      [crm.products, { name: "Chair" }],
      [crm.lineItems, { name: "Chair" }],
      [crm.quotes, { hs_title: "Offer" }],
      [crm.objects.notes, { hs_note_body: "Said no" }],
      [crm.objects.tasks, { hs_task_subject: "Call" }],
      [crm.objects.leads, { hs_lead_name: "Ann" }],
    ];

    test("every type is made, read, changed, searched and archived, one by one and in batches", async () => {
      await admin("POST", "switches", { searchesPerSecond: 0 });
      for (const [{ basicApi, batchApi, searchApi }, properties, others = properties] of types) {
        const made = await basicApi.create({ properties, associations: [] });
        assert.equal((await basicApi.getById(made.id)).id, made.id);
        await basicApi.update(made.id, { properties });
        assert.ok((await searchApi.doSearch(all)).total > 0);
        const { results: [{ id }] } = await batchApi.create({ inputs: [{ properties: others, associations: [] }] });
        assert.equal((await batchApi.read({ inputs: [{ id }], properties: [], propertiesWithHistory: [] })).results[0].id, id);
        await batchApi.archive({ inputs: [{ id }] });
        assert.equal((await refused(() => basicApi.getById(id))).status, 404);
      }
      await admin("POST", "switches", { searchesPerSecond: 5 });
    });

    test("associations, properties, definitions, lists and owners", async () => {
      const [one, other] = [await contact(`link@v${version}.example`), await company("Linked")];
      const { basicApi, batchApi } = crm.associations.v4;
      await basicApi.create("contacts", one.id, "companies", other.id, [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 279 }]);
      assert.equal((await batchApi.getPage("contacts", "companies", { inputs: [{ id: one.id }] })).results[0].to.length, 1);
      await batchApi.archive("contacts", "companies", { inputs: [{ _from: { id: one.id }, to: [{ id: other.id }] }] });
      const old = crm.associations.batchApi;
      await old.create("contacts", "companies", { inputs: [{ _from: { id: one.id }, to: { id: other.id }, type: "contact_to_company" }] });
      assert.ok((await old.read("contacts", "companies", { inputs: [{ id: one.id }] })).results[0].to.every(({ id }) => id === other.id));
      assert.ok((await crm.properties.coreApi.getAll("0-1")).results.some((p) => p.name === key));
      const { objectTypeId } = await crm.schemas.coreApi.create({
        name: `car_${version}`, labels: { singular: "Car", plural: "Cars" }, primaryDisplayProperty: "plate", requiredProperties: [],
        searchableProperties: [], secondaryDisplayProperties: [], associatedObjects: ["CONTACT"],
        properties: [{ name: "plate", label: "Plate", type: "string", fieldType: "text" }],
      });
      assert.deepEqual((await crm.objects.basicApi.getPage(objectTypeId)).results, []);
      await crm.schemas.coreApi.archive(objectTypeId);
      const { list } = await crm.lists.listsApi.create({ name: `VIP ${version}`, objectTypeId: "0-1", processingType: "MANUAL" });
      const changed = await crm.lists.membershipsApi.addAndRemove(list.listId, { recordIdsToAdd: [one.id, "69"], recordIdsToRemove: [] });
      assert.deepEqual(changed.recordIdsMissing, ["69"]);
      await crm.lists.listsApi.remove(list.listId);
      await crm.lists.listsApi.restore(list.listId);
      assert.ok((await crm.owners.ownersApi.getPage()).results.length > 0);
    });

    test("a token is told apart", async () => {
      const { accessToken: token } = await oauth.tokensApi.create("refresh_token", undefined, undefined, app.clientId, app.clientSecret, app.refreshToken);
      assert.equal((await oauth.accessTokensApi.get(token)).tokenType, "access");
    });
  });
}
