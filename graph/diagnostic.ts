/** What went wrong, as data: a closed set of codes, the place in the source file, and what to do about it. */

export type DiagnosticCode =
  /** The text is not SQL that PostgreSQL's grammar accepts. */
  | "syntax-error"
  /** A template could not be rendered. */
  | "template-error"
  /** A secret stands where it must not, or its value cannot be had. */
  | "secret"
  /** A statement that does not belong in a component. */
  | "misplaced-statement"
  /** A statement that changes an object that no component declares. */
  | "foreign-attachment"
  /** Two places declare the same object. */
  | "duplicate-object"
  /** Objects need each other in a circle. */
  | "dependency-cycle"
  /** PostgreSQL refused a statement of a component. */
  | "statement-refused"
  /** A dependent that cannot be kept. */
  | "dependent-blocks"
  /** The plan would read or write a table, or fill a materialized view, and that was not allowed. */
  | "cost-not-allowed"
  /** The live object differs from what was applied last. */
  | "drift"
  /** The role lacks a right that the plan needs. */
  | "missing-right"
  /** A server setting is too small for the plan. */
  | "setting-too-small"
  /** The tool's own tables in the database cannot be used. */
  | "ledger"
  /** A migration's folder, name or script is wrong. */
  | "migration"
  /** A migration and what the ledger says of it do not go together: it was altered, is missing, or comes too late. */
  | "migration-state"
  /** What a migration is pinned to is missing, altered or unreadable. */
  | "pin"
  /** The server takes no changes: a standby, or transactions that are read-only. */
  | "read-only"
  /** A relation stayed locked by somebody else. */
  | "lock-timeout"
  /** The connection could not be made, or was lost. */
  | "connection"
  /** Another process uses the embedded database. */
  | "embedded-in-use"
  /** The command line or migrator.json is wrong. */
  | "usage"
  /** A file cannot be read or written. */
  | "file";

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** The source file, relative to the project; the template, not what it renders to. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in characters as an editor counts them (UTF-16 units). */
  readonly column?: number;
  /** For a person: for which value of a matrix it holds, as in `tenant acme`. */
  readonly scope?: string;
  /** More that PostgreSQL said: DETAIL, CONTEXT. */
  readonly detail?: string;
  /** What to do. */
  readonly fix?: string;
}

/** 1: it failed; 2: wrong usage or configuration; 4: drift stopped it. */
export type ExitCode = 1 | 2 | 4;

/** One or more mistakes, shown together. */
export class MigratorError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;

  constructor(diagnostics: readonly Diagnostic[], exitCode: ExitCode = 1) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
    this.name = "MigratorError";
    this.diagnostics = diagnostics;
    this.exitCode = exitCode;
  }
}

/** What the first mistake says first, to stand in a sentence. */
export function firstLine({ diagnostics }: Pick<MigratorError, "diagnostics">): string {
  return (diagnostics[0]?.message ?? "").split("\n", 1)[0] ?? "";
}

/** For states that the code holds to be impossible; seeing one is a bug in the tool. */
export function unreachable(value: never, what: string): never {
  throw new Error(`${what}: unexpected ${JSON.stringify(value)}`);
}
