/** Makes a provider out of a vendor's package of the AI SDK: our connections, our reading of what goes wrong. */

import { generateWithSdk, streamWithSdk, type AiSdkModelCall } from "../ai-sdk/ai-sdk-model.ts";
import type { ReplyNotes } from "../ai-sdk/ai-sdk-reply.ts";
import type { AiSdkModel } from "../ai-sdk/ai-sdk-types.ts";
import type { CallContext, ModelFacts, ModelInfo, ModelRequest, Provider } from "../contract.ts";
import type { KeyOptions } from "./environment-key.ts";
import type { Exchange } from "../http/exchange.ts";
import {
  checkHeader,
  httpClient,
  type Fetch,
  type HttpCall,
  type HttpClient,
  keysOf,
  type HttpOptions,
} from "../http/http.ts";
import { inspectAnyAnswer, inspected, type Inspection } from "../http/inspect-answer.ts";

/** What every provider of a vendor can be told. */
export interface VendorOptions extends HttpOptions, KeyOptions {
  /** Default: the vendor's own. */
  readonly baseURL?: string;
  /** What is known of its models, by their names. Default: what the vendor lists, when it is asked. */
  readonly models?: Readonly<Record<string, ModelFacts>>;
}

/** What the packages of the AI SDK have in common in what they are made with. */
export interface VendorPackageOptions {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly fetch: Fetch;
}

/** What makes a vendor. */
export interface Vendor<Package> {
  readonly id: string;
  readonly options: VendorOptions;
  readonly baseURL: string;
  /** Keys that no message may show. */
  readonly secrets: readonly string[];
  readonly load: () => Promise<Package>;
  /** A model of the package that speaks through `fetch`. */
  readonly model: (vendorPackage: Package, fetch: Fetch, model: string) => AiSdkModel;
  /** What fits all of its models, over which goes what is known of each. */
  readonly facts?: ModelFacts;
  /** The vendor's list of models. Absent: it has none. */
  readonly list?: (
    call: HttpCall,
    describe: (model: string) => ModelFacts,
  ) => Promise<readonly ModelInfo[]>;
  /** A look into its answers. Default: the one that fits every vendor. */
  readonly inspect?: (exchange: Exchange, notes: ReplyNotes) => Inspection;
}

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function vendorProvider<Package>(vendor: Vendor<Package>): Provider {
  const { id, options, baseURL, secrets, list } = vendor;
  for (const secret of secrets) checkHeader("authorization", secret);
  const http = httpClient({ ...options, baseURL, secrets });
  const describeModel = (model: string): ModelFacts => describe(vendor, model);
  const listModels: Provider["listModels"] =
    list && (async (context = {}) => list(http.open(context), describeModel));
  return {
    id,
    async generate(request, context) {
      return generateWithSdk(await openCall({ vendor, http, request, context }));
    },
    async *stream(request, context) {
      yield* streamWithSdk(await openCall({ vendor, http, request, context }));
    },
    describeModel,
    ...(listModels && { listModels, health: async (context) => void (await listModels(context)) }),
    close: () => http.close(),
    ...keysOf(options),
  };
}

interface Call<Package> {
  readonly vendor: Vendor<Package>;
  readonly http: HttpClient;
  readonly request: ModelRequest;
  readonly context: CallContext;
}

async function openCall<Package>({
  vendor,
  http,
  request,
  context,
}: Call<Package>): Promise<AiSdkModelCall> {
  const { inspect = inspectAnyAnswer, model } = vendor;
  const vendorPackage = await vendor.load();
  const { fetch, exchange } = http.open(context, request);
  const notes: ReplyNotes = {};
  const looking = inspected(fetch, inspect(exchange, notes));
  return { model: () => model(vendorPackage, looking, request.model), request, exchange, notes };
}

function describe<Package>({ facts, options }: Vendor<Package>, model: string): ModelFacts {
  const { models = {} } = options;
  const known = Object.hasOwn(models, model) ? models[model] : undefined;
  return { ...facts, ...known, capabilities: { ...facts?.capabilities, ...known?.capabilities } };
}
