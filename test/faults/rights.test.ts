/** What a role may not do is told before anything runs, and nothing is filled or owned by the wrong one. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { refusalOf } from "./settle.ts";

const texts = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));
const base = "create table t (id int primary key, a int); grant select on t to public";

describe.each([15, 18] as const)("on %s", (where) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await resetDatabase(database);
    await runScript(database, base);
  });

  /** From here on the session has only what alice has; the ledger's schema is hers. */
  async function becomeAlice(): Promise<void> {
    // No right on the database: another test's DROP OWNED BY alice would take it, from whatever database it runs in.
    await database.query("create schema migrator authorization alice");
    await database.query("set role alice");
  }

  async function tables(): Promise<unknown> {
    return database.query(
      "select oid, relname, relowner, relacl::text from pg_class where relnamespace = 'public'::regnamespace order by 1",
    );
  }

  test("E8: no CREATE on the schema", async () => {
    await becomeAlice();
    const before = await tables();
    const diagnostics = await refusalOf(
      syncTexts(database, texts({ "v.sql": "-- v\ncreate view v as select id from t;" })),
    );
    expect(diagnostics).toMatchObject([
      {
        code: "missing-right",
        file: "v.sql",
        line: 2,
        column: 1,
        message: expect.stringMatching(/alice.*public|public.*alice/),
        fix: expect.any(String),
      },
    ]);
    expect(await tables()).toEqual(before);
  });

  test("E8: a view of another owner", async () => {
    await runScript(
      database,
      "grant create, usage on schema public to alice; create view v as select id, a from t; alter view v owner to rita",
    );
    await becomeAlice();
    const before = await tables();
    const files = texts({
      "v.sql": "create view v as select id, a::bigint as a from t;",
      "w.sql": "create view w as select id from t;",
    });
    const diagnostics = await refusalOf(syncTexts(database, files, { takeFiles: true }));
    expect(diagnostics).toMatchObject([
      {
        code: "missing-right",
        file: "v.sql",
        message: expect.stringMatching(/view public\.v.*rita|rita.*view public\.v/),
      },
    ]);
    expect(await tables()).toEqual(before);
  });

  test("E8: a dependent that no file declares and another role owns", async () => {
    await runScript(
      database,
      "grant create, usage on schema public to alice; create schema report authorization rita; grant usage on schema report to alice",
    );
    await becomeAlice();
    await syncTexts(
      database,
      texts({ "v.sql": "create view v as select id, a from t;\ngrant select on v to rita;" }),
    );
    await database.query("reset role");
    await runScript(database, "create view report.r as select id from v; alter view report.r owner to rita");
    await database.query("set role alice");
    const changed = texts({
      "v.sql": "create view v as select id, a::bigint as a from t;\ngrant select on v to rita;",
    });
    const diagnostics = await refusalOf(syncTexts(database, changed));
    expect(diagnostics).toMatchObject([
      {
        code: "missing-right",
        message: expect.stringMatching(/view report\.r.*rita|rita.*view report\.r/),
      },
    ]);
  });

  test("E8: OWNER TO a role that has no CREATE on the schema", async () => {
    await runScript(database, "grant create, usage on schema public to alice; grant rita to alice");
    await becomeAlice();
    const files = texts({ "v.sql": "create view v as select id from t;\nalter view v owner to rita;" });
    const diagnostics = await refusalOf(syncTexts(database, files));
    expect(diagnostics).toMatchObject([
      { code: "missing-right", file: "v.sql", line: 2, message: expect.stringMatching(/rita/) },
    ]);
  });

  test.each([
    [
      "a trigger's function",
      "create table own (id int); alter table own owner to alice; create function tf() returns trigger language plpgsql as 'begin return new; end'; revoke execute on function tf() from public",
      "create trigger tr before insert on own for each row execute function tf();",
      "GRANT EXECUTE ON FUNCTION public.tf() TO alice",
    ],
    [
      "the schema of a domain",
      "create schema hidden; create domain hidden.d as int",
      "create view v as select 1::hidden.d as x;",
      "GRANT USAGE ON SCHEMA hidden TO alice",
    ],
    [
      "a domain",
      "create domain d as int; revoke usage on domain d from public",
      "create function f(x d) returns int language sql as 'select 1';",
      "GRANT USAGE ON TYPE public.d TO alice",
    ],
  ])("E8: %s without the right to use it", async (_, first, text, mend) => {
    await runScript(database, `grant create, usage on schema public to alice; ${first}`);
    await becomeAlice();
    const diagnostics = await refusalOf(syncTexts(database, texts({ "a.sql": text })));
    expect(diagnostics).toMatchObject([{ code: "missing-right", file: "a.sql", line: 1, fix: mend }]);
    await database.query("reset role");
    await database.query(mend);
    await database.query("set role alice");
    const { result } = await syncTexts(database, texts({ "a.sql": text }));
    expect(result.steps).toMatchObject([{ kind: "create" }]);
  });

  test("E8: a role with all the rights needs no superuser", async () => {
    await runScript(database, "grant create, usage on schema public to alice, rita; grant rita to alice");
    await becomeAlice();
    const files = (type: string) =>
      texts({
        "v.sql": `create view v as select id, a::${type} as a from t;\nalter view v owner to rita;\ngrant select on v to bob;`,
        "w.sql": "create view w as select id, a from v;",
      });
    await syncTexts(database, files("int"));
    await runScript(database, "set role rita; grant select on v to alice; set role alice");
    const { result } = await syncTexts(database, files("bigint"));
    expect(describePlan(result)).toBe(
      'recreate view public.v: column "a": integer -> bigint\nrecreate view public.w: column "a": integer -> bigint\n',
    );
    expect(describePlan((await syncTexts(database, files("bigint"))).result)).toBe("nothing to do\n");
    const owners = await database.query(
      "select relname, pg_get_userbyid(relowner) as owner from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace order by 1",
    );
    expect(owners).toEqual([
      { relname: "v", owner: "rita" },
      { relname: "w", owner: "alice" },
    ]);
  });

  test("E8: what is locked ahead of need asks for no right", async () => {
    await runScript(database, "grant create, usage on schema public to alice");
    await becomeAlice();
    const files = (type: string) =>
      texts({
        "base.sql": `create view base as select id, a::${type} as a from t;`,
        "one.sql": "create view one as select id, a from base;",
        "two.sql": "create view two as select id, a::int as a from one;",
        "three.sql": "create view three as select id, a from two;",
        "four.sql": "create view four as select id, a from three;",
      });
    await syncTexts(database, files("int"));
    await database.query("reset role");
    await runScript(database, "alter view three owner to rita; alter view four owner to rita");
    await database.query("set role alice");
    const { result } = await syncTexts(database, files("bigint"));
    expect(describePlan(result)).toBe(
      [
        'recreate view public.base: column "a": integer -> bigint',
        'recreate view public.one: column "a": integer -> bigint',
        "rebind view public.two: view public.one is made anew; its own shape is kept",
        "",
      ].join("\n"),
    );
  });

  test("E9: a materialized view over row security is filled as its owner would", async () => {
    await runScript(
      database,
      `insert into t values (1, 1), (2, 2); alter table t enable row level security;
       create policy own on t using (a = 1); grant create, usage on schema public to rita`,
    );
    const files = (columns: string) =>
      texts({
        "m.sql": `create materialized view m as select ${columns} from t;\nalter materialized view m owner to rita;`,
      });
    await syncTexts(database, files("id"));
    expect(await database.query("select id from m")).toEqual([{ id: 1 }]);
    await syncTexts(database, files("id, a"));
    expect(await database.query("select id, a from m")).toEqual([{ id: 1, a: 1 }]);
  });

  test("E9: a function of a stranger in a materialized view runs as the view's owner", async () => {
    await runScript(
      database,
      `grant create, usage on schema public to rita; insert into t values (1, 1);
       create function who() returns text language sql stable as 'select current_user::text'; alter function who() owner to rita`,
    );
    await syncTexts(
      database,
      texts({
        "m.sql":
          "create materialized view m as select id, who() as who from t;\nalter materialized view m owner to rita;",
      }),
    );
    expect(await database.query("select who from m")).toEqual([{ who: "rita" }]);
  });
});
