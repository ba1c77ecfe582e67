/** Texts with made-up secrets, by kind. Forms of keys are those that vendors document; nothing here was ever valid. */

import { makeChance } from "./seeded.mjs";

const chance = makeChance(20_261_125);
const { pick, text, number, uuid } = chance;

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = () => {
  const payload = {
    sub: text(10, "digit"),
    name: "Ada Example",
    iat: 1_700_000_000 + number(1, 999_999),
  };
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}.${text(43, "url")}`;
};

/** Ordinary characters of generated passwords, without those that end a value in some format. */
const password = () => {
  const word = pick([
    "Zebra",
    "Nimbus",
    "kestrel",
    "Quartz",
    "mango",
    "Willow",
    "harbor",
    "Cobalt",
    "lupine",
    "Onyx",
  ]);
  return pick([
    `${word}${number(10, 9999)}${pick(["!", "$", "*", "+", "!!", "?x"])}`,
    `${text(5)}${pick(["!", "$", "_", "*"])}${text(6)}${number(10, 99)}`,
    `${word}-${pick(["falcon", "teapot", "ladder", "river"])}-${number(10, 999)}`,
    `${text(1, "letter")}${number(0, 9)}${text(14)}`,
    `${word.toLowerCase()}${number(100, 9999)}`,
  ]);
};

const PROVIDER = [
  ["OPENAI_API_KEY", () => `sk-proj-${text(74, "url")}T3BlbkFJ${text(74, "url")}`],
  ["OPENAI_KEY", () => `sk-${text(20)}T3BlbkFJ${text(20)}`],
  ["OPENAI_SERVICE_KEY", () => `sk-svcacct-${text(58, "url")}T3BlbkFJ${text(58, "url")}`],
  ["ANTHROPIC_API_KEY", () => `sk-ant-api03-${text(93, "url")}AA`],
  ["ANTHROPIC_ADMIN_KEY", () => `sk-ant-admin01-${text(93, "url")}AA`],
  ["GOOGLE_API_KEY", () => `AIza${text(35, "url")}`],
  ["GEMINI_API_KEY", () => `AIza${text(35, "url")}`],
  ["GROQ_API_KEY", () => `gsk_${text(52)}`],
  ["XAI_API_KEY", () => `xai-${text(80)}`],
  ["OPENROUTER_API_KEY", () => `sk-or-v1-${text(64, "hex")}`],
  ["DEEPSEEK_API_KEY", () => `sk-${text(32, "hex")}`],
  ["HF_TOKEN", () => `hf_${text(34, "letter")}`],
  ["REPLICATE_API_TOKEN", () => `r8_${text(37)}`],
  ["PPLX_API_KEY", () => `pplx-${text(48)}`],
  ["NVIDIA_API_KEY", () => `nvapi-${text(64, "url")}`],
  ["CEREBRAS_API_KEY", () => `csk-${text(48, "lower")}`],
  ["LANGSMITH_API_KEY", () => `lsv2_pt_${text(32, "hex")}_${text(10, "hex")}`],
  ["LANGFUSE_SECRET_KEY", () => `sk-lf-${uuid()}`],
  ["PINECONE_API_KEY", () => `pcsk_${text(6)}_${text(63)}`],
  ["TAVILY_API_KEY", () => `tvly-${text(32)}`],
  ["STRIPE_SECRET_KEY", () => `sk_live_${text(24)}`],
  ["STRIPE_KEY", () => `sk_test_${text(99)}`],
  ["STRIPE_RESTRICTED", () => `rk_live_${text(24)}`],
  ["STRIPE_WEBHOOK_SECRET", () => `whsec_${text(32)}`],
  ["SENDGRID_API_KEY", () => `SG.${text(22, "url")}.${text(43, "url")}`],
  ["MAILGUN_API_KEY", () => `key-${text(32, "hex")}`],
  ["MAILCHIMP_KEY", () => `${text(32, "hex")}-us${number(1, 21)}`],
  ["TWILIO_API_KEY", () => `SK${text(32, "hex")}`],
  ["SQUARE_TOKEN", () => `sq0atp-${text(22, "url")}`],
  ["BREVO_KEY", () => `xkeysib-${text(64, "hex")}-${text(16)}`],
  ["POSTMAN_API_KEY", () => `PMAK-${text(24, "hex")}-${text(34, "hex")}`],
  ["NEW_RELIC_API_KEY", () => `NRAK-${text(27, "upper")}`],
  ["AIRTABLE_PAT", () => `pat${text(14)}.${text(64, "hex")}`],
  ["LINEAR_API_KEY", () => `lin_api_${text(40)}`],
  ["NOTION_TOKEN", () => `ntn_${text(46)}`],
  ["FIGMA_TOKEN", () => `figd_${text(40, "url")}`],
];

const CLOUD = [
  ["AWS_ACCESS_KEY_ID", () => `AKIA${text(16, "base32")}`],
  ["aws_access_key_id", () => `ASIA${text(16, "base32")}`],
  ["AWS_SECRET_ACCESS_KEY", () => text(40, "base64")],
  ["aws_secret_access_key", () => text(40, "base64")],
  ["AZURE_CLIENT_SECRET", () => `${text(3)}8Q~${text(34)}`],
  ["GOOGLE_CLIENT_SECRET", () => `GOCSPX-${text(28, "url")}`],
  ["DIGITALOCEAN_TOKEN", () => `dop_v1_${text(64, "hex")}`],
  ["ALIBABA_ACCESS_KEY_ID", () => `LTAI5t${text(18)}`],
  ["TENCENT_SECRET_ID", () => `AKID${text(32)}`],
  ["DATABRICKS_TOKEN", () => `dapi${text(32, "hex")}`],
  ["SUPABASE_ACCESS_TOKEN", () => `sbp_${text(40, "hex")}`],
  ["PULUMI_ACCESS_TOKEN", () => `pul-${text(40, "hex")}`],
  ["TFE_TOKEN", () => `${text(14)}.atlasv1.${text(67, "url")}`],
  ["VAULT_TOKEN", () => `hvs.${text(92, "url")}`],
  ["NETLIFY_AUTH_TOKEN", () => `nfp_${text(36)}`],
  ["PLANETSCALE_TOKEN", () => `pscale_tkn_${text(43, "url")}`],
  ["HEROKU_API_KEY", () => `HRKU-${uuid()}`],
  ["CLOUDFLARE_API_TOKEN", () => text(40, "url")],
  ["CF_API_KEY", () => text(37, "hex")],
  ["FLY_API_TOKEN", () => `fm2_${text(120, "base64")}`],
];

const TOKEN = [
  ["GITHUB_TOKEN", () => `ghp_${text(36)}`],
  ["GH_TOKEN", () => `gho_${text(36)}`],
  ["GITHUB_APP_TOKEN", () => `ghs_${text(36)}`],
  ["GITHUB_PAT", () => `github_pat_${text(22)}_${text(59)}`],
  ["GITLAB_TOKEN", () => `glpat-${text(20, "url")}`],
  ["CI_RUNNER_TOKEN", () => `glrt-${text(20, "url")}`],
  ["SLACK_BOT_TOKEN", () => `xoxb-${text(12, "digit")}-${text(13, "digit")}-${text(24)}`],
  [
    "SLACK_USER_TOKEN",
    () => `xoxp-${text(12, "digit")}-${text(12, "digit")}-${text(12, "digit")}-${text(32, "hex")}`,
  ],
  ["SLACK_APP_TOKEN", () => `xapp-1-A${text(10, "upper")}-${text(13, "digit")}-${text(64, "hex")}`],
  [
    "SLACK_WEBHOOK",
    () => `https://hooks.slack.com/services/T${text(8, "upper")}/B${text(10, "upper")}/${text(24)}`,
  ],
  ["NPM_TOKEN", () => `npm_${text(36)}`],
  ["PYPI_TOKEN", () => `pypi-AgEIcHlwaS5vcmc${text(150, "url")}`],
  ["GEM_HOST_API_KEY", () => `rubygems_${text(48, "hex")}`],
  ["DOCKER_PAT", () => `dckr_pat_${text(27, "url")}`],
  ["JIRA_API_TOKEN", () => `ATATT3${text(186, "url")}`],
  ["DISCORD_TOKEN", () => `MT${text(24)}.G${text(5)}.${text(38, "url")}`],
  ["TELEGRAM_BOT_TOKEN", () => `${text(10, "digit")}:AA${text(33, "url")}`],
  ["SESSION_JWT", jwt],
  ["ID_TOKEN", jwt],
  ["GOOGLE_ACCESS_TOKEN", () => `ya29.${text(120, "url")}`],
  ["SHOPIFY_TOKEN", () => `shpat_${text(32, "hex")}`],
  ["HUBSPOT_TOKEN", () => `pat-na1-${uuid()}`],
  ["FB_ACCESS_TOKEN", () => `EAA${text(130)}`],
  ["DROPBOX_TOKEN", () => `sl.${text(134, "url")}`],
];

