/** Cuts what goes over a connection into the messages of PostgreSQL's protocol. */
export class MessageSplitter {
  #rest: Buffer = Buffer.alloc(0);
  /** A client's first message has no letter before its length. */
  #lettered: boolean;

  constructor(sender: "client" | "server") {
    this.#lettered = sender === "server";
  }

  /** The messages that `data` completes. A client's first begins with a zero byte, which is no letter. */
  add(data: Buffer): readonly Buffer[] {
    this.#rest = Buffer.concat([this.#rest, data]);
    const messages: Buffer[] = [];
    for (;;) {
      const head = this.#lettered ? 1 : 0;
      if (this.#rest.length < head + 4) return messages;
      const length = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < length) return messages;
      messages.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
      this.#lettered = true;
    }
  }
}
