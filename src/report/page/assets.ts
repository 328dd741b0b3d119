/** The page's script and style: as the build left them beside the tool, or from source, bundled now. */
import { existsSync, readFileSync } from "node:fs";
import type { PageAssets } from "./bundle.ts";

export async function pageAssets(): Promise<PageAssets> {
  const script = new URL("./page.js", import.meta.url);
  if (existsSync(script)) {
    const style = readFileSync(new URL("./page.css", import.meta.url), "utf8");
    return { script: readFileSync(script, "utf8"), style };
  }
  // A name that no bundler follows: what is built needs none of it.
  const bundler = new URL("./bundle.ts", import.meta.url).href;
  const { bundlePage }: typeof import("./bundle.ts") = await import(bundler);
  return bundlePage();
}