const WAYS = [
  (name, secret) => `${name}=${secret}`,
  (name, secret) => `export ${name}="${secret}"`,
  (name, secret) => `Here is my .env, why does it fail?\nPORT=8080\n${name}=${secret}\nDEBUG=false`,
  (name, secret) => JSON.stringify({ region: "eu", [name]: secret }),
  (name, secret) => JSON.stringify({ tool: "read_file", result: `${name}: ${secret}\n` }),
  (name, secret) => `config:\n  ${name.toLowerCase()}: ${secret}\n  retries: 3`,
  (name, secret) => `const client = new Client({ ${name}: '${secret}' });`,
  (name, secret) => `os.environ["${name}"] = "${secret}"`,
  (name, secret) => `Can you check this? ${name} is ${secret}, it stopped working yesterday.`,
  (name, secret) => `Mein Schlüssel (${name}) lautet ${secret} und läuft nicht mehr.`,
  (name, secret) => `Voici la clé : ${secret} (${name}). Merci !`,
  (name, secret) => `| setting | value |\n|---|---|\n| ${name} | ${name}=${secret} |`,
  (name, secret) => `Log line with ${name}: [ERROR] request refused, ${name}=${secret}; status=401`,
  (name, secret) => `ENV ${name}=${secret}`,
  (name, secret) => `<add key="x" /> &lt;set&gt; ${name}=&quot;${secret}&quot;`,
  (name, secret) => `https://api.example.com/setup?x=1&${name}=${encodeURIComponent(secret)}`,
  (name, secret) => `\`\`\`sh\n$ echo $${name}\n${name}=${secret}\n\`\`\``,
];

