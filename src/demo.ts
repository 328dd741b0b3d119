/** `npm run demo`: the sample project on an embedded database, and three edits with the plan of each. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgram } from "./commands/program.ts";
import { openEmbedded } from "./database/embedded.ts";
import { scaffold } from "./project/scaffold.ts";
import { loadParser } from "./sql/parse-component.ts";
import { splitStatements } from "./sql/split-statements.ts";

interface Edit {
  readonly title: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const edits: readonly Edit[] = [
  {
    title: "A column is appended to a view that ten others hang on",
    file: "views/line_amount.sql",
    from: "p.reduced_vat) AS vat",
    to: "p.reduced_vat) AS vat,\n       p.sku",
  },
  {
    title: "A column is renamed",
    file: "views/purchase_paid.sql",
    from: "max(paid_at) AS last_payment",
    to: "max(paid_at) AS last_paid_at",
  },
  {
    title:
      "A column's type changes in the middle of a chain: where the next view keeps its shape, the chain ends",
    file: "views/line_amount.sql",
    from: "l.quantity * l.unit_price AS net",
    to: "(l.quantity * l.unit_price)::numeric(14, 4) AS net",
  },
];

const folder = await mkdtemp(join(tmpdir(), "migrator-demo-"));
try {
  await demo();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function demo(): Promise<void> {
  title("The sample project and an embedded database");
  scaffold(folder, { sample: true });
  await loadBase();
  await migrator("sync");
  for (const edit of edits) {
    title(edit.title);
    const path = join(folder, "migrator/components", edit.file);
    const text = await readFile(path, "utf8");
    if (!text.includes(edit.from)) throw new Error(`${edit.file} does not hold ${edit.from}`);
    await writeFile(
      path,
      text.replace(edit.from, () => edit.to),
    );
    say(`- ${edit.from}\n+ ${edit.to}\n`);
    await migrator("plan");
    await migrator("sync");
  }
  title("Nothing is left to do");
  await migrator("sync");
}

async function loadBase(): Promise<void> {
  await loadParser();
  const database = await openEmbedded(join(folder, ".migrator/database"));
  try {
    await database.batch(splitStatements(await readFile(join(folder, "base.sql"), "utf8")));
  } finally {
    await database.close();
  }
}

async function migrator(command: string): Promise<void> {
  say(`$ migrator ${command}`);
  const env = { NO_COLOR: process.env.NO_COLOR, FORCE_COLOR: process.env.FORCE_COLOR };
  const code = await createProgram({ folder, env, process }).run([command]);
  if (code !== 0) throw new Error(`migrator ${command} ended with ${code}`);
  say("");
}

function title(text: string): void {
  say(`\n${"-".repeat(100)}\n${text}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
