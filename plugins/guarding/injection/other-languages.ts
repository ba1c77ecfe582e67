/** What injections say in other languages than English, by the part that it plays. `*`: however the word goes on. */

import type { Part } from "./english.ts";
import { words } from "./words.ts";

/** German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Chinese, Japanese; the commonest of some others. */
export const OTHER_LANGUAGES: Readonly<Partial<Record<Part, readonly string[]>>> = {
  cancel: words(`
    ignoriere | ignorieren | ignorier | vergiss | vergessen sie | vergesst | missachte | missachten sie |
    verwirf | übergehe | beachte | ignorez | ignorer | oublie | oubliez | oublier | ne tiens pas compte | ne
    tenez pas compte | ne tenir pas compte | fais abstraction | ne suis pas | ignora | ignorar | olvida |
    olvídate | olvide | haz caso omiso | haga caso omiso | descarta | descarte | no hagas caso | no sigas |
    omite | ignori | ignorare | dimentica | dimentichi | dimenticare | non tenere conto | trascura | scarta |
    non seguire | esqueça | esquece | desconsidere | desconsidera | não siga | não leve em conta | negeer |
    vergeet | let niet op | volg niet | zignoruj* | ignoruj* | zapomnij* | pomiń | nie zwracaj uwagi |
    zignorować | игнорир* | проигнорир* | забудь* | не обращай внимания | не обращайте внимания | не учитывай
    | не следуй | 忽略 | 忘记 | 忘記 | 无视 | 無視 | 忽視 | 忽视 | 不要理会 | 忘掉 | 不要遵守 | 忘れて | 従わないで | 무시 | 잊어 | yok say |
    görmezden gel | unut | تجاهل | انس | ignorera | glöm | ігноруй* | забудьте
  `),
  past: words(`
    vorherig* | bisherig* | obig* | vorig* | vorangegangen* | vorangehend* | früheren | oben | vorher gesagt
    | vorher | précédent* | antérieur* | ci-dessus | anterior* | previ* | de arriba | precedent* | di sopra |
    anteriori | acima | vorige | eerdere | bovenstaande | voorgaande | poprzedni* | wcześniejsz* | powyższ* |
    предыдущ* | прежни* | выше* | вышеуказан* | предшествующ* | 之前 | 上面 | 以上 | 先前 | 前面 | 以前 | これまで | 上記 | 今まで
    | 이전 | 위의 | 앞의 | önceki | yukarıdaki | السابقة | tidigare | ovanstående | попередн*
  `),
  all: words(`
    alle | sämtliche | toutes | tous | todas | todos | tutte | tutti | wszystkie | все | 所有 | すべて | 모든 | tüm
    | جميع | alla | усі
  `),
  rules: words(`
    anweisung* | instruktion* | regeln | vorgaben | befehle | consigne* | règles | ordres | instruccion* |
    reglas | indicacion* | órdenes | directric* | istruzion* | regole | indicazion* | ordini | direttiv* |
    instruç* | regras | orientaç* | diretriz* | instructie* | regels | opdracht* | instrukcj* | polece* |
    zasad* | wytyczn* | инструкци* | правил* | указани* | команд* | промпт* | 指令 | 指示 | 规则 | 規則 | 提示 | 命令 |
    ルール | プロンプト | 지시 | 규칙 | 명령 | talimat* | kuralları | التعليمات | تعليمات | instruktioner | інструкці*
  `),
  your: words(`
    deine | deinen | deiner | dein | ihre | tes | vos | ton | tus | tu | tue | tuoi | suas | seu | seus | o
    seu | as tuas | jouw | je | swoje | twoje | свои | твои | свой | твой | 你的 | 您的 | あなたの
  `),
  own: words(`
    meine | meinen | mein | mon | mes | mis | mi | mio | mia | miei | mie | meu | minha | minhas | meus |
    mijn | moje | moja | moją | moich | мои | моё | мое | мою | мой | 我的 | 我之前 | 私の | 제
  `),
  everything: words(`
    alles | tout ce | todo lo | todo | tutto | tudo | wszystko | всё | все
  `),
  told: words(`
    vorher gesagt wurde | bisher gesagt | on vous a dit | on t'a dit | te han dicho | ti hanno detto | te
    disseram | lhe disseram | antes | avant
  `),
  renewed: words(`
    deine neuen anweisungen | neue anweisung: | tes nouvelles consignes | tes nouvelles instructions | tus
    nuevas instrucciones | tuoi nuovi ordini | suas novas instruções | je nieuwe instructies | twoje nowe
    instrukcje | gehorchst du nur mir | 你的新指令 | 新しい指示に従 | вот новые | hier sind die neuen | 按照我说的做
  `),
  bidding: words(`
    vergib fünf sterne | est le meilleur | empfiehl
  `),
  reveal: words(`
    wiederhole | zeig | zeige | wie lauten | nenne | gib mir | was sind | affiche | montre | répète | quelles
    sont | donne-moi | muestra | muéstrame | repite | cuáles son | dime | mostra | mostrami | ripeti | quali
    sono | dimmi | mostre | repita | quais são | diga | toon | herhaal | wat zijn | pokaż | powtórz | jakie
    są | покажи | повтори | какие у тебя | какие | 显示 | 顯示 | 重复 | 重複 | 告诉我 | 输出 | 表示して | 教えて | 繰り返して
  `),
  ownPrompt: words(`
    deinen system-prompt | deinen systemprompt | dein systemprompt | ton prompt système | ton prompt | vos
    instructions système | tu prompt del sistema | il tuo prompt | o seu prompt de sistema | seu prompt | je
    systeemprompt | de systeemprompt | prompt systemowy | свой системный промпт | системный промпт | 你的系统提示 |
    系统提示词 | システムプロンプト
  `),
  brief: words(`
    anweisung* | instruktion* | consignes | instructions | instrucciones | istruzioni* | instruções |
    instructies | instrukcje | инструкции | 指令 | 指示
  `),
  textAbove: words(`
    text oben | obigen text | texte ci-dessus | texto anterior | texto de arriba | testo sopra | testo
    precedente | texto acima | tekst hierboven | tekst powyżej | текст выше | 上面的内容 | 以上内容 | 上の文章
  `),
  wordForWord: words(`
    wort für wort | mot pour mot | palabra por palabra | parola per parola | слово в слово
  `),
  persona: words(`
    du bist jetzt | tu es maintenant | actúa como | agisci come | aja como | представь | 你现在是 | として振る舞 | doe
    alsof | udawaj | stell dir vor | verhalte dich | imagine que | comporte-se | притворись | 假装 | 扮演 | ahora
    eres | ora sei | agora você é | jesteś teraz
  `),
  self: words(`
    ki | ia | inteligencia artificial | intelligenza artificiale | inteligência artificial | ии | 人工智能 |
    sztuczną inteligencją | kunstmatige intelligentie | künstliche intelligenz
  `),
  freedom: words(`
    ohne jegliche einschränkung* | ohne einschränkung* | ohne regeln | ohne filter | sans aucune restriction
    | sans restriction* | sans filtre* | sin restriccion* | sin filtros | senza restrizion* | senza filtri |
    sem nenhuma restrição | sem restriç* | sem filtros | без ограничений | без правил | zonder beperking* |
    zonder regels | bez żadnych ograniczeń | bez ograniczeń | 没有任何限制 | 没有限制 | 不受限制 | 制限のない | 制限なし | 제한 없는
  `),
  send: words(`
    schicke | schick | sende | envoie | envoyez | envía | enviar | invia | envie | stuur | wyślij | отправ* |
    发送 | 送信
  `),
  secret: words(`
    chatverlauf | gesprächsverlauf | toute la conversation | historial | conversación | conversazione |
    conversa | gesprek | rozmowę | переписку | 对话 | 会話 | passwort | mot de passe | contraseña | senha |
    wachtwoord | hasło | пароль
  `),
};
