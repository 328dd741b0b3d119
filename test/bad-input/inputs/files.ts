/** What stands below components/ and is no text that can be read. */
import type { BadInput } from "../bad-input.ts";

const one = (name: string, content: BadInput["components"], gives: BadInput["gives"]): BadInput => ({
  name,
  components: content ?? {},
  gives,
});
const utf16be = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16();
const sql = "create view a as select 1 as x;";

export const files: readonly BadInput[] = [
  one("UTF-16, little end first", { "a.sql": Buffer.from(`\ufeff${sql}`, "utf16le") }, "file a.sql:1:1"),
  one("UTF-16, big end first", { "a.sql": utf16be(sql) }, "file a.sql:1:1"),
  one("UTF-16 without a mark", { "a.sql": Buffer.from(sql, "utf16le") }, "file a.sql:1:2"),
  one("Latin-1", { "a.sql": Buffer.from("-- caf\u00e9\nselect 1", "latin1") }, "file a.sql:1:7"),
  one(
    "a character that is cut off",
    { "a.sql": Buffer.from([0x2d, 0x2d, 0x0a, 0xe2, 0x82]) },
    "file a.sql:2:1",
  ),
  one(
    "a surrogate written as UTF-8",
    { "a.sql": Buffer.from([0x2d, 0x2d, 0xed, 0xa0, 0x80]) },
    "file a.sql:1:3",
  ),
  one("a picture", { "a.sql": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex") }, "file a.sql:1:1"),
  one("a NUL character", { "a.sql": "-- one\n-- t\0wo" }, "file a.sql:2:5"),
  one("a NUL character in a template", { "a.sql.jinja": "{# \0 #}" }, "file a.sql.jinja:1:4"),
  one(
    "Latin-1 in an included file",
    {
      "a.sql.jinja": '{% include "_part.sql" %}',
      "_part.sql": Buffer.from("select '\u00e9'", "latin1"),
    },
    ["file _part.sql:1:9"],
  ),
  one("a link that leads nowhere", { "a.sql": { link: "b.sql" } }, "file a.sql"),
  one("a link out of the project", { "a.sql": { link: "/etc/passwd" } }, "file a.sql"),
  one("a link to a folder out of the project", { more: { link: "/etc" }, "a.sql": sql }, "file more"),
  one(
    "a template that includes what a link out of the project leads to",
    { "a.sql.jinja": '{% include "_part" %}', _part: { link: "/etc/passwd" } },
    "file _part",
  ),
  one("a link to itself", { "a.sql": { link: "a.sql" } }, "file a.sql"),
  one("two links to each other", { "a.sql": { link: "b.sql" }, "b.sql": { link: "a.sql" } }, [
    "file a.sql",
    "file b.sql",
  ]),
  one("a folder that links to the one above it", { "views/again": { link: ".." } }, "file views/again"),
  one("a folder that links to itself", { views: { link: "." } }, "file views"),
  one("a folder named as a component", { "a.sql": { folder: true }, ...{ "b.sql": "selec" } }, [
    "syntax-error b.sql:1:1",
  ]),
  one("a folder of a matrix that nobody declares", { "@tenant/a.sql": sql }, "usage @tenant"),
  one("a file without its schema", { "idempotent_schemas/a.sql": sql }, "usage idempotent_schemas/a.sql"),
  one(
    "a schema's folder that PostgreSQL keeps for itself",
    { "idempotent_schemas/pg_mine/a.sql": "create view pg_mine.a as select 1 as x;" },
    "usage idempotent_schemas/pg_mine",
  ),
  one(
    "a schema's folder whose name is too long",
    { [`idempotent_schemas/${"x".repeat(64)}/a.sql`]: `create view ${"x".repeat(64)}.a as select 1 as x;` },
    `usage idempotent_schemas/${"x".repeat(64)}`,
  ),
  one(
    "ten megabytes without an end",
    { "a.sql": `select ${"1 + ".repeat(2_600_000)}` },
    "syntax-error a.sql:1:10400008",
  ),
  one(
    "ten megabytes of one name",
    { "a.sql": `create view ${"a".repeat(10_000_000)} as selec` },
    "syntax-error a.sql:1:10000017",
  ),
  {
    name: "mistakes of every sort in several files",
    components: {
      "a.sql": Buffer.from("\u00e9", "latin1"),
      "b.sql.jinja": "select {{ nothing }}",
      "c.sql": "create view c as selec 1",
      "d.sql": "create table d ();\ninsert into d values (1);",
      "e.sql": { link: "nowhere" },
    },
    gives: [
      "file a.sql:1:1",
      "template-error b.sql.jinja:1:11",
      "syntax-error c.sql:1:18",
      "misplaced-statement d.sql:1:1",
      "misplaced-statement d.sql:2:1",
      "file e.sql",
    ],
  },
  ...(["sync", "status", "graph", "component list", "component diff", "plan", "apply"] as const).map(
    (command): BadInput => ({
      name: `no folder for components: ${command}`,
      files: { "migrator/components/.gitkeep": null },
      run: command.split(" "),
      gives: "file migrator/components",
    }),
  ),
  {
    name: "no folder for components: untrack",
    files: { "migrator/components/.gitkeep": null },
    run: ["component", "untrack", "a.sql"],
    gives: "file migrator/components",
  },
  {
    name: "a file in place of the components' folder",
    files: { "migrator/components/.gitkeep": null, "migrator/components": "" },
    gives: "file migrator/components",
  },
  {
    name: "a link to nowhere in place of the components' folder",
    files: { "migrator/components/.gitkeep": null, "migrator/components": { link: "nowhere" } },
    gives: "file migrator/components",
  },
];
