/** Reads the names that announce a secret: `DB_PASSWORD`, `client secret`, `"x-api-key"`, `Passwort`. */

/** What a value has to be like, and what it is called when it is found. */
export type NamedAs = "password" | "secret" | "token" | "private-key" | "connection";

const PASSWORD_WORDS =
  "pass(?:word|wd|phrase|code|wort)?|pwd|kennwort|contrase[ñn]a|mot de passe|senha|parola|parolă|wachtwoord|hasło|heslo|lösenord|passord|adgangskode|salasana|jelszó|şifre|κωδικός|пароль|密码|密碼|パスワード|비밀번호";
const SECRET_WORDS =
  "api[-_ ]?key|api-schlüssel|secret|token|access[-_ ]?key|account[-_ ]?key|private[-_ ]?key|auth[-_]?key|(?:encryption|signing|master|license|shared|service|app|client)[-_ ]?key|credentials?";

/**
 * A name from its telling word to its end. No two matches overlap, and nothing follows that could fail: linear.
 */
export const NAME = new RegExp(`(?:${PASSWORD_WORDS}|${SECRET_WORDS})[\\w-]*`, "gi");

const PASSWORD_END = new RegExp(`(?:${PASSWORD_WORDS})(?:[-_]?\\d{1,3})?$`, "i");
const SECRET_END = /(?:key|schlüssel|secret|credentials?)(?:[-_]?\d{1,2})?$/i;
const TOKEN_END = /token(?:[-_]?\d{1,2})?$/i;
/** What is said of a secret without being part of its name. */
const QUALIFIER =
  /[-_](?:prod(?:uction)?|dev(?:elopment)?|test|staging|live|main|old|new|base64|b64|value|text|plain)$/i;

const known = new Map<string, NamedAs | undefined>();
/** A text has few names, again and again. */
const MOST_KNOWN = 1_000;

/** What the name stands for. `undefined`: it only has the word in it, as `passport`, `token_count`, `password_file`. */
export function readName(name: string, before: string): NamedAs | undefined {
  if (name.length > 64) return undefined;
  const key = `${before} ${name}`;
  if (known.has(key)) return known.get(key);
  const as = read(name, before);
  if (known.size < MOST_KNOWN) known.set(key, as);
  return as;
}

function read(name: string, before: string): NamedAs | undefined {
  const plain = name.replace(QUALIFIER, "");
  if (/public|publishable/i.test(before + plain)) return undefined;
  if (PASSWORD_END.test(plain)) return isPartOfWord(plain, before) ? undefined : "password";
  if (/(?:account|shared[-_ ]?access)[-_ ]?key$/i.test(before + plain)) return "connection";
  if (/private[-_ ]?key$/i.test(plain)) return "private-key";
  if (TOKEN_END.test(plain))
    return /page|next|csrf|xsrf|cursor|continuation/i.test(before) ? undefined : "token";
  return SECRET_END.test(plain) ? "secret" : undefined;
}

/** `bypass`, `compass`: short words are names only at the start of a word. */
function isPartOfWord(name: string, before: string): boolean {
  if (!/^(?:pass|pwd|parola)\d*$/i.test(name)) return false;
  return /[a-z]$/i.test(before) && !(/[a-z]$/.test(before) && /^[A-Z][a-z]/.test(name));
}
