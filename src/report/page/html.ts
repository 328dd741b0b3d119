/** The page of the graph as one HTML text that needs nothing else: no network, no file beside it. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { PageData, PageText } from "../../../graph/picture/page-data.ts";
import type { Pending, Save } from "../../../graph/picture/save.ts";
import type { PageAssets } from "./bundle.ts";

export interface Page {
  readonly data: PageData;
  /** One a node of `data`. */
  readonly texts: readonly PageText[];
  /** Of a live page: what was saved so far. */
  readonly saves?: readonly Save[];
  /** Of a live page: migrations that wait; null while nobody has asked. */
  readonly pending?: Pending | null;
}

/**
 * The texts are packed (gzip, base64), for SQL is long and repeats itself. Only this script and this style may run, and
 * the page may ask nobody for anything: `connect` names whom else, for a page that a server keeps up to date.
 */
export function pageHtml(
  { data, texts, saves, pending = null }: Page,
  { script, style }: PageAssets,
  connect = "'none'",
): string {
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<title>${escapeHtml(data.project)}: dependency graph</title>
<style>${style}</style>
</head>
<body>
<noscript>This page draws the graph with a script. migrator graph prints it as text.</noscript>
<script type="application/json" id="graph">${jsonInHtml(data)}</script>
<script type="text/plain" id="texts">${packTexts(texts)}</script>
${saves === undefined ? "" : `<script type="application/json" id="saves">${jsonInHtml(saves)}</script>`}
${pending === null ? "" : `<script type="application/json" id="pending">${jsonInHtml(pending)}</script>`}
<script>${script}</script>
</body>
</html>
`;
}

/** Base64 of the gzipped JSON. */
function packTexts(texts: readonly PageText[]): string {
  return gzipSync(JSON.stringify(texts)).toString("base64");
}

/** Nothing in it can end the script element or begin a comment: every `<` is written as JSON's escape. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
