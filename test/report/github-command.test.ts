import fc from "fast-check";
import { expect, test } from "vitest";
import { annotationCommand, annotationText, withoutCommands } from "../../src/report/github-command.ts";

test("a mistake at its place", () => {
  expect(
    annotationCommand({
      level: "error",
      title: "syntax-error",
      message: "100% wrong:\nfix: a, b",
      file: "a,b:c.sql",
      line: 3,
      column: 7,
    }),
  ).toBe("::error file=a%2Cb%3Ac.sql,line=3,col=7,title=syntax-error::100%25 wrong:%0Afix: a, b");
});

test("without a file there is no line, and without a line no column", () => {
  const told = { level: "warning", title: "migrator plan", message: "m" } as const;
  expect(annotationCommand({ ...told, line: 3 })).toBe("::warning title=migrator plan::m");
  expect(annotationCommand({ ...told, file: "a.sql", column: 3 })).toBe(
    "::warning file=a.sql,title=migrator plan::m",
  );
});

test("no text ends the command, and the runner reads back what was said", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary", minLength: 1 }),
      (message, file) => {
        const line = annotationCommand({ level: "error", title: "t", message, file });
        expect(line).not.toMatch(/[\r\n]/);
        const [, properties = "", data = ""] = /^::error (.*?)::(.*)$/s.exec(line) ?? [];
        const read = (text: string) =>
          text
            .replaceAll("%3A", ":")
            .replaceAll("%2C", ",")
            .replaceAll("%0A", "\n")
            .replaceAll("%0D", "\r")
            .replaceAll("%25", "%");
        expect(data.replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%")).toBe(message);
        expect(read(properties.split(",")[0]?.slice("file=".length) ?? "")).toBe(file);
      },
    ),
  );
});

test("what is printed beside the commands is none", () => {
  const text = "view a\n::add-mask::b\n  ::error::c d::e ##[error]f";
  const shown = withoutCommands(text);
  expect(shown.split("\n").filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
  expect(shown.replaceAll("\u200b", "")).toBe(text);
  expect(withoutCommands("a::int")).toBe("a::int");
});

test("what to do is said with it", () => {
  const one = { code: "drift", message: "m", detail: "d", fix: "f", scope: "tenant acme" } as const;
  expect(annotationText(one)).toBe("m (tenant acme)\nd\nfix: f");
});
