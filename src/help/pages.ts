/** What the manual pages of the commands say beyond their options. Every command has one; test/cli/help.test.ts sees to it. */

interface Example {
  readonly run: string;
  readonly does: string;
}

export interface Page {
  /** One or two sentences more than the command's own line. */
  readonly about?: string;
  readonly examples: readonly Example[];
  /** Keys of `exitCodes` beyond 0, 1 and 2. */
  readonly exits?: readonly (
    | "pending"
    | "drift"
    | "pendingOnRequest"
    | "driftOnRequest"
    | "unfitOnRequest"
  )[];
}

/** By the command's words: `migration apply`. */
export const pages: Readonly<Record<string, Page>> = {
  init: {
    about:
      "Writes migrator.json, the folders, .gitignore and .gitattributes where they are missing. No file that exists is changed.",
    examples: [
      { run: "migrator init", does: "begin a project in the current folder" },
      {
        run: "migrator init --sample",
        does: "begin with a small shop to play with, on an embedded database",
      },
    ],
  },
  plan: {
    about:
      "The work is done in a transaction that is rolled back: PostgreSQL itself has said that each step works. Below each step stands what follows from it.",
    examples: [
      { run: "migrator plan", does: "show what apply would do to the default target" },
      { run: "migrator plan --diff", does: "with the differences of the definitions" },
      { run: "migrator plan --target prod --sql > plan.sql", does: "write it as SQL that psql runs" },
      { run: "migrator plan --exit-code", does: "for CI: exit with 3 where something is pending" },
      {
        run: "migrator plan --around 'alter table shop.line alter amount type numeric(14,4)'",
        does: "see which views are in the way of a change, and what becomes of them",
      },
    ],
    exits: ["pendingOnRequest", "drift"],
  },
  sync: {
    about: "Everything happens in one transaction. A second sync has nothing to do.",
    examples: [
      { run: "migrator sync", does: "bring everything along" },
      {
        run: "migrator sync migrator/components/views",
        does: "only what these files declare, and what hangs on it",
      },
      { run: "migrator sync --take files", does: "overwrite what was changed in the database" },
      {
        run: "migrator sync --refresh affected",
        does: "also fill materialized views that read what changed",
      },
      { run: "migrator sync --online", does: "build materialized views beside the old ones first" },
    ],
    exits: ["drift"],
  },
  apply: {
    about: "Each migration has a transaction of its own; the components follow in one more.",
    examples: [
      { run: "migrator apply", does: "run what is pending, then bring the components along" },
      { run: "migrator apply --target prod --dry-run", does: "rehearse it on production, and roll back" },
      { run: "migrator apply --to add-customers", does: "no further than this migration" },
      {
        run: "migrator apply --jobs 8 --canary 1",
        does: "one tenant first, then the others eight at a time",
      },
    ],
    exits: ["drift"],
  },
  watch: {
    about:
      "A save is usually live within a tenth of a second. A mistake is shown where it stands, and the next save tries again.",
    examples: [
      { run: "migrator watch", does: "follow every save of a component" },
      { run: "migrator watch migrator/components/views", does: "follow these alone" },
      { run: "migrator watch --poll", does: "on a file system that tells of no change" },
    ],
  },
  studio: {
    about: "The page is served on 127.0.0.1 to whoever has the printed address. It changes nothing.",
    examples: [{ run: "migrator studio", does: "print the address of the page, and follow every save" }],
  },
  status: {
    examples: [
      { run: "migrator status", does: "show what is pending, changed or drifted" },
      { run: "migrator status --all", does: "every object and every migration" },
      { run: "migrator status --exit-code", does: "for scripts" },
    ],
    exits: ["pendingOnRequest", "unfitOnRequest"],
  },
  drift: {
    examples: [
      { run: "migrator drift", does: "show what somebody changed by hand, as a diff" },
      { run: "migrator drift --target prod --exit-code", does: "for a nightly check" },
    ],
    exits: ["driftOnRequest"],
  },
  graph: {
    examples: [
      { run: "migrator graph", does: "list every object with what it needs" },
      { run: "migrator graph shop.line_amount", does: "what this view needs, and what hangs on it" },
      { run: "migrator graph --format html > graph.html", does: "one page to look around in" },
      { run: "migrator graph --format mermaid", does: "for a pull request" },
    ],
  },
  rebuild: {
    about: "For schemas that hold nothing but what files declare: dropped and made again in one transaction.",
    examples: [
      { run: "migrator rebuild reports --plan", does: "rehearse it" },
      { run: "migrator rebuild reports", does: "do it" },
    ],
  },
  doctor: {
    examples: [
      { run: "migrator doctor", does: "look at configuration, files, connection, rights and ledger" },
    ],
  },
  component: { examples: [{ run: "migrator component list", does: "list what is managed" }] },
  "component list": {
    examples: [{ run: "migrator component list", does: "each file, its objects and how they stand" }],
  },
  "component track": {
    examples: [{ run: "migrator component track views/old.sql", does: "manage this file again" }],
  },
  "component untrack": {
    examples: [
      { run: "migrator component untrack views/old.sql", does: "leave this file's objects to somebody else" },
    ],
  },
  "component diff": {
    examples: [
      { run: "migrator component diff", does: "everything that differs" },
      { run: "migrator component diff migrator/components/views", does: "what differs there" },
    ],
  },
  "component import": {
    examples: [
      { run: "migrator component import --dry-run", does: "list the files that would be written" },
      { run: "migrator component import shop reports", does: "write the objects of two schemas as files" },
    ],
  },
  downgrade: {
    about:
      "The ledger keeps the way back of every migration: an older checkout can undo what a newer one applied.",
    examples: [
      { run: "migrator downgrade --dry-run", does: "rehearse it" },
      { run: "migrator downgrade --yes", does: "do it without being asked" },
    ],
  },
  flatten: {
    about:
      "What all migrations made is written as one migration and proven: a database built from it alone has the same catalogs. Databases that have what it stands for record it and run nothing. The old ones are kept beside it.",
    examples: [
      { run: "migrator flatten --dry-run", does: "prove it, print it and write nothing" },
      {
        run: "migrator flatten --data app.country",
        does: "with the rows that migrations wrote into a table",
      },
      { run: "migrator flatten --scope tenant", does: "the parts of the tenants alone" },
    ],
  },
  history: {
    examples: [
      { run: "migrator history shop.line_amount", does: "every version of a view" },
      { run: "migrator history views/line_amount.sql", does: "of all that a file declares" },
    ],
  },
  migration: { examples: [{ run: "migrator migration new add-customers", does: "make a migration" }] },
  "migration new": {
    examples: [
      { run: "migrator migration new add-customers", does: "an empty migration" },
      {
        run: "migrator migration new new-totals --changed",
        does: "one that brings along every component that changed",
      },
      {
        run: "migrator migration new wider --around 'alter table shop.line alter amount type bigint'",
        does: "a change of a table, with what views need for it",
      },
    ],
  },
  "migration refresh": {
    about:
      "What the database has applied is not written anew: its SQL would no longer be what ran. --ignore-applied does it all the same; migration adopt then stores the new text.",
    examples: [{ run: "migrator migration refresh new-totals", does: "write its block anew" }],
  },
  "migration build": {
    examples: [
      { run: "migrator migration build add-customers --pinned=true", does: "print what production will run" },
      { run: "migrator migration build add-customers --pinned=false --down", does: "print the way back" },
    ],
  },
  "migration pin": {
    examples: [
      { run: "migrator migration pin add-customers", does: "fix it to what it reads now" },
      { run: "migrator migration pin --all", does: "every one that is not pinned" },
    ],
  },
  "migration apply": {
    examples: [
      { run: "migrator migration apply", does: "run all that are pending" },
      { run: "migrator migration apply add-customers", does: "run this one" },
      { run: "migrator migration apply --dry-run", does: "rehearse, and roll back" },
    ],
  },
  "migration revert": {
    examples: [
      { run: "migrator migration revert", does: "undo the last one" },
      { run: "migrator migration revert --to add-customers", does: "undo all that came after it" },
    ],
  },
  "migration adopt": {
    examples: [
      { run: "migrator migration adopt add-customers", does: "record as applied what ran elsewhere" },
    ],
  },
  "migration test": {
    examples: [
      { run: "migrator migration test", does: "the last one: up, down, up" },
      { run: "migrator migration test --all", does: "every one, from nothing, as it is pinned" },
    ],
  },
  "migration status": {
    examples: [{ run: "migrator migration status", does: "list every migration" }],
    exits: ["pendingOnRequest", "unfitOnRequest"],
  },
  pin: { examples: [{ run: "migrator pin check", does: "see that the stores are whole" }] },
  "pin check": {
    examples: [
      { run: "migrator pin check", does: "for CI: exit with 1 where something is missing or altered" },
    ],
  },
  "pin diff": {
    examples: [
      { run: "migrator pin diff add-customers", does: "against the working tree" },
      { run: "migrator pin diff add-customers new-totals", does: "between two migrations" },
    ],
  },
  "pin prune": {
    examples: [{ run: "migrator pin prune --dry-run", does: "list what no migration is pinned to" }],
  },
  "pin checkout": {
    examples: [
      { run: "migrator pin checkout add-customers --into then", does: "the components as they were then" },
    ],
  },
  tenant: { examples: [{ run: "migrator tenant list", does: "list the values, and how far each is along" }] },
  "tenant list": {
    examples: [
      { run: "migrator tenant list", does: "all values" },
      { run: "migrator tenant list --only 'acme*'", does: "those whose key begins so" },
    ],
  },
  "tenant add": {
    examples: [
      {
        run: "migrator tenant add acme --var plan=gold",
        does: "write it to its source, and make its schema",
      },
    ],
  },
  "tenant remove": {
    examples: [
      { run: "migrator tenant remove acme", does: "show what would go" },
      { run: "migrator tenant remove acme --yes", does: "drop it with all that is in it" },
    ],
  },
  completion: {
    about:
      "The script asks the tool itself at each Tab: commands, options, targets, migrations, files and objects.",
    examples: [
      { run: "source <(migrator completion bash)", does: "in ~/.bashrc" },
      { run: "source <(migrator completion zsh)", does: "in ~/.zshrc, behind compinit" },
      { run: "migrator completion fish > ~/.config/fish/completions/migrator.fish", does: "once, for fish" },
    ],
  },
};

