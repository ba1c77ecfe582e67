/** Records what a real provider answers, once, and plays it back: tests on real replies, without a key or a network. */

import {
  PluginError,
  ProviderError,
  type CallContext,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
} from "../contract.ts";
import { describeNearest } from "../recorded/nearest.ts";
import {
  hashOf,
  readRecordings,
  writeRecording,
  type RecordedFailure,
  type Recording,
  type StoredRecording,
} from "../recorded/recording.ts";
import { createRedaction, type RedactText } from "../recorded/redact.ts";

export interface RecordedOptions {
  /** Where the recordings are: a folder of their own, one JSON file each. */
  readonly directory: string;
  /**
   * `"replay"` plays back and asks nobody. `"record"` does so too, and asks `provider` what is not recorded yet. To
   * record anew, delete the files. Default: `"replay"`.
   */
  readonly mode?: "replay" | "record";
  /** Who is asked. Needed to record. */
  readonly provider?: Provider;
  /** First half of models' names. Default: that of `provider`, else the one in the recordings. */
  readonly id?: string;
  /**
   * Takes more out of each text than e-mail addresses, numbers of phones, cards and accounts, and keys. Given its own
   * answer, it must give it back. Default: nothing more.
   */
  readonly redact?: RedactText;
}

/**
 * A provider that answers from recordings.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function recorded(options: RecordedOptions): Provider {
  const { directory, mode = "replay", provider, redact } = options;
  const stored = [...readRecordings(directory)];
  const library: Library = {
    directory,
    id: options.id ?? provider?.id ?? idOf(stored, directory),
    asked: mode === "record" ? neededProvider(provider) : undefined,
    stored,
    redaction: createRedaction(redact),
  };
  return {
    id: library.id,
    generate: (request, context) => answer(library, request, context),
    async *stream(request, context) {
      yield* streamReply(await answer(library, request, context));
    },
    describeModel: (model) =>
      provider?.describeModel?.(model) ??
      stored.find(({ recording }) => recording.request.model === model)?.recording.facts,
    close: async () => provider?.close?.(),
  };
}

/** The recordings, and how they are added to. */
interface Library {
  readonly directory: string;
  readonly id: string;
  /** Who is asked what is not recorded yet. Absent: nobody. */
  readonly asked: Provider | undefined;
  readonly stored: StoredRecording[];
  readonly redaction: ReturnType<typeof createRedaction>;
}

async function answer(
  library: Library,
  original: ModelRequest,
  context: CallContext,
): Promise<ModelReply> {
  const { asked, redaction } = library;
  const request = redaction.request(original);
  const found = findRecording(library, request, context.call);
  if (found !== undefined) return playBack(found.recording);
  if (asked === undefined) throw notRecorded(library, request, context);
  const write = async (end: Pick<Recording, "reply" | "failure">): Promise<void> => {
    const { step, call } = context;
    const facts = asked.describeModel?.(request.model);
    const head = { format: "signalbox.recording/1", provider: library.id, step, call } as const;
    const recording = { ...head, facts, request, ...end };
    library.stored.push(await writeRecording(library.directory, recording));
  };
  let reply: ModelReply;
  try {
    reply = await asked.generate(original, context);
  } catch (error) {
    // A call that the host ended says nothing of the provider.
    if (error instanceof ProviderError && !context.signal.aborted) {
      await write({ failure: toFailure(error, redaction.text) });
    }
    throw error;
  }
  await write({ reply: redaction.reply(reply) });
  return reply;
}

function neededProvider(provider: Provider | undefined): Provider {
  if (provider !== undefined) return provider;
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `The recorded provider is to record and has nobody to ask. Give it a "provider".`,
  );
}

function idOf(stored: readonly StoredRecording[], directory: string): string {
  const ids = [...new Set(stored.map(({ recording }) => recording.provider))];
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  const why =
    only === undefined
      ? "has no recordings"
      : `has recordings of several providers: ${ids.join(", ")}`;
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `The folder "${directory}" of the recorded provider ${why}. Give it an "id", or record first with mode "record".`,
  );
}

/** In replay, the last call repeats, as a test may ask once more than was recorded. */
function findRecording(
  { stored, id, asked }: Library,
  request: ModelRequest,
  call: number,
): StoredRecording | undefined {
  const hash = hashOf(id, request);
  const same = stored
    .filter(({ recording }) => hashOf(recording.provider, recording.request) === hash)
    .toSorted((one, other) => one.recording.call - other.recording.call);
  if (asked !== undefined) return same.find(({ recording }) => recording.call === call);
  return same.findLast(({ recording }) => recording.call <= call) ?? same[0];
}

function playBack({ reply, failure }: Recording): ModelReply {
  if (reply !== undefined) return reply;
  const { kind, message, ...details } = failure ?? { kind: "malformed", message: "is empty" };
  throw new ProviderError(kind, message, details);
}

function toFailure({ kind, message, details }: ProviderError, redact: RedactText): RecordedFailure {
  const { httpStatus, requestId, retryAfterMs, usage, costUsd, mayBeBilled } = details;
  const rest = { httpStatus, requestId, retryAfterMs, usage, costUsd, mayBeBilled };
  return { kind, message: redact(message), ...rest };
}

function notRecorded(
  { stored, directory }: Library,
  request: ModelRequest,
  { step }: CallContext,
): ProviderError {
  const ofStep = stored.filter(({ recording }) => recording.step === step);
  const nearest =
    describeNearest(request, ofStep.length > 0 ? ofStep : stored) ?? "There are no recordings";
  return new ProviderError(
    "not_found",
    `no recording in "${directory}" for this request of step "${step}" to "${request.model}". ${nearest}. ` +
      `Record it with mode "record".`,
  );
}

function* streamReply(reply: ModelReply): Iterable<StreamPart> {
  for (const [text] of reply.text.matchAll(/\s*\S+\s*$|\s*\S+/g)) yield { text };
  yield { reply };
}
