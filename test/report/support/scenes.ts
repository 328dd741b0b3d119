/** What the tool could have to tell, made up so that everything which can stand in a line does. */
import type { Diagnostic } from "../../../graph/diagnostic.ts";
import type { Identity } from "../../../graph/identity.ts";
import type { Step, StepKind } from "../../../graph/step.ts";
import type { SyncResult } from "../../../src/live/sync.ts";
import { namesIn } from "../../../src/migrations/migration.ts";
import { formatDiagnostic } from "../../../src/report/code-frame.ts";
import { formatChecks } from "../../../src/report/doctor.ts";
import { formatDrift } from "../../../src/report/drift.ts";
import { formatImport } from "../../../src/report/import.ts";
import { formatMigrations, formatRun, runReport } from "../../../src/report/migrations.ts";
import { formatPlan } from "../../../src/report/plan-text.ts";
import { formatWorking } from "../../../src/report/progress.ts";
import { formatSummaries } from "../../../src/report/scopes.ts";
import { formatStages } from "../../../src/report/stages.ts";
import { formatStatus } from "../../../src/report/status.ts";
import type { Style } from "../../../src/report/style.ts";
import { unifiedDiff } from "../../../src/report/unified-diff.ts";
import { formatValues } from "../../../src/report/values.ts";
import { formatBatch } from "../../../src/watch/batch-report.ts";

const names = namesIn({ modules: ["shop"] });
const view = (name: string, schema = "shop"): Identity => ({ kind: "view", schema, name });
const matview = (name: string): Identity => ({ kind: "materialized view", schema: "shop", name });
const routine = (name: string, ...args: readonly string[]): Identity => ({
  kind: "function",
  schema: "shop",
  name,
  arguments: args,
});

function step(
  kind: StepKind,
  identity: Step["identity"],
  reason: string,
  more: Partial<Omit<Step, "kind" | "identity" | "reason">> = {},
): Step {
  return { kind, identity, reason, component: `views/${identity.name}.sql`, sql: ["select 1"], ...more };
}

const line = view("line_amount");
const anew = { subject: line, why: "view shop.line_amount is made anew" };
const total = view("purchase_total");
const totalAnew = { subject: total, why: "view shop.purchase_total is made anew" };
const bound = "its own shape is kept";

const recreation: readonly Step[] = [
  step("recreate", line, 'column "net": numeric -> numeric(14,4)', {
    kept: ["owner", "1 grant", "2 comments"],
  }),
  step("recreate", routine("lines_of", "bigint"), anew.why, { because: anew, kept: ["owner", "1 grant"] }),
  step("rebind", view("product_sales"), `${anew.why}; ${bound}`, { because: anew }),
  step("recreate", total, `column "net": numeric -> numeric(14,4)`, { because: anew }),
  step("recreate", matview("monthly_revenue"), totalAnew.why, {
    because: totalAnew,
    kept: ["owner", "1 index"],
  }),
  step("rebind", view("revenue_growth"), `view shop.monthly_revenue is made anew; ${bound}`, {
    because: { subject: matview("monthly_revenue"), why: "view shop.monthly_revenue is made anew" },
  }),
  step("rebind", view("ad_hoc_report", "analytics"), `${totalAnew.why}; ${bound}`, {
    because: totalAnew,
    component: null,
  }),
  step(
    "rebind",
    { kind: "table", schema: "shop", name: "order_line" },
    "check constraint positive follows function shop.lines_of(bigint)",
    {
      because: { subject: routine("lines_of", "bigint"), why: "" },
      component: null,
    },
  ),
  step("alter", line, "the old one goes: nothing needs it any more", { auxiliary: true }),
  step("refresh", matview("monthly_revenue"), totalAnew.why),
];

const others: readonly Step[] = [
  step("create", view("顧客残高"), "new"),
  step("create", view("名前がとても長いビューで、表示幅を超えるもの"), "new"),
  step("replace", view("customer_overview"), "its definition changed, its shape did not"),
  step("rename-column", view("purchase_paid"), 'column "last_payment" renamed to "last_paid_at"'),
  step("alter", view("product_editor"), "grant select to clerk added"),
  step(
    "alter",
    { kind: "table", schema: null, name: "(shop/20260101120000-customers)" },
    "shop/20260101120000-customers: create schema crm",
    { component: null },
  ),
  step("drop", view("old_report"), "no component declares it any more"),
  step(
    "create",
    routine(
      "place_purchase",
      "bigint",
      "bigint",
      "integer",
      "timestamp with time zone",
      "character varying",
      "shop.customer_overview",
    ),
    "new",
  ),
  step(
    "restore",
    { kind: "trigger", schema: "shop", relation: "product_editor", name: "edit" },
    "view shop.product_editor goes",
  ),
  step("create", view("two\nlines"), "new"),
];

