// Assets puts what only some builds carry into static/npm: fonts out of node_modules, clips that espeak-ng speaks.
//
//	go run ./ui/assets fonts ui     after npm ci in ui
//	go run ./ui/assets voices ui    with espeak-ng and ffmpeg installed
//
// What lies there is embedded by the next build; without it every page still works.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"lamplight/ui"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "assets: want fonts or voices, then the ui folder")
		os.Exit(2)
	}
	var err error
	switch npm := filepath.Join(os.Args[2], "static", "npm"); os.Args[1] {
	case "fonts":
		err = copyFonts(filepath.Join(os.Args[2], "node_modules", "@fontsource"), filepath.Join(npm, ui.FontFolder))
	case "voices":
		err = speakAll(filepath.Join(npm, ui.VoiceFolder))
	default:
		err = fmt.Errorf("assets: nobody makes %q", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// copyFonts copies each face's files with the terms it comes on: a font without its terms is not taken.
func copyFonts(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	total := 0
	for _, x := range ui.Faces {
		names := map[string]string{filepath.Join(from, x.Package, "LICENSE"): x.Package + ".LICENSE"}
		for _, file := range x.Files {
			names[filepath.Join(from, x.Package, "files", file+".woff2")] = file + ".woff2"
		}
		for source, name := range names {
			data, err := os.ReadFile(source)
			if err != nil {
				return fmt.Errorf("assets: %s (run npm ci in ui first): %w", x.Family, err)
			}
			if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
				return err
			}
			total += len(data)
		}
	}
	fmt.Printf("%d faces, %d KB in %s\n", len(ui.Faces), total>>10, to)
	return nil
}
