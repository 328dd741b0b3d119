/** Writes a generated project to a folder, as the tool and as psql take it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { GeneratedProject } from "./project.ts";

export interface WrittenProject {
  /** The folder with migrator.json. */
  readonly folder: string;
  /** The components' statements in order, for psql. */
  readonly script: string;
}

export function writeProject(project: GeneratedProject, folder: string): WrittenProject {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "migrator.json"), '{ "project": "bench", "searchPath": ["public"] }\n');
  for (const [component, text] of project.components) writeComponent(folder, component, text);
  const script = join(folder, "statements.sql");
  writeFileSync(script, project.statements.map((statement) => `${statement};\n`).join("\n"));
  return { folder, script };
}

export function writeComponent(folder: string, component: string, text: string): void {
  const path = join(folder, "migrator", "components", component);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text};\n`);
}
