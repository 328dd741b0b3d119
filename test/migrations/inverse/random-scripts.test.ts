/** Scripts of statements at random about the same few objects: all of them together are undone, whatever hangs on what. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { differences } from "../../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../../src/snapshot/snapshot.ts";
import { loadParser } from "../../../src/sql/library.ts";
import { type Random, seededRandom } from "../../property/random.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../../servers/database.ts";
import { downStatements, runWithInverse } from "./run-inverse.ts";

const before = [
  "create table t (a int, b text, c int default 5 not null)",
  "create schema z",
  "create function f(x int) returns int language sql immutable as 'select x'",
  "create view v as select a, b from t",
  "grant select on t to bob with grant option",
];

/** `T` stands for one of the tables. Each may well fail, and is left out then. */
const pool: readonly string[] = [
  "create table x (a int, b text, c int)",
  "create table z.x (a int, b text, c int)",
  "create table y (a int primary key, b text, c int)",
  "create table if not exists x (a int)",
  "create index i on T (a)",
  "create index j on T ((f(a)))",
  "create unique index k on T (c)",
  "drop index i",
  "drop index if exists j",
  "alter index i rename to ii",
  "create or replace view v as select a, b from T",
  "create or replace view v as select a, b, c from T",
  "create view w as select a from T",
  "create or replace view w as select a, c from T",
  "drop view w",
  "drop view if exists v",
  "alter view v rename to w",
  "create or replace function f(x int) returns int language sql immutable as 'select x + 1'",
  "create or replace function f(x int default 2) returns int language sql immutable as 'select x + 1'",
  "create function g(x int) returns int language sql as 'select x'",
  "comment on function g(int) is 'g'",
  "alter function g(int) rename to h",
  "drop function if exists g(int)",
  "create function tf() returns trigger language plpgsql as 'begin return new; end'",
  "create trigger tr before insert on T for each row execute function tf()",
  "create or replace trigger tr after insert on T for each row execute function tf()",
  "alter table T disable trigger tr",
  "drop trigger tr on T",
  "drop function tf()",
  "alter table T add column d int default 3",
  "alter table T add column if not exists d text",
  "alter table T alter d set not null",
  "alter table T drop column d",
  "alter table T alter c type bigint",
  "alter table T alter c set default 8",
  "alter table T rename column b to bb",
  "alter table T rename column bb to b",
  "alter table T rename to m",
  "alter table m rename to x",
  "alter table T set schema z",
  "alter table T add constraint ck check (a > 0)",
  "alter table T add check (c > 0)",
  "alter table T drop constraint ck",
  "alter table T add unique (c)",
  "alter table T add primary key (a)",
  "alter table T add constraint fk foreign key (a) references y",
  "alter table T drop constraint fk, add constraint fk foreign key (c) references y not valid",
  "alter table T validate constraint fk",
  "alter table T enable row level security",
  "create policy p on T to alice using (f(a) > 0)",
  "alter policy p on T with check (a > 1)",
  "drop policy p on T",
  "comment on table T is 'one'",
  "comment on column T.a is 'two'",
  "grant select, insert on T to alice",
  "grant update (a) on T to alice",
  "revoke select on T from bob",
  "alter table T owner to carol",
  "create sequence q",
  "alter table T alter a set default nextval('q')",
  "alter sequence q owned by T.a",
  "alter sequence q owned by none",
  "create type k as enum ('a')",
  "alter type k rename to kk",
  "alter table T add column e k",
  "drop type k",
  "create role random_role",
  "grant select on T to random_role",
  "grant random_role to alice",
  "create schema zz",
  "alter schema zz rename to zy",
  "create table zz.x (a int)",
  "drop table x",
  "drop table z.x",
  "drop table y",
  "drop table m",
  "insert into x values (1)",
  "set search_path to z, public",
  "set search_path to public, z",
  "reset search_path",
  "alter default privileges in schema z grant select on tables to alice",
  "create rule r as on delete to T do instead nothing",
  "alter table T disable rule r",
  "create statistics st on a, c from T",
  "drop statistics st",
];

let database: FreshDatabase;
beforeAll(async () => {
  await loadParser();
  database = await freshDatabase(18);
});
afterAll(() => database.drop());

let undone = 0;
const first = Number(process.env.SEED ?? 1);
const count = Number(process.env.SCRIPTS ?? 40);
const seeds = Array.from({ length: count }, (_, i) => first + i);

test.each(seeds)("script %i", async (seed) => {
  const script = await possibleScript(seededRandom(seed));
  await prepare();
  const snapshot = await takeSnapshot(database);
  const inverses = await runWithInverse(database, script.join(";\n"));
  if (inverses.some(({ kind }) => kind === "none")) return;
  undone++;
  const down = downStatements(inverses);
  const told = `${script.join(";\n")}\n-- down\n${down.join(";\n")}`;
  await database.query("discard all");
  await database.query("begin");
  for (const statement of down) {
    await database.query(statement).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${statement}\n-- in\n${told}`, { cause: error });
    });
  }
  await database.query("commit");
  const wanted = (_: string, fact: string) => !/attmissingval|atthasmissing|attnum/.test(fact);
  expect(differences(snapshot, await takeSnapshot(database), wanted), told).toEqual([]);
});

/** Statements at random, without those that PostgreSQL refuses where they stand. */
async function possibleScript(dice: Random): Promise<readonly string[]> {
  await prepare();
  const script: string[] = [];
  const length = 3 + dice.below(12);
  for (let tries = 0; script.length < length && tries < 60; tries++) {
    const statement = dice.pick(pool).replaceAll("T", dice.pick(["t", "x", "x", "y", "z.x", "public.t"]));
    try {
      await database.query(statement);
      script.push(statement);
    } catch {
      // Refused: it is no part of the script.
    }
  }
  return script;
}

async function prepare(): Promise<void> {
  await database.query("rollback");
  await database.query("reset role");
  await database.query(
    "do $$ begin if to_regrole('random_role') is not null then drop owned by random_role cascade; drop role random_role; end if; end $$",
  );
  await resetDatabase(database);
  for (const statement of before) await database.query(statement);
}

test("most scripts could be undone", () => {
  expect(undone).toBeGreaterThan(count / 3);
});
