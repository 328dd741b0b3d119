/** `npm run bench -- --closures`: how far changes of shape reach in real schemas, against dropping all dependents. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../test/servers/server.ts";
import { type EditOutcome, measureClosures } from "./closures/measure.ts";
import { closuresReport } from "./closures/report.ts";
import { corpusNames, readCorpus } from "./schemas/corpus.ts";
import type { Schema } from "./schemas/schema.ts";
import { missingReason, sharedFolder } from "./schemas/shared-folder.ts";
import { shapeDatabase } from "./shapes/database.ts";
import { readShape, shapeNames } from "./shapes/shape.ts";

/** `only` are names of schemas; with none of them all are measured and bench/results/closures.md is written. */
export async function benchClosures(only: readonly string[]): Promise<void> {
  const schemas = readSchemas().filter((schema) => only.length === 0 || only.includes(schema.name));
  const server = await startServer(18);
  try {
    const outcomes: EditOutcome[] = [];
    for (const schema of schemas) {
      const start = performance.now();
      const measured = await measureClosures(server, schema);
      outcomes.push(...measured);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      console.log(`${schema.name}: ${measured.length} edits in ${seconds} s`);
    }
    const report = closuresReport(outcomes, "18");
    console.log(report);
    if (only.length > 0 || schemas.length === 0) return;
    writeFileSync(join(import.meta.dirname, "results", "closures.md"), report);
  } finally {
    await server.stop();
  }
}

/** The shape that has the name of a corpus is the same system: it is called by another name. */
function readSchemas(): readonly Schema[] {
  const corpora = sharedFolder("corpora");
  const shapes = sharedFolder("shapes");
  if (corpora === null) console.log(missingReason("corpora"));
  if (shapes === null) console.log(missingReason("shapes"));
  return [
    ...(corpora === null ? [] : corpusNames.map((name) => readCorpus(corpora, name))),
    ...(shapes === null
      ? []
      : shapeNames.map((name) => {
          const schema = shapeDatabase(readShape(shapes, name));
          return { ...schema, name: `${name} (shape)` };
        })),
  ];
}
