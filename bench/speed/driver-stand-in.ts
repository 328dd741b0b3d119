/** Does psql's work where psql is missing: the statements one after another, in one transaction. */
import { connectServer } from "../../src/database/server.ts";

/** In seconds, with connecting, without the start of a process. */
export async function runStatements(url: string, statements: readonly string[]): Promise<number> {
  const start = performance.now();
  const database = await connectServer({ url });
  try {
    await database.query("begin");
    for (const statement of statements) await database.query(statement);
    await database.query("commit");
  } finally {
    await database.close();
  }
  return (performance.now() - start) / 1000;
}
