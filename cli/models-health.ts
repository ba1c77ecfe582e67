/** `signalbox models --health`: how the providers are now, and what workers have learned of their models. */

import { checkProviders, type ProviderHealth } from "../worker/check-providers.ts";
import type { Config } from "../worker/config.ts";
import { CliError } from "./cli-error.ts";
import { formatHealth, formatProviders } from "./health-table.ts";
import { findLearned, type Learned, type LearnedOptions } from "./learned.ts";
import { EXIT, printJson, type Terminal } from "./terminal.ts";

export type HealthOptions = LearnedOptions & { readonly json?: boolean };

/** Shows what is to be had: an API that was named and does not answer is the only thing that makes it fail. */
export async function printHealth(
  config: Config,
  options: HealthOptions,
  terminal: Terminal,
): Promise<void> {
  const [providers, learned] = await Promise.all([
    checkProviders(config.providers),
    findLearned(config, options, terminal).catch(keepCliError),
  ]);
  if (options.json) printJson(terminal, toJson(providers, learned));
  else terminal.print(format(providers, learned));
  if (learned instanceof CliError) return tellMissing(learned, options, terminal);
  for (const { from, message } of learned.problems)
    terminal.tell(`"${from}" does not answer: ${message}`);
  if (isEmptyExchange(learned)) terminal.tell(EMPTY_EXCHANGE);
}

const EMPTY_EXCHANGE =
  "Nothing is known of calls: the exchange of the configuration is out of reach or holds nothing yet. Each worker " +
  "keeps what it learned there every 30 seconds. --api asks the API beside a worker instead.";

function keepCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  throw error;
}

function isEmptyExchange({ from, models }: Learned): boolean {
  return (
    from === "exchange" &&
    models.every(({ health }) => health.calls === 0 && health.breaker.state === "closed")
  );
}

function toJson(providers: readonly ProviderHealth[], learned: Learned | CliError): unknown {
  if (learned instanceof CliError) {
    const { code, message } = learned;
    return { providers, models: [], problem: { code, message } };
  }
  const { from, models } = learned;
  return { providers, from, models };
}

function format(providers: readonly ProviderHealth[], learned: Learned | CliError): string {
  const first = formatProviders(providers);
  if (learned instanceof CliError) return first;
  const note = `From ${learned.where}: recent calls, of which older ones weigh less.`;
  return [first, "", formatHealth(learned.models, Date.now()), "", note].join("\n");
}

function tellMissing(error: CliError, { api }: HealthOptions, terminal: Terminal): void {
  if (api !== undefined) terminal.exitCode = EXIT.failed;
  const why = 'The configuration has no "signals" through which workers share what they learn. ';
  terminal.tell(`error ${error.code}: ${api === undefined ? why : ""}${error.message}`);
}
