/** What gives an injection away by its form: delimiters of chats, forged turns, links that carry data away. */

import type { Clue, InjectionKind } from "./kinds.ts";

interface Marker {
  readonly kind: InjectionKind;
  readonly weight: number;
  /** In lower case: without one of them the pattern is not tried. */
  readonly needs: readonly string[];
  /** Global. Every repetition is bounded, or of a class that what follows is not in. */
  readonly pattern: RegExp;
}

const FORGERY = "role-forgery";
const EXFILTRATION = "exfiltration";

const MARKERS: readonly Marker[] = [
  {
    kind: FORGERY,
    weight: 0.9,
    needs: ["<|"],
    pattern:
      /<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|(?:start|end)_header_id|begin_of_text|end_of_turn|end)\|>/gi,
  },
  {
    kind: FORGERY,
    weight: 0.9,
    needs: ["[inst]", "[/inst]", "<<sys>>", "<</sys>>", "<start_of_turn>", "<end_of_turn>"],
    pattern: /\[\/?INST\]|<<\/?SYS>>|<(?:start|end)_of_turn>/g,
  },
  {
    kind: FORGERY,
    weight: 0.8,
    needs: [
      "<system",
      "</system",
      "<user_input",
      "</user_input",
      "<tool_",
      "<function_",
      "<assistant>",
    ],
    pattern:
      /<\/?(?:system|system[_-](?:prompt|message|instructions?)|user_input|assistant|tool_(?:results?|response|output)|function_(?:results?|response|calls?))>/gi,
  },
  {
    kind: FORGERY,
    weight: 0.8,
    needs: ['"role"', "'role'"],
    pattern: /["']role["']\s{0,5}:\s{0,5}["'](?:system|developer)["']/gi,
  },
  {
    kind: FORGERY,
    weight: 0.75,
    needs: ['"tool_result"', '"function_call_output"'],
    pattern: /"type"\s{0,5}:\s{0,5}"(?:tool_result|function_call_output)"/gi,
  },
  {
    kind: FORGERY,
    weight: 0.8,
    needs: ["###"],
    pattern:
      /###[ \t]{0,3}(?:System|Instruction|Response|Human|Assistant|User|New instructions?)(?: prompt| message)?:/gi,
  },
  {
    kind: FORGERY,
    weight: 0.75,
    needs: ["system"],
    pattern:
      /(?<=^|[\n"]|[-=] |\. )SYSTEM(?: (?:OVERRIDE|MESSAGE|PROMPT|NOTE|NOTICE|UPDATE|INSTRUCTIONS?))?: ?(?=[^\s])/g,
  },
  {
    kind: FORGERY,
    weight: 0.75,
    needs: ["system"],
    pattern:
      /\[(?:END )?SYSTEM(?: [A-Z]{1,15}){0,2}\]|\[system\]\(#[a-z]{1,20}\)|={2,10} ?(?:NEW )?SYSTEM (?:PROMPT|MESSAGE) ?=/gi,
  },
  {
    kind: FORGERY,
    weight: 0.75,
    needs: ["end of "],
    pattern:
      /[-=#]{2,10} ?end of (?:the )?(?:user(?:'s)? (?:input|message|query)|prompt|input|context|document)/gi,
  },
  {
    kind: FORGERY,
    weight: 0.75,
    needs: ["assistant:"],
    pattern: /(?<=^|\n)[ \t]{0,4}assistant: ?(?=[^\s])/gi,
  },
  {
    kind: FORGERY,
    weight: 0.75,
    needs: ["observation:", "tool result:", "function output:"],
    pattern:
      /(?<=^|\n)(?:Observation:[^\n]{1,300}\n(?:Thought|Action):|(?:Tool result|Function output): ?\w)/gi,
  },
  {
    kind: EXFILTRATION,
    weight: 0.85,
    needs: ["]("],
    pattern:
      /\]\(https?:\/\/[^\s)?]{1,300}\?[^)\n]{0,200}(?:=[{[<$]|\$\{|\{\{|chat.?history|conversation|summary of|system.?prompt|password)[^)\n]{0,200}\)?/gi,
  },
  {
    kind: EXFILTRATION,
    weight: 0.6,
    needs: ["="],
    pattern:
      /https?:\/\/[^\s"'<>?]{1,200}\?(?:[^\s"'<>=&]{1,40}=[^\s"'<>=&]{0,80}&){0,4}[^\s"'<>=&]{1,40}=(?=[ '"]|$|[A-Z]{3,20}_[A-Z_]{3,40}|\[|\{)/gi,
  },
  {
    kind: EXFILTRATION,
    weight: 0.6,
    needs: ["query string", "in its address", "url is", "whose url"],
    pattern: /(?:as|in) (?:a|the|its) (?:query string|address)|image whose url is http/gi,
  },
  {
    kind: EXFILTRATION,
    weight: 0.4,
    needs: ["http://", "ftp://"],
    pattern: /(?:http|ftp):\/\/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/gi,
  },
  {
    kind: EXFILTRATION,
    weight: 0.6,
    needs: ["id_rsa", "/etc/passwd", ".env", "document.cookie"],
    pattern:
      /\$\((?:cat|env)[^)\n]{0,100}\)|\bcontents of (?:the file )?\.env|read the file \.env|document\.cookie/gi,
  },
  {
    kind: "hidden-text",
    weight: 0.3,
    needs: ["style=", "<!--"],
    pattern:
      /style="[^"\n]{0,100}(?:display:\s?none|font-size:\s?0|visibility:\s?hidden|color:\s?(?:white|#fff))|<!--/gi,
  },
];

/** What {@link findMarkers} has to be told of a text, once it is folded. */
export const MARKER_SIGNS: readonly string[] = MARKERS.flatMap(({ needs }) => needs).filter(
  (need) => !isCharacter(need),
);

/** Clues in a text that was normalised, in its places. `signs`: those of {@link MARKER_SIGNS} that it holds. */
export function findMarkers(text: string, signs: ReadonlySet<string>): readonly Clue[] {
  const isThere = (need: string): boolean =>
    isCharacter(need) ? text.includes(need) : signs.has(need);
  return MARKERS.flatMap(({ kind, weight, needs, pattern }, index) => {
    if (!needs.some(isThere)) return [];
    return Array.from(text.matchAll(pattern), (match) => ({
      kind,
      weight,
      from: `marker ${index}`,
      start: match.index,
      end: match.index + match[0].length,
    }));
  });
}

/** The engine looks for a single one in no time; and a text may hold a million of them. */
function isCharacter(need: string): boolean {
  return need.length === 1;
}
