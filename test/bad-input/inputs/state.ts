/** What the tool itself keeps: .migrator/, the list of untracked components, the ledger, the embedded database. */
import { ledgerSchema } from "../../../src/database/ledger.ts";
import { type BadInput, type Content, sound } from "../bad-input.ts";

const ledger = `${ledgerSchema("migrator").join(";\n")};`;
const newer = `${ledger}
insert into migrator.project values ('app', 'live', 1000, pg_current_snapshot(), pg_current_xact_id());`;
const embedded = (name: string, files: Readonly<Record<string, Content>>, gives: string): BadInput => ({
  name,
  components: sound,
  files,
  env: { DATABASE_URL: null },
  gives,
});
const commands = ["sync", "plan", "status", "component list", "component diff", "rebuild api"];

export const state: readonly BadInput[] = [
  ...commands.map(
    (command): BadInput => ({
      name: `a ledger of a newer format: ${command}`,
      components: { "idempotent_schemas/api/v.sql": "create view api.v as select 1 as x;" },
      before: newer,
      run: command.split(" "),
      gives: "ledger",
    }),
  ),
  {
    name: "a ledger without its projects",
    components: sound,
    before: "create schema migrator; create table migrator.object (project text)",
    gives: "ledger",
  },
  {
    name: "a ledger whose table lacks a column",
    components: sound,
    before: `${ledger} alter table migrator.object drop column definition`,
    gives: "ledger",
  },
  {
    name: "somebody else's tables in the ledger's schema",
    components: sound,
    config: { ledgerSchema: "shop" },
    before: "create schema shop; create table shop.object (id int); create table shop.project (id int)",
    gives: "ledger",
  },
  {
    name: "a migrated database",
    components: sound,
    before: `${ledger} insert into migrator.project values ('app', 'migrated', 1, pg_current_snapshot(), pg_current_xact_id())`,
    exit: 2,
    gives: "usage",
  },
  {
    name: "an object of another project",
    components: sound,
    before: `${ledger}
insert into migrator.project values ('other', 'live', 1, pg_current_snapshot(), pg_current_xact_id());
insert into migrator.object values ('other', 'shared', 'view', 'public', '', 'a', '{}', 'a.sql', '', '', '{}', '[]', null, now())`,
    gives: "duplicate-object a.sql:1:1",
  },
  {
    name: "a folder in place of the list of untracked components",
    components: sound,
    files: { "migrator/untracked": { folder: true } },
    gives: "file migrator/untracked",
  },
  {
    name: "a list of untracked components in UTF-16",
    components: sound,
    files: { "migrator/untracked": Buffer.from("\ufeffa.sql", "utf16le") },
    gives: "file migrator/untracked:1:1",
  },
  {
    name: "untrack with a folder in place of its list",
    components: sound,
    files: { "migrator/untracked": { folder: true } },
    run: ["component", "untrack", "migrator/components/a.sql"],
    gives: "file migrator/untracked",
  },
  embedded("a file in place of .migrator/", { ".migrator": "" }, "file"),
  embedded("a link to nowhere in place of .migrator/", { ".migrator": { link: "none/at/all" } }, "file"),
  embedded("a file in place of the embedded database", { ".migrator/database": "" }, "file"),
  embedded("a folder that holds no database", { ".migrator/database/notes.txt": "" }, "file"),
  embedded("an embedded database of another version", { ".migrator/database/PG_VERSION": "17\n" }, "file"),
  embedded("an embedded database without its files", { ".migrator/database/PG_VERSION": "18\n" }, "file"),
  embedded(
    "an embedded database that another machine uses",
    {
      ".migrator/database/PG_VERSION": "18\n",
      ".migrator/database.lock": JSON.stringify({ pid: 1, started: null, host: "elsewhere" }),
    },
    "embedded-in-use",
  ),
  embedded("a folder in place of the embedded database's lock", { ".migrator/database.lock/x": "" }, "file"),
  {
    name: "init in a file",
    files: { migrator: "", "migrator.json": null, "migrator/components/.gitkeep": null },
    run: ["init"],
    gives: "file migrator",
  },
];
