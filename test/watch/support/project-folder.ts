/** A project in a folder of its own for a test, and the ways in which editors write its files. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface ProjectFolder {
  readonly root: string;
  /** The absolute path of a component. */
  component(name: string): string;
  /** Writes a component in place, with the folders above it. */
  write(name: string, text: string): void;
  /** Writes it beside and renames it over. */
  writeAtomically(name: string, text: string): void;
  writeConfig(config: object): void;
  remove(): void;
}

export function projectFolder(components: Readonly<Record<string, string>> = {}): ProjectFolder {
  const root = mkdtempSync(join(tmpdir(), "migrator-watch-"));
  const component = (name: string) => join(root, "migrator", "components", name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(component(name)), { recursive: true });
    writeFileSync(component(name), text);
  };
  const writeConfig = (config: object) => writeFileSync(join(root, "migrator.json"), JSON.stringify(config));
  mkdirSync(component(""), { recursive: true });
  writeConfig({});
  for (const [name, text] of Object.entries(components)) write(name, text);
  return {
    root,
    component,
    write,
    writeAtomically: (name, text) => {
      write(`${name}.tmp`, text);
      renameSync(component(`${name}.tmp`), component(name));
    },
    writeConfig,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
