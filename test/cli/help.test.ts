/** The manual pages: every command has one, and its examples can be typed. */
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../src/commands/program.ts";
import { pages } from "../../src/help/pages.ts";
import { textWidth } from "../../src/report/text-width.ts";
import { runCli } from "./support/run-cli.ts";

const folder = import.meta.dirname;
const streams = { stdout: { write: () => true }, stderr: { write: () => true }, env: {} };
const program = createProgram({ folder, env: {}, process: streams }).commands();

function below(command: Command, words: readonly string[] = []): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((one) => {
    const own = [...words, one.name()];
    return [[own.join(" "), one] as const, ...below(one, own)];
  });
}
const commands = below(program);

test("every command has a page with an example, and every page a command", () => {
  expect(Object.keys(pages).sort()).toEqual(commands.map(([words]) => words).sort());
  for (const [words, page] of Object.entries(pages)) expect(page.examples.length, words).toBeGreaterThan(0);
});

test.each(commands)("%s: its examples name it, and options that it has", (words, command) => {
  for (const { run } of pages[words]?.examples ?? []) {
    const typed = /(migrator .*?)(?: >.*|\))?$/.exec(run)?.[1] ?? "";
    const groups = commands
      .filter(([name]) => name !== words && name.startsWith(`${words} `))
      .map(([name]) => name);
    expect(
      [words, ...groups].some((name) => typed.startsWith(`migrator ${name}`)),
      run,
    ).toBe(true);
    const used = [...typed.matchAll(/ (--[\w-]+)/g)].map(([, flag]) => flag);
    const known = commands
      .filter(([name]) => [words, ...groups].includes(name))
      .flatMap(([, one]) => one.options.map(({ long }) => long));
    expect(known, run).toEqual(expect.arrayContaining(used));
    // As many words as the command takes.
    const most = command.registeredArguments.some(({ variadic }) => variadic)
      ? 99
      : command.registeredArguments.length;
    if (groups.length === 0 && used.length === 0)
      expect(typed.split(" ").length - words.split(" ").length - 1, run).toBeLessThanOrEqual(most);
  }
});

test.each(["", ...commands.map(([words]) => words)])("%s --help is a manual page", async (words) => {
  const { code, stdout, stderr } = await runCli(folder, [
    ...words.split(" ").filter((word) => word !== ""),
    "--help",
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^NAME\n {4}migrator.* - .*\n/);
  expect(stdout).toMatch(/\nSYNOPSIS\n {4}migrator /);
  expect(stdout).toMatch(/\nOPTIONS\n/);
  expect(stdout).toMatch(/\nEXAMPLES\n {4}\S.*\n {8}\S/);
  for (const line of stdout.split("\n"))
    if (!/^ {4}(migrator|source) /.test(line)) expect(textWidth(line), line).toBeLessThanOrEqual(80);
});

test("sync --help groups its options and says what it may end with", async () => {
  const { stdout } = await runCli(folder, ["sync", "--help"]);
  expect(stdout).toMatch(/\n {2}Values of matrices\n {4}--scope <name> /);
  expect(stdout).toMatch(/\n {2}Database and project\n {4}--database-url <url> /);
  expect(stdout).toMatch(/\nEXIT STATUS\n {4}0 {2}done[\s\S]*\n {4}4 {2}something was changed/);
});

test.each([
  [["snyc"], "did you mean sync?"],
  [["migration", "aply"], "did you mean apply?"],
  [["sync", "--onlin"], "did you mean --online?"],
  [["tennant"], "did you mean tenant?"],
  [["completion", "zish"], 'did you mean "zsh"?'],
])("%j: %s", async (args, fix) => {
  const ran = await runCli(folder, args);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain(`  fix: ${fix}\n`);
});
