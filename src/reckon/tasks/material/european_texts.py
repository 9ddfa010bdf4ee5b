"""Word problems told in Spanish, French, German and Russian, and in Swahili, each in two ways."""

from reckon.tasks.material.languages import Language

LANGUAGES = (
    Language(
        code="es",
        name="Spanish",
        persons=("Lucía", "Carmen", "Mateo", "Diego"),
        texts={
            "change": (
                "{one} compra {a} cuadernos a {p} euros cada uno y {b} bolígrafos a {q} euros cada uno. "
                "Paga con {t} euros. ¿Cuántos euros recibe de vuelta?",
                "Un cuaderno cuesta {p} euros y un bolígrafo {q} euros. {one} lleva {a} cuadernos y {b} "
                "bolígrafos y entrega {t} euros. ¿Cuánto es el cambio, en euros?",
            ),
            "savings": (
                "{one} tiene {a} euros y ahorra {s} euros cada semana durante {w} semanas. Después gasta "
                "{c} euros en un regalo. ¿Cuántos euros le quedan?",
                "En una hucha hay {a} euros. Durante {w} semanas, {one} mete en ella {s} euros por semana, "
                "y luego saca {c} euros. ¿Cuántos euros quedan en la hucha?",
            ),
            "journey": (
                "Un viaje mide {d} kilómetros. Un tren avanza {h} horas a {v} kilómetros por hora y después "
                "{g} horas a {w} kilómetros por hora. ¿Cuántos kilómetros faltan?",
                "Un tren va a una ciudad que está a {d} kilómetros. En las primeras {h} horas recorre {v} "
                "kilómetros por hora, y en las {g} horas siguientes {w} kilómetros por hora. ¿A cuántos "
                "kilómetros está entonces de la ciudad?",
            ),
            "apples": (
                "Hay {b} cajas con {k} manzanas cada una. Se tiran {r} manzanas podridas y el resto se "
                "reparte por igual entre {f} familias. ¿Cuántas manzanas recibe cada familia?",
                "De {b} cajas de {k} manzanas se quitan en total {r} manzanas malas. Las demás se dividen "
                "en partes iguales entre {f} familias. ¿Cuántas manzanas le tocan a cada una?",
            ),
            "girls": (
                "En una escuela hay {n} alumnos. El {p} por ciento son niñas. Una de cada {k} niñas lleva "
                "gafas. ¿Cuántas niñas llevan gafas?",
                "De los {n} alumnos de una escuela, el {p} por ciento son niñas, y una de cada {k} niñas "
                "canta en el coro. ¿Cuántas niñas cantan en el coro?",
            ),
            "theatre": (
                "Un teatro tiene {n} filas. La primera fila tiene {a} asientos y cada una de las siguientes "
                "tiene {d} asientos más que la anterior. La entrada cuesta {p} euros y se venden todas. "
                "¿Cuántos euros se ingresan?",
                "La primera fila de un teatro tiene {a} asientos, cada fila siguiente tiene {d} más que la "
                "anterior, y en total hay {n} filas. Si todos los asientos se venden a {p} euros, ¿cuántos "
                "euros se cobran?",
            ),
        },
        forms=(
            "Responde solo con el número, sin unidad.",
            "La respuesta es un número entero: escríbelo en cifras y sin unidad.",
            "Da solo el resultado, en cifras.",
        ),
        held_out_forms=(
            "Indica únicamente el número entero que se pide.",
            "Escribe como respuesta un solo número, sin palabras.",
        ),
    ),
    Language(
        code="fr",
        name="French",
        persons=("Camille", "Louise", "Hugo", "Théo"),
        texts={
            "change": (
                "{one} achète {a} cahiers à {p} euros l'un et {b} stylos à {q} euros l'un, puis paie avec "
                "{t} euros. Combien d'euros doit-on lui rendre ?",
                "Un cahier coûte {p} euros et un stylo {q} euros. {one} prend {a} cahiers et {b} stylos et "
                "donne {t} euros. À combien d'euros s'élève la monnaie à rendre ?",
            ),
            "savings": (
                "{one} possède {a} euros et met de côté {s} euros par semaine pendant {w} semaines. "
                "Ensuite, un cadeau lui coûte {c} euros. Combien d'euros lui reste-t-il ?",
                "Une tirelire contient {a} euros. Pendant {w} semaines, {one} y met {s} euros par semaine, "
                "puis en retire {c} euros. Combien d'euros reste-t-il dans la tirelire ?",
            ),
            "journey": (
                "Un trajet mesure {d} kilomètres. Un train roule {h} heures à {v} kilomètres par heure, "
                "puis {g} heures à {w} kilomètres par heure. Combien de kilomètres reste-t-il ?",
                "Un train va vers une ville située à {d} kilomètres. Pendant les {h} premières heures, il "
                "parcourt {v} kilomètres par heure, et pendant les {g} heures suivantes {w} kilomètres par "
                "heure. À combien de kilomètres de la ville est-il alors ?",
            ),
            "apples": (
                "Il y a {b} caisses de {k} pommes chacune. On jette {r} pommes pourries et on partage le "
                "reste également entre {f} familles. Combien de pommes chaque famille reçoit-elle ?",
                "On retire en tout {r} pommes abîmées de {b} caisses qui contiennent {k} pommes chacune. "
                "Les autres pommes sont réparties en parts égales entre {f} familles. Combien de pommes une "
                "famille obtient-elle ?",
            ),
            "girls": (
                "Une école compte {n} élèves, dont {p} pour cent de filles. Une fille sur {k} porte des "
                "lunettes. Combien de filles portent des lunettes ?",
                "Parmi les {n} élèves d'une école, {p} pour cent sont des filles, et une fille sur {k} "
                "chante dans la chorale. Combien de filles chantent dans la chorale ?",
            ),
            "theatre": (
                "Un théâtre a {n} rangées. La première rangée a {a} places, et chacune des suivantes a {d} "
                "places de plus que la précédente. Un billet coûte {p} euros et tous sont vendus. Combien "
                "d'euros le théâtre encaisse-t-il ?",
                "La première rangée d'un théâtre a {a} places, chaque rangée suivante en a {d} de plus que "
                "la précédente, et il y a {n} rangées en tout. Si toutes les places sont vendues à {p} "
                "euros, combien d'euros cela fait-il ?",
            ),
        },
        forms=(
            "Réponds seulement par le nombre, sans unité.",
            "La réponse est un nombre entier : écris-le en chiffres, sans unité.",
            "Donne uniquement le résultat, en chiffres.",
        ),
        held_out_forms=(
            "Indique seulement le nombre entier demandé.",
            "Écris pour réponse un seul nombre, sans aucun mot.",
        ),
    ),
    Language(
        code="de",
        name="German",
        persons=("Hannah", "Jonas", "Lena", "Felix"),
        texts={
            "change": (
                "{one} kauft {a} Hefte zu je {p} Euro und {b} Stifte zu je {q} Euro und bezahlt mit {t} "
                "Euro. Wie viele Euro bekommt {one} zurück?",
                "Ein Heft kostet {p} Euro, ein Stift {q} Euro. {one} nimmt {a} Hefte und {b} Stifte und "
                "gibt an der Kasse {t} Euro. Wie hoch ist das Wechselgeld in Euro?",
            ),
            "savings": (
                "{one} hat {a} Euro und spart {w} Wochen lang jede Woche {s} Euro. Danach gibt {one} {c} "
                "Euro für ein Geschenk aus. Wie viele Euro bleiben übrig?",
                "In einer Spardose sind {a} Euro. {one} legt {w} Wochen lang wöchentlich {s} Euro hinein "
                "und nimmt am Ende {c} Euro heraus. Wie viele Euro sind noch in der Spardose?",
            ),
            "journey": (
                "Eine Strecke ist {d} Kilometer lang. Ein Zug fährt {h} Stunden mit {v} Kilometern pro "
                "Stunde und dann {g} Stunden mit {w} Kilometern pro Stunde. Wie viele Kilometer fehlen noch?",
                "Ein Zug fährt zu einer Stadt, die {d} Kilometer entfernt ist. In den ersten {h} Stunden "
                "legt er {v} Kilometer pro Stunde zurück, in den nächsten {g} Stunden {w} Kilometer pro "
                "Stunde. Wie viele Kilometer ist er dann noch von der Stadt entfernt?",
            ),
            "apples": (
                "Es gibt {b} Kisten mit je {k} Äpfeln. {r} faule Äpfel werden weggeworfen, und der Rest "
                "wird gleichmäßig auf {f} Familien verteilt. Wie viele Äpfel bekommt jede Familie?",
                "Aus {b} Kisten zu je {k} Äpfeln werden insgesamt {r} schlechte Äpfel entfernt. Die übrigen "
                "teilen sich {f} Familien zu gleichen Teilen. Wie viele Äpfel erhält eine Familie?",
            ),
            "girls": (
                "Eine Schule hat {n} Kinder. {p} Prozent davon sind Mädchen. Von je {k} Mädchen trägt eines "
                "eine Brille. Wie viele Mädchen tragen eine Brille?",
                "Von den {n} Kindern einer Schule sind {p} Prozent Mädchen, und eines von je {k} Mädchen "
                "singt im Chor. Wie viele Mädchen singen im Chor?",
            ),
            "theatre": (
                "Ein Theater hat {n} Reihen. Die erste Reihe hat {a} Plätze, und jede weitere hat {d} "
                "Plätze mehr als die vorige. Eine Karte kostet {p} Euro, und alle werden verkauft. Wie "
                "viele Euro nimmt das Theater ein?",
                "In der ersten Reihe eines Theaters sind {a} Plätze, in jeder folgenden {d} mehr als in der "
                "davor, und es gibt insgesamt {n} Reihen. Wie viele Euro ergibt es, wenn alle Plätze für je "
                "{p} Euro verkauft werden?",
            ),
        },
        forms=(
            "Antworte nur mit der Zahl, ohne Einheit.",
            "Die Antwort ist eine ganze Zahl: schreibe sie in Ziffern und ohne Einheit.",
            "Gib nur das Ergebnis in Ziffern an.",
        ),
        held_out_forms=(
            "Nenne allein die gesuchte ganze Zahl.",
            "Schreibe als Antwort eine einzige Zahl und keine Wörter.",
        ),
    ),
    Language(
        code="ru",
        name="Russian",
        persons=("Анна", "Мария", "Ольга", "Вера"),
        texts={
            "change": (
                "{one} покупает {a} шт. тетрадей по {p} руб. и {b} шт. ручек по {q} руб. и отдаёт на кассе "
                "{t} руб. Сколько рублей сдачи она получит?",
                "Тетрадь стоит {p} руб., ручка — {q} руб. {one} берёт тетради ({a} шт.) и ручки ({b} шт.) и "
                "платит {t} руб. Сколько рублей составит сдача?",
            ),
            "savings": (
                "{one} копит деньги: сначала у неё есть {a} руб., и каждую неделю она откладывает ещё {s} "
                "руб. Число недель — {w}. Потом она тратит {c} руб. на подарок. Сколько рублей останется?",
                "В копилке лежит {a} руб. Каждую неделю {one} кладёт туда {s} руб.; число таких недель — "
                "{w}. В конце она достаёт {c} руб. Сколько рублей осталось в копилке?",
            ),
            "journey": (
                "Весь путь — {d} км. Поезд идёт {h} ч со скоростью {v} км/ч, а затем {g} ч со скоростью {w} "
                "км/ч. Сколько километров осталось пройти?",
                "Поезд едет в город, до которого {d} км: сначала {h} ч со скоростью {v} км/ч, потом {g} ч "
                "со скоростью {w} км/ч. Сколько километров ему ещё ехать?",
            ),
            "apples": (
                "Яблоки лежат в ящиках: ящиков — {b}, в каждом по {k} шт. Испорченные яблоки ({r} шт.) "
                "выбросили, а остальные разделили поровну между семьями, число которых — {f}. Сколько яблок "
                "получила каждая семья?",
                "Число ящиков — {b}, в каждом яблок — {k}. Из всех яблок {r} шт. оказались плохими, и их "
                "убрали. Остальные поровну раздали семьям; число семей — {f}. Сколько яблок досталось одной "
                "семье?",
            ),
            "girls": (
                "В школе число учеников — {n}. Девочки составляют {p} % из них. Очки носит одна из каждых "
                "{k} девочек. Сколько девочек носят очки?",
                "Из всех учеников школы (их число — {n}) девочек {p} %. Каждая {k}-я девочка поёт в хоре. "
                "Сколько девочек поёт в хоре?",
            ),
            "theatre": (
                "В театре число рядов — {n}. В первом ряду мест — {a}, а в каждом следующем на {d} больше, "
                "чем в предыдущем. Билет стоит {p} руб., и все билеты проданы. Сколько рублей выручил театр?",
                "Число мест в первом ряду театра — {a}, в каждом следующем ряду оно больше на {d}; число "
                "рядов — {n}. Все места проданы по {p} руб. Сколько рублей получено за билеты?",
            ),
        },
        forms=(
            "Ответьте только числом, без единицы измерения.",
            "Ответ — целое число: запишите его цифрами, без единицы измерения.",
            "Дайте только результат, цифрами.",
        ),
        held_out_forms=(
            "Назовите одно лишь искомое целое число.",
            "Запишите в ответе единственное число, без слов.",
        ),
    ),
    Language(
        code="sw",
        name="Swahili",
        persons=("Amina", "Juma", "Neema", "Baraka"),
        texts={
            "change": (
                "{one} ananunua madaftari {a} kwa shilingi {p} kila moja na kalamu {b} kwa shilingi {q} "
                "kila moja. Analipa shilingi {t}. Atarudishiwa shilingi ngapi?",
                "Daftari moja ni shilingi {p} na kalamu moja ni shilingi {q}. {one} anachukua madaftari {a} "
                "na kalamu {b}, kisha anatoa shilingi {t}. Chenji yake ni shilingi ngapi?",
            ),
            "savings": (
                "{one} ana shilingi {a} na anaweka akiba ya shilingi {s} kila wiki kwa wiki {w}. Kisha "
                "anatumia shilingi {c} kununua zawadi. Atabaki na shilingi ngapi?",
                "Kibubu kina shilingi {a}. Kwa wiki {w}, {one} anaongeza shilingi {s} kila wiki, kisha "
                "anatoa shilingi {c}. Kibubu kitabaki na shilingi ngapi?",
            ),
            "journey": (
                "Safari yote ni kilomita {d}. Treni inakwenda kilomita {v} kwa saa kwa muda wa saa {h}, "
                "kisha kilomita {w} kwa saa kwa muda wa saa {g}. Zimebaki kilomita ngapi?",
                "Treni inakwenda mji ulio umbali wa kilomita {d}. Katika saa {h} za kwanza inakwenda "
                "kilomita {v} kila saa, na katika saa {g} zinazofuata kilomita {w} kila saa. Bado kilomita "
                "ngapi kufika mjini?",
            ),
            "apples": (
                "Kuna masanduku {b}, na kila moja lina matufaha {k}. Matufaha {r} yaliyooza yanatupwa. "
                "Yaliyobaki yanagawiwa sawasawa kwa familia {f}. Kila familia inapata matufaha mangapi?",
                "Masanduku {b} yana matufaha, {k} katika kila sanduku. Matufaha mabaya {r} yanaondolewa, na "
                "mengine yote yanagawanywa sawa kwa familia {f}. Kila familia itapata matufaha mangapi?",
            ),
            "girls": (
                "Shule ina wanafunzi {n}. Asilimia {p} ya wanafunzi ni wasichana. Mmoja kati ya kila "
                "wasichana {k} anavaa miwani. Wasichana wangapi wanavaa miwani?",
                "Kati ya wanafunzi {n} wa shule moja, asilimia {p} ni wasichana. Mmoja kati ya kila "
                "wasichana {k} anaimba kwaya. Wasichana wangapi wanaimba kwaya?",
            ),
            "theatre": (
                "Ukumbi una safu {n} za viti. Safu ya kwanza ina viti {a}, na kila safu inayofuata ina viti "
                "{d} zaidi ya safu iliyotangulia. Tiketi moja ni shilingi {p}, na tiketi zote zimeuzwa. "
                "Zimepatikana shilingi ngapi?",
                "Safu ya kwanza ya ukumbi ina viti {a}; kila safu baada yake inazidi iliyotangulia kwa viti "
                "{d}; safu zote ni {n}. Ikiwa kila kiti kinauzwa kwa shilingi {p}, jumla ni shilingi ngapi?",
            ),
        },
        forms=(
            "Jibu kwa namba tu, bila kipimo.",
            "Jibu ni namba nzima: iandike kwa tarakimu, bila kipimo.",
            "Toa jibu la mwisho tu, kwa tarakimu.",
        ),
        held_out_forms=(
            "Taja namba nzima inayotakiwa peke yake.",
            "Andika namba moja tu kama jibu, bila maneno.",
        ),
    ),
)
