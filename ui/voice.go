package ui

import (
	"io/fs"
	"strings"

	"lamplight/ui/view"
)

// Spoken are the messages of the main controls that have a clip: read aloud for who cannot read yet. None has a
// {placeholder}.
var Spoken = []string{
	"exercise.answer", "exercise.hint", "exercise.another", "exercise.sister", "exercise.done", "exercise.listen",
	"quiz.begin", "quiz.again", "quiz.save", "quiz.save-next", "quiz.previous", "quiz.hand-in", "quiz.back-to-questions", "quiz.see-report",
	"place.home", "place.library", "place.search", "place.progress", "place.settings",
	"home.go-on", "resource.finish", "resource.finish-next", "settings.save", "settings.sign-out",
	"login.title", "login.class", "login.who", "login.button", "login.pictures.1", "login.pictures.2", "login.pictures.3", "login.not-me", "card.me",
}

// VoiceFolder is where the clips of the build lie in NPM(): LANGUAGE/MESSAGE.mp3. A school's own recordings have the same
// names.
const VoiceFolder = "voice"

// Clips are the messages that the build speaks in a language.
func Clips(lang string) []string {
	entries, err := fs.ReadDir(NPM(), VoiceFolder+"/"+lang)
	if err != nil {
		return nil
	}
	var keys []string
	for _, e := range entries {
		if key, ok := strings.CutSuffix(e.Name(), ".mp3"); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// Clip is the build's sound of a message in a language, MP3; false when it has none.
func Clip(lang, key string) ([]byte, bool) {
	name := VoiceFolder + "/" + lang + "/" + key + ".mp3"
	if !fs.ValidPath(name) {
		return nil, false
	}
	data, err := fs.ReadFile(NPM(), name)
	return data, err == nil
}

// spoken says whether a speaker stands beside a message on this page.
func spoken(f view.Frame, key string) bool {
	return f.Clips[key] && (f.Aloud || signingIn(f))
}

func clipURL(f view.Frame, key string) string {
	return "/voice/" + words(f).Tag() + "/" + key
}
