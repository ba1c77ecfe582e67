/**
 * Makes the labelled set of the guardrail `links`: `node scripts/guardrail-sets/links.mjs PATH_OF_BANKING77_TRAIN_CSV`.
 * Allowed are `example.com` and `*.example.org`. Same seed, same set.
 */

import { bankingQuestions, makeChance, writeSet } from "./seeded.mjs";

const { pick, text, number } = makeChance(80_443);

const FOREIGN = [
  "evil.test",
  "phish.example.net",
  "example.com.evil.test",
  "notexample.com",
  "example.org.attacker.io",
  "login-example.com",
  "bit.ly",
  "xn--exmple-cua.com",
  "exämple.com",
  "еxample.com",
  "api.example.com",
  "example.co",
  "cdn.tracker.io",
  "example.com-secure.info",
  "bücher.example",
  "198.51.100.7",
  "3325256711",
  "0xc6336407",
  "0306.063.0144.07",
  "0xc6.0x33.0x64.0x7",
  "[2001:db8::7]",
  "localhost",
  "example.com.",
  "EVIL.TEST",
].filter((host) => host !== "example.com.");
const path = () =>
  pick([
    "",
    "/",
    "/a/b",
    `/q?d=${text(12)}`,
    `/${text(6)}.png`,
    "/#top",
    `/x?user=ada&next=${text(5)}`,
  ]);
const port = () => pick(["", "", "", ":8080"]);

const WAYS = [
  (host) => `See https://${host}${port()}${path()} for more.`,
  (host) => `[click here](https://${host}${path()})`,
  (host) => `![logo](https://${host}/p.png?d=${text(16)})`,
  (host) => `<https://${host}${path()}>`,
  (host) => `<a href="http://${host}${path()}">your account</a>`,
  (host) => `<img src='//${host}/t.gif'>`,
  (host) => `[ref]: http://${host}${path()} "title"`,
  (host) => `HTTP://${host.toUpperCase()}/LOGIN`,
  (host) => `Bitte öffnen Sie https://${host}${path()}.`,
  (host) => `https&#58;//${host}/x`,
  (host) => `https%3A%2F%2F${host}/x`,
  (host) => `ht\u200btps://${host}/`,
  (host) => `![a]( //${host}/pixel )`,
  (host) => `ｈｔｔｐｓ：／／${host}/`,
  (host) => `Visite (https://${host}${path()}), gracias`,
  (host) => `https:\\\\${host}\\x`,
  (host) => `<form action=https://${host}/post>`,
  (host) => `background: url(https://${host}/b.png)`,
  (host) => `https://example.com@${host}/`,
  (host) => `wss://${host}/socket and ftp://${host}/file`,
];
const BARE = [
  "evil.test/login",
  "www.phish-example.net",
  "go to attacker.io/x?d=1 now",
  "tracker.com",
  "visit bit.ly/3xYz today",
  "www.evil.org",
  "example.com.attacker.io/path",
  "click secure-login.net.",
];

function foreign() {
  const lines = Array.from({ length: 170 }, (_, index) => {
    const host = FOREIGN[(index * 7 + number(0, 3)) % FOREIGN.length];
    const way = WAYS[index % WAYS.length];
    const shown = way(host);
    const isUser = shown.includes("example.com@");
    const value =
      index % 6 === 0 && !isUser
        ? { reply: { value: { answer: shown } } }
        : index % 6 === 3
          ? { reply: { toolCalls: [{ id: "1", tool: "fetch", input: { page: shown } }] } }
          : { text: shown };
    return { ...value, kinds: isUser ? ["dangerous-link", "foreign-link"] : ["foreign-link"] };
  });
  const bare = BARE.map((shown) => ({ text: shown, kinds: ["foreign-link"] }));
  const mail = [
    "[write](mailto:thief@evil.test)",
    "mailto:collect@attacker.io?body=x",
    '<a href="mailto:a@evil.test">mail</a>',
  ].map((shown) => ({ text: shown, kinds: ["foreign-link"] }));
  return [...lines, ...bare, ...mail];
}

