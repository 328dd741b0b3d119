/** Servers that refuse, answer with something else, or never answer. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { sound } from "./bad-input.ts";
import { runProject, writeProject } from "./run-bad-input.ts";

/** A message of the protocol: its letter, its length, what it holds. */
function message(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, letter);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
const text = (...parts: readonly string[]): Buffer => Buffer.from(parts.map((part) => `${part}\0`).join(""));
const refusal = (code: string, words: string): Buffer =>
  message("E", Buffer.concat([text("SFATAL", "VFATAL", `C${code}`, `M${words}`), Buffer.from("\0")]));
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const ready = message("Z", Buffer.from("I"));
/** One row with one integer. */
const row = (value: string): readonly Buffer[] => [
  message(
    "T",
    Buffer.concat([
      Buffer.from([0, 1]),
      text("version"),
      Buffer.alloc(6),
      int32(23),
      Buffer.from([0, 4, 255, 255, 255, 255, 0, 0]),
    ]),
  ),
  message("D", Buffer.concat([Buffer.from([0, 1]), int32(value.length), Buffer.from(value)])),
  message("C", text("SELECT 1")),
  ready,
];

type Answer = (socket: Socket, turn: number) => void;
const says =
  (...messages: readonly Buffer[]): Answer =>
  (socket) =>
    void socket.end(Buffer.concat(messages));

const servers: readonly (readonly [name: string, answer: Answer, message: RegExp, fix: RegExp])[] = [
  [
    "a wrong password",
    says(refusal("28P01", 'password authentication failed for user "u"')),
    /password authentication failed/,
    /PGPASSWORD/,
  ],
  [
    "a host that pg_hba.conf does not name",
    says(refusal("28000", "no pg_hba.conf entry for host")),
    /no pg_hba\.conf entry/,
    /pg_hba\.conf/,
  ],
  [
    "a missing database",
    says(refusal("3D000", 'database "d" does not exist')),
    /database "d" does not exist/,
    /createdb d/,
  ],
  [
    "too many connections",
    says(refusal("53300", "sorry, too many clients already")),
    /too many clients/,
    /max_connections/,
  ],
  [
    "a server that is starting",
    says(refusal("57P03", "the database system is starting up")),
    /starting up/,
    /try again/,
  ],
  [
    "a role that may not connect",
    says(refusal("42501", 'permission denied for database "d"')),
    /permission denied/,
    /GRANT CONNECT/i,
  ],
  [
    "a password that nobody gave",
    (socket, turn) =>
      void socket.write(
        turn === 0
          ? message("R", Buffer.concat([int32(10), text("SCRAM-SHA-256", "")]))
          : message("R", Buffer.concat([int32(11), Buffer.from("r=nonce,s=AAAA,i=4096")])),
      ),
    /password/,
    /PGPASSWORD/,
  ],
  ["a web server", (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), /./, /./],
  ["a server that hangs up", (socket) => void socket.destroy(), /./, /./],
  ["a server that never answers", () => {}, /timeout/, /./],
  [
    "PostgreSQL 9.6",
    (socket, turn) =>
      void socket.write(Buffer.concat(turn === 0 ? [message("R", int32(0)), ready] : row("90624"))),
    /is PostgreSQL 9; 14 or newer is needed/,
    /upgrade/,
  ],
];

describe.each(servers)("%s", (_name, answer, words, fix) => {
  test.each(["sync", "status", "plan"])(
    "%s fails with a connection error that says what to do",
    async (command) => {
      const open = new Set<Socket>();
      const server = createServer((socket) => {
        open.add(socket);
        let turn = 0;
        socket.on("error", () => {});
        socket.on("data", () => answer(socket, turn++));
      });
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      vi.stubEnv("PGCONNECT_TIMEOUT", "1");
      vi.stubEnv("PGPASSWORD", undefined);
      onTestFinished(() => {
        vi.unstubAllEnvs();
        for (const socket of open) socket.destroy();
        server.close();
      });
      const { port } = server.address() as AddressInfo;
      const folder = writeProject({ components: sound });
      const ran = await runProject(folder, [command], { DATABASE_URL: `postgres://u@127.0.0.1:${port}/d` });
      expect(ran.exit).toBe(1);
      expect(ran.diagnostics).toMatchObject([
        { code: "connection", message: expect.stringMatching(words), fix: expect.stringMatching(fix) },
      ]);
      expect(ran.stdout).toBe("");
    },
  );
});
