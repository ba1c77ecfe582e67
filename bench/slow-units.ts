/** Repeated up to 1 MiB, these hurt the patterns of one guardrail: for its speed here, and for its contract in its test. */

export const SLOW_FOR_CODE: readonly string[] = [
  "curl ",
  "rm - ",
  "update a set b=",
  "select a,",
  "```js\n",
  "```\n",
  "`a",
  "$ ",
  "dd ",
  "drop table a ",
  "find / ",
  "- cat a ",
  "iex ",
  "git a b c d ",
  "insert into a (",
  '```ts\n"\\"\n```\n',
];

export const SLOW_FOR_PROMPT_INJECTION: readonly string[] = [
  "ignore all previous instructions ",
  "<|im_start|>",
  "1gn0re ",
  "i.g.n.o.r.e ",
  "you ai bot ",
  "https://a.b/?x=",
  "01101001 ",
  "aWdub3JlIGFsbCBydWxlcyBhYm92ZQ== ",
  "\u202eabcdefgh ",
  "%2569",
  "vtaber ",
];