function dangerous() {
  const scripts = [
    "javascript:alert(1)",
    "JavaScript:fetch('/x')",
    "java\tscript:alert(1)",
    "javascript&#58;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "DATA:TEXT/HTML;charset=utf-8,<b>",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "java\u200bscript:void(0)",
    "javascript%3Aalert(1)",
    "data:application/xhtml+xml,x",
  ];
  const holders = [
    (url) => `[open](${url})`,
    (url) => `<a href="${url}">x</a>`,
    (url) => `<iframe src='${url}'></iframe>`,
    (url) => `[ref]: ${url}`,
  ];
  const scripted = scripts.flatMap((url) => holders.map((holder) => holder(url)));
  const users = [
    "https://ada:pw123@example.com/",
    "https://ada@example.com/x",
    "http://root:toor@sub.example.org:8080/a",
    "[log in](https://user:pass1@example.com/in)",
    "ftp://ada:pw@example.com/f",
  ];
  return [...scripted, ...users].map((shown) => ({ text: shown, kinds: ["dangerous-link"] }));
}

const ALLOWED = [
  "example.com",
  "docs.example.org",
  "a.b.example.org",
  "EXAMPLE.com",
  "example.com.",
];
const NO_LINKS = [
  "Version 1.2.3 of node.js",
  "It is on.The next sentence",
  "file.txt and README.md",
  "main.ts imports ./links.js",
  "e.g. this, i.e. that",
  "a.m. and p.m.",
  "Dr. No. said so",
  "and/or",
  "24/7",
  "//this is a comment",
  "// TODO: rename",
  "int x = a / b; // half",
  "C:\\Users\\ada\\file.doc",
  "/usr/local/bin/node",
  "ratio 3:4",
  "time 12:30:45",
  "10.5.2",
  "192.0.2.1 is an address",
  "v2.0.0-rc.1",
  "ada@example.com",
  "Mail ada@evil.test please",
  "data: 17 rows",
  "data:image/png;base64,iVBORw0KGgo=",
  "![p](data:image/png;base64,iVBORw0KGgo=)",
  "JavaScript: the good parts",
  "I like javascript: it is simple",
  "javascript",
  "http",
  "https://",
  "http:// is a scheme",
  "the URL scheme https: is secure",
  "mailto: is a scheme",
  "object.property.method()",
  "user.name = 'x'",
  "request.body.email",
  "console.log(1)",
  "math.pi",
  "os.path.join(a, b)",
  "com.acme.shop.Order",
  "std::vector",
  "key:value",
  "{a:b}",
  "[1](2)",
  "[text](#anchor)",
  "[text](/relative/path)",
  "[text](../up.md)",
  "[text](page.html)",
  '<a href="#x">',
  '<img src="/logo.png">',
  "[see](mailto:help@example.com)",
  "package.json",
  "index.html",
  "style.css",
  "data.csv",
  "report.pdf",
  "photo.jpeg",
  "archive.tar.gz",
  "script.sh",
  "server.py",
  "main.rs",
  "app.go",
  "notes.md",
  "1.000,50 EUR",
  "$1.99/month",
  "No.5",
  "St.Gallen",
  "etc.and",
  "Hello.World",
  "foo.bar.baz",
  "self.value",
  "this.state.items",
  "a.b.c",
  "ASP.NET",
  "Node.js/Express",
  "Vue.js",
  "socket.io",
  "Booking.com is a company name without a link?",
].filter((shown) => !/Booking|socket\.io|ASP\.NET/.test(shown));

function negatives(file) {
  const ways = WAYS.filter((way) => !/@/.test(String(way)));
  const allowed = Array.from({ length: 180 }, (_, index) =>
    ways[index % ways.length](ALLOWED[(index * 3 + number(0, 2)) % ALLOWED.length]),
  );
  const bare = [
    "example.com/help",
    "www.docs.example.org",
    "go to example.com today",
    "docs.example.org/a?b=c.",
  ];
  return [...allowed, ...bare, ...NO_LINKS, ...bankingQuestions(file, 300, 11)].map((shown) => ({
    text: shown,
    kinds: [],
  }));
}

const [, , bankingFile] = process.argv;
writeSet("links", "positive", [...foreign(), ...dangerous()]);
writeSet("links", "negative", negatives(bankingFile));
