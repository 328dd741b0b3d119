/** What a terminal can show, as its environment says. */
import { expect, test } from "vitest";
import { type TerminalFacts, terminalOf } from "../../src/report/terminal.ts";

const tty: TerminalFacts = {
  stream: { isTTY: true, columns: 100 },
  env: { LANG: "en_US.UTF-8", TERM: "xterm-256color" },
  platform: "linux",
  color: true,
};
const pipe = { ...tty, stream: {} };
const having = (facts: TerminalFacts, env: Readonly<Record<string, string>>): TerminalFacts => ({
  ...facts,
  env: { ...facts.env, ...env },
});

test("a terminal has its width, colours, and lines that are written over", () => {
  expect(terminalOf(tty)).toEqual({ width: 100, color: true, unicode: true, interactive: true });
  expect(terminalOf({ ...tty, stream: { isTTY: true } }).width).toBe(80);
  expect(terminalOf({ ...tty, stream: { isTTY: true, columns: 7 } }).width).toBe(40);
});

test("a pipe has no width, and nothing is written over", () => {
  expect(terminalOf(pipe)).toEqual({ width: null, color: false, unicode: true, interactive: false });
});

test.each([
  ["--no-color", { ...tty, color: false }, false],
  ["NO_COLOR", having(tty, { NO_COLOR: "1" }), false],
  ["an empty NO_COLOR says nothing", having(tty, { NO_COLOR: "" }), true],
  ["FORCE_COLOR in a pipe", having(pipe, { FORCE_COLOR: "1" }), true],
  ["FORCE_COLOR=0", having(tty, { FORCE_COLOR: "0" }), false],
  ["NO_COLOR wins over FORCE_COLOR", having(pipe, { NO_COLOR: "1", FORCE_COLOR: "1" }), false],
  ["--no-color wins over FORCE_COLOR", { ...having(pipe, { FORCE_COLOR: "1" }), color: false }, false],
  ["TERM=dumb", having(tty, { TERM: "dumb" }), false],
] as const)("colour: %s", (_, facts, color) => {
  expect(terminalOf(facts).color).toBe(color);
});

test.each([
  ["a UTF-8 LANG", { LANG: "de_DE.utf8" }, "linux", true],
  ["the C locale", { LANG: "C" }, "linux", false],
  ["no locale", {}, "linux", false],
  ["LC_ALL before LANG", { LC_ALL: "C", LANG: "en_US.UTF-8" }, "linux", false],
  ["LC_CTYPE before LANG", { LC_CTYPE: "C.UTF-8", LANG: "C" }, "linux", true],
  ["an empty LC_ALL says nothing", { LC_ALL: "", LANG: "C.UTF-8" }, "linux", true],
  ["the Linux console", { LANG: "C.UTF-8", TERM: "linux" }, "linux", false],
  ["macOS without a locale", {}, "darwin", true],
  ["Windows Terminal", { WT_SESSION: "1" }, "win32", true],
  ["the old Windows console", {}, "win32", false],
] as const)("Unicode: %s", (_, env, platform, unicode) => {
  expect(terminalOf({ ...tty, env, platform }).unicode).toBe(unicode);
});

test("in CI lines are neither broken nor written over, on a terminal too", () => {
  expect(terminalOf(having(tty, { CI: "true" }))).toMatchObject({ width: null, interactive: false });
  expect(terminalOf(having(tty, { CI: "false" }))).toMatchObject({ width: 100, interactive: true });
});
