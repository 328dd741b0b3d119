/** Statements as the messages of PostgreSQL's extended protocol, in one buffer: thousands of small writes cost more than the messages. */

/** Bind, Describe and Execute of the unnamed portal of the unnamed statement: no parameters, all columns as text, every row. */
const run = Buffer.from([
  ...[0x42, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
  ...[0x44, 0, 0, 0, 6, 0x50, 0],
  ...[0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0],
]);

/** What Parse has beside the text: its letter, its length, an empty name, the text's end, and no types of parameters. */
const frame = 1 + 4 + 1 + 1 + 2;

/** https://www.postgresql.org/docs/current/protocol-message-formats.html. No statement may hold a zero character. */
export function statementFrames(statements: readonly string[]): Buffer {
  const lengths = statements.map((statement) => Buffer.byteLength(statement));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + frame + length + run.length, 0));
  let at = 0;
  for (const [index, statement] of statements.entries()) {
    const length = lengths[index] ?? 0;
    at = bytes.writeUInt8(0x50, at);
    at = bytes.writeInt32BE(frame - 1 + length, at);
    at = bytes.writeUInt8(0, at);
    at += bytes.write(statement, at);
    at = bytes.writeUInt8(0, at);
    at = bytes.writeInt16BE(0, at);
    at += run.copy(bytes, at);
  }
  return bytes;
}
