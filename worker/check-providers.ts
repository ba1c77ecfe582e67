/** Asks each provider of a configuration how it is, now. */

import type { Provider } from "../plugins/contract.ts";
import { askWithin, describeFailure } from "./ask-provider.ts";

/** Plain JSON. */
export interface ProviderHealth {
  /** Its id. */
  readonly provider: string;
  /** `"unknown"`: its plugin has no way to ask. */
  readonly status: "well" | "failing" | "unknown";
  /** How long it took to answer, or to fail. */
  readonly durationMs?: number;
  /** Why it is failing, without keys. */
  readonly message?: string;
}

export interface CheckProvidersOptions {
  /** Default: 5,000. */
  readonly timeoutMs?: number;
}

/** Asks all of them at once; no model is called. Never rejects: one that does not answer in time is failing. */
export function checkProviders(
  providers: readonly Provider[],
  { timeoutMs = 5_000 }: CheckProvidersOptions = {},
): Promise<readonly ProviderHealth[]> {
  return Promise.all(providers.map((provider) => checkProvider(provider, timeoutMs)));
}

async function checkProvider(provider: Provider, timeoutMs: number): Promise<ProviderHealth> {
  const { id } = provider;
  if (provider.health === undefined) return { provider: id, status: "unknown" };
  const startedAt = performance.now();
  const passed = (): number => Math.round(performance.now() - startedAt);
  try {
    await askWithin(async (signal) => provider.health?.({ signal }), { timeoutMs });
    return { provider: id, status: "well", durationMs: passed() };
  } catch (error) {
    const message = describeFailure(error);
    return { provider: id, status: "failing", durationMs: passed(), message };
  }
}
