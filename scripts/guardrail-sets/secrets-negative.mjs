/** Texts without secrets that look as if they had some. */

import { createHash } from "node:crypto";
import { bankingQuestions, makeChance } from "./seeded.mjs";

const chance = makeChance(977);
const { pick, text, number, uuid } = chance;

const hash = (kind) => createHash(kind).update(text(12)).digest("hex");
const integrity = (kind) => `${kind}-${createHash(kind).update(text(12)).digest("base64")}`;
const bytes = (count) => Buffer.from(Array.from({ length: count }, () => number(0, 255)));
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

const PLACEHOLDERS = [
  "OPENAI_API_KEY=<YOUR_API_KEY>",
  "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "ANTHROPIC_API_KEY=sk-ant-api03-...",
  "export API_KEY=${API_KEY}",
  "api_key: $API_KEY",
  "apiKey: process.env.OPENAI_API_KEY,",
  'api_key = os.environ["OPENAI_API_KEY"]',
  "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "aws_secret_access_key = YOUR_SECRET_ACCESS_KEY_GOES_HERE_40_CHARS",
  "token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}",
  "password: {{ vault_db_password }}",
  "PASSWORD=changeme",
  "DB_PASSWORD=password",
  "db_password: '********'",
  'password: "your-password-here"',
  "postgres://user:password@localhost:5432/db",
  "mysql://USER:PASSWORD@HOST:3306/NAME",
  "mongodb://<user>:<password>@cluster0.example.net",
  "redis://:${REDIS_PASSWORD}@cache:6379",
  "postgresql://$DB_USER:$DB_PASS@$DB_HOST/app",
  "https://user:pass@example.com/path",
  "Server=db;User Id=sa;Password=<password>;",
  "Authorization: Bearer <token>",
  "Authorization: Bearer $TOKEN",
  "Authorization: Bearer YOUR_ACCESS_TOKEN",
  "-H 'Authorization: Bearer ${ACCESS_TOKEN}'",
  "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
  "sk_test_...",
  "xoxb-your-bot-token",
  "xoxb-000000000000-000000000000-XXXXXXXXXXXXXXXXXXXXXXXX",
  "AIzaXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
  "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "SG.xxxxxxxxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEexampleexampleexampleexample\n-----END PUBLIC KEY-----",
  "-----BEGIN PRIVATE KEY-----\n<your key here>\n-----END PRIVATE KEY-----",
  "The file begins with -----BEGIN RSA PRIVATE KEY----- and ends with the matching END line.",
  "-----BEGIN PRIVATE KEY-----...-----END PRIVATE KEY-----",
  "grep -R 'BEGIN OPENSSH PRIVATE KEY' ~/.ssh",
  "client_secret=YOUR_CLIENT_SECRET",
  "secret: [REDACTED]",
  "api_key: REDACTED",
  "token=***",
  "token: null",
  "secretKey: undefined",
  "SECRET_KEY=",
  "API_KEY=\nPORT=80",
  "PrivateKey = <base64 of your key>",
  "password=%s",
  "password={password}",
  'f"postgres://{user}:{password}@{host}/db"',
  "`postgres://${user}:${password}@${host}/db`",
  "echo $PASSWORD",
  '--password "$PASSWORD"',
  "-p $MYSQL_PASSWORD",
  "password_file: /run/secrets/db_password",
  "MYSQL_ROOT_PASSWORD_FILE=/run/secrets/root",
  'api_key = "abcdefghijklmnopqrstuvwxyz123456"',
  "api_key=0123456789abcdef0123456789abcdef",
  "secret=1234567890",
  "token=test",
  "token: 'dummy-token-for-tests'",
  "apiKey: 'fake-key'",
  "api_key: insert-key-here",
  "sk-1234567890abcdef1234567890abcdef",
];

