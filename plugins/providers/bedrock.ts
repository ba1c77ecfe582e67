/** Amazon Bedrock, by its Converse API. */

import type { AiSdkProvider } from "../ai-sdk/ai-sdk-types.ts";
import { PluginError, type Provider } from "../contract.ts";
import { missingKey, type Environment } from "../vendors/environment-key.ts";
import { inspectConverse } from "../vendors/converse-answer.ts";
import { optionalPackage } from "../vendors/optional-package.ts";
import { kindOfVendorError, type Classify } from "../http/provider-failure.ts";
import { normalizeCode, parseJson, readVendorError } from "../http/vendor-error.ts";
import {
  vendorProvider,
  type VendorOptions,
  type VendorPackageOptions,
} from "../vendors/vendor-provider.ts";

export interface BedrockOptions extends VendorOptions {
  /** Such as `"eu-central-1"`. Default: `AWS_REGION`, else `AWS_DEFAULT_REGION`. */
  readonly region?: string;
  /** Default: `AWS_ACCESS_KEY_ID`. Not needed with an `apiKey`. */
  readonly accessKeyId?: string;
  /** Default: `AWS_SECRET_ACCESS_KEY`. */
  readonly secretAccessKey?: string;
  /** Default: `AWS_SESSION_TOKEN`, where the access key is from the environment as well. */
  readonly sessionToken?: string;
  /** Asked for keys before each call, in place of the two above: for roles and profiles. */
  readonly credentialProvider?: () => PromiseLike<AwsCredentials>;
}

interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is used of the package. */
interface Package {
  readonly createAmazonBedrock: (
    options: VendorPackageOptions &
      Partial<AwsCredentials> &
      Pick<BedrockOptions, "region" | "credentialProvider">,
  ) => AiSdkProvider;
}

/**
 * The models of Amazon Bedrock, such as `"bedrock/amazon.nova-pro-v1:0"`. Needs the package `@ai-sdk/amazon-bedrock`, a
 * region, and either the key `AWS_BEARER_TOKEN_BEDROCK` or an access key of AWS.
 *
 * @throws {PluginError} PLUGIN_MISSING_KEY, PLUGIN_MISSING_PACKAGE, PLUGIN_INVALID_OPTIONS
 */
export function bedrock(options: BedrockOptions = {}): Provider {
  const { env = process.env, credentialProvider } = options;
  const region = readRegion(options, env);
  const baseURL = options.baseURL ?? env["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] ?? addressIn(region);
  const apiKey = (options.apiKey ?? env["AWS_BEARER_TOKEN_BEDROCK"] ?? "").trim();
  const keys = apiKey === "" && !credentialProvider ? readCredentials(options, env) : undefined;
  if (apiKey === "") refuseFallback(options);
  // Without a key the package would look into the environment of the process for one.
  const access = {
    apiKey,
    ...keys,
    credentialProvider: apiKey === "" ? credentialProvider : undefined,
  };
  return vendorProvider({
    id: "bedrock",
    options: { ...options, classify: (answer) => options.classify?.(answer) ?? classify(answer) },
    baseURL,
    secrets: [apiKey, keys?.secretAccessKey, keys?.sessionToken].filter((key) => key !== undefined),
    load: optionalPackage<Package>("bedrock", "@ai-sdk/amazon-bedrock"),
    model: ({ createAmazonBedrock }, fetch, model) =>
      createAmazonBedrock({ ...access, region, baseURL, fetch }).languageModel(model),
    inspect: inspectConverse,
    facts: { capabilities: { jsonSchema: true, streaming: true, region } },
  });
}

function readRegion({ region }: BedrockOptions, env: Environment): string {
  const found = region ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "";
  if (found !== "") return found;
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    "bedrock() has no region. Set AWS_REGION, or give it `region`. See docs/reference/providers.md#bedrock.",
  );
}

/** Partitions of AWS but China's are so rare that they are left to `baseURL`. */
function addressIn(region: string): string {
  return `https://bedrock-runtime.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

function readCredentials(options: BedrockOptions, env: Environment): AwsCredentials {
  const { accessKeyId = env["AWS_ACCESS_KEY_ID"], secretAccessKey = env["AWS_SECRET_ACCESS_KEY"] } =
    options;
  if (!accessKeyId || !secretAccessKey) {
    throw missingKey(
      "bedrock",
      "AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give it `apiKey`",
    );
  }
  const ownToken = options.accessKeyId === undefined ? env["AWS_SESSION_TOKEN"] : undefined;
  const { sessionToken = ownToken } = options;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS: what is signed for one host is refused by another. */
function refuseFallback({ fallbackBaseURLs = [] }: BedrockOptions): void {
  if (fallbackBaseURLs.length === 0) return;
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    "bedrock() takes `fallbackBaseURLs` only with an `apiKey`: AWS signs a request for one address.",
  );
}

/** AWS puts the code of an error into a header, and but for that says only `{ "message": … }`. */
const classify: Classify = ({ status, headers, body }) => {
  const type = headers["x-amzn-errortype"];
  const error = readVendorError(parseJson(body)) ?? { codes: [], message: "", headers: {} };
  if (type === undefined) return undefined;
  const code = normalizeCode(type.replace(/:.*$/s, ""));
  return kindOfVendorError({ ...error, codes: [code, ...error.codes] }, status);
};
