package ui

import "lamplight/ui/view"

// fewLevel is the colour of a result that fewer than enough, or enough, got right.
func fewLevel(few bool) string {
	if few {
		return "nearly"
	}
	return "can"
}

func fewSign(few bool) string {
	if few {
		return "careful"
	}
	return "right"
}

func fewBanner(few bool) string {
	if few {
		return "careful"
	}
	return "saved"
}

func fewWords(few bool) string {
	if few {
		return "loop.live.few"
	}
	return "loop.live.enough"
}

// partOf is the address of one part of a film: a browser without our script stops by itself at its end.
func partOf(v view.Conduct) string {
	at := v.Film.Source + "#t=" + seconds(v.Start)
	if v.End > 0 {
		at += "," + seconds(v.End)
	}
	return at
}

// nextKind makes going on the main button once the stop's answers are counted.
func nextKind(v view.Conduct) string {
	if v.Stop == nil || v.Stop.Ran != nil && !v.Stop.Ran.Few {
		return "main"
	}
	return "plain"
}
