/** A migration as it lies in its folder, and the names it goes by. */

/** A script of a migration: it runs in one direction, once or once for each value of a matrix. */
export interface Script {
  readonly direction: "up" | "down";
  /** What stands between the direction and `.sql`: nothing, or `2`, `tenant`, `2.tenant`. */
  readonly label: string;
  /** `up.sql`, `up.2.tenant.sql.jinja`, `down.sql`… */
  readonly fileName: string;
  /** Absolute. */
  readonly path: string;
  readonly template: boolean;
}

/** A part of a migration; most have one, `up`. */
export interface Migration extends PartName {
  readonly module: string;
  /** The folder's name: `20240802030220-support-roles`. */
  readonly id: string;
  /** Fourteen digits, UTC. */
  readonly timestamp: string;
  /** What follows the timestamp. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Once for each value of this matrix; null: once. */
  readonly matrix: string | null;
  /** Parts run by their numbers; 0 where the file has none. */
  readonly number: number;
  readonly up: Script;
  readonly down: Script | null;
  /** The parts, of the same matrix, that it stands for; only a baseline has any. */
  readonly replaces: readonly Replaced[];
  /** The absolute path of the module's store of pinned files. */
  readonly store: string;
}

/** How a migration is named on the command line and in messages; the module where it says more than the id. */
export interface MigrationName {
  readonly module: string;
  readonly id: string;
}

export interface PartName extends MigrationName {
  /** Its script's file without `.sql`: `up`, `up.tenant`, `up.2`, `up.2.tenant`. */
  readonly part: string;
}

/** A part that a baseline stands for. */
export interface Replaced extends PartName {
  /** Where it was a baseline itself: what that one stood for. */
  readonly replaces: readonly Replaced[];
}

/** The name of its file without `.sql`: `up`, `down.2.tenant`. */
export function scriptLabel({ direction, label }: Script): string {
  return label === "" ? direction : `${direction}.${label}`;
}

/** Unique among all parts of all migrations. */
export function partKey({ module, id, part }: PartName): string {
  return part === "up" ? `${module}/${id}` : `${module}/${id}/${part}`;
}

/** How migrations and their parts are named to a person: with their module where the project has several. */
export interface Names {
  readonly migration: (name: MigrationName) => string;
  readonly part: (name: PartName) => string;
}

export function namesIn({ modules }: { readonly modules: readonly unknown[] }): Names {
  const migration = modules.length > 1 ? migrationKey : ({ id }: MigrationName) => id;
  return {
    migration,
    part: (name) => (name.part === "up" ? migration(name) : `${migration(name)} (${name.part})`),
  };
}

/** Unique among all modules. */
export function migrationKey({ module, id }: MigrationName): string {
  return `${module}/${id}`;
}

const folderName = /^(\d{14})[-_](.+)$/;

export interface MigrationId {
  readonly timestamp: string;
  readonly name: string;
}

/** Null where a folder's name is not that of a migration. */
export function parseId(id: string): MigrationId | null {
  const [, timestamp, name] = folderName.exec(id) ?? [];
  return timestamp === undefined || name === undefined ? null : { timestamp, name };
}

/** Whether fourteen digits are a moment: 20240231000000 is none. */
export function isMoment(timestamp: string): boolean {
  if (!/^\d{14}$/.test(timestamp)) return false;
  const part = (start: number, end: number) => Number(timestamp.slice(start, end));
  const year = part(0, 4);
  const month = part(4, 6);
  const day = part(6, 8);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && part(8, 10) < 24 && part(10, 12) < 60 && part(12, 14) < 60;
}

/** The folder's name of a migration that is made at `date`. */
export function timestampOf(date: Date): string {
  return date.toISOString().replace(/\D/g, "").slice(0, 14);
}
