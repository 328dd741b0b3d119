/**
 * The server itself stops the work for a reason that lies in no component: its timeouts, its disk, its mode, its locks. It
 * is told so, everything is as before, and the next sync finishes the job.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { runScript } from "../cases/support/sync-texts.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import type { FreshDatabase } from "../servers/database.ts";
import { startServer } from "../servers/server.ts";
import { largePlan } from "./large-plan.ts";
import { type Prepared, prepare, runWork, whatIsWrong } from "./prepared.ts";

const allowAll = ["rewrite", "revalidate", "repopulate", "rebuild-index"].flatMap((one) => ["--allow", one]);

interface Situation {
  readonly name: string;
  /** As superuser, on the database's own session. */
  readonly disturb: string;
  readonly mend: string;
  readonly told: Partial<Record<keyof Diagnostic, unknown>>;
  /** Names a role to run as. */
  readonly role?: string;
}

const slow = `create function slow() returns event_trigger language plpgsql as $$ begin perform pg_sleep(0.4); end $$;
create event trigger slow on ddl_command_end when tag in ('TAG') execute function slow();`;
const quick = "drop event trigger slow; drop function slow();";
const timeout = "alter database DB set statement_timeout = '300ms'";
const noTimeout = "alter database DB reset statement_timeout";

const situations: readonly Situation[] = [
  {
    name: "a statement timeout where a way is tried",
    disturb: `${slow.replace("TAG", "CREATE FUNCTION")} ${timeout}`,
    mend: `${quick} ${noTimeout}`,
    told: { code: "statement-refused", fix: expect.stringContaining("statement_timeout") },
  },
  {
    name: "a statement timeout where a materialized view is filled",
    disturb: `${slow.replace("TAG", "REFRESH MATERIALIZED VIEW")} ${timeout}`,
    mend: `${quick} ${noTimeout}`,
    told: {
      code: "statement-refused",
      fix: expect.stringContaining("statement_timeout"),
      message: expect.stringContaining("statement timeout"),
    },
  },
  {
    name: "a statement timeout in what --around does",
    disturb: `${slow.replace("TAG", "ALTER TABLE")} ${timeout}`,
    mend: `${quick} ${noTimeout}`,
    told: { code: "statement-refused", fix: expect.stringContaining("statement_timeout") },
  },
  {
    name: "transactions that are read-only",
    disturb: "alter database DB set default_transaction_read_only = on",
    mend: "set default_transaction_read_only = off; alter database DB reset default_transaction_read_only",
    told: { code: "read-only", fix: expect.stringContaining("default_transaction_read_only") },
  },
  {
    name: "a role without rights on one object",
    role: "rita",
    disturb: `grant all on schema public, report to rita; grant all on schema migrator to rita; grant all on all tables in schema migrator to rita;
      do $$ declare o record; begin
        for o in select format('alter %s %s owner to rita', case relkind when 'r' then 'table' when 'v' then 'view' else 'materialized view' end, oid::regclass) as sql
          from pg_class where relnamespace in ('public'::regnamespace, 'report'::regnamespace) and relkind in ('r', 'v', 'm') and relname <> 'account_text'
          union all select format('alter routine %s owner to rita', oid::regprocedure) from pg_proc where pronamespace = 'public'::regnamespace
        loop execute o.sql; end loop; end $$;
      alter statistics by_hand_statistics owner to rita; alter view account_text owner to alice`,
    mend: "alter view account_text owner to rita",
    told: {
      code: "missing-right",
      message: expect.stringContaining("account_text"),
      fix: expect.stringContaining("alice"),
    },
  },
];

describe.each([15, 18] as const)("on %s", (where) => {
  let prepared: Prepared;
  beforeAll(async () => {
    prepared = await prepare(where, "a change");
  }, 120_000);
  afterAll(() => prepared.drop());

  for (const { name, disturb, mend, told, role } of situations) {
    test(`E4, E8: ${name}`, async () => {
      const copy = await prepared.copy();
      const [row] = await copy.query("select current_database()::text as name");
      const script = (sql: string) => runScript(copy, sql.replaceAll("DB", String(row?.name)));
      try {
        // What the situation itself brings into the catalogs is there before and after.
        await script(disturb);
        const ran = await runMigrator(copy, role);
        expect(ran.errors).toMatchObject([told]);
        const unrelated = role !== undefined;
        await script(mend);
        const wrong = unrelated
          ? await finished(copy, role)
          : await whatIsWrong(prepared, copy, "failed", async (changed) =>
              runWork(copy, "a change", { changed }),
            );
        expect(wrong).toEqual([]);
      } finally {
        await copy.drop();
      }
    });
  }
});

/** Owners differ from those of the prepared states: it must have all steps to do, and then none. */
async function finished(copy: FreshDatabase, role: string): Promise<readonly string[]> {
  const done = await runMigrator(copy, role);
  const again = await runMigrator(copy, role, false);
  expect(done.errors).toEqual([]);
  expect(done.steps.length).toBeGreaterThanOrEqual(30);
  return [...done.errors, ...again.errors, ...again.steps].map((one) => JSON.stringify(one));
}