const PROSE = [
  "I forgot my password",
  "I forgot my password and cannot log in. Can you help?",
  "Where do I change my password?",
  "My password is not working",
  "My password is wrong apparently",
  "The password is required",
  "The password is too short; use at least 12 characters.",
  "password must contain a digit and a symbol",
  "Passwords: never share them with anybody.",
  "What is a strong password?",
  "password reset link expired",
  "The secret is to start early.",
  "Our secret ingredient is lemon zest.",
  "The token bucket has 100 tokens per minute.",
  "max_tokens: 4096",
  "total_tokens=1532",
  "prompt_tokens: 812, completion_tokens: 64",
  "tokens: 25",
  '"max_output_tokens": 8192',
  "token limit exceeded: 200000 tokens > 128000 maximum",
  "Ich habe mein Passwort vergessen.",
  "Das Passwort ist falsch.",
  "Passwort ändern",
  "Mot de passe oublié ?",
  "Mon mot de passe est incorrect",
  "He olvidado mi contraseña",
  "La contraseña es obligatoria.",
  "Esqueci a minha senha",
  "Ho dimenticato la password",
  "Я забыл пароль",
  "忘记密码怎么办？",
  "パスワードを忘れました",
  "How do I rotate an API key?",
  "The API key is missing from the request.",
  "Your API key: where to find it",
  "API keys start with sk- and are 51 characters long.",
  "GitHub tokens begin with ghp_ followed by 36 characters.",
  "AWS access keys start with AKIA or ASIA.",
  "Is AKIA a prefix of every key?",
  "use the Bearer scheme",
  "Bearer token authentication is described in RFC 6750.",
  "Authorization: Bearer authentication failed",
  "basic auth is disabled",
  "Basic authentication requires a user name.",
  "password: string;",
  "password: z.string().min(8)",
  "password?: string | undefined;",
  "const password = req.body.password;",
  "password = getpass.getpass()",
  "let token = await fetchToken();",
  "token = user.create_token(expires_in=3600)",
  "if (password === confirmPassword) {",
  "secret = settings.SECRET_KEY",
  "const apiKey = config.get('apiKey');",
  "private_key = load_private_key(path)",
  "token: tokenSchema.optional(),",
  "params.require(:user).permit(:password, :password_confirmation)",
  "password_hash VARCHAR(255) NOT NULL,",
  "passwordField.setText(null)",
  "password = forms.CharField(widget=forms.PasswordInput)",
  "this.secret = secret;",
  "def set_password(self, password: str) -> None:",
  "PasswordAuthentication no",
  "password_encryption = scram-sha-256",
  '"passwordPolicy": "strict-2024"',
  "tokenizer: cl100k_base",
  "token_type=bearer",
  '"token_endpoint": "https://login.example.com/oauth2/token"',
  "secretName: my-app-tls",
  "secretKeyRef:\n  name: db-credentials\n  key: password",
  "passport: C01X00T47",
  "passenger: 12B",
  "compass: N45E",
  "bypass=true",
  "passed: 42",
  "pass: 17, fail: 3",
  "passage = 'Genesis 1:1'",
  "keyboard: QWERTZ102",
  "monkey: 3x",
  "keyword=foo2bar",
  "key: value",
  "primary_key: order_id",
  "sort_key=created_at",
  "cache_key: user:42:profile:v3",
  "partition key = tenant#1042",
  "public_key: id_ed25519.pub",
  "foreign_key: customers_id_fk1",
  "api_key_id: 17",
  "secret_version: 3",
  "token_count=1532",
];

