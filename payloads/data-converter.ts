/** The data converter of everything that speaks to Temporal: encrypts what runs hold, and puts aside what is large. */

import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { DataConverter, Payload, PayloadCodec } from "@temporalio/common";
import { ExternalStorage } from "@temporalio/common/lib/converter/extstore.js";
import { absentStore } from "./absent-store.ts";
import { encryptionCodec } from "./encryption-codec.ts";
import { readEncryptionKeys, type EncryptionKey } from "./encryption-keys.ts";
import { FILE_STORE } from "./file-store.ts";
import { isThisMachine } from "./is-this-machine.ts";
import { Keyring } from "./keyring.ts";
import { mendProtoJson } from "./mend-protojson.ts";
import { DEFAULT_STORE, readStores, type Stores } from "./read-stores.ts";
import { retrievePayloads } from "./retrieve-payloads.ts";
import { S3_STORE } from "./s3-store.ts";
import type { StorageDriver } from "./store.ts";

export interface DataConverterOptions {
  /** Where what is not given here is read from. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The first encrypts, all decrypt; `[]`: nothing is encrypted. Default: those of `SIGNALBOX_ENCRYPTION_KEYS`. */
  readonly encryptionKeys?: readonly EncryptionKey[];
  /**
   * Where payloads of more than 256 KiB go: written as in `SIGNALBOX_PAYLOADS`, or a driver of Temporal's. Default: what that says, else
   * files in `.signalbox/payloads`, if the Temporal server is on this machine.
   */
  readonly payloads?: string | StorageDriver;
  /** `host:port` of the Temporal server. Default: `TEMPORAL_ADDRESS`. */
  readonly address?: string;
}

/** For `dataConverter` of a Temporal Client or Worker, and of whatever else has one. */
export interface SignalboxDataConverter extends DataConverter {
  readonly payloadCodecs: PayloadCodec[];
  readonly externalStorage: ExternalStorage;
  /** Whether what goes to Temporal is encrypted. */
  readonly isEncrypting: boolean;
  /** Encrypts what else holds replies, with the same keys. */
  readonly keyring: Keyring;
  /** The folder of payloads that were put aside, if they are in files. */
  readonly payloadsFolder: string | undefined;
  /** Fetches payloads that were put aside, encrypted as they are; gives the others back. */
  retrieve(payloads: readonly Payload[]): Promise<Payload[]>;
}

const FAILURE_CONVERTER = fileURLToPath(
  new URL(`./failure-converter${extname(import.meta.url)}`, import.meta.url),
);

/**
 * Makes the data converter that the environment asks for: encryption with the keys of `SIGNALBOX_ENCRYPTION_KEYS`, and payloads of more
 * than 256 KiB where `SIGNALBOX_PAYLOADS` says. Workers, clients and replays of one Temporal namespace need the same.
 *
 * @throws {PayloadError} PAYLOADS_INVALID_KEYS, PAYLOADS_INVALID_STORE, PAYLOADS_MISSING_PACKAGE
 */
export function openDataConverter(options: DataConverterOptions = {}): SignalboxDataConverter {
  const { env = process.env } = options;
  const { encryptionKeys = readEncryptionKeys(env["SIGNALBOX_ENCRYPTION_KEYS"] ?? "") } = options;
  const keyring = new Keyring(encryptionKeys);
  const { first, all, folder } = chooseStores(options, env);
  mendProtoJson();
  const externalStorage = new ExternalStorage({
    drivers: [...all, ...absentFrom(all)],
    driverSelector: () => first ?? null,
  });
  return {
    payloadCodecs: [encryptionCodec(keyring)],
    ...(keyring.canSeal && { failureConverterPath: FAILURE_CONVERTER }),
    externalStorage,
    isEncrypting: keyring.canSeal,
    keyring,
    payloadsFolder: folder,
    retrieve: (payloads) => retrievePayloads(payloads, externalStorage),
  };
}

function chooseStores(
  { payloads, address }: DataConverterOptions,
  env: NonNullable<DataConverterOptions["env"]>,
): Stores {
  if (typeof payloads === "object") return { first: payloads, all: [payloads], folder: undefined };
  const text = payloads ?? env["SIGNALBOX_PAYLOADS"]?.trim();
  if (text) return readStores(text);
  // Files of this machine are lost on those who ask a server elsewhere from other machines.
  const isLocal = isThisMachine(address ?? env["TEMPORAL_ADDRESS"] ?? "");
  return readStores(isLocal ? DEFAULT_STORE : "off");
}

/** Each of our stores is known to histories by a name. */
function absentFrom(stores: readonly StorageDriver[]): readonly StorageDriver[] {
  const names = new Set(stores.map(({ name }) => name));
  return [FILE_STORE, S3_STORE].filter((name) => !names.has(name)).map(absentStore);
}
