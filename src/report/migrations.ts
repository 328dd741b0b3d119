/** What migrations did or how they stand, for a person and as JSON. */
import { describeSubject } from "../../graph/bystander.ts";
import type { StepKind } from "../../graph/step.ts";
import type { MigrationState, MigrationStatus } from "../migrations/compare.ts";
import { isOpen } from "../migrations/is-open.ts";
import { type MigrationName, type Names, type PartName, partKey } from "../migrations/migration.ts";
import type { Carrying } from "../migrations/run-script.ts";
import { sharedScope } from "../tenants/scope.ts";
import { counted, formatDuration } from "./amounts.ts";
import { formatRows, type Message, type Row } from "./rows.ts";
import { formatSentence } from "./sentence.ts";
import type { Style } from "./style.ts";
import { tookPhrases } from "./took.ts";

export interface MigrationRunReport {
  readonly what: "applied" | "reverted" | "adopted";
  readonly rehearsal: boolean;
  readonly database: string;
  readonly names: Names;
  /** `duration` in milliseconds; 0 where nothing of it ran on its own. */
  readonly migrations: readonly (PartOfRun & { readonly duration: number })[];
  /** Those that a rehearsal cannot try: their statements run one by one. */
  readonly skipped: readonly PartOfRun[];
  readonly warnings: readonly string[];
  /** What no file declares, and a block took along. */
  readonly carried: readonly CarriedReport[];
  /** What ran, or would; told in Markdown alone. */
  readonly scripts: readonly MigrationScript[];
}

interface MigrationScript {
  readonly name: string;
  /** Secrets stand in it as variables of psql. */
  readonly sql: string;
}

interface CarriedReport {
  readonly migration: string;
  readonly object: string;
  readonly change: StepKind;
  readonly reason: string;
}

/** Part and scope are told where they say anything. */
interface PartOfRun extends MigrationName {
  readonly part?: string;
  readonly scope?: string;
}

function partOfRun({ module, id, part = "up", scope = sharedScope }: PartOfRun): PartOfRun {
  return {
    module,
    id,
    ...(part === "up" ? {} : { part }),
    ...(scope === sharedScope ? {} : { scope }),
  };
}

/** What a run is told by; of what is not given nothing is told. */
interface RunOutcome {
  readonly rehearsal?: boolean;
  readonly migrations?: readonly (PartOfRun & { readonly duration?: number })[];
  readonly skipped?: readonly PartOfRun[];
  readonly warnings?: readonly string[];
  readonly carried?: Carrying["carried"] | undefined;
  readonly scripts?: readonly MigrationScript[];
}

/** `database`: the one that it ran on. */
export function runReport(
  what: MigrationRunReport["what"],
  { description }: { readonly description: string },
  names: Names,
  {
    rehearsal = false,
    migrations = [],
    skipped = [],
    warnings = [],
    carried = new Map(),
    scripts = [],
  }: RunOutcome,
): MigrationRunReport {
  return {
    what,
    rehearsal,
    database: description,
    names,
    migrations: migrations.map((one) => ({ ...partOfRun(one), duration: one.duration ?? 0 })),
    skipped: skipped.map(partOfRun),
    warnings: [...warnings, ...[...carried.values()].flatMap((one) => one.warnings)],
    carried: [...carried].flatMap(([migration, { steps }]) =>
      steps.map(({ kind, identity, reason }) => ({
        migration,
        object: describeSubject(identity),
        change: kind,
        reason,
      })),
    ),
    scripts,
  };
}

/** The scripts of what is to run. */
export function scriptsOf(
  runnable: readonly (PartName & { readonly up: { readonly text: string } })[],
  names: Names,
): readonly MigrationScript[] {
  return runnable.map((one) => ({ name: names.part(one), sql: one.up.text }));
}

export function runJson({ what, rehearsal, migrations, skipped, warnings, carried }: MigrationRunReport) {
  const also = carried.length === 0 ? {} : { carried };
  return { version: 1, [what]: migrations, notRehearsed: skipped, rehearsal, warnings, ...also, errors: [] };
}

const nothing: Readonly<Record<MigrationRunReport["what"], string>> = {
  applied: "no migration is pending",
  adopted: "no migration is pending",
  reverted: "there is no migration to revert",
};

