/**
 * The forms of keys and tokens that begin with letters of their vendor's, from the vendors' documentation. Data: to know
 * one more, add a line. A form begins at the start of a word; every repetition is bounded or ends at the word's end.
 */

import type { SecretKind } from "./found-secret.ts";

export interface TokenForm {
  /** What people call it. */
  readonly name: string;
  readonly kind: SecretKind;
  /** What it begins with, as it stands; case counts. */
  readonly starts: readonly string[];
  /** What follows that: the source of a regular expression. */
  readonly rest: string;
}

const END = "(?![\\w-])";
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

type Row = readonly [name: string, starts: string, rest: string];

/** Keys of the APIs of services. */
const PROVIDER_KEYS: readonly Row[] = [
  ["an OpenAI key", "sk-proj- sk-svcacct- sk-admin- sk-None-", "[\\w-]{20,300}"],
  ["an OpenAI key", "sk-", `[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}${END}`],
  ["a key of a model provider", "sk-", `[A-Za-z0-9]{32,64}${END}`],
  ["an Anthropic key", "sk-ant-", "[a-z]{2,12}\\d\\d-[\\w-]{40,200}"],
  ["an OpenRouter key", "sk-or-v1-", `[0-9a-f]{64}${END}`],
  ["a Langfuse key", "sk-lf-", `${UUID}${END}`],
  ["a Google API key", "AIza", `[\\w-]{35}${END}`],
  ["a Groq key", "gsk_", `[A-Za-z0-9]{40,64}${END}`],
  ["an xAI key", "xai-", `[A-Za-z0-9]{70,100}${END}`],
  ["a Hugging Face token", "hf_ api_org_", `[A-Za-z0-9]{34}${END}`],
  ["a Replicate token", "r8_", `[A-Za-z0-9]{37}${END}`],
  ["a Perplexity key", "pplx-", `[A-Za-z0-9]{40,64}${END}`],
  ["an NVIDIA key", "nvapi-", "[\\w-]{50,100}"],
  ["a Cerebras key", "csk-", `[a-z0-9]{40,64}${END}`],
  ["a LangSmith key", "lsv2_pt_ lsv2_sk_", `[0-9a-f]{32}_[0-9a-f]{10}${END}`],
  ["a Pinecone key", "pcsk_", `[A-Za-z0-9]{4,8}_[A-Za-z0-9]{50,80}${END}`],
  ["a Tavily key", "tvly-", "(?:dev-|prod-)?[A-Za-z0-9]{24,64}"],
  ["a Firecrawl key", "fc-", `[0-9a-f]{32}${END}`],
  ["a Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", `[A-Za-z0-9]{16,120}${END}`],
  ["an ElevenLabs key", "sk_", `[0-9a-f]{48}${END}`],
  ["a secret of webhooks", "whsec_", "[A-Za-z0-9+/]{24,64}"],
  ["a SendGrid key", "SG.", `[\\w-]{16,32}\\.[\\w-]{32,64}${END}`],
  ["a Mailgun key", "key-", `[0-9a-f]{32}${END}`],
  ["a Twilio key", "SK", `[0-9a-f]{32}${END}`],
  ["a Square token", "sq0atp- sq0csp-", "[\\w-]{22,60}"],
  ["a Brevo key", "xkeysib- xsmtpsib-", `[0-9a-f]{64}-[A-Za-z0-9]{16}${END}`],
  ["a Postman key", "PMAK-", `[0-9a-f]{24}-[0-9a-f]{34}${END}`],
  ["a New Relic key", "NRAK- NRII- NRJS-", `[A-Za-z0-9_-]{19,40}${END}`],
  ["a Grafana token", "glc_ glsa_", "[A-Za-z0-9+/_=]{32,400}"],
  ["a Sentry token", "sntrys_ sntryu_", "[A-Za-z0-9+/_=-]{40,400}"],
  ["a Dynatrace token", "dt0c01. dt0s16.", `[A-Z0-9]{24}\\.[A-Z0-9]{64}${END}`],
  ["a PostHog key", "phx_", `[A-Za-z0-9]{40,64}${END}`],
  ["a Doppler token", "dp.pt. dp.st. dp.ct. dp.sa.", "(?:[a-z_-]{2,35}\\.)?[A-Za-z0-9]{40,44}"],
  ["an Airtable token", "pat", `[A-Za-z0-9]{14}\\.[0-9a-f]{64}${END}`],
  ["a Linear key", "lin_api_ lin_oauth_", `[A-Za-z0-9]{32,64}${END}`],
  ["a Notion token", "ntn_ secret_", `[A-Za-z0-9]{43,50}${END}`],
  ["a Figma token", "figd_ figo_", "[\\w-]{36,60}"],
  ["a Typeform token", "tfp_", "[\\w-]{40,70}"],
  ["a Resend key", "re_", `[A-Za-z0-9]{8}_[A-Za-z0-9]{24}${END}`],
  ["a Mapbox token", "sk.eyJ", `[\\w-]{40,200}\\.[\\w-]{20,40}${END}`],
];

