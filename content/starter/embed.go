// Package starter holds the courses Lamplight ships, written by us and embedded in the binary: how to use it, twelve units
// for its teachers, how to teach with it, and first numbers.
//
// The folders lie under courses/. What is embedded is courses.zst, a sixth of their size; after a change there, make it
// again: go test ./content/starter -run TheSourcesAreEmbedded -update
//
// Each is a plain course folder in the format of package pack, under courses/, licensed CC BY-SA 4.0 (its course.md
// says so). Folders that belong together end in their language: first-numbers-en, first-numbers-fr, first-numbers-ar;
// resources and items that teach the same thing have the same declared id in each of them, and the same rating.
//
// Ratings are our own estimates, made by reading each question, not measured: 1000 is one that a child who begins the
// course gets right half the time at the first try without a hint, 800 three times in four, 620 nine times in ten. Within a
// skill they differ by what makes a question harder (a picture less, a step more, an unknown in front), and by what a
// guess is worth. They are to be refined from learners' answers. Prerequisites in skills.md are those that the course
// itself follows.
package starter

import (
	"archive/zip"
	"bytes"
	_ "embed" // courses.zst
	"io/fs"

	"github.com/klauspost/compress/zstd"
)

// packed is courses/ as a zip of stored files (names and bytes alone, by name), as one zstd frame.
//
//go:embed courses.zst
var packed []byte

// A Course is one course folder. Dir is its name, which is also the id in its course.md; FS is rooted at the folder,
// so course.md lies at its top.
type Course struct {
	Dir string
	FS  fs.FS
}

// Courses lists the embedded courses by folder name. The files are read-only and never absent: what cannot be read is a
// mistake made at build time, so it panics. They take a megabyte while somebody holds them.
func Courses() []Course {
	files := unpack()
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic("starter: " + err.Error())
	}
	var courses []Course
	for _, e := range entries {
		sub, err := fs.Sub(files, e.Name())
		if err != nil {
			panic("starter: " + err.Error())
		}
		courses = append(courses, Course{Dir: e.Name(), FS: sub})
	}
	return courses
}

func unpack() fs.FS {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic("starter: " + err.Error())
	}
	defer d.Close()
	b, err := d.DecodeAll(packed, nil)
	if err != nil {
		panic("starter: " + err.Error())
	}
	files, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic("starter: " + err.Error())
	}
	return files
}
