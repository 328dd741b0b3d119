/**
 * Makes the page's script and style of src/page/, each one text. The build writes them beside the tool; from source the
 * tool calls this itself. It is never part of what is built: esbuild is no dependency of the tool.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transformSync } from "esbuild";

export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** What every browser of the last years takes. */
const target = "es2022";
const pageFolder = new URL("../../page/", import.meta.url);

export async function bundlePage(): Promise<PageAssets> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("main.ts", pageFolder))],
    bundle: true,
    write: false,
    minify: true,
    // Names in names out: objects are hostile to no encoding this way.
    charset: "ascii",
    format: "iife",
    target,
    legalComments: "none",
  });
  const style = readFileSync(new URL("page.css", pageFolder), "utf8");
  return {
    script: outputFiles.map(({ text }) => text).join(""),
    style: transformSync(style, { loader: "css", minify: true, charset: "ascii" }).code,
  };
}
