/**
 * Serves the live page to browsers of this machine alone: on 127.0.0.1, at a random port, below a path that holds a token. It only
 * reads: there is nothing that a request could change.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface StudioServer {
  /** With the token: whoever has it may look. */
  readonly address: string;
  /** Sends one message to every page that is open. */
  send(message: string): void;
  close(): Promise<void>;
}

/** `page` makes the whole page as it is now; `"` and the like in it are its own affair. */
export async function startStudioServer(page: () => Promise<string>): Promise<StudioServer> {
  const token = randomBytes(24).toString("base64url");
  const listeners = new Set<ServerResponse>();
  let port = 0;
  const server = createServer((request, response) => {
    const status = refusal(request, port, token);
    if (status !== null) {
      response.writeHead(status, headers("text/plain; charset=utf-8")).end(`${status}\n`);
      return;
    }
    if (request.url === `/${token}/events`) {
      response.writeHead(200, headers("text/event-stream"));
      response.write(": open\n\n");
      listeners.add(response);
      response.on("close", () => listeners.delete(response));
      return;
    }
    page().then(
      (html) => response.writeHead(200, headers("text/html; charset=utf-8")).end(html),
      (error: unknown) => response.writeHead(500, headers("text/plain; charset=utf-8")).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on TCP has such an address.
  port = (server.address() as AddressInfo).port;
  return {
    address: `http://127.0.0.1:${port}/${token}/`,
    send(message) {
      const lines = message.split("\n").map((line) => `data: ${line}\n`);
      for (const listener of listeners) listener.write(`${lines.join("")}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        for (const listener of listeners) listener.end();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The status with which a request is turned away; null for a good one. */
function refusal(
  { method, url = "", headers: sent }: IncomingMessage,
  port: number,
  token: string,
): number | null {
  const own = `127.0.0.1:${port}`;
  // A name that somebody lets point to this machine, or a page from elsewhere, is none of ours.
  if (sent.host !== own) return 403;
  if (sent.origin !== undefined && sent.origin !== `http://${own}`) return 403;
  const [, given = "", rest] = url.split("/");
  if (!sameText(given, token) || (rest !== "" && rest !== "events")) return 404;
  return method === "GET" ? null : 405;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function headers(type: string): Readonly<Record<string, string>> {
  return {
    "content-type": type,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
  };
}
