/**
 * Where zod keeps what `z.config()` sets, such as the language of its messages: each workflow execution its own, above what zod has
 * set itself. Evaluated before zod, which takes what it finds under this name.
 */

import { PerExecution } from "./per-execution.ts";

type ZodConfig = Record<PropertyKey, unknown>;

const shared: ZodConfig = {};
const own = new PerExecution<ZodConfig>("zod config");
let isShared = true;

/** What is set from now on holds for the execution that sets it. */
export function endSharedConfig(): void {
  isShared = false;
}

function write(key: PropertyKey, value: unknown): boolean {
  if (isShared) return Reflect.set(shared, key, value);
  const config = own.get() ?? {};
  own.set(config);
  return Reflect.set(config, key, value);
}

// Temporal's SDK freezes what executions share, unless it looks frozen already.
Reflect.set(
  globalThis,
  "__zod_globalConfig",
  new Proxy<ZodConfig>(Object.freeze({}), {
    get(_target, key) {
      const config = own.get();
      return config !== undefined && key in config ? config[key] : shared[key];
    },
    set: (_target, key, value) => write(key, value),
  }),
);
