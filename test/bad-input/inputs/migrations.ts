/** Migrations: their folders, the texts, statements, directives and templates of their scripts. */
import type { BadInput } from "../bad-input.ts";
import { apply, at, bad, below, one, script, table, template, two } from "./migration-input.ts";

export const migrations: readonly BadInput[] = [
  // Folders.
  bad("a folder without up.sql", { [`${one}/down.sql`]: "select 1;" }, `migration ${at(one)}`),
  bad("an empty folder", { [one]: { folder: true } }, `migration ${at(one)}`),
  bad("a part of no matrix", { [`${one}/up.tenant.sql`]: table }, `migration ${at(one)}/up.tenant.sql`),
  bad(
    "a part without a name",
    { [`${one}/up.sql`]: table, [`${one}/up..x.sql`]: table },
    `migration ${at(one)}/up..x.sql`,
  ),
  bad(
    "a way back of no script",
    { [`${one}/up.sql`]: table, [`${one}/down.2.sql`]: table },
    `migration ${at(one)}/down.2.sql`,
  ),
  bad("a part twice", { [`${one}/up.1.sql`]: table, [`${one}/up.01.sql`]: table }, `migration ${at(one)}`),
  bad(
    "up.sql beside up.sql.jinja",
    { [`${one}/up.sql`]: table, [`${one}/up.sql.jinja`]: table },
    `migration ${at(one)}`,
  ),
  bad("a file in the place of the folder", { [`${one}.sql`]: table }, `migration ${at(`${one}.sql`)}`),
  bad(
    "a folder in the place of the script",
    { [`${one}/up.sql`]: { folder: true } },
    `file ${at(`${one}/up.sql`)}`,
  ),
  bad("a file in the place of the folder of all", {}, "migration migrator/migrations", {
    files: { "migrator/migrations": "" },
  }),
  bad(
    "a link to nowhere in the place of the script",
    { [`${one}/up.sql`]: { link: "/nowhere/at/all" } },
    `file ${at(`${one}/up.sql`)}`,
  ),
  bad("a day that no month has", { "20240231000000-x/up.sql": table }, `migration ${at("20240231000000-x")}`),
  bad("an hour that no day has", { "20240201250000-x/up.sql": table }, `migration ${at("20240201250000-x")}`),
  bad("too few digits", { "202402010000-x/up.sql": table }, `migration ${at("202402010000-x")}`),
  bad("no name behind the digits", { "20240201000000/up.sql": table }, `migration ${at("20240201000000")}`),
  bad(
    "two with one timestamp",
    { [`${one}/up.sql`]: table, "20240101000000-other/up.sql": table },
    `migration ${at("20240101000000-other")}`,
  ),
  bad(
    "two with one name",
    { [`a/${one}/up.sql`]: table, [`b/${one}/up.sql`]: table },
    `migration ${at(`b/${one}`)}`,
  ),
  bad(
    "a migration inside of another",
    { [`${one}/up.sql`]: table, [`${one}/later/${two}/up.sql`]: "select 1;" },
    `migration ${at(`${one}/later/${two}`)}`,
  ),
  bad(
    "a script in a folder of a migration",
    { [`${one}/up.sql`]: table, [`${one}/a/b/up.2.sql.jinja`]: "select 1;", [`${one}/a/rows.sql`]: "x" },
    `migration ${at(`${one}/a/b/up.2.sql.jinja`)}`,
  ),
  bad("a module without a folder", {}, "migration elsewhere", {
    config: {
      modules: [
        { name: "app", path: "migrator/migrations" },
        { name: "other", path: "elsewhere" },
      ],
    },
    files: { [`${below}${one}/up.sql`]: table },
  }),
  // Texts.
  script("a NUL character", "select 1;\nselect '\0';", `file ${at(`${one}/up.sql`)}:2:9`),
  script("Latin-1", new Uint8Array([0x2d, 0x2d, 0x20, 0xe9]), `file ${at(`${one}/up.sql`)}:1:4`),
  script("UTF-16", Buffer.from("\ufeffselect 1;", "utf16le"), `file ${at(`${one}/up.sql`)}:1:1`),
  script(
    "UTF-8 cut in a character",
    new Uint8Array([0x2d, 0x2d, 0x20, 0xc3]),
    `file ${at(`${one}/up.sql`)}:1:4`,
  ),
  script(
    "bytes at random",
    new Uint8Array(4096).map((_, i) => (i * 7919) % 256),
    `file ${at(`${one}/up.sql`)}:1:2`,
  ),
  script(
    "a byte-order mark before a mistake",
    "\ufeffselect from where;",
    `syntax-error ${at(`${one}/up.sql`)}:1:13`,
  ),
  script(
    "carriage returns before a mistake",
    "select 1;\r\nselect 2;\r\n  slect 3;\r\n",
    `syntax-error ${at(`${one}/up.sql`)}:3:3`,
  ),
  script(
    "a very big script with a mistake at its end",
    `${"-- x\n".repeat(400_000)}slect 1;`,
    `syntax-error ${at(`${one}/up.sql`)}:400001:1`,
  ),
  template(
    "a template in Latin-1",
    new Uint8Array([0x7b, 0x23, 0xe9, 0x23, 0x7d]),
    `file ${at(`${one}/up.sql.jinja`)}:1:3`,
  ),
  // Statements.
  script("an unclosed quote", "select 1;\nselect 'x;\n", `syntax-error ${at(`${one}/up.sql`)}:2:8`),
  script("an unclosed dollar quote", "do $$ begin end", `syntax-error ${at(`${one}/up.sql`)}:1:4`),
  script("an unclosed comment", "select 1;\n/* and so on", `syntax-error ${at(`${one}/up.sql`)}:2:1`),
  script("an unclosed bracket", "create table t (id int", `syntax-error ${at(`${one}/up.sql`)}:1:23`),
  script("COMMIT", `${table}commit;\n`, `misplaced-statement ${at(`${one}/up.sql`)}:2:1`),
  script("BEGIN and ROLLBACK", `begin;\n${table}rollback;\n`, [
    `misplaced-statement ${at(`${one}/up.sql`)}:1:1`,
    `misplaced-statement ${at(`${one}/up.sql`)}:3:1`,
  ]),
  script(
    "COMMIT in a script without transaction",
    "-- migrator: no-transaction\ncommit;\n",
    `misplaced-statement ${at(`${one}/up.sql`)}:2:1`,
  ),
  script(
    "COPY from the client",
    `${table}copy t from stdin;\n`,
    `statement-refused ${at(`${one}/up.sql`)}:2:1`,
  ),
  script("a command of psql", `${table}\\i other.sql\n`, `syntax-error ${at(`${one}/up.sql`)}:2:1`),
  script(
    "a variable of psql that no secret is",
    "select :'nobody';\n",
    `statement-refused ${at(`${one}/up.sql`)}:1:8`,
  ),
  script(
    "a table that is not there",
    `${table}drop table nothing;\n`,
    `statement-refused ${at(`${one}/up.sql`)}:2:1`,
  ),
  script(
    "CREATE INDEX CONCURRENTLY in a transaction",
    `${table}create index concurrently i on t (id);\n`,
    `statement-refused ${at(`${one}/up.sql`)}:2:1`,
  ),
  script(
    "an error that a statement raises",
    "do $$ begin raise 'no'; end $$;",
    `statement-refused ${at(`${one}/up.sql`)}:1:1`,
  ),
  bad(
    "a mistake in a down script",
    { [`${one}/up.sql`]: table, [`${one}/down.sql`]: "drop tabel t;" },
    `syntax-error ${at(`${one}/down.sql`)}:1:6`,
  ),
  bad("mistakes in two scripts", { [`${one}/up.sql`]: "slect 1;", [`${two}/up.sql`]: "select 1;\ncommit;" }, [
    `syntax-error ${at(`${one}/up.sql`)}:1:1`,
    `misplaced-statement ${at(`${two}/up.sql`)}:2:1`,
  ]),
  // Directives.
  script(
    "an unknown directive",
    "-- migrator: no-transactions\nselect 1;",
    `migration ${at(`${one}/up.sql`)}:1:4`,
  ),
  script(
    "a directive with too much",
    "-- migrator: no-transaction please\nselect 1;",
    `migration ${at(`${one}/up.sql`)}:1:4`,
  ),
  script(
    "requires without a name",
    "-- migrator: requires\nselect 1;",
    `migration ${at(`${one}/up.sql`)}:1:4`,
  ),
  script(
    "requires what there is not",
    "-- migrator: requires 20230101000000-base\nselect 1;",
    `migration ${at(`${one}/up.sql`)}`,
  ),
  script(
    "requires of an unknown module",
    "-- migrator: requires billing/20240101000000-base\nselect 1;",
    `migration ${at(`${one}/up.sql`)}`,
  ),
  script("requires itself", `-- migrator: requires ${one}\nselect 1;`, `migration ${at(`${one}/up.sql`)}`),
  bad(
    "requires in a circle",
    {
      [`${one}/up.sql`]: `-- migrator: requires ${two}\nselect 1;`,
      [`${two}/up.sql`]: `-- migrator: requires ${one}\nselect 1;`,
    },
    `migration ${at(`${one}/up.sql`)}`,
  ),
  bad(
    "one alone that requires another",
    {
      [`${one}/up.sql`]: table,
      [`${two}/up.sql`]: `-- migrator: requires ${one}\nselect 1;`,
    },
    `migration-state ${at(`${two}/up.sql`)}`,
    { run: [...apply, "two"] },
  ),
  // Templates.
  template(
    "an undefined variable",
    "select 1;\nselect {{ nothing }};",
    `template-error ${at(`${one}/up.sql.jinja`)}:2:11`,
  ),
  template(
    "an include that is not there",
    "{% include 'nothing.sql' %}",
    `template-error ${at(`${one}/up.sql.jinja`)}:1:4`,
  ),
  template(
    "an include outside of the project",
    "{% include '../../../../etc/passwd' %}",
    `file ${at(`${one}/up.sql.jinja`)}:1:4`,
  ),
  template(
    "a file outside of the project",
    "{{ read_file('/etc/passwd') }}",
    `file ${at(`${one}/up.sql.jinja`)}:1:4`,
  ),
  template("an unclosed tag", "{% if true %}select 1;", `template-error ${at(`${one}/up.sql.jinja`)}:1:14`),
  template(
    "a mistake in what it renders to",
    "{% set n = 1 %}\nselect {{ n }} from;",
    `syntax-error ${at(`${one}/up.sql.jinja`)}:2:20`,
  ),
  template(
    "an environment variable that is not declared",
    "select {{ env('HOME') }};",
    `template-error ${at(`${one}/up.sql.jinja`)}:1:11`,
  ),
  template(
    "a component of a migration that there is not",
    `{% include "a.sql@20230101000000-none" %}`,
    `template-error ${at(`${one}/up.sql.jinja`)}:1:4`,
  ),
  template(
    "a link that leads out of the project",
    "{% include './out.sql' %}",
    `template-error ${at(`${one}/up.sql.jinja`)}:1:4`,
    {
      files: { [`${below}${one}/out.sql`]: { link: "/etc/hostname" } },
    },
  ),
  template(
    "a form of a component that declares two objects",
    '{% filter create %}{% include "two.sql" %}{% endfilter %}',
    `template-error ${at(`${one}/up.sql.jinja`)}:1:11`,
    {
      components: { "two.sql": "create view a as select 1 as x;\ncreate view b as select 1 as x;" },
    },
  ),
];
