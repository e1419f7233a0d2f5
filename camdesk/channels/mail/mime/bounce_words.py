"""What mail servers say when a letter did not arrive, in the languages of their makers. Nothing here is a proof: see
bounces.py for who must say it."""

import re

# Of a subject or a text.
NOT_DELIVERED = re.compile(
    r"undeliver|non[- ]?deliver|not (?:be(?:en)? )?deliver|failed deliver|delivery (?:status|has failed|incomplete"
    r"|delayed"
    r"|report|notification|problem|unsuccessful)|deliver[a-z]{0,4}.{0,25}(?:fail|error|unsuccess|impossib)"
    r"|(?:fail|error|problem|unable)\w{0,4}.{0,30}(?:to )?deliver|mail (?:system )?(?:fail|error|returned)"
    r"|failure (?:notice|notification)"
    r"|return(?:ed|ing)?:? (?:mail|message|to sender|e-?mail)|(?:mail|message|e-?mail)s? (?:was |has been "
    r"|is being )?return"
    r"|(?:could|can|did|does|was|were|has|have)(?:\s?n[o']t| never) (?:be |been )?(?:able to )?(?:hand(?:ed)? over"
    r"|reach|sent|send|process|deliver|accept|rout|relay)"
    r"|(?:message|mail|letter|delivery) .{0,20}(?:reject|refus|block|bounc|sent back|held|discard|delayed)"
    r"|(?:reject|refus|bounc|delay)\w{0,4}:? (?:mail|message|e-?mail|letter)|sent back|warning: (?:could not|message"
    r"|mail)"
    r"|permanent(?:ly)? (?:fatal )?(?:error|fail)|bounced"
    r"|не ?доставлен|не был[оаи]? (?:доставлен|отправлен)|не (?:удалось|удается|удаётся) (?:доставить|отправить"
    r"|выполнить доставку)"
    r"|не может быть (?:доставлен|отправлен)|невозможно (?:доставить|отправить)|(?:ошибк|сбо|проблем"
    r"|задержк)\w{1,3} (?:с |при )?доставк"
    r"|отч[её]т о доставке|уведомлени\w (?:о|об) (?:не)?(?:доставке|ошибке доставки)|письмо (?:отклонено|возвращено"
    r"|задержано)"
    r"|возврат (?:письма|сообщения|почты)|не вдал(?:о|a)?ся доставити|не може бути доставлен|помилка доставки"
    r"|недоставлен"
    r"|unzustellbar|nicht zugestellt|nicht zustellbar|zustell\w{0,12}.{0,20}(?:fehl|gescheit|verz)|nicht ausgeliefert"
    r"|rückläufer"
    r"|non (?:remis|délivré|distribu)|n'a pas pu être (?:remis|délivr|distribu|envoy)|échec .{0,20}(?:remise"
    r"|livraison|distribution|envoi)"
    r"|no (?:se )?(?:puede|pudo|ha podido|se ha podido)\w{0,3} (?:ser )?entreg|no entregad|error (?:de|en la) entrega"
    r"|fallo .{0,15}entrega|(?:correo|mensaje) devuelto|mancat[ao] (?:recapito|consegna)|non recapitabil"
    r"|impossibile (?:recapitare|consegnare)"
    r"|non (?:è stato|può essere) (?:recapitat|consegnat)|não (?:foi )?entregue|não (?:foi possível|pôde ser) entreg"
    r"|falha na entrega"
    r"|(?:e-?mail|mensagem) devolvid|onbestelbaar|niet (?:worden )?(?:afgeleverd|bezorgd|besteld)|niedostarczon"
    r"|nie (?:można|udało się) dostarczyć"
    r"|nie (?:została|zostało) dostarczon|nedoručen|nedoručiteln|nelze doručit|nebyla? doručen|kunde inte levereras"
    r"|olevererbar"
    r"|kunne ikke leveres|uleverbar|ei (?:voitu|voi|voida) toimittaa|toimittaminen epäonnistui|kézbesíthet(?:etlen|ő)"
    r"|nem (?:kézbesíthető|sikerült kézbesíteni)"
    r"|nelivrabil|nu a putut fi livrat|teslim edileme|iletileme|не може да бъде доставен|недоставено|жеткізілме"
    r"|жеткізу мүмкін"
    r"|配信不能|配信できません|配信に失敗|送信できません|送信できなかった|お届けできません|届けられ|不達|未配達"
    r"|エラーメール"
    r"|退信|无法投递|無法投遞|投递失败|未送达|无法送达|传送失败|退件|배달되지|반송|전송하지 못|배달할 수 없|전송 실패"
    r"|δεν (?:ήταν δυνατή|παραδόθηκε|είναι δυνατή)|לא נמסר|לא ניתן למסור|تعذر تسليم|لم يتم تسليم",
    re.I,
)
# Why, in the text only: a subject of a person may have these words.
REASONS = re.compile(
    r"(?:this is the|i am the|i'm the) (?:qmail-send program|mail system|mail delivery|postfix)|mail delivery software"
    r"|transcript of session|(?:following|these) (?:recipient|address|destination|user|mailbox)|(?:addresses"
    r"|recipients) (?:had|failed|rejected)"
    r"|(?:user|recipient|address|mailbox|account|host|domain)s? (?:is |are |was |has been )?(?:unknown|not found|full"
    r"|unavailable|rejected|disabled|inactive|invalid"
    r"|over ?quota|does ?n[o']t exist|not listed|not recogni|not known|suspended)|(?:unknown|invalid|no such|bad"
    r"|non-?existent|inactive) (?:local |mail )?(?:user|recipient|address|mailbox|account|host|domain|destination)"
    r"|n[o']t (?:a )?(?:recogni[sz]ed|known|listed|valid) (?:user|recipient|address|in )|unrout?e?able|(?:quota|size"
    r"|limit)\w{0,4} (?:is |has been )?exceed|exceed\w{0,3} .{0,30}(?:quota|limit|size)|over (?:its )?quota"
    r"|failure reasons?|retry time|no mailbox here|relay(?:ing)? (?:access )?(?:denied|not permitted)|access denied"
    r"|service unavailable"
    r"|given up|giving up|too long in the queue|(?:remote|smtp) (?:host|server|error).{0,12}(?:said|respon|repl|from)"
    r"|not accept(?:ed|ing)?"
    r"|несуществующ\w{1,4} (?:адрес|пользовател|ящик)|(?:почтовый )?ящик\w{0,2} (?:не существует|переполнен"
    r"|недоступен|заблокирован|отключ|не найден)"
    r"|(?:адрес|получател|пользовател)\w{0,3} (?:не найден|не существует|неизвест|отклон)|нет такого (?:пользователя"
    r"|ящика|адреса)|следующи[мх] (?:получател|адрес)"
    r"|(?:empfänger|benutzer|postfach|adresse) .{0,20}(?:unbekannt|nicht gefunden|existiert nicht|voll)"
    r"|folgende[nr]? (?:empfänger|adresse)"
    r"|(?:destinataire|adresse|boîte).{0,20}(?:inconnu|introuvable|pleine|n'existe pas)|destinataires? suivants?"
    r"|(?:destinatari[oa]|dirección|buzón|usuario).{0,20}(?:desconocid|no existe|lleno|inexistente|non esiste"
    r"|sconosciut|pien[ao])|(?:siguientes?|seguintes?|seguenti) destinatari"
    r"|ユーザー?が(?:見つかり|存在し)|存在しない|宛先|收件人|邮箱不存在|用户不存在|받는 사람|수신자",
    re.I,
)
REFUSED = re.compile(
    r"reject|refus|denied|discard|not accept|declin|could not|bounc|отклон|не принят|отказ|abgelehnt|zurückgewiesen"
    r"|rejet|refus|rechaz|rifiut|rejeit|recus|拒",
    re.I,
)
ALL_IS_WELL = re.compile(
    r"\((?:success|relay(?:ed)?|delay expired)\)|successful(?:ly)? (?:mail )?deliver|delivered successfully"
    r"|success notice"
    r"|^(?:delivered|relayed|expanded|read|not read|доставлено|прочитано|прочтено|не прочитано|ретранслировано"
    r"|zugestellt|gelesen|remis|lu"
    r"|entregado|leído|consegnato|letto) ?:",
    re.I,
)
GREETING = re.compile(
    r"\s*(?:здравствуйте|здравствуй|добр(?:ый|ого|ое) (?:день|дня|вечер|утро|времени)|приветствую|привет|уважаем"
    r"|коллеги"
    r"|hello|dear (?:support|team|colleagues|all|sir)|good (?:day|morning|afternoon|evening)|guten (?:tag|morgen)"
    r"|hallo|bonjour|hola|buongiorno"
    r"|помогите|подскажите|прошу|просим)\b",
    re.I,
)
NAMES_OF_DAEMONS = re.compile(
    r"\W{0,3}(?:(?:internet )?mail(?:er)?[-_ ]?(?:delivery|deliver|daemon)|mail transport|smtp (?:delivery|gateway"
    r"|server|daemon)"
    r"|(?:e-?mail|message|microsoft) delivery (?:sub)?system|delivery (?:sub)?system|система доставки|почтов(?:ая"
    r"|ый) (?:систем|сервер|робот|демон|служб)"
    r"|служба доставки|доставка почты|internet mail (?:service|connector)|mail delivery|returned mail|bounces?$"
    r"|bounce (?:handler|system))",
    re.I,
)
# The recipient stands after these.
CUE = re.compile(
    r"(?:following|these|this) (?:[a-z'-]{1,12} ){0,3}(?:recipient|address|user|destination|mailbox|person|people"
    r"|account)[a-z()/]{0,8}"
    r"|(?:deliver(?:ed|y)?|sent|reach(?:ed)?|addressed|message|mail) (?:to|for|von|an)\b|undeliverable(?: to)?"
    r"|recipient[s()]{0,3}(?: address)?\b|failed\b"
    r"|(?:получател|адресат|адрес)[а-яё]{0,4}|empfänger|destinat[a-z]{2,8}|ontvanger|odbiorc|příjemc|宛先|收件人"
    r"|받는 사람|vastaanottaj|mottag|modtag|címzett|alıcı"
    r"|to:|кому:|an:|à:|para:",
    re.I,
)
ENHANCED_CODE = re.compile(r"(?<![\w.])([45])\.[0-7]\.\d{1,3}(?!\.?\d)")
# Not "451 files" and "500 KB": it stands at the beginning of what a server answered.
CODE_OF_REPLY = re.compile(
    r"(?:^|[\n:;'\"(\[<>«#=,-]|\b(?:code|error|said|status|smtp|reply|response|код|ошибка|ошибкой"
    r"|сервер))[ \t]{0,4}[\"'«(]?([45])[0-5]\d"
    r"(?=[ \t-]*(?:$|[\n\"'«(#<-]|(?!(?:kb|mb|gb|byte|kib|mib|char|hour|minute|day|second|message|recipient|file|кб"
    r"|мб|час|мин|д[не]|сек|руб|шт|камер)\b)[^\W\d_]))",
    re.I,
)
DELAYED = re.compile(
    r"still (?:being )?(?:retr|try)|will (?:be retried|retry|keep (?:on )?trying|continue to (?:try|be attempted"
    r"|retry)|be attempted|try again|be re-?sent)"
    r"|(?:has|have) not yet been|not yet|delay|temporar|not (?:required|need) to (?:do anything|resend|re-send)"
    r"|do not need to|warning|in (?:the )?queue"
    r"|попытк\w{1,3} (?:будут|доставки продолж)|временн|задерж|verzöger|vorübergehend|retard|temporair|demora|retras"
    r"|ritard|temporanea|atras|vertrag|opóźnion|zpožd|fördröj|forsink|gecik",
    re.I,
)
FAILED_FOR_GOOD = re.compile(
    r"permanent|given up|giving up|user unknown|does ?n[o']t exist|no such|unknown (?:user|recipient|address)"
    r"|not found|no longer (?:exist|valid|active)|no further"
    r"|for good|final|не существует|несуществующ|не найден|нет такого|больше не буд",
    re.I,
)
GIVEN_UP = re.compile(
    r"giv(?:en|ing) up|no further|no more (?:tries|attempts)|not going to try|too long|expired|timed? ?out|retry time"
    r"|больше не буд|истек|is being returned|being returned",
    re.I,
)
