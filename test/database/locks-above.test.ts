/** Which relations stand on others, in the order in which readers lock them, without a lock of its own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locksAbove } from "../../src/database/locks-above.ts";
import { connectServer } from "../../src/database/server.ts";
import { runScript } from "../cases/support/sync-texts.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase } from "../servers/database.ts";

const schema = `
create table t (id int primary key, a int);
create view base as select id, a from t;
create view mid as select id from base;
create view top as select mid.id, base.a from mid join base using (id);
create materialized view store as select id from top;
create view aside as select id from t;
create function of_row(r mid) returns int language sql stable as 'select r.id';
create view through_the_function as select of_row(m) as x from mid m;
create table other (id int);
create view one as select id from other;
create view two as select id from one;
create rule circle as on update to one do instead select id from two;
create schema closed; create view closed.theirs as select id from base; alter view closed.theirs owner to carol;`;

describe.each(EVERYWHERE)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
    await runScript(database, schema);
  });
  afterAll(() => database.drop());

  const view = (name: string) => ({ kind: "view" as const, schema: "public", name });
  const names = async (start: readonly string[]) =>
    (await locksAbove(database, [], start.map(view))).map((lock) => lock.name);

  test("outermost first, through row types and all other schemas", async () => {
    const above = ["through_the_function", "store", "top", "theirs", "mid", "base"];
    expect(await names(["base"])).toEqual(above);
    expect(await names(["top"])).toEqual(["store", "top"]);
    expect(await names(["aside"])).toEqual(["aside"]);
  });

  test("a circle through a rule ends", async () => {
    expect((await names(["one"])).sort()).toEqual(["one", "two"]);
  });

  test("tables stay last, and what is not there yet is kept", async () => {
    const table = { key: "t", kind: "table" as const, schema: "public", name: "t", owner: "postgres" };
    const fresh = { ...table, key: "fresh", kind: "view" as const, name: "fresh" };
    const locks = await locksAbove(database, [table, fresh], [view("aside")]);
    expect(locks.map(({ name }) => name)).toEqual(["aside", "fresh", "t"]);
  });

  test("a role takes no locks on what it may not change", async () => {
    await database.query("set role bob");
    expect(await names(["base"])).toEqual([]);
    await database.query("reset role");
  });

  // The embedded database has one session.
  const severalSessions = where === "embedded" ? () => {} : test;
  severalSessions("it does not wait where views are locked", async () => {
    const stranger = await connectServer({ url: database.url ?? "" });
    await stranger.batch([
      "begin",
      "lock table base in access exclusive mode",
      "alter view top owner to alice",
    ]);
    await database.query("set lock_timeout = 50");
    expect(await names(["top"])).toEqual(["store", "top"]);
    await stranger.close();
    await database.query("reset lock_timeout");
  });
});