function shapes() {
  return [
    ...times(
      14,
      () =>
        `${pick(["request id", "order", "trace", "user id", "session", "Ticket"])} ${uuid()} failed`,
    ),
    ...times(6, () => JSON.stringify({ id: uuid(), parent: uuid() })),
    ...times(8, () => `commit ${hash("sha1")}\nAuthor: Ada <ada@example.com>`),
    ...times(6, () => `git checkout ${hash("sha1").slice(0, number(7, 12))}`),
    ...times(8, () => `sha256:${hash("sha256")}`),
    ...times(6, () => `image: registry.example.com/app@sha256:${hash("sha256")}`),
    ...times(6, () => `${hash("sha256")}  release-${number(1, 9)}.tar.gz`),
    ...times(5, () => `MD5 (${pick(["a", "b"])}.iso) = ${hash("md5")}`),
    ...times(5, () => `ETag: "${hash("md5")}"`),
    ...times(8, () => `"integrity": "${integrity("sha512")}"`),
    ...times(5, () => `<script src="/a.js" integrity="${integrity("sha384")}"></script>`),
    ...times(4, () => `etag=${hash("sha1")}&v=${number(1, 99)}`),
    ...times(
      5,
      () =>
        `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${bytes(number(60, 400)).toString("base64")}`,
    ),
    ...times(
      3,
      () => `<img src="data:image/gif;base64,R0lGODlhAQABAIAAAP${bytes(30).toString("base64")}">`,
    ),
    ...times(
      3,
      () =>
        `/9j/4AAQSkZJRgABAQ${bytes(300)
          .toString("base64")
          .replaceAll(/(.{76})/g, "$1\n")}`,
    ),
    ...times(
      3,
      () =>
        `JVBERi0xLjQK${bytes(260)
          .toString("base64")
          .replaceAll(/(.{76})/g, "$1\r\n")}`,
    ),
    ...times(4, () =>
      Buffer.from(
        pick([
          "The quick brown fox jumps over the lazy dog.",
          "Hello, this is only a greeting in base64, nothing more.",
          '{"page":2,"sort":"created_at","direction":"desc"}',
          "Zwölf Boxkämpfer jagen Viktor quer über den Deich",
        ]) + number(1, 99),
      ).toString("base64"),
    ),
    ...times(
      10,
      (at) =>
        pick([
          '!function(e,t){"object"==typeof exports?module.exports=t():e.x=t()}(this,function(){return function(e){var t={};function n(r){if(t[r])return t[r].exports;var o=t[r]={i:r,l:!1,exports:{}}}}}',
          "var a=function(b,c){return b.call(this,c)||Object.prototype.hasOwnProperty.call(b,c)};a.b=1;a.c=[];for(var d=0;d<9;d++)a.c.push(d.toString(36))",
          ".btn-primary:hover{background:#0d6efd;border-color:#0a58ca;box-shadow:0 .5rem 1rem rgba(0,0,0,.15)!important}",
          "M10.5 2.25c-1.2.33-2.4.91-3.4 1.7l-.6-.35A12.7 12.7 0 0 0 4 9.8v2.4z",
        ]) + `/*${at}*/`,
    ),
    ...times(
      10,
      () =>
        `Order ${pick(["SO", "PO", "INV", "RMA"])}-${number(2019, 2026)}-${text(6, "digit")} has not arrived`,
    ),
    ...times(10, () => `tracking number 1Z${text(6, "upper")}${text(10, "digit")}`),
    ...times(
      8,
      () =>
        `version ${number(0, 9)}.${number(0, 30)}.${number(0, 99)}-beta.${number(1, 9)}+build.${text(8, "hex")}`,
    ),
    ...times(
      8,
      () =>
        `SKU ${text(3, "upper")}-${text(4, "digit")}-${text(2, "upper")}, size XL, color NavyBlue`,
    ),
    ...times(
      8,
      () =>
        `serial number ${text(4, "upper")}-${text(4, "upper")}-${text(4, "upper")}-${text(4, "upper")}`,
    ),
    ...times(
      8,
      () =>
        `20${number(10, 26)}-0${number(1, 9)}-1${number(0, 9)}T1${number(0, 9)}:2${number(0, 9)}:33.${text(3, "digit")}Z INFO worker-${number(1, 9)} took ${number(1, 900)}ms`,
    ),
    ...times(6, () => `https://docs.google.com/document/d/1${text(43, "url")}/edit`),
    ...times(6, () => `https://www.youtube.com/watch?v=${text(11, "url")}`),
    ...times(5, () => `https://cdn.example.com/assets/index-${text(8)}.js?v=${text(10, "hex")}`),
    ...times(
      4,
      () =>
        `https://example.com/${["articles", "how-to-reset-your-password-in-five-easy-steps", String(number(100, 999))].join("/")}`,
    ),
    ...times(
      5,
      () =>
        `node_modules/@example/${text(6, "lower")}/dist/esm/components/VirtualizedListScrollContainer.module.js`,
    ),
    ...times(
      5,
      () =>
        `com.example.payments.internal.gateway.AbstractReconciliationStrategyFactory${number(1, 9)}Bean`,
    ),
    ...times(
      5,
      () => `#${text(6, "hex")} #${text(6, "hex")} rgba(${number(0, 255)},${number(0, 255)},0,.5)`,
    ),
    ...times(
      5,
      () =>
        `IPv6 2001:db8:${text(4, "hex")}:${text(4, "hex")}::${text(4, "hex")} MAC 00:00:5e:00:53:${text(2, "hex")}`,
    ),
    ...times(4, () => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${text(44, "base64")} ada@example.com`),
    ...times(
      3,
      () => `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ${text(340, "base64")} build@example.com`,
    ),
    ...times(
      3,
      () =>
        `-----BEGIN CERTIFICATE-----\n${times(6, () => text(64, "base64")).join("\n")}\n-----END CERTIFICATE-----`,
    ),
    ...times(3, () =>
      JSON.stringify({
        kty: "EC",
        crv: "P-256",
        x: text(43, "url"),
        y: text(43, "url"),
        kid: text(12),
      }),
    ),
    ...times(
      5,
      () => `0x${text(40, "hex")} sent 0.${number(1, 99)} ETH in tx 0x${text(64, "hex")}`,
    ),
    ...times(4, () => `chatcmpl-${text(29)} finished with stop`),
    ...times(4, () => `"request_id": "req_${text(24)}"`),
    ...times(3, () => `"id": "msg_01${text(22)}", "type": "message"`),
    ...times(3, () => `customer cus_${text(14)} paid invoice in_${text(24)}`),
    ...times(3, () => `STRIPE_PUBLISHABLE_KEY=pk_live_${text(24)}`),
    ...times(3, () => `TWILIO_ACCOUNT_SID=AC${text(32, "hex")}`),
    ...times(3, () => `next_page_token: ${text(10, "lower")}`),
    ...times(3, () => `password_hash: $2b$12$${text(53, "base64").replaceAll("+", ".")}`),
    ...times(
      3,
      () => `arn:aws:iam::${text(12, "digit")}:role/service-role/lambda-${text(8, "lower")}`,
    ),
    ...times(3, () => `ami-${text(17, "hex")} in subnet-${text(17, "hex")}, sg-${text(17, "hex")}`),
    ...times(3, () => `AWS principal AROA${text(17, "base32")} assumed the role`),
    ...times(3, () => `traceparent: 00-${text(32, "hex")}-${text(16, "hex")}-01`),
    ...times(3, () => `_ga=GA1.2.${text(9, "digit")}.${text(10, "digit")}`),
    ...times(2, () => `magnet:?xt=urn:btih:${text(40, "hex")}`),
    ...times(2, () => `bitcoin:1${text(33)}`),
  ];
}

export function negatives(bankingFile) {
  const all = [...PLACEHOLDERS, ...PROSE, ...shapes(), ...bankingQuestions(bankingFile, 250, 3)];
  return all.map((one) => ({ text: one, kinds: [] }));
}