function result(steps: readonly Step[], more: Partial<SyncResult> = {}): SyncResult {
  return { changes: [], steps, costs: [], warnings: [], unchanged: 0, sql: [], applied: true, ...more };
}

const planned = result([...recreation, ...others], {
  applied: false,
  changes: [
    {
      identity: line,
      component: "views/line_amount.sql",
      change: "changed",
      texts: {
        before: "CREATE VIEW line_amount AS\nSELECT id,\n       quantity * price AS net\nFROM line",
        after:
          "CREATE VIEW line_amount AS\nSELECT id,\n       (quantity * price)::numeric(14,4) AS net\nFROM line",
      },
    },
    {
      identity: view("risky_customer"),
      component: "views/risky_customer.sql",
      change: "unchanged",
      texts: { before: "select 1", after: "select  1" },
    },
    { identity: view("label"), component: "views/moved/label.sql", change: "moved" },
  ],
  costs: [{ relation: matview("monthly_revenue"), kind: "repopulate", rows: 1_234_567, bytes: 89_128_960 }],
  warnings: [
    "materialized view shop.sales_by_day may be stale: view shop.line_amount changed; --refresh affected fills it again",
  ],
});

const chainOf = (length: number): readonly Step[] =>
  Array.from({ length }, (_, at) =>
    step(
      "recreate",
      view(`v${at}`),
      at === 0 ? 'column "a": integer -> text' : `view shop.v${at - 1} is made anew`,
      {
        ...(at === 0
          ? {}
          : { because: { subject: view(`v${at - 1}`), why: `view shop.v${at - 1} is made anew` } }),
      },
    ),
  );

const diagnostic: Diagnostic = {
  code: "statement-refused",
  message:
    "view shop.purchase_paid: column p.顧客 does not exist, and this message is long enough to be broken where lines are narrow",
  file: "migrator/components/views/purchase_paid.sql",
  line: 3,
  column: 24,
  detail:
    'Perhaps you meant to reference the column "p.customer" or the column "p.customer_id".\nand 7 objects that need it',
  fix: "check the name and the searchPath in migrator.json, or add the component or migration that makes it",
};
const source = `CREATE VIEW purchase_paid AS
SELECT purchase_id, sum(amount) AS paid, max(paid_at) AS last_payment, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r
FROM payment /* 顧客 */ p.顧客
GROUP BY purchase_id;
`;
const longLine = `SELECT ${"a_column_with_a_name, ".repeat(12)}missing FROM t`;

const at = new Date(2026, 10, 22, 14, 5, 9);
const applied = { module: "app", part: "up", scope: "shared" };

