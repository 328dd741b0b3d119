import { createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { connectServer } from "../../src/database/server.ts";
import { versionNumber } from "../../src/database/told-version.ts";
import { serverUrl } from "../servers/database.ts";

async function refusal(url: string): Promise<{ text: string; error: MigratorError }> {
  const error = await connectServer({ url }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MigratorError)) throw new Error(`not a MigratorError: ${error}`);
  return { error, text: JSON.stringify(error.diagnostics) + error.message + error.stack };
}

test("a refused connection names the place and what to do, never the password", async () => {
  const closed = await refusal("postgres://someone:s3cret@127.0.0.1:1/app");
  expect(closed.error.diagnostics).toEqual([
    {
      code: "connection",
      message: "cannot connect to 127.0.0.1:1/app: connect ECONNREFUSED 127.0.0.1:1",
      fix: "start the server, or check the host and the port: nothing listens on port 1 of 127.0.0.1",
    },
  ]);
  expect(closed.text).not.toContain("s3cret");
});

test("a missing database", async () => {
  const { error } = await refusal(serverUrl(18, "nowhere"));
  expect(error.diagnostics[0]).toMatchObject({
    code: "connection",
    message: expect.stringMatching(
      /^cannot connect to 127\.0\.0\.1:\d+\/nowhere: database "nowhere" does not exist$/,
    ),
    fix: "create the database first: createdb nowhere",
  });
});

test("a role that may not", async () => {
  const { error, text } = await refusal(serverUrl(18).replace("postgres@", "nobody:s3cret@"));
  expect(error.diagnostics[0]?.message).toContain('role "nobody" does not exist');
  expect(text).not.toContain("s3cret");
});

test.each(["postgres://u:s3cret@host:port/db", "postgres://u:s3cret@h/db?sslcert=/none"])(
  "a URL that cannot be read: %s",
  async (url) => {
    const { error, text } = await refusal(url);
    expect(error).toMatchObject({ exitCode: 2, diagnostics: [{ code: "usage" }] });
    expect(text).not.toContain("s3cret");
  },
);

test("something that is no PostgreSQL server", async () => {
  const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(
    0,
    "127.0.0.1",
  );
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const { error } = await refusal(`postgres://u@127.0.0.1:${port}/db`);
  expect(error.diagnostics[0]?.code).toBe("connection");
  server.close();
});

test.each([
  [7, "GSSAPI"],
  [9, "SSPI"],
])("a server that asks for a way of logging in that is not there: %s", async (code, name) => {
  const request = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, code]);
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(request));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const { error } = await refusal(`postgres://u:s3cret@127.0.0.1:${port}/db`);
  expect(error.diagnostics).toEqual([
    {
      code: "connection",
      message: `cannot connect to 127.0.0.1:${port}/db: the server asks this role for ${name}, which is not supported`,
      fix: "let pg_hba.conf ask for scram-sha-256 or a certificate (cert) from where the tool runs",
    },
  ]);
  server.close();
});

test("without a URL the PG* variables say where", async () => {
  const { port } = new URL(serverUrl(15));
  for (const [name, value] of Object.entries({
    PGHOST: "127.0.0.1",
    PGPORT: port,
    PGUSER: "postgres",
    PGDATABASE: "template1",
  })) {
    vi.stubEnv(name, value);
  }
  try {
    const database = await connectServer({ url: null, applicationName: "here" });
    expect(database.description).toBe(`127.0.0.1:${port}/template1`);
    expect(
      await database.query("SELECT current_database() AS d, current_setting('application_name') AS a"),
    ).toEqual([{ d: "template1", a: "here" }]);
    await database.close();
    await database.close();
  } finally {
    vi.unstubAllEnvs();
  }
});

test("the version is what the server says while the client logs in", async () => {
  const database = await connectServer({ url: serverUrl(18) });
  const [row] = await database.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  expect(database.version).toBe(row?.version);
  await database.close();
  const told = ["16.2 (Debian 16.2-1.pgdg120+2)", "18beta1", "19devel", "15.7", "17.10.1", "9.6.24", "many"];
  expect(told.map(versionNumber)).toEqual([160002, 180000, 190000, 150007, 170010, null, null]);
});
