package search

import (
	"strings"
	"sync"
)

// commonWords are words of a language that say little by themselves: a question is found by its others, and a text without a
// stated language is told by them. They are still found when nothing else is asked for.
var commonWords = sync.OnceValue(func() map[string]map[string]bool {
	lists := map[string]string{
		"en": "a an and are as at be but by can do does for from has have how i in is it its me my not of on or our that the their there they this to was we were what when where which who why will with you your",
		"fr": "a au aux avec ce ces comment dans de des du elle en est et il ils je la le les leur ma mais me mon ne nous on ou par pas plus pour pourquoi qu que quel quelle qui sa se ses son sont sur un une vous c d l n s",
		"es": "a al como con cual cuando de del donde el ella en es esta este la las lo los mas mi no nos o para pero por porque que quien se sin son su sus un una y",
		"pt": "a ao aos as com como da das de do dos e ela ele em entre essa este eu mais mas na nas no nos o os ou para pela pelo por porque qual quando que quem se sem seu sua um uma",
		"de": "das dem den der des die ein eine einer es fur ich im in ist mit nicht oder sie sind und von war was wie wer wir zu zum",
		"sw": "cha gani hii hiyo huo huyo je kama kila kuwa kwa la lakini na nani ni nini pia sana ya yake wa wake wapi za vya katika kwamba alikuwa",
		"ar": "ان او في من علي الي عن ما هو هي هذا هذه ذلك التي الذي كان مع ثم لا لم لن قد كل كيف اين متي لماذا هل و",
		"hi": "और का की के को में से है हैं था थे थी यह वह कि जो पर ने भी एक क्या कैसे क्यों कौन कहाँ कहां हो ही तो इस उस",
		"bn": "এবং ও এই সেই কি কী কে তার আমি সে তুমি না যে হয় একটি করে থেকে জন্য কেন কোথায় কেমন ছিল",
		"am": "እና ነው ነበር ላይ ውስጥ ይህ ያ ወደ ግን ምን ማን የት እንዴት ለምን አንድ",
		"ru": "а в вы где и из как кто на не но о он она они от по с то у что это я",
		"my": "", "zh": "的 了 是 在 什么 怎么 什 么 怎 吗 呢 么是 是什 为什 和 有", "ja": "の は が を に で と です ます とは は何 何で 何です です すか ま し た",
	}
	out := make(map[string]map[string]bool, len(lists))
	for lang, list := range lists {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(list) {
			form, _ := fold(w)
			set[form] = true
		}
		out[lang] = set
	}
	return out
})

// guessed is the language of a text in a script of several, by its common words; "" where they do not tell.
func guessed(text string) string {
	counts, seen := map[string]int{}, 0
	words(text, true, func(w word) bool {
		for lang, set := range commonWords() {
			if set[w.form] {
				counts[lang]++
			}
		}
		seen++
		return seen < 200
	})
	best, second := "", 0
	for lang, n := range counts {
		if n > counts[best] || n == counts[best] && lang < best {
			best = lang
		}
	}
	for lang, n := range counts {
		if lang != best {
			second = max(second, n)
		}
	}
	if counts[best] < 2 || counts[best] <= second || counts[best]*20 < seen {
		return ""
	}
	return best
}
