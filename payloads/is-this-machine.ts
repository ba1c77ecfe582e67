/** Whether a Temporal server is on this machine, as far as its address tells. */

const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?)$/i;

/** @param address - `host:port`. Empty: there is none, which means one of our own. */
export function isThisMachine(address: string): boolean {
  const host = address.replace(/:\d+$/, "");
  return host === "" || LOOPBACK.test(host);
}
