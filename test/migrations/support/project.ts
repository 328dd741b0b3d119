/** A project in a temporary folder whose migrations are made by the command itself, at moments that the test says. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { runCli } from "../../cli/support/run-cli.ts";
import { temporaryFolder } from "../../config/folder.ts";

export interface ProjectSettings {
  readonly searchPath: readonly string[];
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly targets?: Readonly<Record<string, unknown>>;
  /** Where migrations are replayed: a URL, or `embedded`. */
  readonly shadow: string;
}

export class MigrationsProject {
  readonly folder: string;
  readonly #shadow: string;
  /** Days since the first of January 2024. */
  #day = 0;

  constructor(settings: ProjectSettings) {
    this.#shadow = settings.shadow;
    this.folder = temporaryFolder();
    mkdirSync(this.#components, { recursive: true });
    mkdirSync(this.#migrations);
    this.configure(settings);
  }

  get #components(): string {
    return join(this.folder, "migrator", "components");
  }

  get #migrations(): string {
    return join(this.folder, "migrator", "migrations");
  }

  configure({ searchPath, variables = {}, targets = {} }: Omit<ProjectSettings, "shadow">): void {
    const config = { project: "app", searchPath, variables, targets };
    writeFileSync(join(this.folder, "migrator.json"), JSON.stringify(config));
  }

  /** Makes the component files these, and no others. */
  writeComponents(components: ReadonlyMap<string, string>): void {
    const there = existsSync(this.#components) ? filesBelow(this.#components) : [];
    for (const name of there) if (!components.has(name)) rmSync(join(this.#components, name));
    for (const [name, text] of components) {
      const path = join(this.#components, name);
      if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  /** A migration that a person wrote, and files beside its script. Returns its id. */
  writeMigration(name: string, up: string, beside: Readonly<Record<string, string>> = {}): string {
    const id = this.#nextId(name);
    const folder = join(this.#migrations, id);
    mkdirSync(folder);
    const script = /\{[{%#]/.test(up) && Object.keys(beside).length > 0 ? "up.sql.jinja" : "up.sql";
    for (const [file, text] of Object.entries({ ...beside, [script]: up }))
      writeFileSync(join(folder, file), text);
    return id;
  }

  /** `migration new NAME` with these options. Returns the id of what it wrote; null where there was nothing to write. */
  async newMigration(name: string, ...options: readonly string[]): Promise<string | null> {
    const before = new Set(this.migrationIds());
    await this.run("migration", "new", name, ...options, "--shadow", this.#shadow);
    const made = this.migrationIds().find((id) => !before.has(id));
    if (made === undefined) return null;
    // No file names the migration that it belongs to.
    const id = this.#nextId(name);
    renameSync(join(this.#migrations, made), join(this.#migrations, id));
    return id;
  }

  /** A copy of all files, whose next migration has the next moment too. */
  checkout(settings: ProjectSettings): MigrationsProject {
    const copy = new MigrationsProject(settings);
    cpSync(join(this.folder, "migrator"), join(copy.folder, "migrator"), { recursive: true });
    copy.#day = this.#day;
    return copy;
  }

  /** So many days pass before the next migration. */
  skipDays(days: number): void {
    this.#day += days;
  }

  migrationIds(): readonly string[] {
    return readdirSync(this.#migrations)
      .filter((name) => /^\d{14}-/.test(name))
      .sort();
  }

  /** Empty where there is no such file. */
  textOf(id: string, fileName: string): string {
    const path = join(this.#migrations, id, fileName);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  write(id: string, fileName: string, text: string): void {
    writeFileSync(join(this.#migrations, id, fileName), text);
  }

  /** What it prints. @throws where the command fails */
  async run(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runCli(this.folder, args);
    if (code !== 0) throw new Error(`migrator ${args.join(" ")}: exit code ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  #nextId(name: string): string {
    const date = new Date(Date.UTC(2024, 0, ++this.#day)).toISOString().slice(0, 10);
    return `${date.replaceAll("-", "")}000000-${name}`;
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
