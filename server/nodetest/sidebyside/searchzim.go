package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// searchedVersion is of what searched writes: a kept file of another is not used.
const searchedVersion = 1

// searchedZIM is a ZIM of so many made-up pages with the full-text index that kiwix-serve searches, made by zimwriterfs.
// It takes minutes to make, so it is kept between runs in the machine's folder for temporary files.
func searchedZIM(ctx context.Context, pages int) (path string, err error) {
	kept := filepath.Join(os.TempDir(), "lamplight-sidebyside")
	path = filepath.Join(kept, fmt.Sprintf("searched-%d-v%d.zim", pages, searchedVersion))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	writer, err := exec.LookPath("zimwriterfs")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(kept, 0o700); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(kept, "pages")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	if err := writeSearched(folder, pages); err != nil {
		return "", err
	}
	start, made := time.Now(), path+".new"
	_ = os.Remove(made) // of a run that was stopped
	cmd := exec.CommandContext(ctx, writer, "-w", "index.html", "-I", "icon.png", "-l", "mul", "-t", "Made to be searched",
		"-d", "Made-up pages", "-c", "sidebyside", "-p", "sidebyside", "-n", fmt.Sprintf("searched-%d", pages), "-J", "1", folder, made)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("zimwriterfs: %w: %.400s", err, out)
	}
	fmt.Fprintf(os.Stderr, "zimwriterfs took %v for %d pages\n", time.Since(start).Round(time.Second), pages)
	return path, os.Rename(made, path)
}

// writeSearched lays the pages out as files, a thousand to a folder.
func writeSearched(folder string, pages int) error {
	s := newSearched()
	for i := range pages {
		sub := filepath.Join(folder, fmt.Sprintf("%03d", i/1000))
		if i%1000 == 0 {
			if err := os.Mkdir(sub, 0o700); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("%06d.html", i)), []byte(s.page(i)), 0o600); err != nil {
			return err
		}
	}
	front := "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Front</title></head><body><a href=\"000/000000.html\">1</a></body></html>\n"
	if err := os.WriteFile(filepath.Join(folder, "index.html"), []byte(front), 0o600); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(folder, "icon.png"))
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, image.NewGray(image.Rect(0, 0, 48, 48))), f.Close())
}
