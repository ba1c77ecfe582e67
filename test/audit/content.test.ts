/** What is kept of prompts and replies: it opens with its key, as its run's, and as it was. */

import { createDecipheriv } from "node:crypto";
import {
  createContentKey,
  openContent,
  sealContent,
  type ContentItem,
} from "../../audit/content.ts";

const owner = { workspace: "acme", run: "acme.support-1" };
const items: readonly ContentItem[] = [
  { event: "17/12.1", kind: "prompt", value: [{ role: "user", content: "Straße 😀" }] },
  { event: "17/12.1", kind: "reply", value: { text: "secret words" } },
  { event: "18", kind: "reply", value: null },
];
const key = createContentKey();

describe("content", () => {
  it("opens with its key", () => {
    expect(openContent(key, owner, sealContent(key, owner, items))).toEqual(items);
    expect(openContent(key, owner, sealContent(key, owner, []))).toEqual([]);
  });

  it("is nonce, what is encrypted, and tag, bound to workspace and run", () => {
    const sealed = sealContent(key, owner, items);

    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from("acme\nacme.support-1")).setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);

    expect(JSON.parse(text.toString())).toEqual(items);
  });

  it("is never sealed alike twice, and shows nothing", () => {
    const [one, other] = [sealContent(key, owner, items), sealContent(key, owner, items)];

    expect(one.equals(other)).toBe(false);
    expect(one.toString("latin1")).not.toContain("secret");
  });

  const sealed = sealContent(key, owner, items);
  it.each<[string, Uint8Array, typeof owner, Uint8Array]>([
    ["another key", createContentKey(), owner, sealed],
    ["a key that is none", key.subarray(1), owner, sealed],
    ["another run", key, { ...owner, run: "acme.support-2" }, sealed],
    ["another workspace", key, { ...owner, workspace: "other" }, sealed],
    ["a byte changed", key, owner, sealed.map((byte, at) => (at === 20 ? byte ^ 1 : byte))],
    ["its end gone", key, owner, sealed.subarray(0, -1)],
    ["nothing", key, owner, new Uint8Array()],
    [
      "something else inside",
      key,
      owner,
      sealContent(key, owner, JSON.parse('[{"a":"secret words"}]')),
    ],
  ])("does not open with %s, and the error shows none of it", (_what, with_, as, what) => {
    const open = (): unknown => openContent(with_, as, what);

    expect(open).toThrow(expect.objectContaining({ code: "AUDIT_BROKEN_CONTENT" }));
    expect(open).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });
});