/** Keys of clouds. */
const CLOUD_KEYS: readonly Row[] = [
  ["an AWS key", "AKIA ASIA ABIA ACCA", `[A-Z2-7]{16}${END}`],
  ["an Amazon Bedrock key", "ABSK", "[A-Za-z0-9+/]{100,300}={0,2}"],
  ["a Google OAuth secret", "GOCSPX-", `[\\w-]{28}${END}`],
  ["a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", `[0-9a-f]{64}${END}`],
  ["an Alibaba Cloud key", "LTAI", `[A-Za-z0-9]{12,26}${END}`],
  ["a Tencent Cloud key", "AKID", `[A-Za-z0-9]{32}${END}`],
  ["a Databricks token", "dapi", `[0-9a-f]{32}(?:-\\d)?${END}`],
  ["a Supabase token", "sbp_ sb_secret_", "[\\w-]{30,60}"],
  ["a Pulumi token", "pul-", `[0-9a-f]{40}${END}`],
  ["a Vault token", "hvs. hvb. hvr.", "[\\w-]{24,300}"],
  ["a Netlify token", "nfp_ nfc_ nfo_", `[A-Za-z0-9]{36,60}${END}`],
  ["a PlanetScale key", "pscale_tkn_ pscale_pw_ pscale_oauth_", "[\\w.=-]{32,64}"],
  ["a Heroku key", "HRKU-", `(?:AA[\\w-]{58}|${UUID})${END}`],
  ["a Fly.io token", "fm2_ fo1_", "[A-Za-z0-9+/_=-]{40,800}"],
  ["a Cloudflare key", "v1.0-", `[0-9a-f]{24}-[0-9a-f]{146}${END}`],
  ["a Render key", "rnd_", `[A-Za-z0-9]{28,40}${END}`],
  ["a Yandex Cloud key", "AQVN", "[\\w-]{35,38}"],
];

