/** A new object can capture what a text means by a bare name only from schemas that the text's search path has. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Identity } from "../../graph/identity.ts";
import { readNamesakes } from "../../src/database/introspect.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase } from "../servers/database.ts";

const view: Identity = { kind: "view", schema: "a", name: "v" };
const overload: Identity = { kind: "function", schema: "a", name: "f", arguments: ["text"] };
const alone: Identity = { kind: "function", schema: "a", name: "only_there", arguments: [] };
const builtIn: Identity = { kind: "function", schema: "a", name: "lower", arguments: [] };

describe.each(EVERYWHERE)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
    await database.batch([
      ...["a", "b", "other"].map((name) => `create schema ${name}`),
      "create table b.v ()",
      "create table other.v ()",
      "create function a.f(int) returns int language sql as 'select 1'",
      "create function other.only_there() returns int language sql as 'select 1'",
    ]);
  });
  afterAll(() => database.drop());
  const found = (identities: readonly Identity[], searchPath: readonly string[]) =>
    readNamesakes(database, identities, searchPath);

  test("a relation of a schema that is not in the path is none", async () => {
    expect(await found([view], ["a", "public"])).toEqual([]);
    expect(await found([view], ["a", "b"])).toEqual([view]);
    expect(await found([{ ...view, schema: "b" }], ["a", "b"])).toEqual([]);
  });

  test("an overload of the same schema is one, whatever the path", async () => {
    expect(await found([overload, alone], ["public"])).toEqual([overload]);
    expect(await found([overload, alone], ["public", "other"])).toEqual([overload, alone]);
  });

  test("what PostgreSQL brings is one", async () => {
    expect(await found([builtIn], [])).toEqual([builtIn]);
  });
});
