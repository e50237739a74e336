package web

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/server/files"
	"lamplight/ui"
	"lamplight/ui/locale"
)

// A school's own recordings lie in its data folder as voices/LANGUAGE/MESSAGE.mp3 and win over those of the build.

// maxClip is the largest recording that is played: a long sentence at a good quality.
const maxClip = 200 << 10

// messageKey is what a recording may be called, before ".mp3".
var messageKey = regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z0-9-]+){0,4}$`)

// A voiceBook knows which messages can be said, by language; it looks again when a folder has changed.
type voiceBook struct {
	mu   sync.Mutex
	kept map[string]keptVoice
}

type keptVoice struct {
	changed time.Time
	keys    map[string]bool
}

// clips are the messages that can be said in a language of the pages; nil when there are none. The map is shared.
func (s *Server) clips(lang string) map[string]bool {
	folder := filepath.Join(s.VoiceDir, lang)
	var changed time.Time
	if info, err := os.Stat(folder); err == nil && s.VoiceDir != "" {
		changed = info.ModTime()
	}
	s.voices.mu.Lock()
	defer s.voices.mu.Unlock()
	if got, ok := s.voices.kept[lang]; ok && got.changed.Equal(changed) {
		return got.keys
	}
	var keys map[string]bool
	add := func(key string) {
		if keys == nil {
			keys = map[string]bool{}
		}
		keys[key] = true
	}
	for _, key := range ui.Clips(lang) {
		add(key)
	}
	if !changed.IsZero() {
		for _, key := range recordings(folder) {
			add(key)
		}
	}
	if s.voices.kept == nil {
		s.voices.kept = map[string]keptVoice{}
	}
	s.voices.kept[lang] = keptVoice{changed, keys}
	return keys
}

// recordings are the messages a folder has sounds of.
func recordings(folder string) (keys []string) {
	entries, _ := os.ReadDir(folder) // one that cannot be read has none
	for _, e := range entries {
		key, ok := strings.CutSuffix(e.Name(), ".mp3")
		if ok && e.Type().IsRegular() && messageKey.MatchString(key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// sendVoice sends the sound of a message: the school's own, else the build's.
func (s *Server) sendVoice(w http.ResponseWriter, r *request) error {
	lang, key := r.PathValue("lang"), r.PathValue("key")
	if !locale.Speaks(lang) || !messageKey.MatchString(key) {
		return errNotFound(r.URL.Path)
	}
	sound, err := s.recording(lang, key)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.Log.Warn("a school's recording cannot be played", "language", lang, "message", key, "err", err)
		}
		ok := false
		if sound, ok = ui.Clip(lang, key); !ok {
			return errNotFound(r.URL.Path)
		}
	}
	sum := blake3.Sum256(sound)
	file := content.File{Path: key + ".mp3", MIME: "audio/mpeg", ETag: hex.EncodeToString(sum[:16]), Bytes: sound, Size: int64(len(sound))}
	return files.Serve(w, r.Request, file, files.Revalidate)
}

// recording reads a school's own; fs.ErrNotExist when there is none, fs.ErrInvalid when it is too long.
func (s *Server) recording(lang, key string) ([]byte, error) {
	if s.VoiceDir == "" {
		return nil, fs.ErrNotExist
	}
	f, err := os.OpenInRoot(s.VoiceDir, filepath.Join(lang, key+".mp3"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxClip {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	return io.ReadAll(io.LimitReader(f, maxClip))
}
