/**
 * Test databases of a server: a template is built once for each state of the project's files, and each test gets a copy of it
 * (https://www.postgresql.org/docs/18/manage-ag-templatedbs.html).
 */
import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { connectServer } from "../database/server.ts";
import { buildTemplate } from "./build-template.ts";
import { dropLeftovers } from "./leftovers.ts";
import { cloneName, templateName } from "./names.ts";
import { type TestDatabase, testDatabase } from "./test-database.ts";
import type { TestProject } from "./test-project.ts";

export async function serverDatabase(test: TestProject, serverUrl: string): Promise<TestDatabase> {
  const template = templateName(test.key);
  const name = cloneName(test.key, Date.now(), randomBytes(4).toString("hex"));
  await administer(serverUrl, async (admin) => {
    await dropLeftovers(admin);
    if (!(await exists(admin, template))) await makeTemplate(test, admin, serverUrl, template);
    await clone(admin, template, name);
  });
  const url = urlOf(serverUrl, name);
  const drop = () => administer(serverUrl, (admin) => dropDatabase(admin, name));
  try {
    const { default: pg } = await import("pg");
    const client: Client = new pg.Client({ connectionString: url, application_name: "migrator-testing" });
    // A test may end the session from outside; whoever waits for an answer gets the error.
    client.on("error", () => {});
    await client.connect();
    return testDatabase(client, url, drop);
  } catch (error) {
    await drop();
    throw error;
  }
}

async function administer<T>(url: string, work: (admin: Database) => Promise<T>): Promise<T> {
  const admin = await connectServer({ url, applicationName: "migrator-testing" });
  try {
    return await work(admin);
  } catch (error) {
    throw error instanceof DatabaseError ? notMade(error) : error;
  } finally {
    await admin.close();
  }
}

function notMade({ message, sqlstate, detail }: DatabaseError): MigratorError {
  const fix =
    sqlstate === "42501"
      ? "alter role … createdb"
      : "see what the server says; pg_stat_activity tells who is connected";
  const more = detail === undefined ? {} : { detail };
  return new MigratorError([
    { code: "connection", message: `no test database could be made: ${message}`, ...more, fix },
  ]);
}

async function exists(admin: Database, name: string): Promise<boolean> {
  const found = await admin.query("select from pg_catalog.pg_database where datname = $1", [name]);
  return found.length > 0;
}

/** Built under another name, so that whoever finds the template finds it whole. Who comes second waits for the first. */
async function makeTemplate(
  test: TestProject,
  admin: Database,
  serverUrl: string,
  name: string,
): Promise<void> {
  await admin.query("select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended($1, 0))", [name]);
  if (await exists(admin, name)) return;
  const unfinished = cloneName(test.key, Date.now(), `build_${randomBytes(4).toString("hex")}`);
  await admin.query(`create database ${quoteIdentifier(unfinished)} template template0`);
  try {
    const url = urlOf(serverUrl, unfinished);
    await buildTemplate(test, { kind: "server", url, name: null, components: "live", protected: false });
    const made = new Date().toISOString();
    await admin.query(
      `comment on database ${quoteIdentifier(unfinished)} is ${quoteLiteral(`a template of migrator-testing, ${made}`)}`,
    );
    await finish(admin, unfinished, name);
  } catch (error) {
    await dropDatabase(admin, unfinished);
    throw error;
  }
}

/** From now on it is only copied: nobody connects. */
async function finish(admin: Database, unfinished: string, name: string): Promise<void> {
  await admin.query(`alter database ${quoteIdentifier(unfinished)} with allow_connections false`);
  try {
    await admin.query(`alter database ${quoteIdentifier(unfinished)} rename to ${quoteIdentifier(name)}`);
  } catch (error) {
    // duplicate_database: somebody whose lock is another database's was faster.
    if (!(error instanceof DatabaseError) || error.sqlstate !== "42P04") throw error;
    await dropDatabase(admin, unfinished);
  }
}

async function clone(admin: Database, template: string, name: string): Promise<void> {
  const way = await strategy(admin);
  await admin.query(`create database ${quoteIdentifier(name)} template ${quoteIdentifier(template)}${way}`);
}

/**
 * A file copy ends with a checkpoint of the whole server, which costs nothing where that does not wait for its disk, as servers for
 * tests are set up; else the copy through the log is the quicker one, and the default. 14 knows no other way than the first.
 */
async function strategy(admin: Database): Promise<string> {
  if (admin.version < 150000) return "";
  const [row] = await admin.query<{ fsync: string }>("select pg_catalog.current_setting('fsync') as fsync");
  return row?.fsync === "off" ? " strategy file_copy" : "";
}

async function dropDatabase(admin: Database, name: string): Promise<void> {
  await admin.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
