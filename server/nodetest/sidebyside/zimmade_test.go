package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lamplight/content"
	"lamplight/content/importtest"
	"lamplight/content/zim"
)

// TestTheMadeEncyclopediaIsAZIM reads every page that the load will ask for, and every check that an importer makes.
func TestTheMadeEncyclopediaIsAZIM(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made.zim")
	const clusters = 3
	if err := writeZIM(path, clusters); err != nil {
		t.Fatal(err)
	}
	listed, err := zimArticles(path)
	if err != nil || len(listed) != clusters {
		t.Fatalf("%d clusters with articles, %v; want %d", len(listed), err, clusters)
	}
	p, err := zim.Format{}.Plan(context.Background(), path, content.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := zim.Format{}.Open(p.Course, importtest.Install(t, p), p.Index)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, c := range listed {
		n := 0
		for _, article := range c {
			f, err := r.File(article)
			if err != nil || !bytes.HasPrefix(f.Bytes, []byte("<!DOCTYPE html>")) || f.MIME != "text/html; charset=utf-8" {
				t.Fatalf("%s: %s, %v", article, f.MIME, err)
			}
			n += len(f.Bytes)
		}
		if n < clusterBytes-300<<10 || n > clusterBytes {
			t.Errorf("a cluster of %d bytes, want a little less than %d", n, clusterBytes)
		}
	}
	b, _ := os.ReadFile(path)
	if ratio := float64(clusters*clusterBytes) / float64(len(b)); ratio < 4 || ratio > 8 {
		t.Errorf("packs %.1f times, real ones 5 to 7", ratio)
	}
	if strings.Count(string(b[:200]), "text/html") != 1 {
		t.Error("no MIME list where it belongs")
	}
}

// Small books must be told apart by name, or a hundred of them are one course.
func TestSmallBooksAreCoursesOfTheirOwn(t *testing.T) {
	seen := map[content.CourseID]bool{}
	for i := range 3 {
		path := filepath.Join(t.TempDir(), "small.zim")
		if err := writeSmallZIM(path, i, 20); err != nil {
			t.Fatal(err)
		}
		p, err := zim.Format{}.Plan(context.Background(), path, content.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Course.Resources != 20 || seen[p.Course.ID] {
			t.Errorf("book %d: %d pages, id %s seen before: %v", i, p.Course.Resources, p.Course.ID, seen[p.Course.ID])
		}
		seen[p.Course.ID] = true
	}
}
