/** Names of clouds, by which a secret without a form of its own is told to be theirs. */

const CLOUD =
  /(?:^|[^a-z])(?:aws|amazon|azure|gcp|google[-_ ]?cloud|cloudflare|cf|digital[-_ ]?ocean|linode|hetzner|vultr|scaleway|ovh|heroku|vercel|netlify|ibm[-_ ]?cloud|oci|alibaba|aliyun|tencent|yandex)(?:[^a-z]|$)/i;

/** Close enough to be its name, or to stand in parentheses behind. */
const NEAR = 48;

export function isCloudNear(text: string, start: number, end: number): boolean {
  return (
    CLOUD.test(text.slice(Math.max(0, start - NEAR), start)) ||
    CLOUD.test(text.slice(end, end + NEAR))
  );
}