function keys(kind, sources, count) {
  return Array.from({ length: count }, (_, index) => {
    const [name, make] = sources[index % sources.length];
    return { text: WAYS[(index * 5 + number(0, 2)) % WAYS.length](name, make()), kinds: [kind] };
  });
}

/** The same with other disguises: over two messages, in tool calls, in a file's name, without any name. */
function disguised(kind, makers) {
  return makers.flatMap((make) => {
    const split = make();
    const first = split.slice(0, 18);
    const second = split.slice(18);
    return [
      {
        messages: [
          { role: "user", content: `the key: ${first}` },
          { role: "user", content: second },
        ],
        kinds: [kind],
      },
      {
        messages: [
          { role: "user", content: "Run it." },
          {
            role: "assistant",
            toolCalls: [{ id: "1", tool: "shell", input: { command: `deploy --with ${make()}` } }],
          },
        ],
        kinds: [kind],
      },
      { text: `The file is called backup-of:${make()}.txt`, kinds: [kind] },
      { text: make(), kinds: [kind] },
      { text: `Do not share: "${make()}"\\nnext line`, kinds: [kind] },
      { text: `first\\n${make()}\\nthird`, kinds: [kind] },
      { text: wide(make()), kinds: [kind] },
      { text: `hidden ${make().replace(/^(.{9})/, "$1\u200b")} end`, kinds: [kind] },
    ];
  });
}

function wide(secret) {
  return secret.replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}

const pemBody = (lines, end = "\n") =>
  `${Array.from({ length: lines }, () => text(64, "base64")).join(end)}${end}${text(30, "base64")}==`;
const pem = (label, lines, end = "\n") =>
  `-----BEGIN ${label}-----${end}${pemBody(lines, end)}${end}-----END ${label}-----`;

