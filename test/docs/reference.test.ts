/** The reference is as the commands are. `UPDATE=1 npx vitest run test/docs/reference.test.ts` writes it anew. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { writeReference } from "./write-reference.ts";

const folder = resolve(import.meta.dirname, "..", "..", "docs", "reference");

test("the reference says what the commands know", () => {
  const texts = writeReference();
  if (process.env.UPDATE === "1") {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of texts) writeFileSync(join(folder, name), text);
  }
  expect(readdirSync(folder).sort()).toEqual([...texts.keys()].sort());
  for (const [name, text] of texts) expect(readFileSync(join(folder, name), "utf8"), name).toBe(text);
});

/** The heading's text as GitHub makes an anchor of it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("every link between the documents leads somewhere", () => {
  const root = resolve(folder, "..", "..");
  const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  const broken: string[] = [];
  for (const document of ["README.md", ...documents]) {
    const text = readFileSync(join(root, document), "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "");
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset)="([^"]+)"/g)];
    for (const [, link = ""] of links) {
      if (/^[a-z]+:/.test(link)) continue;
      const [file = "", fragment] = link.split("#");
      const target = file === "" ? join(root, document) : resolve(root, document, "..", file);
      const stats = statSync(target, { throwIfNoEntry: false });
      if (stats === undefined) broken.push(`${document}: ${link}`);
      if (fragment === undefined || stats?.isFile() !== true) continue;
      const found = readFileSync(target, "utf8");
      const anchors = Array.from(found.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) => anchor(heading));
      if (!anchors.includes(fragment)) broken.push(`${document}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});
