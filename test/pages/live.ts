/** The studio in the process of a test. */
import type { Page } from "playwright-core";
import type { Output } from "../../src/commands/output.ts";
import { studio } from "../../src/commands/studio.ts";
import type { WatchOptions } from "../../src/commands/watch.ts";
import { createMask } from "../../src/report/mask.ts";
import { plainStyle } from "../../src/report/style.ts";

export interface Live {
  readonly address: string;
  close(): Promise<void>;
}

/** `databaseUrl` left out: the embedded database of the project. */
export async function startStudio(
  folder: string,
  databaseUrl?: string,
  options: WatchOptions = {},
): Promise<Live> {
  const output: Output = {
    json: false,
    quiet: false,
    style: plainStyle,
    result: () => {},
    say: () => {},
    working: () => {},
    elapsed: () => 0,
    note: () => {},
    fail: () => {},
    reporter: null,
  };
  const stop = new AbortController();
  const context = { folder, env: {}, output, mask: createMask() };
  let running: Promise<void> = Promise.resolve();
  const address = await new Promise<string>((resolve, reject) => {
    running = studio(
      context,
      { ...options, ...(databaseUrl === undefined ? {} : { databaseUrl }) },
      [],
      stop.signal,
      resolve,
    );
    running.catch(reject);
  });
  return {
    address,
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Waits until the time line of the page has such an entry. */
export async function expectSave(page: Page, text: RegExp): Promise<void> {
  await page.locator(".saves button", { hasText: text }).first().waitFor();
}
