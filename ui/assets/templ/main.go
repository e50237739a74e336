// Templ turns each .templ file under the working directory into Go: what templ itself writes, shortened into calls of ui's canvas.
//
//	go tool templ generate
//
// It stands in go.mod in the place of templ's own command, whose other commands it lacks.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/a-h/templ"
	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] != "generate" {
		fmt.Fprintln(os.Stderr, "templ: want generate")
		os.Exit(2)
	}
	if err := generateAll("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// generateAll writes the _templ.go of every template in root's tree that differs from what lies there.
func generateAll(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") && path != root):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".templ":
			return nil
		}
		code, err := generate(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		target := strings.TrimSuffix(path, ".templ") + "_templ.go"
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, code) {
			return nil
		}
		fmt.Println(target)
		return os.WriteFile(target, code, 0o644)
	})
}

// generate returns the Go of one template.
func generate(path string) ([]byte, error) {
	file, err := parser.Parse(path)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := generator.Generate(file, &b, generator.WithFileName(path), generator.WithVersion(templ.Version())); err != nil {
		return nil, err
	}
	short, err := shorten(b.Bytes())
	if err != nil {
		return nil, err
	}
	return format.Source(short)
}
