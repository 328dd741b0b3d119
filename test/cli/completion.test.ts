/** Command lines are completed: by the tool itself, and by real shells that run its scripts. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shells } from "../../src/completion/scripts.ts";
import { temporaryFolder } from "../config/folder.ts";
import { runCli } from "./support/run-cli.ts";

const root = join(import.meta.dirname, "../..");

function project(): string {
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({
      targets: {
        dev: { url: "postgres://localhost/dev" },
        prod: { url: "postgres://localhost/prod", protected: true },
      },
      matrices: { tenant: { values: ["acme"] } },
    }),
    "migrator/components/views/customer.sql": "create view customer as select 1 as x;",
    "migrator/components/views/cost.sql": "create view cost as select 1 as x;",
    "migrator/components/_shared.sql.jinja": "",
    "migrator/components/idempotent_schemas/reports/a.sql": "create view reports.a as select 1 as x;",
  });
  for (const id of ["20260101120000-customers", "20260102120000-orders"])
    mkdirSync(join(folder, "migrator/migrations", id), { recursive: true });
  return folder;
}

async function candidates(folder: string, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runCli(folder, ["__complete", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t")[0] ?? "");
}

test.each([
  ["commands", ["st"], ["studio", "status"]],
  ["commands of a group", ["migration", "re"], ["refresh", "revert"]],
  ["options", ["sync", "--ta"], ["--take", "--target"]],
  ["options that stand there already are left out", ["sync", "--online", "--on"], ["--only"]],
  ["options that can be repeated are not", ["sync", "--only", "a", "--onl"], ["--online", "--only"]],
  ["the values of an option", ["sync", "--take", ""], ["files", "database"]],
  ["of an option with =", ["sync", "--take=f"], ["--take=files"]],
  ["as bash splits it", ["sync", "--take", "=", "f"], ["files"]],
  ["as bash splits it, with nothing behind =", ["sync", "--take", "="], ["files", "database"]],
  ["targets", ["plan", "--target", "p"], ["prod"]],
  ["matrices", ["tenant", "list", "--matrix", ""], ["tenant"]],
  ["migrations", ["migration", "apply", ""], ["20260101120000-customers", "20260102120000-orders"]],
  ["as many as the command takes", ["migration", "apply", "20260101120000-customers", ""], []],
  ["or any number", ["migration", "pin", "20260101120000-customers", "20260102"], ["20260102120000-orders"]],
  [
    "components and folders",
    ["sync", "migrator/components/views"],
    [
      "migrator/components/views/",
      "migrator/components/views/cost.sql",
      "migrator/components/views/customer.sql",
    ],
  ],
  ["nothing that is only included", ["sync", "migrator/components/_"], []],
  ["schemas", ["rebuild", ""], ["reports"]],
  ["shells", ["completion", ""], ["bash", "zsh", "fish"]],
  ["names of files are left to the shell", ["plan", "--vars", ""], []],
  ["an unknown command", ["nothing", "--x"], []],
] as const)("%s", async (_, words, expected) => {
  expect([...(await candidates(project(), ...words))].sort()).toEqual([...expected].sort());
});

test("objects as the last run read them", async () => {
  const folder = project();
  expect(await candidates(folder, "graph", "public.c")).toEqual([]);
  const listed = await runCli(folder, ["component", "list"]);
  expect(listed.code).toBe(0);
  expect(await candidates(folder, "graph", "public.c")).toEqual(["public.cost", "public.customer"]);
  // As the commands take them: without the schema, too.
  expect(await candidates(folder, "graph", "cu")).toEqual(["customer"]);
  expect(await candidates(folder, "history", "")).toContain("public.customer");
  expect(await candidates(folder, "history", "")).not.toContain("customer");
});

test("a broken migrator.json does not disturb whoever types", async () => {
  const folder = temporaryFolder({ "migrator.json": "{" });
  expect(await candidates(folder, "plan", "--target", "")).toEqual([]);
  expect(await candidates(folder, "pl")).toEqual(["plan"]);
});

/** A line typed up to its end, and the words that the shell would offer. */
const asked: Readonly<Record<(typeof shells)[number], (line: string) => readonly string[]>> = {
  bash: (line) => [
    "--norc",
    "-c",
    `source <(migrator completion bash); COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; read -ra COMP_WORDS <<< "$COMP_LINE"; [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); $(complete -p migrator | sed -n 's/.*-F \\([^ ]*\\).*/\\1/p'); printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  // What _describe would show; the rest of its completion system needs a terminal.
  zsh: (line) => [
    "-f",
    "-c",
    `autoload -Uz compinit && compinit -u -D; source <(migrator completion zsh); [[ \${_comps[migrator]} == _migrator ]] || exit 3; _describe() { print -l -- "\${(@)\${(@P)2}%%:*}" }; _files() { : }; words=(\${(z):-'${line}'}); [[ '${line}' == *' ' ]] && words+=(''); CURRENT=\${#words}; _migrator`,
  ],
  fish: (line) => ["--no-config", "-c", `migrator completion fish | source; complete -C '${line}'`],
};

describe.each(shells)("%s", (shell) => {
  const installed = spawnSync(shell, ["--version"]).status === 0;
  if (!installed) console.log(`${shell} is not installed: its completion is not tested`);

  test.skipIf(!installed)("offers what the tool says", () => {
    const folder = project();
    const bin = join(folder, "bin");
    mkdirSync(bin);
    const tool = [process.execPath, "--import", import.meta.resolve("tsx"), join(root, "src/main.ts")];
    writeFileSync(
      join(bin, "migrator"),
      `#!/bin/sh\nexec ${tool.map((word) => `'${word}'`).join(" ")} "$@"\n`,
    );
    chmodSync(join(bin, "migrator"), 0o755);
    const offered = (line: string): readonly string[] => {
      const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder, LANG: "C.UTF-8" };
      const { stdout, stderr } = spawnSync(shell, asked[shell](line), { cwd: folder, env, encoding: "utf8" });
      expect(stderr).toBe("");
      return stdout
        .split("\n")
        .filter((word) => word !== "")
        .map((word) => word.split("\t")[0] ?? "")
        .sort();
    };
    expect(offered("migrator st")).toEqual(["status", "studio"]);
    expect(offered("migrator plan --target ")).toEqual(["dev", "prod"]);
    expect(offered("migrator migration apply 20260102")).toEqual(["20260102120000-orders"]);
    expect(offered("migrator sync migrator/components/views/cu")).toEqual([
      "migrator/components/views/customer.sql",
    ]);
    expect(offered("migrator sync --tak")).toEqual(["--take"]);
  });
});
