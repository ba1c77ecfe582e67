/** Takes a stream of server-sent events apart. */

/** One event, or text that is no part of any. */
export type ServerSentItem =
  | { readonly type: string; readonly data: string }
  | { readonly stray: string };

/**
 * Splits text into events, however it is cut into pieces.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class ServerSentEvents {
  #rest = "";
  #type = "";
  #data: string[] = [];

  /** Gives the items that are complete with this piece. */
  push(piece: string): readonly ServerSentItem[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#readLine(line));
  }

  /** Gives what is left at the end: a last event without the empty line after it is one all the same. */
  end(): readonly ServerSentItem[] {
    const items = this.push("\n\n");
    this.#rest = "";
    return items;
  }

  #readLine(line: string): readonly ServerSentItem[] {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return [];
    const [, name = "", value = ""] = /^([a-z]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#type = value;
    else if (name !== "id" && name !== "retry") return [{ stray: line }];
    return [];
  }

  #dispatch(): readonly ServerSentItem[] {
    const data = this.#data.join("\n");
    const type = this.#type;
    const isEmpty = this.#data.length === 0;
    this.#data = [];
    this.#type = "";
    return isEmpty ? [] : [{ type, data }];
  }
}