/** By name: what a style makes of it. */
export const scenes: Readonly<Record<string, (style: Style) => string>> = {
  plan: (style) => formatPlan(planned, 41, style, { took: 1234 }),
  "plan-diff": (style) => formatPlan(planned, 41, style, { took: 80, diff: unifiedDiff }),
  chain: (style) => formatPlan(result(chainOf(8)), 9, style, { took: 61_500 }),
  "deep-chain": (style) => formatPlan(result(chainOf(24)), 24, style),
  nothing: (style) => formatPlan(result([]), 1, style, { took: 40 }),
  equal: (style) => {
    const equal = (name: string, before: string | null, after: string) => ({
      identity: view(name),
      component: `views/${name}.sql`,
      change: "unchanged" as const,
      texts: { before, after },
    });
    const changes = [
      equal("restored", "select 1", "select 1"),
      equal("looked_at", "select 1", "select 1"),
      equal("reworded", "select 1", "select 1 "),
      equal("adopted", null, "select 1"),
    ];
    const steps = [
      step("alter", view("restored"), "grant select to clerk is back"),
      step("refresh", matview("monthly_revenue"), "it was asked for"),
    ];
    return formatPlan(result(steps, { changes }), 5, style, { took: 40 });
  },
  online: (style) =>
    formatPlan(
      result([step("create", matview("m"), "new")], {
        beside: [
          { identity: matview("m"), what: "filled", filledAt: "2026-11-22 14:00:00+00" },
          { identity: matview("n"), what: "indexed", filledAt: null },
        ],
      }),
      3,
      style,
      {},
    ),
  status: (style) =>
    formatStatus(
      {
        database: "127.0.0.1:5432/shop",
        project: "shop",
        mode: "live",
        objects: [
          {
            identity: line,
            component: "views/line_amount.sql",
            state: "changed",
            reason: "its definition changed",
          },
          { identity: view("顧客残高"), component: "views/顧客残高.sql", state: "new", reason: "" },
          {
            identity: routine("vat", "numeric"),
            component: "f/vat.sql",
            state: "drifted",
            reason: "it was changed in the database",
          },
          { identity: view("old"), component: "views/old.sql", state: "vanished", reason: "" },
          {
            identity: view("label"),
            component: "@tenant/label.sql",
            state: "moved",
            reason: "",
            scope: "tenant=acme",
          },
          { identity: total, component: "views/purchase_total.sql", state: "unchanged", reason: "" },
        ],
        untracked: ["views/theirs.sql"],
        prepared: ["shop.monthly_revenue"],
      },
      false,
      style,
      184,
    ),
  migrations: (style) =>
    formatMigrations(
      (["applied", "pending", "partial", "altered", "unpinned", "missing"] as const).map((state, index) => ({
        ...applied,
        id: `2026010${index}120000-${state}-one`,
        state,
        outOfOrder: state === "pending",
        lacking: [],
        built: null,
        recorded: null,
      })),
      names,
      true,
      style,
      38,
    ).join("\n"),
  run: (style) =>
    formatRun(
      runReport("applied", { description: "127.0.0.1:5432/shop" }, names, {
        migrations: [
          { ...applied, id: "20260101120000-customers", duration: 12 },
          { ...applied, id: "20260102120000-顧客", duration: 61_000 },
        ],
        skipped: [{ ...applied, id: "20260103120000-index-concurrently" }],
        warnings: ["20260104120000-late is older than one that is applied"],
      }),
      style,
    ),
  stages: (style) =>
    formatStages(
      {
        database: "127.0.0.1:5432/shop",
        names,
        rehearsal: false,
        applied: [
          { ...applied, id: "20260101120000-customers", duration: 12 },
          ...Array.from({ length: 8 }, (_, index) => ({
            module: "app",
            id: "20260102120000-orders",
            part: "up.tenant",
            scope: `tenant=t${index}`,
            duration: 20,
          })),
        ],
        skipped: [],
        warnings: ["a warning"],
        failed: [
          {
            scope: "tenant=東京",
            diagnostics: [{ code: "statement-refused", message: 'relation "t" does not exist\nmore' }],
          },
        ],
        left: ["tenant=osaka"],
        waiting: [],
        blocked: [],
        scopes: 10,
      } as Parameters<typeof formatStages>[0],
      style,
      2400,
    ),
  values: (style) =>
    formatValues(
      "tenant",
      [
        ...(["current", "pending", "failed", "new", "no schema"] as const).map((state, at) => ({
          key: state === "pending" ? "東京" : `tenant_${at}`,
          schema: at === 0 ? "tenant_0" : `customer_of_ours_${at}`,
          members: {
            region: at % 2 === 0 ? "eu-central-1" : null,
            plan: "enterprise",
            seats: at * 10,
            pw: { secret: { env: "PW" } },
          },
          state,
          lacks: at,
          failed: state === "failed" ? 1 : 0,
          components: null,
          problem: null,
        })),
        {
          key: "far",
          schema: null,
          members: {},
          state: "unreachable",
          lacks: 5,
          failed: 0,
          components: null,
          problem: "cannot connect to 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
        },
      ],
      ["old\nest"],
      style,
      70,
    ),
  "values-few": (style) =>
    formatValues(
      "tenant",
      [
        {
          key: "acme",
          schema: "acme",
          members: {},
          state: "current",
          lacks: 0,
          failed: 0,
          components: null,
          problem: null,
        },
        {
          key: "beta",
          schema: "beta",
          members: {},
          state: "pending",
          lacks: 2,
          failed: 0,
          components: null,
          problem: null,
        },
      ],
      [],
      style,
    ),
  matrices: (style) =>
    formatSummaries(
      [
        { matrix: "tenant", values: 12, behind: 3, stopped: 1, elsewhere: 2, gone: 1, problem: null },
        { matrix: "region", values: 1, behind: 0, stopped: 0, elsewhere: 0, gone: 0, problem: null },
        {
          matrix: "shard",
          values: 0,
          behind: 0,
          stopped: 0,
          elsewhere: 0,
          gone: 0,
          problem: {
            code: "statement-refused",
            message: 'the query of the matrix "shard" cannot be run: relation "shards" does not exist',
          },
        },
      ],
      style,
    ).join("\n"),
  doctor: (style) =>
    formatChecks(
      [
        { check: "node", state: "ok", message: "Node.js 20.20.2" },
        {
          check: "configuration",
          state: "note",
          message: "no migrator.json, the defaults hold: project shop, searchPath public",
          fix: "run migrator init to write one",
        },
        { check: "components", state: "wrong", message: "1 mistake", diagnostics: [diagnostic] },
        { check: "lock table", state: "skipped", message: "there is no connection" },
      ],
      style,
      (one, narrower) => formatDiagnostic(one, narrower, () => source),
    ),
  drift: (style) =>
    formatDrift(
      {
        database: "127.0.0.1:5432/shop",
        project: "shop",
        objects: [
          {
            identity: line,
            component: "views/line_amount.sql",
            place: null,
            reason: "it was changed in the database: definition",
            missing: false,
            attachments: [],
            diff: "--- files\n+++ database\n@@ -1,2 +1,2 @@\n SELECT id,\n-  net\n+  net * 2 AS net\n",
          },
        ],
      },
      style,
      95,
    ),
  import: (style) =>
    formatImport(
      {
        dryRun: false,
        folder: "migrator/components",
        files: [
          { component: "shop/views/a.sql", objects: ["view shop.a"], change: "written" },
          {
            component: "shop/views/b.sql",
            objects: ["view shop.b", "trigger t on shop.b", "rule r on shop.b", "rule s on shop.b"],
            change: "kept",
          },
        ],
        declared: [],
        warnings: [],
      },
      style,
    ),
  error: (style) => formatDiagnostic(diagnostic, style, () => source),
  "error-long-line": (style) =>
    formatDiagnostic(
      { ...diagnostic, line: 1, column: longLine.indexOf("missing") + 1 },
      style,
      () => longLine,
    ),
  "watch-nothing": (style) =>
    formatBatch({ saved: ["views/a.sql"], result: result([]), took: 12, at }, style),
  "watch-one": (style) =>
    formatBatch(
      {
        saved: ["views/customer_overview.sql"],
        result: result([
          step("replace", view("customer_overview"), "its definition changed, its shape did not"),
        ]),
        took: 48,
        at,
      },
      style,
    ),
  "watch-diff": (style) =>
    [
      formatBatch(
        {
          saved: ["views/line_amount.sql"],
          result: result([step("replace", line, "its definition changed, its shape did not")], {
            changes: planned.changes,
          }),
          took: 48,
          at,
          diff: unifiedDiff,
        },
        style,
      ),
      formatBatch(
        {
          saved: ["views/line_amount.sql"],
          result: result(recreation.slice(0, 3), { changes: planned.changes }),
          took: 90,
          at,
          diff: unifiedDiff,
        },
        style,
      ),
    ].join("\n"),
  "watch-many": (style) =>
    formatBatch(
      { saved: ["a.sql", "b.sql", "c.sql", "d.sql"], result: result(recreation), took: 1300, at },
      style,
    ),
  progress: (style) =>
    [
      formatWorking({ stage: "reading the components" }, 700, 0, style),
      formatWorking(
        { stage: "rehearsing", done: 12, all: 340, item: "view shop.line_amount" },
        900,
        1,
        style,
      ),
      formatWorking(
        {
          stage: "changing",
          done: 400,
          all: 340,
          item: "function shop.place_purchase(bigint, bigint, integer)",
        },
        9000,
        2,
        style,
      ),
      formatWorking(
        { stage: "bringing values along", done: 250, all: 1000, item: "tenant=東京" },
        10_000,
        3,
        style,
      ),
    ].join("\n"),
};
