/** `migration new --changed`, when its shadow was replayed before. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../median.ts";
import { runNode } from "../speed/process.ts";
import { childrenTime } from "./children-time.ts";
import type { ToolTime } from "./measure.ts";
import { ownTool } from "./own-tool.ts";
import { smallMigrations } from "./small-migrations.ts";

/** Half of the `count` migrations make a table each, half bring a component on one of them. First the first run, then the others' median. */
export async function measureSecondNew(
  main: string,
  count: number,
  rounds: number,
): Promise<readonly ToolTime[]> {
  const folder = mkdtempSync(join(tmpdir(), "migrator-bench-"));
  const migrations = join(folder, "migrator/migrations");
  const components = join(folder, "migrator/components");
  try {
    const small = smallMigrations(count);
    ownTool(main).write(folder, small.slice(0, count / 2));
    for (const [index, { timestamp }] of small.slice(count / 2).entries()) {
      const name = `shown_${index + 1}`;
      writeFileSync(
        join(components, `${name}.sql`),
        `create view ${name} as select id, name from item_${index + 1};\n`,
      );
      mkdirSync(join(migrations, `${timestamp}-${name}`));
      writeFileSync(
        join(migrations, `${timestamp}-${name}`, "up.sql.jinja"),
        `{% include "${name}.sql" %}\n`,
      );
    }
    await runNode([main, "migration", "pin", "--all", "--quiet"], folder, {});
    writeFileSync(
      join(components, "shown_1.sql"),
      "create view shown_1 as select id, name, note from item_1;\n",
    );
    const before = new Set(readdirSync(migrations));
    const run = async () => {
      const worked = childrenTime();
      const seconds = await runNode([main, "migration", "new", "note", "--changed", "--quiet"], folder, {});
      const now = childrenTime();
      for (const name of readdirSync(migrations))
        if (!before.has(name)) rmSync(join(migrations, name), { recursive: true });
      return { seconds, cpu: worked === null || now === null ? null : now - worked };
    };
    const first = await run();
    const others: (typeof first)[] = [];
    for (let i = 0; i < rounds; i++) others.push(await run());
    const cpu = others.flatMap((one) => one.cpu ?? []);
    return [
      { tool: "the first", ...first },
      {
        tool: "the second",
        seconds: median(others.map((one) => one.seconds)),
        cpu: cpu.length === 0 ? null : cpu.reduce((sum, one) => sum + one, 0) / cpu.length,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
