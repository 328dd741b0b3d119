/** What every sync begins with. */
import type { Database } from "../database/database.ts";
import type { Telling } from "../live/working.ts";
import { type Files, readFiles } from "../live/workspace.ts";
import { connect, type Project } from "./context.ts";

/** Files are read while the connection is made. */
export async function readAndConnect(
  { working }: Telling,
  project: Project,
  connecting = connect(project.target),
): Promise<readonly [Files, Database]> {
  working({ stage: "reading the components" });
  const reading = readFiles(project.config, project);
  reading.then(
    () =>
      working({ stage: project.target.kind === "embedded" ? "opening the embedded database" : "connecting" }),
    () => {},
  );
  const [files, database] = await Promise.allSettled([reading, connecting]);
  if (files.status === "rejected") {
    if (database.status === "fulfilled") await database.value.close();
    throw files.reason;
  }
  if (database.status === "rejected") throw database.reason;
  return [files.value, database.value];
}
