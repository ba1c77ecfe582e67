/**
 * What one workflow execution has for itself. It is kept on `globalThis`, of which Temporal's sandbox gives each execution its own;
 * a variable of a module would be shared by all that a worker runs (shared-modules.ts).
 */
export class PerExecution<Value> {
  readonly #key: symbol;

  /** @param name - for whoever looks at `globalThis`. */
  constructor(name: string) {
    this.#key = Symbol(`signalbox ${name}`);
  }

  get(): Value | undefined {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Nobody else has the key.
    return Reflect.get(globalThis, this.#key) as Value | undefined;
  }

  set(value: Value): void {
    Reflect.set(globalThis, this.#key, value);
  }
}
