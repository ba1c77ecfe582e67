/** What the contract promises of a call that fails: the right kind, one request, and nothing confidential in the error. */

import { deepEqual, equal, ok } from "node:assert/strict";
import { inspect } from "node:util";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import type { ModelReply, ProviderError } from "../../plugins/contract.ts";
import {
  CONTRACT_KINDS,
  type ContractFeature,
  type VendorFailure,
  type WireRequest,
} from "../vendor-fake.ts";
import { check, type ContractCheck } from "./check.ts";
import {
  CANARIES,
  connectionTo,
  createContext,
  exhaust,
  failureOf,
  generate,
  openStream,
  readStream,
  requestTo,
  SECRET_REPLY,
  withSubject,
  type ProviderContractOptions,
} from "./subject.ts";
import { refusingOrigin, type NoAnswer, type ServedAnswer } from "./wire-server.ts";

/** Stands in the vendor's messages: some vendors do quote the key and the prompt. */
const QUOTED = `key ${CANARIES.key}, prompt "${CANARIES.prompt}"`;
const HTML = `<html><body>${QUOTED}</body></html>`;

type Way = "generate" | "stream";

/** A failure as the wire shows it. */
interface Failing {
  readonly kind: FailureKind;
  readonly name: string;
  readonly answer: (request: WireRequest) => ServedAnswer | NoAnswer;
  readonly retryAfterMs?: number;
  readonly only?: Way;
  /** Whether the fake shows it, which may say that the vendor has no words for its kind. */
  readonly isOwn?: boolean;
}

export function failureChecks(contract: ProviderContractOptions): readonly ContractCheck[] {
  const { fake } = contract;
  const ownFailures = fake.failures(QUOTED);
  const failures: readonly Failing[] = [
    ...ownFailures.map((failure) => ({ ...failure, answer: () => failure.answer, isOwn: true })),
    ...brokenAnswers(contract),
  ];
  return [
    ...CONTRACT_KINDS.map((kind) =>
      check(contract, `the fake shows how the vendor says ${kind}`, [kind], async () => {
        ok(
          ownFailures.some((failure) => failure.kind === kind),
          `Add a failure of kind "${kind}" to the fake, or a reason to its notExpressible.`,
        );
      }),
    ),
    check(
      contract,
      "the fake shows how the vendor asks to wait",
      ["rate_limited", "retryAfter"],
      () => asksToWait(ownFailures),
    ),
    ...(["generate", "stream"] as const).flatMap((way) =>
      failures.flatMap((failing) => failureCheck(contract, failing, way)),
    ),
    check(contract, "a refused connection is unavailable", [], () => refused(contract, "generate")),
    check(contract, "a refused connection of a stream is unavailable", ["streaming"], () =>
      refused(contract, "stream"),
    ),
  ];
}

async function asksToWait(failures: readonly VendorFailure[]): Promise<void> {
  ok(
    failures.some(
      ({ kind, retryAfterMs }) => kind === "rate_limited" && retryAfterMs !== undefined,
    ),
    "Give a failure of kind rate_limited its retryAfterMs.",
  );
}

/** What any server can do, whatever API it speaks. */
function brokenAnswers({ fake }: ProviderContractOptions): readonly Failing[] {
  const half = (request: WireRequest): ServedAnswer => {
    const { body, ...rest } = fake.reply(SECRET_REPLY, request);
    if (typeof body !== "string") return { ...rest, body: body.slice(0, -1) };
    return { ...rest, body: body.slice(0, Math.floor(body.length * 0.6)) };
  };
  const html = { headers: { "content-type": "text/html" }, body: HTML };
  return [
    { kind: "malformed", name: "an empty body", answer: () => ({ body: "" }) },
    { kind: "malformed", name: "an HTML page", answer: () => html },
    { kind: "malformed", name: "JSON of another shape", answer: () => ({ body: '{"note":[1]}' }) },
    { kind: "malformed", name: "a body that ends too soon", answer: half },
    {
      kind: "malformed",
      name: "a body that is cut off",
      answer: (request) => ({ ...half(request), ending: "reset" }),
    },
    { kind: "unavailable", name: "a reset connection", answer: () => ({ silent: "reset" }) },
    { kind: "unavailable", name: "500 with nothing", answer: () => ({ status: 500, body: "" }) },
    {
      kind: "unavailable",
      name: "502 with an HTML page",
      answer: () => ({ ...html, status: 502 }),
    },
  ];
}

function failureCheck(
  contract: ProviderContractOptions,
  failing: Failing,
  way: Way,
): readonly ContractCheck[] {
  const { kind, name, only = way, isOwn = false } = failing;
  if (only !== way) return [];
  const needs: readonly ContractFeature[] = way === "stream" ? ["streaming"] : [];
  const where = way === "stream" ? "in a stream, " : "";
  const own = CONTRACT_KINDS.filter((known) => isOwn && known === kind);
  return [
    check(contract, `${where}${name} is ${kind}`, [...needs, ...own], () =>
      fails(contract, failing, way),
    ),
  ];
}

async function fails(contract: ProviderContractOptions, failing: Failing, way: Way): Promise<void> {
  const { kind, answer, retryAfterMs } = failing;
  await withSubject(contract, answer, async (subject) => {
    const request = requestTo(contract.fake);
    const call =
      way === "generate" ? generate(subject, request) : lastReply(readStream(subject, request));
    const error = await failureOrReason(call, kind);
    equal(subject.server.requests.length, 1, "The provider sends more than one request.");
    if (error === undefined) return;
    equal(error.kind, kind);
    equal(error.details.retryAfterMs, retryAfterMs, "How long the vendor asks to wait.");
    const served = subject.server.requests.map((received) => answer(received))[0];
    const status = served === undefined || "silent" in served ? undefined : served.status;
    if (status !== undefined) equal(error.details.httpStatus, status);
    assertNothingLeaks(error);
  });
}

async function lastReply(
  streamed: Promise<{ readonly replies: readonly ModelReply[] }>,
): Promise<ModelReply | undefined> {
  return (await streamed).replies[0];
}

/** Two kinds may also be told as the reason for which a reply ended: the host makes failures of them. */
const REASONS: Readonly<Partial<Record<FailureKind, ModelReply["finishReason"]>>> = {
  content_filtered: "content_filter",
  refused: "refusal",
};

async function failureOrReason(
  call: Promise<ModelReply | undefined>,
  kind: FailureKind,
): Promise<ProviderError | undefined> {
  const reason = await call.then(
    (reply) => reply?.finishReason,
    () => undefined,
  );
  if (reason !== undefined && reason === REASONS[kind]) return undefined;
  return failureOf(call);
}

async function refused(contract: ProviderContractOptions, way: Way): Promise<void> {
  const { fake } = contract;
  const provider = contract.provider(connectionTo(await refusingOrigin(), fake));
  try {
    const call =
      way === "generate"
        ? provider.generate(requestTo(fake), createContext())
        : exhaust(openStream(provider, requestTo(fake), createContext()));
    const error = await failureOf(call);
    equal(error.kind, "unavailable");
    assertNothingLeaks(error);
  } finally {
    await provider.close?.();
  }
}

/** All that a log or a history can get out of an error: its stack, its causes and what it hides included. */
function assertNothingLeaks(error: ProviderError): void {
  const everything = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  const leaks = Object.entries(CANARIES)
    .filter(([, canary]) => everything.includes(canary))
    .map(([what]) => what);
  deepEqual(leaks, [], "The error, or a cause of it, shows what is confidential.");
}