function privateKeys() {
  const labels = [
    "RSA PRIVATE KEY",
    "PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "DSA PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
  ];
  const texts = labels.flatMap((label) => [
    pem(label, number(3, 25)),
    `Please sign with this:\n\n${pem(label, number(3, 12), "\r\n")}\n\nthanks`,
    JSON.stringify({
      type: "service_account",
      private_key: pem(label, number(4, 20)),
      client_email: "svc@example.com",
    }),
    `key: |\n${pem(label, 4).replaceAll(/^/gm, "  ")}\nother: 1`,
  ]);
  texts.push(
    `TLS_KEY="${pem("RSA PRIVATE KEY", 6, String.raw`\n`)}"`,
    `cut off:\n-----BEGIN RSA PRIVATE KEY-----\n${pemBody(9)}`,
    `> ${pem("PRIVATE KEY", 5).replaceAll("\n", "\n> ")}`,
    `const pem = \`${pem("EC PRIVATE KEY", 3)}\`;`,
    encodeURIComponent(pem("PRIVATE KEY", 4)),
    `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 2\n${text(64, "base64")}\n${text(20, "base64")}\nPrivate-Lines: 1\n${text(48, "base64")}\nPrivate-MAC: ${text(64, "hex")}`,
    `AGE-SECRET-KEY-1${Array.from({ length: 58 }, () => pick("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")).join("")}`,
    `# created\nAGE-SECRET-KEY-1${Array.from({ length: 58 }, () => pick("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")).join("")}\n`,
    `[Interface]\nPrivateKey = ${text(43, "base64")}=\nAddress = 192.0.2.1/24`,
    JSON.stringify({
      kty: "EC",
      crv: "P-256",
      x: text(43, "url"),
      y: text(43, "url"),
      d: text(43, "url"),
    }),
    JSON.stringify({ kty: "RSA", n: text(342, "url"), e: "AQAB", d: text(342, "url") }),
    `TLS_KEY_B64=${Buffer.from(pem("RSA PRIVATE KEY", 8)).toString("base64")}`,
    `wallet private key: 0x${text(64, "hex")}`,
    `ETH_PRIVATE_KEY=${text(64, "hex")}`,
  );
  const lines = texts.map((one) => ({ text: one, kinds: ["private-key"] }));
  const [top, ...rest] = pem("RSA PRIVATE KEY", 6).split("\n");
  lines.push({
    messages: [
      { role: "user", content: top },
      { role: "user", content: rest.join("\n") },
    ],
    kinds: ["private-key"],
  });
  return lines;
}

const userName = () => pick(["app", "admin", "shop_rw", "root", "svc-orders", "reader"]);
const hostName = () =>
  pick([
    "db.example.com",
    "10.0.4.17",
    "localhost",
    "mongo0.example.net",
    "cache.internal",
    "pg-prod.example.org",
  ]);
function connectionStrings() {
  const schemes = [
    "postgres",
    "postgresql",
    "mysql",
    "mongodb",
    "mongodb+srv",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "postgresql+psycopg2",
    "mysql+pymysql",
    "clickhouse",
    "ftp",
    "sftp",
    "smtp",
    "ldap",
    "https",
    "mssql",
    "mariadb",
    "nats",
  ];
  const uris = schemes.map(
    (scheme) =>
      `${scheme}://${userName()}:${encodeURIComponent(password())}@${hostName()}${pick([":5432/app", "/shop", ":6379/0", "/?retryWrites=true"])}`,
  );
  const ways = [
    (uri) => `DATABASE_URL=${uri}`,
    (uri) => JSON.stringify({ url: uri, pool: 5 }),
    (uri) => `engine = create_engine("${uri}")`,
    (uri) => `I cannot connect to ${uri} from my laptop, any idea?`,
    (uri) => `datasource:\n  url: ${uri}\n`,
    (uri) => uri,
  ];
  const texts = uris.flatMap((uri, index) => [ways[index % ways.length](uri)]);
  for (let index = 0; index < 4; index += 1) {
    texts.push(
      `Server=tcp:${hostName()},1433;Database=shop;User ID=${userName()};Password=${password()};Encrypt=true;`,
      `"ConnectionStrings": { "Default": "Data Source=${hostName()};Initial Catalog=crm;User Id=${userName()};Pwd=${password()};" }`,
      `jdbc:postgresql://${hostName()}:5432/app?user=${userName()}&password=${encodeURIComponent(password())}&ssl=true`,
      `DefaultEndpointsProtocol=https;AccountName=shopstore;AccountKey=${text(86, "base64")}==;EndpointSuffix=core.windows.net`,
      `Endpoint=sb://orders.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${text(43, "base64")}=`,
      `redis://:${encodeURIComponent(password())}@${hostName()}:6379/0`,
    );
  }
  return texts.map((one) => ({ text: one, kinds: ["connection-string"] }));
}

