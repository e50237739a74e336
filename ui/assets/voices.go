package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"lamplight/ui"
	"lamplight/ui/locale"
)

// voices are espeak-ng's, by language of the pages. It has none for Hausa: there a school records its own.
var voices = map[string]string{
	"en": "en-gb", "fr": "fr-fr", "es": "es", "pt": "pt-br", "ar": "ar", "sw": "sw", "hi": "hi", "bn": "bn", "ur": "ur", "am": "am", "zh": "cmn",
}

const (
	maxClip = 6 << 10 // bytes
	usual   = 150     // words a minute
	quick   = 210     // where a sentence is long
)

// speakAll makes the clips of every language that has a voice, of the messages it has itself.
func speakAll(to string) error {
	total, clips, largest := 0, 0, 0
	for lang, voice := range voices {
		report, ok := locale.Check(lang)
		if !ok || len(report.Missing) == report.Total {
			continue
		}
		folder := filepath.Join(to, lang)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		l := locale.For(lang)
		for _, key := range ui.Spoken {
			if !l.Has(key) {
				continue
			}
			clip, err := speak(voice, l.T(key))
			if err != nil {
				return fmt.Errorf("assets: %s in %s: %w", key, lang, err)
			}
			if err := os.WriteFile(filepath.Join(folder, key+".mp3"), clip, 0o644); err != nil {
				return err
			}
			total, clips, largest = total+len(clip), clips+1, max(largest, len(clip))
		}
	}
	fmt.Printf("%d clips, %d KB, the largest %d bytes, in %s\n", clips, total>>10, largest, to)
	return nil
}

// speak is a sentence as MP3: one channel, 16 kHz, 16 kbit/s, which every phone since Android 4 plays, without tags and
// without silence at its ends. One that is too long is said once more, quicker.
func speak(voice, words string) ([]byte, error) {
	for _, pace := range []int{usual, quick} {
		wave, err := run(nil, "espeak-ng", "-v", voice, "-s", strconv.Itoa(pace), "--stdout", words)
		if err != nil {
			return nil, err
		}
		const quiet = "silenceremove=start_periods=1:start_threshold=-45dB,areverse"
		clip, err := run(wave, "ffmpeg", "-v", "error", "-i", "pipe:0", "-af", quiet+","+quiet, "-ac", "1", "-ar", "16000", "-c:a", "libmp3lame",
			"-b:a", "16k", "-write_xing", "0", "-id3v2_version", "0", "-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mp3", "pipe:1")
		if err != nil || len(clip) <= maxClip {
			return clip, err
		}
	}
	return nil, fmt.Errorf("%q is longer than %d KB: say it shorter", words, maxClip>>10)
}

func run(in []byte, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(in)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s (apt-get install espeak-ng ffmpeg): %w: %.300s", name, err, problems.String())
	}
	return out, nil
}
