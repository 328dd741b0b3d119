/** What migrations are pinned to, their blocks, what the ledger says of them, and the options of their commands. */
import { ledgerSchema } from "../../../src/database/ledger.ts";
import type { BadInput } from "../bad-input.ts";
import {
  applied,
  apply,
  at,
  bad,
  below,
  block,
  one,
  pin,
  script,
  sha256,
  stored,
  table,
  two,
  usage,
  view,
} from "./migration-input.ts";

export const migrationState: readonly BadInput[] = [
  // Pins.
  pin("a pinned file that is missing", { [stored]: null }, `pin ${at(stored)}`),
  pin("a pinned file that was altered", { [stored]: `${view}\n` }, `pin ${at(stored)}`),
  pin("a pinned file that was cut", { [stored]: view.slice(0, 9) }, `pin ${at(stored)}`),
  pin("a pinned file that is a folder", { [stored]: { folder: true } }, `file ${at(stored)}`),
  pin(
    "a line of a pin that was cut",
    { [`${one}/pinned_files`]: sha256(view).slice(0, 20) },
    `pin ${at(`${one}/pinned_files`)}:1:1`,
  ),
  pin("a pin of something else", { [`${one}/pinned_files`]: "{}\n\n[1]\n" }, [
    `pin ${at(`${one}/pinned_files`)}:1:1`,
    `pin ${at(`${one}/pinned_files`)}:3:1`,
  ]),
  pin(
    "a file that is pinned twice",
    { [`${one}/pinned_files`]: `${sha256(view)} a.sql\n${sha256("")} a.sql\n` },
    `pin ${at(`${one}/pinned_files`)}:2:1`,
  ),
  pin(
    "an empty pin of a script that includes",
    { [`${one}/pinned_files`]: "" },
    `pin ${at(`${one}/up.sql.jinja`)}:1:4`,
  ),
  pin(
    "a pin that is a folder",
    { [`${one}/pinned_files`]: { folder: true } },
    `file ${at(`${one}/pinned_files`)}`,
  ),
  pin(
    "a pin in Latin-1",
    { [`${one}/pinned_files`]: Buffer.from(`${sha256(view)} \xe9.sql\n`, "latin1") },
    `file ${at(`${one}/pinned_files`)}:1:66`,
  ),
  pin(
    "pinned values that are no JSON",
    { [`${one}/pinned_values.json`]: "{ variables:" },
    `pin ${at(`${one}/pinned_values.json`)}`,
  ),
  pin(
    "pinned values that are a list",
    { [`${one}/pinned_values.json`]: "[]" },
    `pin ${at(`${one}/pinned_values.json`)}`,
  ),
  pin(
    "pinned values of other types",
    { [`${one}/pinned_values.json`]: '{ "generated": { "up": [1] } }' },
    `pin ${at(`${one}/pinned_values.json`)}`,
  ),
  pin(
    "variables of a pin that are a text",
    { [`${one}/pinned_values.json`]: '{ "variables": "x" }' },
    `pin ${at(`${one}/pinned_values.json`)}`,
  ),
  pin(
    "a file that a pinned script reads and the pin does not have",
    {
      [`${one}/up.sql.jinja`]: '{% include "a.sql" %};\nselect {{ read_file("data.txt") }};',
    },
    `pin ${at(`${one}/up.sql.jinja`)}:2:11`,
    { files: { "data.txt": "x" } },
  ),
  pin("pin check where a file is missing", { [stored]: null }, `pin ${at(stored)}`, {
    run: ["pin", "check"],
  }),
  pin("pin checkout where a file is missing", { [stored]: null }, `pin ${at(stored)}`, {
    run: ["pin", "checkout", "one", "--into", "there"],
  }),
  bad("building from a pin that is not there", { [`${one}/up.sql`]: table }, `pin ${at(one)}`, {
    run: ["migration", "build", "one", "--pinned=true"],
  }),
  bad(
    "writing a block behind a migration that is not pinned",
    { [`${one}/up.sql.jinja`]: '{% include "a.sql" %}' },
    `pin ${at(one)}`,
    {
      components: { "a.sql": view },
      run: ["migration", "new", "two", "--changed"],
    },
  ),
  // Blocks.
  script(
    "a block that does not end",
    "-- migrator: components\nselect 1;\n",
    `migration ${at(`${one}/up.sql`)}:3:1`,
  ),
  script(
    "a block that ends twice",
    `${block("select 1;")}-- migrator: end components\nselect 1;\n`,
    `migration ${at(`${one}/up.sql`)}:4:1`,
  ),
  script(
    "a statement's mark outside of a block",
    "select 1;\n-- migrator: statement\nselect 2;\n-- migrator: end statement\n",
    `migration ${at(`${one}/up.sql`)}:2:1`,
  ),
  bad(
    "a block.json that was cut",
    { [`${one}/up.sql`]: block(table), [`${one}/block.json`]: '{ "up": [{' },
    `migration ${at(`${one}/block.json`)}`,
  ),
  bad(
    "a block.json that is a list",
    { [`${one}/up.sql`]: block(table), [`${one}/block.json`]: "[]" },
    `migration ${at(`${one}/block.json`)}`,
  ),
  bad(
    "a block.json of another version",
    {
      [`${one}/up.sql`]: block(table),
      [`${one}/block.json`]: '{ "up": [{ "object": "view public.v" }], "down": [] }',
    },
    `migration ${at(`${one}/block.json`)}`,
  ),
  bad(
    "a block.json with an identity that is none",
    {
      [`${one}/up.sql`]: block(table),
      [`${one}/block.json`]:
        '{ "up": [{ "identity": { "kind": "table", "schema": "public", "name": "t" }, "dependents": [], "attachments": {} }], "down": [] }',
    },
    `migration ${at(`${one}/block.json`)}`,
  ),
  bad(
    "a block.json that is null",
    { [`${one}/up.sql`]: block(table), [`${one}/block.json`]: "null" },
    `migration ${at(`${one}/block.json`)}`,
  ),
  bad(
    "a block.json that is a folder",
    { [`${one}/up.sql`]: block(table), [`${one}/block.json`]: { folder: true } },
    `file ${at(`${one}/block.json`)}`,
  ),
  bad(
    "a block of components that cannot be read",
    { [`${one}/up.sql`]: `-- migrator: components [\nselect 1;\n-- migrator: end components\n` },
    `migration ${at(`${one}/up.sql`)}`,
    {
      run: ["migration", "refresh", "one"],
    },
  ),
  bad(
    "a refresh of a script without a block",
    { [`${one}/up.sql`]: table },
    `migration ${at(`${one}/up.sql`)}`,
    { run: ["migration", "refresh", "one"] },
  ),
  // What the ledger says.
  applied(
    "an applied migration that was altered",
    { [`${one}/up.sql`]: `${table}select 1;` },
    apply,
    `migration-state ${at(`${one}/up.sql`)}`,
  ),
  applied(
    "a down that fails half way",
    {},
    ["migration", "revert"],
    `statement-refused the stored down script of ${one}:2:1`,
    {
      down: "drop table t;\nselect 1 / 0;\n",
    },
  ),
  applied(
    "a rehearsal of a down that fails half way",
    {},
    ["migration", "revert", "--dry-run"],
    `statement-refused the stored down script of ${one}:2:1`,
    {
      down: "drop table t;\nselect 1 / 0;\n",
    },
  ),
  applied("a revert of one without a way back", {}, ["migration", "revert", two], "migration-state", {
    files: { [`${below}${two}/up.sql`]: "select 1;" },
  }),
  applied("a revert of one that another requires", {}, ["migration", "revert", one], "migration-state", {
    files: {
      [`${below}${two}/up.sql`]: `-- migrator: requires ${one}\nselect 1;`,
      [`${below}${two}/down.sql`]: "select 1;",
    },
  }),
  applied(
    "a downgrade of one without a way back",
    { [two]: null },
    ["downgrade", "--yes"],
    "migration-state",
    {
      files: { [`${below}${two}/up.sql`]: "select 1;" },
    },
  ),
  applied("a downgrade that nobody agreed to", { [one]: null }, ["downgrade"], "usage", { exit: 2 }),
  applied(
    "a way back without transaction beside others",
    {},
    ["migration", "revert", "--single-transaction"],
    "usage",
    {
      exit: 2,
      down: "-- migrator: no-transaction\ndrop table t;\n",
    },
  ),
  bad(
    "a script without transaction beside others",
    { [`${one}/up.sql`]: `-- migrator: no-transaction\n${table}` },
    `usage ${at(`${one}/up.sql`)}`,
    {
      run: [...apply, "--single-transaction"],
      exit: 2,
    },
  ),
  bad("a ledger of migrations with other columns", { [`${one}/up.sql`]: table }, "ledger", {
    before: `${ledgerSchema("migrator").join(";\n")};\ncreate table migrator.migration (id text);`,
  }),
  bad("a ledger of a newer format", { [`${one}/up.sql`]: table }, "ledger", {
    before: `${ledgerSchema("migrator").join(";\n")};\ninsert into migrator.project values ('app', 'live', 1000, pg_current_snapshot(), pg_current_xact_id());`,
  }),
  // Options.
  usage("a migration that there is not", [...apply, "nothing"]),
  usage("an end that there is not", [...apply, "--to", "nothing"]),
  usage("an empty name", [...apply, ""]),
  usage("a name that two have", [...apply, "2024"], { files: { [`${below}${two}/up.sql`]: "select 1;" } }),
  usage("a time that is none", [...apply, "--lock-timeout", "soon"]),
  usage("a time below nothing", [...apply, "--statement-timeout=-5s"]),
  usage("a cost that is none", [...apply, "--carry-unmanaged", "--allow", "everything"]),
  usage("an option that there is not", [...apply, "--force"]),
  usage("an option that another command has", ["migration", "status", "--to", "one"]),
  usage("a command that there is not", ["migration", "undo"]),
  usage("a target that there is not", [...apply, "--target", "prod"]),
  usage("a revert of what is not applied", ["migration", "revert", "one"]),
  usage("a revert to what is not applied", ["migration", "revert", "--to", "one"]),
  usage("adopting without a name", ["migration", "adopt"]),
  usage("adopting what there is not", ["migration", "adopt", "nothing"]),
  usage("pinning without a name", ["migration", "pin"]),
  usage("pinning what there is not", ["migration", "pin", "nothing"]),
  usage("building without saying from what", ["migration", "build", "one"]),
  usage("building from something else", ["migration", "build", "one", "--pinned=perhaps"]),
  usage("building what there is not", ["migration", "build", "nothing", "--pinned=false"]),
  usage("a new one without a name", ["migration", "new"]),
  usage("a new one with an empty name", ["migration", "new", "///"]),
  usage("a new one with a very long name", ["migration", "new", "x".repeat(300)]),
  usage("a new one of a module that there is not", ["migration", "new", "x", "--module", "other"]),
  usage("a new one for a component that there is not", [
    "migration",
    "new",
    "x",
    "--component",
    "nothing.sql",
  ]),
  usage("a shadow that is none", ["migration", "new", "x", "--changed", "--shadow", "somewhere"]),
  usage("testing what there is not", ["migration", "test", "nothing"]),
  usage("refreshing what there is not", ["migration", "refresh", "nothing"]),
  usage("a checkout of what there is not", ["pin", "checkout", "nothing"]),
  usage("a diff of what there is not", ["pin", "diff", "nothing"]),
  bad("a new one whose table change is no SQL", { [`${one}/up.sql`]: table }, "syntax-error 1:7", {
    run: ["migration", "new", "x", "--around", "alter tabel t add b int"],
  }),
  bad("a protected target and nobody to ask", { [`${one}/up.sql`]: table }, "usage", {
    config: { targets: { prod: { url: { env: "DATABASE_URL" }, protected: true } } },
    run: [...apply, "--target", "prod"],
    exit: 2,
  }),
];