function passwords() {
  const ways = [
    (p) => `DB_PASSWORD=${p}`,
    (p) => `export SMTP_PASS='${p}'`,
    (p) => JSON.stringify({ user: "ada", password: p }),
    (p) => JSON.stringify({ args: { username: "ada@example.com", passwd: p } }),
    (p) => `db:\n  user: app\n  password: "${p}"\n`,
    (p) => `password: ${p}`,
    (p) => `My password is ${p} and it does not let me in`,
    (p) => `The wifi password is "${p}".`,
    (p) => `login ada@example.com / password ${p}`,
    (p) => `Mein Passwort lautet ${p}, bitte prüfen.`,
    (p) => `Passwort: ${p}`,
    (p) => `Mon mot de passe est ${p} depuis hier.`,
    (p) => `Mi contraseña es ${p} y no funciona`,
    (p) => `A minha senha é ${p}`,
    (p) => `La mia password è ${p}`,
    (p) => `пароль: ${p}`,
    (p) => `密码：${p}`,
    (p) => `const password = "${p}";`,
    (p) => `conn = connect(host="db", user="app", password="${p}")`,
    (p) => `https://example.com/login?user=ada&password=${encodeURIComponent(p)}`,
    (p) => `mysql -u root --password=${p} shop`,
    (p) => `PWD for the vault: ${p}`,
    (p) => `user=ada&pwd=${encodeURIComponent(p)}&remember=1`,
    (p) => `<Password>${p}</Password>`,
    (p) => `spring.datasource.password=${p}`,
    (p) => `PGPASSWORD=${p} psql -h db`,
    (p) => `passphrase = "${p}"`,
    (p) => `password => '${p}',`,
    (p) => `"password"\t:\t"${p}"`,
    (p) => `ＰＡＳＳＷＯＲＤ＝${p}`,
    (p) => `PASSWORD&#61;${p}`,
    (p) => `admin_password := "${p}"`,
    (p) => `temporary password: ${p}\nchange it after login`,
    (p) => `Authorization: Basic ${Buffer.from(`ada:${p}`).toString("base64")}`,
    (p) => `sshpass -p '${p}' ssh deploy@example.com`,
    (p) => `curl -u ada:${p} https://example.com/api`,
  ];
  return ways.map((way) => ({ text: way(password()), kinds: ["password"] }));
}

const randomSecret = () =>
  pick([
    () => text(40),
    () => text(32, "hex"),
    () => text(64, "hex"),
    () => `${text(43, "base64")}=`,
    () => text(48, "url"),
    () => text(24),
  ])();
const mixedSecret = () =>
  pick([() => text(40), () => `${text(43, "base64")}=`, () => text(48, "url"), () => text(64)])();
function highEntropy() {
  const named = [
    (s) => `SECRET_KEY=${s}`,
    (s) => `api_key: ${s}`,
    (s) => `"apiKey": "${s}"`,
    (s) => `client_secret=${s}`,
    (s) => `X-Api-Key: ${s}`,
    (s) => `const API_SECRET = '${s}';`,
    (s) => `SIGNING_SECRET="${s}"`,
    (s) => `JWT_SECRET=${s}`,
    (s) => `encryption_key = "${s}"`,
    (s) => `https://api.example.com/v1?api_key=${encodeURIComponent(s)}`,
    (s) => `my api key is ${s}`,
    (s) => `Der API-Key lautet ${s}`,
    (s) => `session_secret: "${s}"`,
    (s) => JSON.stringify({ headers: { "x-api-key": s } }),
    (s) => `webhook secret: ${s}`,
    (s) => `APP_SECRET = ${s}`,
    (s) => `DATADOG_API_KEY=${s}`,
    (s) => `mistral_api_key: ${s}`,
    (s) => `consumerSecret = "${s}"`,
    (s) => `AUTH_SECRET=${s}`,
  ];
  const bare = [
    (s) => s,
    (s) => `Use ${s} for now.`,
    (s) => `it says "${s}" — what is that?`,
    (s) => `value=${s}`,
    (s) => `line one\n${s}\nline three`,
    (s) => `Setze ${s} ein und starte neu.`,
    (s) => JSON.stringify({ value: s }),
    (s) => `> ${s}`,
    (s) => `(${s})`,
    (s) => `set it to ${s}, please`,
    (s) => `- ${s}`,
    (s) => `'${s}'`,
  ];
  return [...named.map((way) => way(randomSecret())), ...bare.map((way) => way(mixedSecret()))].map(
    (one) => ({
      text: one,
      kinds: ["high-entropy"],
    }),
  );
}

export function positives() {
  const bearer = [
    "curl -H 'Authorization: Bearer {}' https://api.example.com",
    "Authorization: Bearer {}",
    '{"authorization": "Bearer {}"}',
    "headers = {'Authorization': f'token {}'}",
  ];
  return [
    ...keys("provider-key", PROVIDER, 54),
    ...disguised("provider-key", [PROVIDER[0][1], PROVIDER[3][1], PROVIDER[20][1]]),
    ...keys("cloud-key", CLOUD, 48),
    ...disguised("cloud-key", [CLOUD[6][1], CLOUD[13][1]]),
    ...keys("access-token", TOKEN, 54),
    ...disguised("access-token", [TOKEN[0][1], TOKEN[6][1], jwt]),
    ...bearer.map((way) => ({ text: way.replace("{}", text(40)), kinds: ["access-token"] })),
    ...privateKeys(),
    ...connectionStrings(),
    ...passwords(),
    ...highEntropy(),
  ];
}
