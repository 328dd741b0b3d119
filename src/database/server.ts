/** Connects to a PostgreSQL server with node-postgres. */
import { userInfo } from "node:os";
import type { Client, ClientConfig, Connection } from "pg";
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database, Notice } from "./database.ts";
import { guardLogin, unknownLogin } from "./login.ts";
import { isErrorResponse, reason } from "./server-error.ts";
import { catalogTypes, Session } from "./session.ts";
import { toldVersion } from "./told-version.ts";

export interface ServerTarget {
  /** `postgres://…`; null for what the PG* environment variables say. */
  readonly url: string | null;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** Hears notices and warnings; without it they are dropped. */
  readonly onNotice?: (notice: Notice) => void;
  /** Called when the server has something to do: the login was sent, or the wish for TLS. */
  readonly onBegun?: () => void;
}

const OLDEST_VERSION = 140000;
/** How long to wait for a connection, in milliseconds, unless PGCONNECT_TIMEOUT says otherwise. */
const CONNECT_TIMEOUT = 15_000;
const KEEP_ALIVE_AFTER = 10_000;

/**
 * One session on a server.
 * @throws MigratorError "connection": no connection, or a server older than 14. Passwords are never in its text.
 */
export async function connectServer(target: ServerTarget): Promise<Database> {
  const pg = await loadDriver();
  // As libpq does where neither the URL nor PGUSER names one; node-postgres knows only $USER, which containers lack.
  pg.defaults.user ??= userInfo().username;
  const client = createClient(pg.Client, {
    ...(target.url === null ? {} : { connectionString: target.url }),
    application_name: target.applicationName ?? "migrator",
    connectionTimeoutMillis: connectTimeout(),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER,
    types: catalogTypes(pg.types),
  });
  const place: Place = { host: client.host, port: client.port, database: client.database ?? "" };
  const description = describe(place);
  if (!(place.port > 0 && place.port < 65_536)) throw noPort();
  refuseSslMode(target.url);
  // A server may go away between two awaits; whoever is waiting then gets the error.
  client.on("error", () => {});
  guardLogin(client);
  const told = toldVersion(client);
  const { onBegun } = target;
  // node-postgres sends the login in the same turn of the event loop.
  if (onBegun !== undefined) client.connection.once("connect", () => setImmediate(onBegun));
  try {
    await client.connect();
    const session = await Session.of(client, told(), {
      description,
      embedded: false,
      onNotice: target.onNotice,
      cancel: () => sendCancel(pg.Connection, client),
    });
    if (session.version >= OLDEST_VERSION) return session;
    await session.close();
    throw tooOld(session.version, description);
  } catch (error) {
    if (error instanceof MigratorError) throw error;
    await client.end();
    throw connectFailure(error, place);
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

function describe(place: Place): string {
  const host = place.host.includes(":") ? `[${place.host}]` : place.host;
  return `${host}:${place.port}/${place.database}`;
}

/** The URL is not repeated in the error: it may hold a password. */
function createClient(Constructor: new (config: ClientConfig) => Client, config: ClientConfig): Client {
  try {
    return new Constructor(config);
  } catch (error) {
    throw new MigratorError(
      [
        {
          code: "usage",
          message: "the database URL cannot be read",
          fix: 'write it as postgres://user:password@host:5432/database, with special characters percent-encoded ("@" as %40)',
          ...(fileOf(error) ? { detail: `cannot read ${fileOf(error)}` } : {}),
        },
      ],
      2,
    );
  }
}

/** node-postgres would wait for ever. */
function noPort(): MigratorError {
  const fix = "Set PGPORT, or the port in the URL, to a number from 1 to 65535.";
  return new MigratorError([{ code: "usage", message: "the server's port is no number", fix }], 2);
}

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"];

/** As libpq does: node-postgres takes a word that it does not know for a plain connection. */
function refuseSslMode(url: string | null): void {
  const query = url?.slice(url.indexOf("?") + 1) ?? "";
  const mode = new URLSearchParams(query).get("sslmode") ?? process.env.PGSSLMODE;
  if (!mode || sslModes.includes(mode)) return;
  const fix = `Write one of ${sslModes.join(", ")} in the URL or in PGSSLMODE.`;
  throw new MigratorError([{ code: "usage", message: `sslmode ${mode} is not known`, fix }], 2);
}

/** The certificate that a URL names and that cannot be read. */
function fileOf(error: unknown): string | undefined {
  return error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
}

function connectTimeout(): number {
  const seconds = Number(process.env.PGCONNECT_TIMEOUT);
  return seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT;
}

function tooOld(version: number, description: string): MigratorError {
  return new MigratorError([
    {
      code: "connection",
      message: `${description} is PostgreSQL ${Math.floor(version / 10_000)}; 14 or newer is needed`,
      fix: "upgrade the server, or connect to another one",
    },
  ]);
}

function connectFailure(error: unknown, place: Place): MigratorError {
  const wanted = unknownLogin(reason(error));
  if (wanted !== null) {
    const message = `cannot connect to ${describe(place)}: the server asks this role for ${wanted}, which is not supported`;
    const fix = "let pg_hba.conf ask for scram-sha-256 or a certificate (cert) from where the tool runs";
    return new MigratorError([{ code: "connection", message, fix }]);
  }
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  return new MigratorError([
    {
      code: "connection",
      message: `cannot connect to ${describe(place)}: ${reason(error)}`,
      ...(isErrorResponse(error) && error.detail ? { detail: error.detail } : {}),
      fix: connectFix(code, reason(error), place),
    },
  ]);
}

function connectFix(code: string | undefined, message: string, place: Place): string {
  switch (code) {
    case "ECONNREFUSED":
      return `start the server, or check the host and the port: nothing listens on port ${place.port} of ${place.host}`;
    case "ENOENT":
      return `there is no server socket in ${place.host}: start the server, or check the host`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `check the host: the name ${place.host} has no address`;
    case "28P01":
    case "28000":
      return "check the user, the password (PGPASSWORD, ~/.pgpass or the URL) and the server's pg_hba.conf";
    case "3D000":
      return `create the database first: createdb ${place.database}`;
    case "42501":
      return `give the role the right to connect: GRANT CONNECT ON DATABASE ${quoteIdentifier(place.database)}, as its owner`;
    case "53300":
      return "close other connections, or raise the server's max_connections";
    case "57P03":
      return "the server is starting or stopping: try again in a moment";
    default:
  }
  if (/password must be a string/.test(message)) {
    return "the server asks for a password: give it in PGPASSWORD, ~/.pgpass or the URL";
  }
  if (/SSL/.test(message)) return "check sslmode in the URL or in PGSSLMODE (disable, require, verify-full)";
  return "check the database URL or the PG* variables, and that the server can be reached";
}

/** The parts of node-postgres that its types leave out. */
interface CancelConnection extends Connection {
  connect(portOrSocket: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

interface CancelKey {
  readonly processID: number;
  readonly secretKey: number;
}

function hasCancelKey(client: object): client is CancelKey {
  return (
    "processID" in client &&
    typeof client.processID === "number" &&
    "secretKey" in client &&
    typeof client.secretKey === "number"
  );
}

/** A cancel request goes over a connection of its own, which the server closes without an answer. */
async function sendCancel(
  Constructor: new (config: ClientConfig) => Connection,
  client: Client,
): Promise<void> {
  if (!hasCancelKey(client)) throw new Error("the server gave no key to cancel with");
  const { processID, secretKey } = client;
  const connection = new Constructor({ ssl: client.ssl }) as CancelConnection;
  await new Promise<void>((resolve, reject) => {
    connection.on("connect", () => {
      if (client.ssl) connection.requestSsl();
      else connection.cancel(processID, secretKey);
    });
    connection.on("sslconnect", () => connection.cancel(processID, secretKey));
    connection.on("error", reject);
    connection.on("end", resolve);
    if (client.host.startsWith("/")) connection.connect(`${client.host}/.s.PGSQL.${client.port}`);
    else connection.connect(client.port, client.host);
  });
}

/**
 * While it loads, pg asks whether it runs in a Cloudflare worker: with no `navigator` (Node 20) by touching `Response`,
 * which loads all of undici, 15 to 30 ms of every command. From Node 21 on there is a navigator.
 */
async function loadDriver() {
  const missing = !("navigator" in globalThis);
  if (missing)
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Node.js" }, configurable: true });
  try {
    return (await import("pg")).default;
  } finally {
    if (missing) Reflect.deleteProperty(globalThis, "navigator");
  }
}