/** What a command may end with. */
export const exitCodes = {
  done: ["0", "done, or nothing to do"],
  failed: ["1", "failed; the database is as before"],
  usage: ["2", "wrong usage or configuration"],
  pending: ["3", "something is pending"],
  pendingOnRequest: ["3", "with --exit-code: something is pending"],
  drift: ["4", "something was changed in the database, and stops this"],
  driftOnRequest: ["4", "with --exit-code: something was changed in the database"],
  unfitOnRequest: [
    "4",
    "with --exit-code: something was changed in the database, or a migration is altered, missing or partly undone",
  ],
} as const;

export const environment: readonly (readonly [name: string, does: string])[] = [
  ["DATABASE_URL", "the database, where --database-url names none"],
  ["PGHOST, PGUSER, ...", "the same, as for psql"],
  ["NO_COLOR, FORCE_COLOR", "never or always in colour"],
  ["LC_ALL, LC_CTYPE, LANG", "lines and marks in Unicode where the locale is UTF-8, else in ASCII"],
  ["CI", "lines are neither broken nor written over"],
  ["MIGRATOR_AUTHOR", "who is recorded as having applied a migration"],
];

/** The headings of options; what is not listed stands under the command's own. */
export const optionGroups: Readonly<Record<string, readonly string[]>> = {
  "Values of matrices": [
    "--scope",
    "--only",
    "--except",
    "--together",
    "--jobs",
    "--shard",
    "--canary",
    "--max-failures",
    "--isolated",
    "--matrix",
  ],
  "Database and project": ["--database-url", "--target", "--config", "--var", "--vars"],
  Output: [
    "--json",
    "--quiet",
    "--no-color",
    "--diff",
    "--sql",
    "--markdown",
    "--report",
    "--exit-code",

    "--help",
    "--version",
  ],
};

/** The headings of commands on the first page. */
export const commandGroups: Readonly<Record<string, readonly string[]>> = {
  "Every day": ["init", "plan", "sync", "apply", "watch", "status"],
  "Look closer": ["graph", "studio", "drift", "history", "component", "doctor"],
  "Migrations and tenants": ["migration", "pin", "downgrade", "flatten", "tenant", "rebuild"],
};
