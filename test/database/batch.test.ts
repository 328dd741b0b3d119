import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Notice } from "../../src/database/database.ts";
import { DatabaseError } from "../../src/database/database.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";

describe.each(EVERYWHERE)("Database on %s", (where) => {
  let database: FreshDatabase;
  const notices: Notice[] = [];

  beforeAll(async () => {
    database = await freshDatabase(where, { onNotice: (notice) => notices.push(notice) });
  });
  afterAll(() => database.drop());

  async function failure(statements: readonly string[]): Promise<DatabaseError> {
    const error = await database.batch(statements).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof DatabaseError)) throw new Error(`not a DatabaseError: ${error}`);
    return error;
  }

  test("knows its version", () => {
    expect(Math.floor(database.version / 10_000)).toBe(where === "embedded" ? 18 : where);
    expect(database.embedded).toBe(where === "embedded");
  });

  test("gives the rows of each statement, parsed", async () => {
    const rows = await database.batch([
      "SELECT n FROM generate_series(1, 3) AS n",
      "CREATE TEMP TABLE parsed (a int)",
      "INSERT INTO parsed VALUES (7), (8) RETURNING a",
      "SELECT a FROM parsed WHERE a > 8",
      `SELECT 9007199254740993::int8 AS int8, 2147483648::oid AS oid, '5'::xid AS xid, '{"a": [1]}'::jsonb AS jsonb,
        '{x,"y z"}'::name[] AS names, '{r,v}'::"char"[] AS chars, '{1,2}'::int2[] AS numbers, '{1,2}'::oid[] AS oids,
        '{"a,b",NULL}'::text[] AS texts, true AS yes, NULL::int AS nothing, 1.50::numeric AS numeric`,
    ]);
    expect(rows).toEqual([
      [{ n: 1 }, { n: 2 }, { n: 3 }],
      [],
      [{ a: 7 }, { a: 8 }],
      [],
      [
        {
          int8: "9007199254740993",
          oid: 2147483648,
          xid: "5",
          jsonb: { a: [1] },
          names: ["x", "y z"],
          chars: ["r", "v"],
          numbers: [1, 2],
          oids: [1, 2],
          texts: ["a,b", null],
          yes: true,
          nothing: null,
          numeric: "1.50",
        },
      ],
    ]);
    await database.query("DROP TABLE parsed");
  });

  test("query binds parameters and parses like a batch", async () => {
    const sql = "SELECT $1::int + 1 AS sum, $2::text[] AS list, $3::jsonb AS json, $4::text AS nothing";
    expect(await database.query(sql, [41, ["a,b", "c"], { k: 1 }, null])).toEqual([
      { sum: 42, list: ["a,b", "c"], json: { k: 1 }, nothing: null },
    ]);
    expect(await database.query("SELECT '{x}'::name[] AS names")).toEqual([{ names: ["x"] }]);
  });

  test("stops at the failing statement and names it", async () => {
    const error = await failure([
      "CREATE TABLE kept (a int)",
      "SELECT 1",
      "SELECT 1 / 0",
      "CREATE TABLE never (a int)",
    ]);
    expect(error).toMatchObject({ sqlstate: "22012", statement: 2, message: "division by zero" });
    const [row] = await database.query("SELECT to_regclass('kept') AS kept, to_regclass('never') AS never");
    expect(row).toEqual({ kept: null, never: null });
  });

  test("an error inside a transaction leaves it to be rolled back to a savepoint", async () => {
    await database.batch(["BEGIN", "CREATE TABLE first (a int)", "SAVEPOINT s"]);
    const error = await failure(["CREATE TABLE second (a int)", "SELECT nothing"]);
    expect(error).toMatchObject({ statement: 1, sqlstate: "42703" });
    expect((await failure(["SELECT 1"])).sqlstate).toBe("25P02");
    await database.batch(["ROLLBACK TO s", "COMMIT"]);
    const [row] = await database.query(
      "SELECT to_regclass('first')::text AS a, to_regclass('second')::text AS b",
    );
    expect(row).toEqual({ a: "first", b: null });
    await database.query("DROP TABLE first");
  });

  test("the offset is in UTF-16 units of the failing statement", async () => {
    const statement = "SELECT '😀é', /* 👩‍👩‍👧 */ nowhere";
    const error = await failure(["SELECT '😀😀😀'", statement]);
    expect(error).toMatchObject({ sqlstate: "42703", statement: 1, offset: statement.indexOf("nowhere") });
    const single = await database.query(statement).catch((reason: unknown) => reason);
    expect(single).toMatchObject({ statement: 0, offset: statement.indexOf("nowhere") });
  });

  test("the offset, for any text before the mistake", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((one) => !one.includes("\0"));
    await fc.assert(
      fc.asyncProperty(text, fc.nat({ max: 3 }), async (before, count) => {
        const statement = `SELECT $q$${before.replaceAll("$", "")}$q$, nowhere`;
        const error = await failure([...Array(count).fill("SELECT '😀'"), statement, "SELECT 2"]);
        expect(error).toMatchObject({ statement: count, offset: statement.indexOf("nowhere") });
      }),
      { numRuns: 50 },
    );
  });

  test("a syntax error belongs to its statement", async () => {
    const error = await failure(["SELECT 1", "", "SELECT '😀' FROM FROM x", "SELECT 2"]);
    expect(error).toMatchObject({ sqlstate: "42601", statement: 2, offset: 17 });
    const open = await failure(["SELECT 1", "SELECT 'open", "SELECT 2"]);
    expect(open).toMatchObject({ sqlstate: "42601", statement: 1, offset: 7 });
  });

  test("empty statements and comments at the end do no harm", async () => {
    const rows = await database.batch([
      "",
      "  -- nothing",
      "SELECT 1 AS a -- end",
      "/* c */",
      "SELECT 2 AS b",
    ]);
    expect(rows).toEqual([[], [], [{ a: 1 }], [], [{ b: 2 }]]);
    expect(await failure(["", "--", "SELECT 1 --", "SELECT nope"])).toMatchObject({
      statement: 3,
      offset: 7,
    });
    expect(await database.batch([])).toEqual([]);
  });

  test("two statements in one text are refused", async () => {
    const error = await failure(["SELECT 1", "SELECT 1; DROP TABLE x"]);
    expect(error).toMatchObject({ sqlstate: "42601", statement: 1 });
    await expect(database.query("SELECT 1; SELECT 2")).rejects.toMatchObject({ sqlstate: "42601" });
  });

  test("what cannot be sent is refused, and the session goes on", async () => {
    expect(await failure(["SELECT 1", "SELECT 'a\0b'"])).toMatchObject({
      sqlstate: "22021",
      statement: 1,
      offset: 9,
    });
    const copy = "/* a /* nested */ comment */ -- and\nCOPY pg_class FROM STDIN";
    expect(await failure([copy])).toMatchObject({ sqlstate: "0A000", statement: 0 });
    expect(await failure(["SELECT 1", "SELECT $1"])).toMatchObject({
      sqlstate: "42P02",
      statement: 1,
      connectionLost: false,
    });
    await expect(database.query("SELECT $1::int")).rejects.toMatchObject({ sqlstate: "42P02" });
    expect(await database.query("SELECT 1 AS a")).toEqual([{ a: 1 }]);
  });

  test("5,000 statements in one batch", async () => {
    const statements = Array.from({ length: 5000 }, (_, index) => `SELECT ${index} AS n`);
    const rows = await database.batch(statements);
    expect(rows.map(([row]) => row?.n)).toEqual(statements.map((_, index) => index));
    const failing = statements.with(4321, "SELECT 1 / 0");
    expect(await failure(failing)).toMatchObject({ statement: 4321, sqlstate: "22012" });
  });

  describe("in stretches", () => {
    const statements = Array.from({ length: 40 }, (_, n) => [
      "begin",
      `insert into stretched values (${n})`,
      `select ${n} as n`,
      "commit",
    ]);
    const run = async (stretches: readonly (readonly string[])[], ahead: number, bytes: number) => {
      const answered: unknown[] = [];
      await database.batch(["create table if not exists stretched (n int)", "truncate stretched"]);
      const error = await database
        .batch(stretches.flat(), {
          lengths: stretches.map(({ length }) => length),
          ahead,
          bytes,
          answered: (answers) => answered.push(answers[2]?.[0]?.n ?? answers.length),
        })
        .then(
          (rows) => rows.length,
          (reason: unknown) => reason,
        );
      if (error instanceof DatabaseError) await database.batch(["rollback"]);
      const rows = await database.query<{ n: number }>("select n from stretched order by n");
      return { answered, error, rows: rows.map(({ n }) => n) };
    };
    const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

    test.each([
      [1, 100_000],
      [3, 100_000],
      [100, 100_000],
      [5, 1],
    ])("%i ahead and %i bytes: each is told of when it is done", async (ahead, bytes) => {
      expect(await run(statements, ahead, bytes)).toEqual({
        answered: upTo(40),
        error: 160,
        rows: upTo(40),
      });
    });

    test.each([1, 3, 100])("%i ahead: nothing behind one that fails runs", async (ahead) => {
      const failing = statements.with(20, [
        "begin",
        "insert into stretched values (20)",
        "select 1 / 0",
        "commit",
      ]);
      const { answered, error, rows } = await run(failing, ahead, 100_000);
      expect({ answered, rows }).toEqual({ answered: upTo(20), rows: upTo(20) });
      expect(error).toMatchObject({ statement: 82, sqlstate: "22012" });
    });
  });

  test("one statement of several megabytes, and many of them", async () => {
    const long = "x".repeat(2_000_000);
    const rows = await database.batch(Array.from({ length: 4 }, (_, i) => `SELECT '${long}${i}' AS text`));
    expect(rows.map(([row]) => row?.text)).toEqual([0, 1, 2, 3].map((i) => `${long}${i}`));
  });

  test("an error in a function says where", async () => {
    await database.batch([
      `CREATE FUNCTION inner_f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION 'no' USING DETAIL = 'the detail', HINT = 'the hint', ERRCODE = 'P0042'; END $$`,
      "CREATE FUNCTION outer_f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN inner_f(); END'",
    ]);
    const error = await failure(["SELECT 1", "SELECT outer_f()"]);
    expect(error).toMatchObject({
      sqlstate: "P0042",
      statement: 1,
      detail: "the detail",
      hint: "the hint",
      offset: undefined,
    });
    expect(error.where).toContain("PL/pgSQL function inner_f() line 2 at RAISE");
    expect(error.where).toContain("PL/pgSQL function outer_f() line 1 at RETURN");
    await database.batch(["DROP FUNCTION outer_f()", "DROP FUNCTION inner_f()"]);
  });

  test("a violated constraint is named", async () => {
    await database.query("CREATE TABLE strict (a int CONSTRAINT positive CHECK (a > 0), b int NOT NULL)");
    expect(await failure(["INSERT INTO strict VALUES (0, 1)"])).toMatchObject({
      schema: "public",
      table: "strict",
      constraint: "positive",
    });
    expect(await failure(["INSERT INTO strict VALUES (1, NULL)"])).toMatchObject({
      table: "strict",
      column: "b",
    });
    await database.query("DROP TABLE strict");
  });

  test("a mistake in a new function's body is found in the statement", async () => {
    const statement = "CREATE FUNCTION bad() RETURNS int LANGUAGE sql AS $$ SELECT '😀', wrong $$";
    expect(await failure(["SELECT 1", statement])).toMatchObject({
      statement: 1,
      offset: statement.indexOf("wrong"),
    });
  });

  test("requests of several callers take turns", async () => {
    const answers = await Promise.all([
      database.query("SELECT 1 AS n"),
      database.batch(["SELECT 2 AS n", "SELECT 1 / 0"]).catch((error: DatabaseError) => error.sqlstate),
      database.query("SELECT 3 AS n"),
    ]);
    expect(answers).toEqual([[{ n: 1 }], "22012", [{ n: 3 }]]);
  });

  test("notices reach the listener", async () => {
    notices.length = 0;
    await database.batch(["DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'look'; END $$", "SELECT 1"]);
    expect(notices).toMatchObject([
      { severity: "WARNING", message: "careful", hint: "look", sqlstate: "01000" },
    ]);
  });

  test("outside a transaction a batch is one", async () => {
    await failure(["CREATE TABLE one (a int)", "INSERT INTO one VALUES (1)", "SELECT 1 / 0"]);
    expect(await database.query("SELECT to_regclass('one') AS t")).toEqual([{ t: null }]);
    await database.batch(["BEGIN", "CREATE TABLE one (a int)", "COMMIT", "DROP TABLE one"]);
  });

  test("resetDatabase leaves what a new database has", async () => {
    await resetDatabase(database);
    const before = await catalog(database);
    await database.batch([
      "CREATE SCHEMA app AUTHORIZATION alice",
      "CREATE TABLE app.t (id int PRIMARY KEY, note text)",
      "CREATE VIEW public.v AS SELECT * FROM app.t",
      "CREATE FUNCTION public.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$no$$; END'",
      "GRANT SELECT ON app.t TO bob",
      "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO carol",
      "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
      "REVOKE ALL ON SCHEMA public FROM PUBLIC",
      "CREATE PUBLICATION p FOR TABLE app.t",
      "SELECT lo_create(0)",
      "CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION public.f()",
      ...(where === "embedded" ? ["CREATE ROLE dave LOGIN", "GRANT alice TO dave", "GRANT dave TO bob"] : []),
    ]);
    await database.batch(["SET search_path = app", "SET ROLE alice", "BEGIN"]);
    expect(await catalog(database)).not.toEqual(before);
    await database.query("ROLLBACK");
    await database.query("BEGIN");
    await resetDatabase(database);
    expect(await catalog(database)).toEqual(before);
    expect(await database.query("SELECT current_user AS u, current_schemas(false)::text AS s")).toEqual([
      { u: "postgres", s: "{public}" },
    ]);
  });
});

/** What a test could leave behind. */
async function catalog(database: FreshDatabase): Promise<unknown> {
  // Other tests make roles of the same server meanwhile.
  const those = database.embedded ? "!~ '^pg_'" : "in ('alice', 'bob', 'carol', 'rita')";
  return database.query(`SELECT
    (SELECT array_agg(nspname || coalesce(nspacl::text, '') || nspowner::regrole ORDER BY nspname)
       FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp') AS schemas,
    (SELECT count(*) FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace) AS relations,
    (SELECT count(*) FROM pg_proc) AS functions,
    (SELECT count(*) FROM pg_default_acl) AS defaults,
    (SELECT count(*) FROM pg_event_trigger) AS event_triggers,
    (SELECT count(*) FROM pg_publication) AS publications,
    (SELECT count(*) FROM pg_largeobject_metadata) AS large_objects,
    (SELECT count(*) FROM pg_auth_members WHERE pg_get_userbyid(member) ${those} AND pg_get_userbyid(roleid) ${those}) AS members,
    (SELECT array_agg(rolname ORDER BY rolname) FROM pg_roles WHERE rolname ${those}) AS roles`);
}
