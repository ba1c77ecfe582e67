/** Finds commands of a shell and statements of SQL in prose: what has the words of one, and its signs too. */

/** Where one stands. */
export interface FoundCode {
  readonly start: number;
  readonly end: number;
}

/** Commands that are English words too: only options and paths tell. */
const COMMANDS =
  "apt|apt-get|awk|brew|cargo|cat|cd|chmod|chown|composer|cp|crontab|curl|dd|docker|docker-compose|dnf|echo|find|git|grep|gunzip|gzip|head|helm|iptables|kill|killall|kubectl|ln|ls|make|mkdir|mkfs|mv|nano|npm|npx|pip|pip3|pkill|pnpm|ps|python|python3|rm|rmdir|rsync|scp|sed|service|sort|ssh|systemctl|tail|tar|tee|terraform|touch|unzip|useradd|vim|wget|xargs|yarn|yum|zip";

/** Programs whose first word says that it is a command. */
const WITH_VERB = [
  "git (?:add|branch|checkout|cherry-pick|clone|commit|diff|fetch|init|log|merge|pull|push|rebase|remote|reset|stash|status|switch)",
  "(?:npm|pnpm|yarn) (?:add|ci|i|install|publish|remove|run|start|test|uninstall)",
  "npx [a-z@]",
  "(?:apt|apt-get|brew|dnf|yum) (?:install|purge|remove|search|update|upgrade)",
  "(?:pip3?|cargo|composer|gem) (?:build|install|require|uninstall)",
  "docker (?:build|compose|exec|images|logs|ps|pull|push|run|stop)",
  "kubectl (?:apply|delete|describe|exec|get|logs)",
  "systemctl (?:disable|enable|reload|restart|start|status|stop)",
  "terraform (?:apply|destroy|init|plan)",
].join("|");

/** An option, a path, a variable, an address, or a quoted pattern. */
const SIGN = String.raw`(?:-{1,2}[A-Za-z][\w-]{0,30}\b|(?:\.{0,2}|~)/[\w.*~$-]|\$[\w({]|https?://|\*\.[a-z]|["'][^"'\n]{1,80}["']\s+[\w./*-]|\.\s+-[a-z]|[\w./-]{1,60} \| (?:awk|cut|grep|head|jq|less|sed|sort|tail|tee|uniq|wc|xargs)\b)`;

const START = String.raw`(?:^|\n)[ \t]{0,8}(?:[-*>] |\d{1,2}[.)] )?`;

const PATTERNS: readonly RegExp[] = [
  // A prompt.
  new RegExp(String.raw`${START}\$ [a-z.~/][^\n]{1,400}`, "g"),
  // At the beginning of a line: an option or a path follows somewhere.
  new RegExp(
    String.raw`${START}(?:sudo +)?(?:${COMMANDS}) (?:[^\s.,;:!?]{1,40} ){0,4}${SIGN}[^\n]{0,400}`,
    "g",
  ),
  new RegExp(
    String.raw`${START}(?:sudo +)?(?:${WITH_VERB})(?: [\w@./:~*-]{1,80}){0,6}[ \t]*(?=$|\n|&&|;)`,
    "g",
  ),
  new RegExp(
    String.raw`${START}(?:export [A-Z_]{2,40}=|sudo [a-z]|for \w{1,20} in [^\n;]{1,80}; ?do|while [^\n;]{1,80}; ?do|if \[)[^\n]{0,400}`,
    "g",
  ),
  // In the middle of a sentence only what has an option right behind it, or several signs.
  new RegExp(
    String.raw`\b(?:sudo +)?(?:chmod|chown|curl|docker|git|grep|kubectl|ls|mkdir|npm|pip|rm|rsync|scp|ssh|tar|wget)(?: [a-z]{2,12})? (?:-[a-zA-Z]{1,6}|\+x|--[a-z][a-z-]{1,30}) [\w./~$*@'"-][^\s]{0,80}`,
    "g",
  ),
];

const TABLE = String.raw`["\x60[]?[\w.]{1,60}["\x60\]]?`;
const COLUMNS = String.raw`(?:\*|[\w.*()"\x60]{1,60}(?: ?, ?[\w.*()"\x60]{1,60}){0,20})`;

const SQL_PATTERNS: readonly RegExp[] = [
  // Words in capitals are meant.
  new RegExp(String.raw`\bSELECT\s+(?:DISTINCT\s+)?${COLUMNS}\s+FROM\s+${TABLE}`, "g"),
  new RegExp(
    String.raw`\b(?:INSERT\s+INTO|DELETE\s+FROM|DROP\s+(?:TABLE|DATABASE|SCHEMA)|TRUNCATE\s+TABLE|CREATE\s+(?:TEMP\s+)?(?:TABLE|INDEX|VIEW|DATABASE)|ALTER\s+TABLE)\s+${TABLE}`,
    "g",
  ),
  new RegExp(String.raw`\bUPDATE\s+${TABLE}\s+SET\s+${TABLE}\s*=`, "g"),
  // In any case: with the signs of a statement.
  new RegExp(String.raw`\bselect\s+\*\s+from\s+${TABLE}`, "gi"),
  new RegExp(
    String.raw`\bselect\s+${COLUMNS}\s+from\s+${TABLE}\s+(?:where\s+${TABLE}\s*(?:[=<>]|like\b|in\s*\(|is\b)|order\s+by\b|group\s+by\b|limit\s+\d|inner\s+join\b|left\s+join\b|join\b)`,
    "gi",
  ),
  new RegExp(String.raw`\binsert\s+into\s+${TABLE}\s*(?:\([^()\n]{1,400}\)\s*)?values\s*\(`, "gi"),
  new RegExp(String.raw`\bupdate\s+${TABLE}\s+set\s+${TABLE}\s*=`, "gi"),
  new RegExp(String.raw`\bdelete\s+from\s+${TABLE}(?:\s*;|\s+where\s+${TABLE}\s*[=<>])`, "gi"),
  new RegExp(
    String.raw`\b(?:drop|truncate|create|alter)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?${TABLE}\s*(?:;|\(|\badd\b|\bdrop\b|$)`,
    "gi",
  ),
];

/** Cheap to tell: most prose has none of these. */
const MAY_BE_SHELL = new RegExp(
  String.raw`(?:^|\n)[ \t]{0,8}(?:[-*>] |\d{1,2}[.)] )?(?:\$ |sudo |export [A-Z]|for |while |if \[|(?:${COMMANDS}) )| -[a-zA-Z]| --[a-z]| \+x `,
);
const MAY_BE_SQL = /\b(?:select|insert\s+into|update|delete\s+from|drop|truncate|create|alter)\s/i;

export function findShell(prose: string): readonly FoundCode[] {
  return MAY_BE_SHELL.test(prose) ? findAll(prose, PATTERNS) : [];
}

export function findSql(prose: string): readonly FoundCode[] {
  return MAY_BE_SQL.test(prose) ? findAll(prose, SQL_PATTERNS) : [];
}

const MOST = 100;

function findAll(text: string, patterns: readonly RegExp[]): readonly FoundCode[] {
  const found: FoundCode[] = [];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const shown = match[0].trim();
      const start = match.index + match[0].indexOf(shown);
      found.push({ start, end: start + shown.length });
      if (found.length >= MOST) return found;
    }
  }
  return found;
}
