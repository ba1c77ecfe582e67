import { narrow, readReplyContent } from "../../../activities/guarding/content.ts";

const reply = {
  value: { answer: "yes", list: [{ n: 1 }] },
  toolCalls: [{ id: "1", tool: "pay", input: { amount: 3 } }],
};

it("holds the reply as a frozen copy", () => {
  const { reply: copy } = readReplyContent(reply);

  expect(copy).toEqual(reply);
  expect(copy?.value).not.toBe(reply.value);
  expect(Object.isFrozen(copy?.value)).toBe(true);
  expect(Object.isFrozen(reply.value)).toBe(false);
  expect(() => Object.assign(copy?.toolCalls?.[0]?.input ?? {}, { amount: 4 })).toThrow(TypeError);
});

it.each([
  [["output"], { value: reply.value }],
  [["toolCall"], { toolCalls: reply.toolCalls }],
  [["input"], {}],
] as const)("shows of it only what stands in the places %j", (places, expected) => {
  const { content } = narrow(readReplyContent(reply), places);

  expect(content.reply).toEqual(expected);
});