/** The command, as `role` where there is one. */
async function runMigrator(copy: FreshDatabase, role: string | undefined, around = true) {
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({ project: "test", searchPath: ["public"] }),
    ...Object.fromEntries([...largePlan.after].map(([name, text]) => [`migrator/components/${name}`, text])),
  });
  const args = ["sync", "--json", ...(around ? ["--around", largePlan.around] : []), ...allowAll];
  const url = new URL(copy.url ?? "");
  if (role !== undefined) url.searchParams.set("options", `-c role=${role}`);
  const ran = await runCli(folder, args, { env: { DATABASE_URL: url.href } });
  return JSON.parse(ran.stdout) as {
    readonly errors: readonly Diagnostic[];
    readonly steps: readonly unknown[];
  };
}

describe("on a server of its own", () => {
  const components = {
    "migrator.json": JSON.stringify({ project: "test", searchPath: ["public"] }),
    "migrator/components/v.sql":
      "create view v as select i, repeat('x', 1000) || i as t from generate_series(1, 30000) i;",
    "migrator/components/m.sql": "create materialized view m as select * from v;",
  };
  const views = "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace";

  async function run(folder: string, database: Database & { readonly url: string }, command = "sync") {
    const ran = await runCli(folder, [command, "--json"], { env: { DATABASE_URL: database.url } });
    return { ...ran, json: JSON.parse(ran.stdout) as Record<string, unknown> };
  }
  const connectTo = async (url: string) => Object.assign(await connectServer({ url }), { url });

  test.each([15, 18] as const)(
    "E4: a standby takes no changes, on %s",
    async (version) => {
      const server = await startServer(version, { standby: true });
      const database = await connectTo(server.url());
      try {
        const folder = temporaryFolder(components);
        const readOnly = { errors: [{ code: "read-only", fix: expect.stringContaining("standby") }] };
        expect((await run(folder, database)).json).toMatchObject(readOnly);
        expect((await run(folder, database, "plan")).json).toMatchObject(readOnly);
        expect(await run(folder, database, "status")).toMatchObject({ code: 0 });
        expect((await run(folder, database, "doctor")).stdout).toContain("the server is a standby");
        expect(await database.query(views)).toEqual([]);
        await database.query("select pg_promote()");
        expect(await run(folder, database)).toMatchObject({ code: 0, json: { applied: true } });
        expect(await database.query(`${views} order by 1`)).toEqual([{ name: "m" }, { name: "v" }]);
      } finally {
        await database.close();
        await server.stop();
      }
    },
    60_000,
  );

  test.each([15, 18] as const)(
    "E4: the disk is full, on %s",
    async (version) => {
      const server = await startServer(version, { fileSizeLimit: 24 });
      const database = await connectTo(server.url());
      try {
        const folder = temporaryFolder(components);
        expect((await run(folder, database)).json).toMatchObject({
          errors: [
            {
              code: "statement-refused",
              message: expect.stringMatching(/could not (extend|write)/),
              fix: expect.stringContaining("disk space"),
            },
          ],
        });
        expect(await database.query(views)).toEqual([]);
        expect(await database.query("select to_regnamespace('migrator') is null as none")).toEqual([
          { none: true },
        ]);
      } finally {
        await database.close();
        await server.stop();
      }
    },
    60_000,
  );

  test.each([15, 18] as const)(
    "E4: the server crashes under the tool, on %s",
    async (version) => {
      // What was committed must be there after the crash.
      const server = await startServer(version, { settings: { synchronous_commit: "on" } });
      const database = await connectTo(server.url());
      try {
        await runScript(
          database,
          `create function slow() returns event_trigger language plpgsql as $$ begin perform pg_sleep(20); end $$;
         create event trigger slow on ddl_command_end when tag in ('CREATE MATERIALIZED VIEW') execute function slow();`,
        );
        const folder = temporaryFolder(components);
        const running = run(folder, database);
        const asleep = "select pid from pg_stat_activity where wait_event = 'PgSleep'";
        let [row] = await database.query<{ pid: number }>(asleep);
        for (; row === undefined; [row] = await database.query<{ pid: number }>(asleep));
        process.kill(row.pid, "SIGKILL");
        expect((await running).json).toMatchObject({ errors: [{ code: "connection" }] });
        const again = await reconnect(server.url());
        expect(await again.query(views)).toEqual([]);
        await again.batch(["drop event trigger slow", "drop function slow()"]);
        await again.close();
        expect(await run(folder, { ...database, url: server.url() })).toMatchObject({
          code: 0,
          json: { applied: true },
        });
      } finally {
        await database.close();
        await server.stop();
      }
    },
    60_000,
  );

  /** Once the server has recovered. */
  async function reconnect(url: string): Promise<Database> {
    for (let tries = 0; ; tries++) {
      try {
        return await connectServer({ url });
      } catch (error) {
        if (tries > 200) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }
});
