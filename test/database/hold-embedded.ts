/** Opens the folder that it is given and commits row after row until it is killed; says so after each one. */
import { openEmbedded } from "../../src/database/embedded.ts";

const database = await openEmbedded(process.argv[2] ?? "");
await database.query("CREATE TABLE IF NOT EXISTS held (n int)");
for (let n = 1; ; n++) {
  await database.batch([
    "BEGIN",
    `INSERT INTO held VALUES (${n})`,
    "COMMIT",
    "BEGIN",
    "INSERT INTO held VALUES (-1)",
  ]);
  process.stdout.write(`${n}\n`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await database.query("ROLLBACK");
}