/** `took`: milliseconds, where nothing else of the run is told; left out, what the migrations took. */
export function formatRun(report: MigrationRunReport, style: Style, took?: number): string {
  const { marks } = style;
  const ran = report.migrations.map(
    (one): Row => ({
      kind: "row",
      mark: marks.done,
      word: report.rehearsal ? "works" : report.what,
      paint: style.green,
      name: nameOf(one, report.names),
      // Rehearsed with the components, no time is its own.
      note: [
        one.scope ?? "",
        report.what === "adopted" || one.duration === 0 ? "" : formatDuration(one.duration),
      ]
        .filter((part) => part !== "")
        .join("  "),
    }),
  );
  const carried = report.carried.map(
    ({ object, change, reason }): Row => ({
      kind: "row",
      mark: marks.step[change],
      word: "carried",
      paint: style.cyan,
      name: `${change} ${object}`,
      note: reason,
    }),
  );
  const skipped = report.skipped.map(
    (one): Row => ({
      kind: "row",
      mark: marks.warning,
      word: "not rehearsed",
      paint: style.yellow,
      name: nameOf(one, report.names),
      note: "its statements run one by one",
    }),
  );
  const warnings = report.warnings.map(
    (text): Message => ({ kind: "message", mark: marks.warning, word: "warning", paint: style.yellow, text }),
  );
  const lines = formatRows([...ran, ...carried, ...skipped, ...warnings], style);
  const count = report.migrations.length;
  const done =
    count === 0
      ? nothing[report.what]
      : `${counted(count, "migration")} ${report.rehearsal ? `would be ${report.what}` : report.what}`;
  // Of one alone it stands in its line.
  const together =
    count < 2 || report.what === "adopted"
      ? undefined
      : report.migrations.reduce((all, { duration }) => all + duration, 0) || undefined;
  const sum = formatSentence(
    [
      { text: done, paint: style.bold },
      { text: ` (${report.database})`, paint: style.dim },
      ...tookPhrases(took ?? together, style),
    ],
    style,
  );
  return [...lines, sum].join("\n");
}

export function nameOf({ module, id, part = "up" }: PartOfRun, names: Names): string {
  return names.part({ module, id, part });
}

/** The part of `status --json`, and `migration status --json`. */
export function migrationsJson(statuses: readonly MigrationStatus[]) {
  return statuses.map((one) => ({
    module: one.module,
    migration: one.id,
    ...(one.part === "up" ? {} : { part: one.part }),
    state: one.state,
    ...(one.outOfOrder ? { outOfOrder: true } : {}),
    ...(one.lacking.length > 0 ? { lacking: one.lacking.map(partKey) } : {}),
    pinned: one.built === null ? null : one.built.pin !== null,
    reversible: one.recorded?.reversible ?? (one.built === null ? false : one.built.down !== null),
    ...(one.recorded === null
      ? {}
      : {
          appliedAt: one.recorded.appliedAt.toISOString(),
          role: one.recorded.role,
          author: one.recorded.author,
          duration: one.recorded.duration,
        }),
  }));
}

/** One line each; applied ones that are as they should be are counted alone unless `all`. */
export function formatMigrations(
  statuses: readonly MigrationStatus[],
  names: Names,
  all: boolean,
  style: Style,
  took?: number,
): readonly string[] {
  const rows = statuses
    .filter(({ state }) => all || (state !== "applied" && state !== "adopted"))
    .map(
      (one): Row => ({
        kind: "row",
        ...markOf(one.state, style),
        word: one.state,
        name: names.part(one),
        note: explainState(one, names),
      }),
    );
  return [
    ...formatRows(rows, style),
    formatSentence(
      [{ text: countMigrations(statuses), paint: style.bold }, ...tookPhrases(took, style)],
      style,
    ),
  ];
}

/** `migrations: 4 applied, 1 pending` */
export function countMigrations(statuses: readonly Pick<MigrationStatus, "state">[]): string {
  const counts = new Map<MigrationState, number>();
  for (const { state } of statuses) counts.set(state, (counts.get(state) ?? 0) + 1);
  const sum = [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
  return statuses.length === 0 ? "no migrations" : `migrations: ${sum}`;
}

function explainState(one: MigrationStatus, names: Names): string {
  switch (one.state) {
    case "applied":
    case "adopted":
      return one.recorded === null
        ? ""
        : `${one.recorded.appliedAt.toISOString().slice(0, 19).replace("T", " ")} by ${one.recorded.author}`;
    case "pending":
      return [
        one.outOfOrder ? "older than one that is applied" : "",
        one.built?.adopts === true ? "will be recorded: the database has all that it stands for" : "",
        one.lacking.length > 0 ? `lacks ${one.lacking.map(names.part).join(", ")} of what it stands for` : "",
        one.built !== null && isOpen(one.built) ? "not pinned" : "",
      ]
        .filter((text) => text !== "")
        .join(", ");
    case "partial":
      return `stopped after statement ${one.recorded?.done ?? 0}; apply goes on there`;
    case "undoing":
      return `partly undone, up to statement ${one.recorded?.undone ?? 0} of its down script; revert goes on there`;
    case "altered":
      return "its SQL is no longer what ran";
    case "unpinned":
      return "it ran without a pin, and what it reads changed since";
    case "missing":
      return one.recorded?.reversible === true
        ? "applied, and not in these files; migrator downgrade undoes it"
        : "applied, and not in these files; the database keeps no way back";
  }
}

function markOf(
  state: MigrationState,
  { marks, green, cyan, yellow, red }: Style,
): Pick<Row, "mark" | "paint"> {
  switch (state) {
    case "applied":
    case "adopted":
      return { mark: marks.done, paint: green };
    case "pending":
      return { mark: marks.waiting, paint: cyan };
    case "partial":
    case "undoing":
    case "unpinned":
      return { mark: marks.warning, paint: yellow };
    case "altered":
    case "missing":
      return { mark: marks.failed, paint: red };
  }
}
