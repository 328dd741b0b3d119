/** What the terminal shows, at several widths, with and without colours and Unicode, as files to read. UPDATE=1 writes them anew. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { styleOf } from "../../src/report/style.ts";
import { plainTerminal, type Terminal } from "../../src/report/terminal.ts";
import { textWidth } from "../../src/report/text-width.ts";
import { scenes } from "./support/scenes.ts";

const folder = join(import.meta.dirname, "golden");
const unicode: Terminal = { width: 80, color: false, unicode: true, interactive: true };
const forms: Readonly<Record<string, Terminal>> = {
  "60 columns": { ...unicode, width: 60 },
  "80 columns": unicode,
  "120 columns": { ...unicode, width: 120 },
  "200 columns": { ...unicode, width: 200 },
  "80 columns, ASCII": { ...unicode, unicode: false },
  "80 columns, in colour": { ...unicode, color: true },
  "a pipe": plainTerminal,
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape.
const escapes = /\u001b\[[\d;]*m/g;
/** Differences are printed as they are: a line of SQL is not broken, nor is a place, so that editors find it. */
const unbroken = /^ *\S+:\d+:\d+$|^ {4}[│|] /;

test.each(Object.keys(scenes))("%s", (name) => {
  const scene = scenes[name];
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  const text = Object.entries(forms)
    .map(([form, terminal]) => `=== ${form}\n${scene(styleOf(terminal)).replaceAll("\u001b", "\\e")}\n`)
    .join("\n");
  const file = join(folder, `${name}.txt`);
  if (process.env.UPDATE === "1") writeFileSync(file, text);
  expect(text).toBe(
    existsSync(file)
      ? readFileSync(file, "utf8")
      : "there is no such file yet: run with UPDATE=1 and read it",
  );
});

test.each(Object.entries(scenes))(
  "%s: no line is wider than the terminal, and colours change nothing else",
  (_, scene) => {
    for (const width of [40, 60, 80, 120, 200]) {
      const plain = scene(styleOf({ ...unicode, width }));
      for (const line of plain.split("\n"))
        if (!unbroken.test(line)) expect(textWidth(line), line).toBeLessThanOrEqual(width);
      expect(scene(styleOf({ ...unicode, width, color: true })).replaceAll(escapes, "")).toBe(plain);
    }
  },
);

test.each(Object.entries(scenes))("%s: without Unicode the tool's own marks are ASCII", (name, scene) => {
  const names = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\u30FC、]/gu;
  expect(scene(styleOf({ ...unicode, unicode: false })).replaceAll(names, ""), name).toMatch(
    /^[\n\x20-\x7E]*$/,
  );
});

test("every golden file belongs to a scene", () => {
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(scenes)
      .map((name) => `${name}.txt`)
      .sort(),
  );
});
