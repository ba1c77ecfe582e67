/** Reads in Redis' settings whether it keeps what it has acknowledged. */

import type { Send } from "../sharing/redis-link.ts";

/** In words, for whoever runs it. None where it does not tell: services that are rented often forbid CONFIG. */
export async function readRedisRisks(send: Send): Promise<readonly string[]> {
  const settings = await Promise.all(
    ["appendonly", "maxmemory", "maxmemory-policy"].map((name) => readSetting(send, name)),
  );
  const [appendOnly, maxMemory, policy] = settings;
  return [
    ...(appendOnly === "no"
      ? ['it writes nothing down before it answers, so set "appendonly yes"']
      : []),
    ...(maxMemory !== undefined && maxMemory !== "0" && policy !== "noeviction"
      ? ['it removes keys when its memory is full, so set "maxmemory-policy noeviction"']
      : []),
  ];
}

async function readSetting(send: Send, name: string): Promise<string | undefined> {
  try {
    const reply = await send(["CONFIG", "GET", name]);
    const value: unknown = Array.isArray(reply) ? reply[1] : Reflect.get(Object(reply), name);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
