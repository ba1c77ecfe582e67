/**
 * Lets Temporal's SDK write what stands for payloads that were put aside.
 *
 * It throws "type must be a Type" wherever npm has installed more than one copy of protobufjs, which is often: it takes the types from
 * one copy and the writer from another. Here the writer is told to hand types of the other copy over to that.
 */

import { createRequire } from "node:module";

/** `protobufjs/ext/protojson`, as far as the SDK uses it. */
type ProtoJson = Record<"toJson" | "fromJson", (type: unknown, ...rest: unknown[]) => unknown>;

interface ProtobufJs {
  readonly Type: new () => unknown;
}

const mended = new WeakSet<ProtoJson>();

/** Does nothing where there is one copy. Can be called again. */
export function mendProtoJson(): void {
  const ofCommon = createRequire(createRequire(import.meta.url).resolve("@temporalio/common"));
  const ofTypes = createRequire(ofCommon.resolve("@temporalio/proto"));
  const used: ProtoJson = ofCommon("protobufjs/ext/protojson");
  const fitting: ProtoJson = ofTypes("protobufjs/ext/protojson");
  if (used === fitting || mended.has(used)) return;
  const { Type }: ProtobufJs = ofTypes("protobufjs");
  for (const name of ["toJson", "fromJson"] as const) {
    const own = used[name];
    used[name] = (type, ...rest) =>
      type instanceof Type ? fitting[name](type, ...rest) : own(type, ...rest);
  }
  mended.add(used);
}