/** What acts for a user or an app. */
const ACCESS_TOKENS: readonly Row[] = [
  ["a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", `[A-Za-z0-9]{36,255}${END}`],
  ["a GitHub token", "github_pat_", "\\w{40,255}"],
  [
    "a GitLab token",
    "glpat- gldt- glrt- glptt- glcbt- glft- glimt- glagent- gloas- glsoat-",
    "[\\w.-]{20,300}",
  ],
  ["a Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs- xoxc- xoxd- xoxe- xoxe.xoxp-", "[\\w-]{20,250}"],
  ["a Slack token", "xapp-", "\\d-[A-Z0-9]{8,14}-\\d{8,16}-[0-9a-f]{40,80}"],
  [
    "a Slack webhook",
    "hooks.slack.com/services/ hooks.slack.com/workflows/",
    "[A-Z][A-Z0-9]{7,14}/[A-Z0-9]{8,14}/[A-Za-z0-9/]{20,64}",
  ],
  [
    "a Discord webhook",
    "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
    "\\d{17,20}/[\\w-]{60,80}",
  ],
  ["an npm token", "npm_", `[A-Za-z0-9]{36}${END}`],
  ["a PyPI token", "pypi-AgE", "[\\w-]{50,400}"],
  ["a RubyGems key", "rubygems_", `[0-9a-f]{48}${END}`],
  ["a Docker token", "dckr_pat_ dckr_oat_", "[\\w-]{27,40}"],
  ["an Atlassian token", "ATATT3 ATCTT3 ATBB", "[\\w=-]{24,250}"],
  ["a token in three parts", "eyJ", "[\\w-]{8,4000}\\.eyJ[\\w-]{8,8000}\\.[\\w-]{16,2000}"],
  ["a Google access token", "ya29.", "[\\w-]{40,400}"],
  ["a Shopify token", "shpat_ shpss_ shpca_ shppa_", `[0-9a-fA-F]{32}${END}`],
  ["a HubSpot token", "pat-na1- pat-eu1- pat-na2-", `${UUID}${END}`],
  ["a Facebook token", "EAA", `[A-Za-z0-9]{90,300}${END}`],
  ["a Dropbox token", "sl.u. sl.", "[\\w-]{100,300}"],
  ["a Contentful token", "CFPAT-", "[\\w-]{43}"],
  ["an Ory token", "ory_pat_ ory_at_ ory_st_", "[A-Za-z0-9]{24,64}"],
];

const PRIVATE_KEYS: readonly Row[] = [
  ["an age key", "AGE-SECRET-KEY-1", `[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}${END}`],
  // "-----BEGIN", "PRIVATE KEY" at each of the three places that base64 knows.
  [
    "a private key in base64",
    "LS0tLS1CRUdJTi",
    "[A-Za-z0-9+/]{2,24}(?:UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)[A-Za-z0-9+/]{40,16000}={0,2}",
  ],
];

function formsOf(kind: SecretKind, rows: readonly Row[]): readonly TokenForm[] {
  return rows.map(([name, starts, rest]) => ({ name, kind, starts: starts.split(" "), rest }));
}

export const TOKEN_FORMS: readonly TokenForm[] = [
  ...formsOf("provider-key", PROVIDER_KEYS),
  ...formsOf("cloud-key", CLOUD_KEYS),
  ...formsOf("access-token", ACCESS_TOKENS),
  ...formsOf("private-key", PRIVATE_KEYS),
];

/** Forms that are known by what stands in their middle: found by that, and read from their beginning. */
export interface MiddleForm {
  readonly name: string;
  readonly kind: SecretKind;
  readonly middle: string;
  /** How far before the middle it begins: the most and the least. */
  readonly before: readonly [most: number, least: number];
  /** The whole. */
  readonly pattern: string;
}

export const MIDDLE_FORMS: readonly MiddleForm[] = [
  {
    name: "an Azure secret",
    kind: "cloud-key",
    middle: "Q~",
    before: [4, 4],
    pattern: "[\\w.~-]{3}\\dQ~[\\w.~-]{31,34}(?![\\w~-])",
  },
  {
    name: "a Terraform token",
    kind: "cloud-key",
    middle: ".atlasv1.",
    before: [14, 14],
    pattern: "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{60,70}(?![\\w-])",
  },
  {
    name: "a Telegram token",
    kind: "access-token",
    middle: ":AA",
    before: [10, 8],
    pattern: "\\d{8,10}:AA[\\w-]{32,34}(?![\\w-])",
  },
  {
    name: "a Mailchimp key",
    kind: "provider-key",
    middle: "-us",
    before: [32, 32],
    pattern: "[0-9a-f]{32}-us\\d{1,2}(?!\\w)",
  },
];
