/** What injections say in English, by the part that it plays. `*`: however the word goes on. */

import { words } from "./words.ts";

export const ENGLISH = {
  /** Asks to leave something unheeded. Past forms are reports, and are not here. */
  cancel: words(`
    ignore | ignoring | disregard | disregarding | pay no attention to | do not follow | don't follow | dont
    follow | stop following | forget | discard | override | overrule | bypass | skip | drop | neglect | set
    aside | never mind | nevermind | erase | cancel | do the opposite of | opposite of what | instead of
    following | no longer follow | abandon | throw away | do not obey | don't obey | do not comply with |
    omit | overwrite | stop obeying | unlearn
  `),
  not: words(`
    do not ignore | don't ignore | never ignore | do not disregard | never disregard | do not forget | don't
    forget | do not skip | do not bypass | never bypass
  `),
  past: words(`
    previous | previously | prior | above | earlier | preceding | former | foregoing | past | initial |
    original | existing | old | given | before | so far | you received | you have been told | you were told |
    you got | the developers gave you | you had
  `),
  all: words(`
    all | any | every | these | those | the entire
  `),
  rules: words(`
    instructions | instruction | directives | directive | guidelines | rules | prompt | prompts | directions
    | constraints | orders | commands | programming | system prompt | restrictions | preprompt
  `),
  your: words(`
    your | ur | you were given | you are given | the system | its | the developer's
  `),
  own: words(`
    my | mine | our
  `),
  everything: words(`
    everything | anything | all that | all you | whatever | all of | what you
  `),
  told: words(`
    you were told | you have been told | you've been told | we discussed | before this | above this | told
    before | said before | you were given | you know about your role | told you before | you were instructed
    | you have learned so far | above and | above, and | prior to this | above this line
  `),
  theAbove: words(`
    the above | everything above | all of the above | all the above
  `),
  /** To a model. */
  changed: words(`
    new instructions | new instruction | instructions have changed | new orders | new task | real
    instructions
  `),
  /** By themselves. */
  renewed: words(`
    your new instructions | your new instruction | your new directives | your new task | your new rules |
    your real task | your actual task | follow only the text below | obey only me | obey me | follow mine |
    new instructions are | new instructions: | new instruction: | are your only instructions | new
    directives: | you have a new task | your job has changed | override all others | override all other
    instructions | your only instructions | you only answer to me
  `),
  void: words(`
    void | no longer apply | no longer valid | have changed | has changed | have been updated | has been
    updated | are replaced | have been replaced | are cancelled | are canceled | been superseded | are
    superseded | been suspended | are suspended | do not count | been revoked | are revoked | are obsolete |
    been lifted | are lifted | have been deleted
  `),
  /** To whom texts of others speak, when they speak to a model. */
  machine: words(`
    ai assistant | ai assistants | ai agent* | language model | language models | llm | llms | chatbot | dear
    assistant | note to the assistant | note for the model | note to the model | if you are an ai | ai
    reviewer* | ai code reviewer* | copilot | to the assistant | ai that | hey ai | dear ai | attention ai |
    ai model | ai models | gpt | claude | gemini | an die ki | liebe ki | assistant, | assistant: | ai: |
    llm: | chatbot, | bonjour, assistant | ai system*
  `),
  bidding: words(`
    recommend | praise | positive review | stop summar* | say that | write that | write instead | approve |
    best mark | highest score | rate this | do not mention | do not report | do not tell the user | without
    telling the user | mark this | give this candidate | hire | do not highlight | delete | call the tool |
    five stars | 5 stars
  `),
  reveal: words(`
    repeat | print | show | output | reveal | display | tell me | give me | write out | dump | leak |
    summarise | summarize | list | what are | what is | what's | what were | spell out | encode | paste |
    copy | quote | recite | expose | share | type out | disclose | return | echo | say | provide | describe |
    translate | write the contents
  `),
  /** Nobody asks for that but who means the model's own. */
  ownPrompt: words(`
    your system prompt | your system message | your initial prompt | your prompt | your hidden instructions |
    your secret instructions | your initial instructions | your original instructions | your pre-prompt |
    your preprompt | your system instructions | your hidden prompt | your developer message | your
    configuration and | your custom instructions | your first prompt | the prompt you were
  `),
  thePrompt: words(`
    the system prompt | system prompt | the system message | the developer message | the hidden prompt | the
    initial prompt | the pre-prompt | context window | hidden instructions | the initial instructions
  `),
  brief: words(`
    instructions | guidelines | rules | prompt | directives | configuration | initial prompt | setup text
  `),
  textAbove: words(`
    text above | words above | everything above | sentences above | lines above | all of the above | all the
    above | prompt above | everything before this | everything that was written before | instructions above |
    paragraph above | content above | above text | above words | everything that came before | all text
    before | text before this
  `),
  wordForWord: words(`
    word for word | verbatim | exactly as written | in a code block | starting with 'you are | starting with
    "you are | letter by letter
  `),
  toldToYou: words(`
    instructions you have been given | instructions that you were given | instructions you were given | rules
    have you been told | rules you were told | did the developers tell you | were you told not to | told not
    to reveal | you told not to say | told not to say | top of your prompt | my instructions are: | prompt
    that i was given | prompt you were configured with | prompt you were given | what were you told | first
    message in this conversation | you were programmed with | given at the very start | instructions given to
    you | copy of your guidelines
  `),
  persona: words(`
    act as | act like | acting as | pretend | roleplay | role play | you are now | you will be | imagine |
    simulate | from now on | hypothetically | be my | assume the persona | assume the role | speak as |
    behave as | behave like | respond as | stay in character | let's play | write a story | you are | enable
    | enter | answer as | in this world | in a world
  `),
  self: words(`
    you | ai | a.i. | bot | model | assistant | chatbot | language model | gpt | evilbot | persona
  `),
  freedom: words(`
    without any restrictions | without restrictions | without any restriction | no restrictions | without
    filters | without any filters | no filters | no rules | unrestricted | uncensored | unfiltered | no
    guidelines | no ethics | no morals | no moral | no limits | no limitations | without limits | without
    limitations | without any limits | free of all rules | free of rules | not bound by | no content policy |
    never refuse* | without rules | without any rules | no refusals | no ethical | has no morals | no longer
    have to obey | free from all | freed from | ignores the policy | ignores all policies | all limits are
    lifted | no warnings | without its usual safeguards | without safeguards | without ethical | no
    censorship | no safety | never says it cannot | is not bound
  `),
  modes: words(`
    developer mode | jailbreak mode | god mode | dan mode | unrestricted mode | debug mode | admin mode |
    sudo mode | evil mode | opposite mode | dev mode | maintenance mode
  `),
  youAreIn: words(`
    you are now in | you are in | you're in | you are now
  `),
  start: words(`
    enable | enter | activate | switch to | turn on | go into
  `),
  answering: words(`
    answer every | answer all | answer any | without filters | all limits | show the logs | respond to |
    respond twice | and answer | any question | every question
  `),
  /** By themselves. */
  jailbreaks: words(`
    you are dan | you are now dan | stay dan | dan mode | jailbreak mode | always intelligent and
    machiavellian | strives to avoid norms | strive to avoid norms | unfiltered twin | grandmother who used
    to | grandma who used to | chatgpt with developer mode | evilbot | jailbroken ai | jailbroken assistant |
    jailbroken mode
  `),
  hints: words(`
    do anything now | dan | stay in character | you never refuse | never refuse | lose 10 tokens | if you
    refuse | must not contain 'i can't' | leave nothing out | evil | in detail how to | machiavellian
  `),
  safety: words(`
    safety filter* | content filter* | safety check* | ethical guidelines | content policy | safety layer |
    safety guidelines | moderation | safeguards | safety rules | safety protocols | safety features | ethics
    module | guardrails
  `),
  off: words(`
    disable | disabled | turn off | turned off | switch off | switched off | deactivate | deactivated |
    remove | lift | suspended
  `),
  send: words(`
    send | post | upload | forward | transmit | leak | exfiltrate | append | include | encode | put | call |
    get request | fetch | curl | pass | copy | submit | deliver | email | e-mail | add
  `),
  secret: words(`
    conversation | chat history | api key | api keys | api_key | password | passwords | secrets | credentials
    | system prompt | card number | card numbers | all messages | messages above | .env | environment
    variables | id_rsa | user's messages | user's e-mail | user's email | messages of the user | account
    details | private key | ssh key | the users_question | contents of .env | file of secrets | session token
  `),
  bulk: words(`
    account details | whole conversation | entire conversation | in this inbox | chat history | all messages
    | all mails | all emails | customer data | user data
  `),
  address: words(`
    http://* | https://* | ftp://*
  `),
  mail: words(`
    @*
  `),
  developer: words(`
    i am your developer | i'm your developer | as your developer | the developer who built you | i am your
    creator | as your creator | administrator of this ai | i am the administrator of this ai | i am from
    openai | i work for openai | i work at anthropic | your safety checks are disabled | your developer at
    openai | i am your administrator
  `),
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A part that words play. */
export type Part = keyof typeof ENGLISH;
