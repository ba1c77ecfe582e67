/** The small words that every text of a language has: for languages in Latin letters, that are told apart by nothing else. */

const WORDS: Readonly<Record<string, string>> = {
  en: "the of and to in is that it for was on are as with his they be at this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than been its now my over did down only way find use may long little very after words called just where most know get through back much before go good new write our me too any day same right look think also around another came come work must because does part even place well such here take why things help put years away again off went old number great tell men say small every found still between name should home give line under last never us left end along while might next below saw something i you hi hello please thanks am he don't it's i'm can't",
  de: "der die das und ist in zu den nicht von sie mit sich des auf für dem ein eine einer es er wie als auch an so aus dass daß hat im haben wird werden bei nach nur am zum noch mein meine meinen meiner ich wir ihr ihre ihren uns mir mich sind war oder aber wenn kann was wo wann warum wer bitte diese dieser dieses über um vom zur kein keine hab habe möchte muss bis durch schon mehr sehr gibt seit heute gestern jetzt danke guten hallo",
  fr: "le la les de des du un une et est à en que qui ne pas pour dans sur ce se il elle je vous nous au aux avec son sa ses plus par mais ou si leur être cette mon ma mes votre vos notre nos c'est j'ai ont sont été avoir fait tout bien comme quand pourquoi comment où merci bonjour d'un l'on puis peut très aucun",
  es: "el la los las de que y en un una es por con no para se del al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante uno les ni contra ese eso mi qué su cómo cuándo puede está son fue gracias hola tengo usted tu te ha han",
  it: "il lo la i gli le di che è e un una in per con non si da del della dei delle al alla mi ma ho ha sono come più anche se ci questo questa perché quando dove chi nel nella sul sulla suo sua mio mia grazie può essere stato stata già vi ne cosa",
  pt: "o a os as de que e em um uma é para com não por mais do da dos das no na se ao como mas foi ele ela seu sua ou quando muito nos já eu também só pelo pela até isso entre depois sem mesmo aos ter seus quem nas me esse está você tem meu minha são olá obrigado porque",
  nl: "de het een en van ik te dat die in is niet op aan met als voor er maar om hem dan zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal me zij nu ge geen omdat iets worden toch al waren veel meer doen moet zijn wij wordt kunt uw kan graag wanneer waarom",
  pl: "i w na z do że się nie jest to o jak ale po co tak za od przez jego jej czy był była było może już tylko bardzo mnie mi ja ty on ona my wy oni moje moja mój kiedy dlaczego gdzie proszę dziękuję dla być ze aby oraz są",
  sv: "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när år säger hon under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra mycket än här då sedan över bara in blir upp vad min mitt du hej varför tack ditt",
  da: "og i at det som en på er af for med til den har de ikke om et han men var jeg sig fra vi så kan når hun også efter eller nu sin hvor ved mod skal skulle kommer ud får være havde alle andre meget end her da over bare ind bliver op hvad min mit du hej hvorfor tak dit",
  no: "og i at det som en på er av for med til den har de ikke om et han men var jeg seg fra vi så kan når hun også etter eller nå sin hvor ved mot skal skulle kommer ut får være hadde alle andre mye enn her da over bare inn blir opp hva min mitt du hei hvorfor takk ditt",
  fi: "ja on ei se että oli hän en mutta ovat kuin niin tai jos myös kun mitä joka sitä nyt minun sinun voi olla ole minä sinä me te he mikä missä milloin miksi kiitos hei sekä jotka tämä",
  cs: "a v se na je že s z do o i to k ve pro za by ale jsem jako po jak už od při jsou nebo které jeho co mi mě si tak bylo může aby když kde proč kdy prosím děkuji můj moje není jen",
  sk: "a v sa na je že s z do o i to k vo pre za by ale som ako po už od pri sú alebo ktoré jeho čo mi ma si tak bolo môže aby keď kde prečo kedy prosím ďakujem môj moja nie len",
  ro: "și în de la cu o un pe nu este că din pentru care se mai a fi sunt ce dar prin am au sau dacă când unde cum meu mea vă îmi era fost foarte bună acest această puteți",
  hu: "a az és hogy nem is egy de van meg ez azt csak már mint ha vagy még volt kell lehet nincs én te ő mi ti ők miért mikor hol köszönöm kérem ki el fel be után majd",
  tr: "ve bir bu da de için ile çok ne daha var gibi en kadar ama o mi mı olarak sonra ben sen biz siz nasıl neden zaman değil olan her ya ki benim merhaba teşekkürler lütfen",
  vi: "và là của có không được trong cho một các với người này khi từ để tôi bạn những đã sẽ tại sao vì như nhưng",
  id: "yang dan di dari ini untuk dengan tidak dalam akan pada itu adalah ke saya anda kami kita bisa ada atau juga karena oleh apa kapan mengapa sudah belum dapat",
};

const words = new Map(
  Object.entries(WORDS).map(([language, list]) => [language, new Set(list.split(" "))] as const),
);

/** `undefined`: no list of that language. */
export function functionWordsOf(language: string): ReadonlySet<string> | undefined {
  return words.get(language);
}

/** Languages of which there is a list. */
export const LISTED: readonly string[] = [...words.keys()];
