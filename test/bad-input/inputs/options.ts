/** Commands, options, arguments and environment variables. */
import { type BadInput, sound } from "../bad-input.ts";

const usage = (name: string, run: readonly string[], more: Partial<BadInput> = {}): BadInput => ({
  name,
  components: sound,
  run,
  exit: 2,
  gives: "usage",
  ...more,
});
const connection = (name: string, url: string, more: Partial<BadInput> = {}): BadInput => ({
  name,
  components: sound,
  run: ["sync", "--database-url", url],
  gives: "connection",
  ...more,
});
const schema = { "idempotent_schemas/api/v.sql": "create view api.v as select 1 as x;" };

export const options: readonly BadInput[] = [
  usage("a misspelt command", ["synk"]),
  usage("a misspelt command of component", ["component", "lst"]),
  usage("an unknown option", ["sync", "--zzzzz"]),
  usage("an option of another command", ["status", "--take", "files"]),
  usage("an option without its value", ["plan", "--target"]),
  usage("an argument too many", ["plan", "extra"]),
  usage("two objects for graph", ["graph", "a", "b"]),
  usage("rebuild without a schema", ["rebuild"]),
  usage("rebuild of a schema that no folder declares", ["rebuild", "apl"], { components: schema }),
  usage("rebuild of nothing", ["rebuild", ""], { components: schema }),
  usage("rebuild of a hostile name", ["rebuild", 'a"; drop schema public'], { components: schema }),
  usage("track without a path", ["component", "track"]),
  usage("track of a path that is none", ["component", "track", "b.sql"]),
  usage("untrack of two paths that are none", ["component", "untrack", "b.sql", "c.sql"], {
    gives: ["usage", "usage"],
  }),
  usage("untrack outside the project", ["component", "untrack", "../../etc/passwd"]),
  usage("diff of a path that is none", ["component", "diff", "b.sql"]),
  usage("sync of a path that is none", ["sync", "migrator/components/b.sql"]),
  usage("sync of a path outside the project", ["sync", "/etc/passwd"]),
  usage("sync of an empty path", ["sync", ""]),
  usage("sync of two paths that are none", ["sync", "x.sql", "y.sql"], { gives: ["usage", "usage"] }),
  usage("watch of a path that is none", ["watch", "b.sql"]),
  usage("graph of an object that is none", ["graph", "publik.a"]),
  usage("an unknown format", ["graph", "--format", "pdf"]),
  usage("an unknown side", ["sync", "--take", "mine"]),
  usage("both sides", ["sync", "--take", "files", "--take", "database"]),
  usage("a negative number of jobs", ["sync", "--jobs", "-1"]),
  usage("no jobs", ["sync", "--jobs", "0"]),
  usage("a file of --around that is not there", ["sync", "--around", "no such.sql"]),
  usage("a word of --around that is neither a file nor SQL", ["sync", "--around", "nosuch"]),
  usage("an empty --around", ["sync", "--around", ""]),
  usage("a folder as a file of --around", ["sync", "--around", "folder"], {
    files: { "folder/a.sql": "select 1" },
    gives: "file folder",
    exit: 1,
  }),
  usage("a file of --around that is a link to nowhere", ["sync", "--around", "a.sql"], {
    files: { "a.sql": { link: "b.sql" } },
    gives: "file a.sql",
    exit: 1,
  }),
  usage("a NUL in a file of --around", ["sync", "--around", "a.sql"], {
    files: { "a.sql": "select 1;\n\0 alter table t add a int;" },
    gives: "file a.sql:2:1",
    exit: 1,
  }),
  usage("Latin-1 in a file of --around", ["sync", "--around", "a.sql"], {
    files: { "a.sql": Buffer.from("select '\u00e9'", "latin1") },
    gives: "file a.sql:1:9",
    exit: 1,
  }),
  usage("a byte-order mark in a file of --around", ["sync", "--around", "a.sql"], {
    files: { "a.sql": "\ufeffselect 1;\nselec" },
    gives: "syntax-error a.sql:2:1",
    exit: 1,
  }),
  usage("an unknown side of plan", ["plan", "--take", ""]),
  usage("an unknown side of watch", ["watch", "--take", "database"]),
  usage("a target without any", ["status", "--target", "dev"]),
  usage("a misspelt target", ["status", "--target", "prodd"], {
    config: { targets: { prod: { url: "postgres://h/d" } } },
  }),
  usage("a target named as an object's own", ["status", "--target", "__proto__"], {
    config: { targets: { prod: { url: "postgres://h/d" } } },
  }),
  usage("a target whose variable is not set", ["status", "--target", "prod"], {
    config: { targets: { prod: { url: { env: "NOT_SET" } } } },
    gives: "usage migrator.json",
  }),
  usage("a target whose variable holds no URL", ["status", "--target", "prod"], {
    config: { targets: { prod: { url: { env: "PROD_URL" } } } },
    env: { PROD_URL: "prod.example" },
  }),
  usage("a default target whose variable is not set", ["status"], {
    config: { targets: { prod: { url: { env: "NOT_SET" } } }, defaultTarget: "prod" },
    env: { DATABASE_URL: null },
    gives: "usage migrator.json",
  }),
  usage("sync of a migrated target", ["sync", "--target", "prod"], {
    config: { targets: { prod: { url: "postgres://h/d", components: "migrated" } } },
  }),
  usage("watch of a migrated target", ["watch", "--target", "prod"], {
    config: { targets: { prod: { url: "postgres://h/d", components: "migrated" } } },
  }),
  usage("a configuration that is not there", ["sync", "--config", "none.json"], { gives: "file none.json" }),
  usage("a folder for the configuration", ["sync", "--config", "migrator"], { gives: "file migrator" }),
  usage("a URL of another database", ["sync", "--database-url", "mysql://root:s3cret@h/d"]),
  usage("a URL that is none", ["sync", "--database-url", "app"]),
  usage("an empty URL", ["sync", "--database-url", ""]),
  usage("a URL whose port is a word", ["sync", "--database-url", "postgres://u:s3cret@h:port/d"]),
  usage("a URL whose port is too high", ["sync", "--database-url", "postgres://u:s3cret@h:99999/d"]),
  connection("a URL with a percent sign of its own", "postgres://u:100%@127.0.0.1:1/d"),
  usage("a URL with a certificate that is not there", [
    "sync",
    "--database-url",
    "postgres://u:s3cret@h/d?sslrootcert=/none",
  ]),
  usage("DATABASE_URL of another database", ["sync"], { env: { DATABASE_URL: "mysql://root:s3cret@h/d" } }),
  usage("DATABASE_URL that is none", ["status"], { env: { DATABASE_URL: "here" } }),
  usage("PGPORT that is a word", ["sync"], {
    env: { DATABASE_URL: null, PGHOST: "127.0.0.1", PGPORT: "postgres" },
  }),
  usage("PGSSLMODE that is none", ["sync"], {
    env: { DATABASE_URL: null, PGHOST: "127.0.0.1", PGSSLMODE: "perhaps" },
  }),
  connection("a host that has no address", "postgres://u:s3cret@nowhere.invalid/d"),
  connection("PGHOST that has no address", "", {
    run: ["status"],
    env: { DATABASE_URL: null, PGHOST: "nowhere.invalid", PGUSER: "u", PGDATABASE: "d" },
  }),
  connection("a port where nobody listens", "postgres://u:s3cret@127.0.0.1:1/d"),
  connection("a socket that is not there", "postgres:///d?host=/none&user=u"),
  connection("status where nobody listens", "", {
    run: ["status", "--database-url", "postgres://u@127.0.0.1:1/d"],
  }),
  connection("graph where nobody listens", "", {
    run: ["graph", "--database-url", "postgres://u@127.0.0.1:1/d"],
  }),
  connection("watch where nobody listens", "", {
    run: ["watch", "--database-url", "postgres://u@127.0.0.1:1/d"],
  }),
  connection("rebuild where nobody listens", "", {
    components: schema,
    run: ["rebuild", "api", "--database-url", "postgres://u@127.0.0.1:1/d"],
  }),
];
