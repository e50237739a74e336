package ui

import (
	"lamplight/ui/locale"
	"lamplight/ui/view"
)

// letterChoices are the letters there are: Nastaliq only for Urdu, on a box that has it.
func letterChoices(v view.Settings) []string {
	all := []string{"plain", "clear"}
	if v.Nastaliq {
		all = append(all, "nastaliq")
	}
	return all
}

// digitChoices are the digits that readers of the language may like; one choice is none.
func digitChoices(v view.Settings) []string {
	all := locale.NumberSystems(words(v.Frame).Tag())
	chosen := v.Wishes.Digits
	if chosen != "" && chosen != "language" && chosen != all[len(all)-1] && chosen != "latn" {
		all = append(all, chosen) // chosen in another language
	}
	if len(all) == 1 {
		return nil
	}
	return append([]string{"language"}, all...)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func needWords(l *localeOf, n view.Needs, key string) string {
	if key == "time" {
		return l.T("needs.time") + ": + " + l.Percent(n.ExtraTime)
	}
	return l.T("needs." + key)
}

// interfaceName is what a language of the pages is called in the menu: of Chinese there is one, in simple signs.
func interfaceName(tag string) string {
	if tag == "zh" {
		return locale.Name("zh-Hans")
	}
	return locale.Name(tag)
}

// preload is how much of a film or sound is fetched before somebody plays it.
func preload(f view.Frame) string {
	if f.Data == "low" {
		return "none"
	}
	return "metadata"
}

func twinWords(v view.Resource) string {
	if v.TwinSigned {
		return "resource.signed"
	}
	return "resource.spoken"
}
