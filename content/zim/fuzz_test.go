package zim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"testing"

	"lamplight/content/importtest"
	"lamplight/content/zim/zimtest"
)

func kind(err error) bool {
	return err == nil || errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrNotExist)
}

// FuzzArchive opens any bytes as a ZIM and reads all it offers: no panic, no endless walk, every error of a kind.
func FuzzArchive(f *testing.F) {
	for _, r := range []zimtest.Recipe{modern(), classic()} {
		for i := range r.Entries {
			r.Entries[i].Data = r.Entries[i].Data[:min(200, len(r.Entries[i].Data))] // short seeds, many tries
		}
		f.Add(r.Make(f))
	}
	f.Add(zimtest.Recipe{Major: 6, Minor: 1}.Make(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := openArchive(bytes.NewReader(b), int64(len(b)), "fuzz.zim", NewCache(1<<20))
		if err != nil {
			if !kind(err) {
				t.Fatal(err)
			}
			return
		}
		if _, err := a.verify(context.Background()); err != nil && !kind(err) {
			t.Error(err)
		}
		r := &Reader{archive: a, identity: func() string { return "" }}
		nodes, _, err := r.Children("", 0, 50)
		if !kind(err) {
			t.Error(err)
		}
		for _, n := range nodes {
			if _, err := r.File(n.Path); !kind(err) {
				t.Error(err)
			}
		}
		r.MainPage()
		r.Suggest("m", 3)
	})
}

// FuzzCluster unpacks any bytes as a cluster and asks for a blob far in.
func FuzzCluster(f *testing.F) {
	f.Add(zimtest.PackCluster(f, packZstd, []string{"one", prose(1, 300), "three"}), uint32(1))
	f.Add(zimtest.PackCluster(f, packNone|wideOffsets, []string{"one", "two"}), uint32(0))
	f.Add(zimtest.PackCluster(f, packZstd|wideOffsets, []string{prose(2, 5000), prose(3, 9)}), uint32(1))
	for _, b := range xzClusters(f) {
		f.Add(b, uint32(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, blob uint32) {
		a := clusterArchive(b)
		s, err := a.blob(0, blob, nil)
		if !kind(err) {
			t.Error(err)
		}
		if s.inFile && s.at+s.size > uint64(len(b))+80+8 {
			t.Errorf("a blob at %d of %d bytes in %d", s.at, s.size, len(b))
		}
		if _, err := a.checkCluster(0); !kind(err) {
			t.Error(err)
		}
	})
}

// clusterArchive is an archive of nothing but one cluster.
func clusterArchive(b []byte) *archive {
	file := append(binary.LittleEndian.AppendUint64(make([]byte, 80), 88), b...)
	return &archive{
		r: bytes.NewReader(file), size: int64(len(file)), end: uint64(len(file)), name: "fuzz.zim", cache: NewCache(1 << 20),
		header: header{major: 6, minor: 1, entries: 1000, clusters: 1, clusterPtr: 80, mimePos: 80},
	}
}

// xzClusters are the xz clusters of the corpus, where there is one: nothing here writes xz.
func xzClusters(f *testing.F) (found [][]byte) {
	if _, err := os.Stat("../../../shared/corpus"); err != nil && os.Getenv("LAMPLIGHT_CORPUS") == "" {
		return nil
	}
	for _, e := range importtest.OfFormat(importtest.Manifest(f), "zim") {
		src, err := openFiles([]string{e.File})
		if err != nil {
			f.Fatal(err)
		}
		defer src.Close()
		a, err := openArchive(src, src.size(), e.Path, NewCache(1<<20))
		if err != nil {
			f.Fatal(err)
		}
		for c := range a.header.clusters {
			head, err := a.clusterHead(c)
			if err != nil || head.pack != packXZ {
				continue
			}
			b := make([]byte, head.hint+1)
			if err := a.read(b, head.data-1, "cluster"); err != nil {
				f.Fatal(err)
			}
			found = append(found, b)
		}
	}
	return found
}

// FuzzDirent: what is parsed lies inside the bytes.
func FuzzDirent(f *testing.F) {
	f.Add([]byte("\x00\x00\x00C\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00path\x00title\x00"))
	f.Add([]byte("\xff\xff\x02A\x00\x00\x00\x00\x01\x00\x00\x00path\x00\x00xx"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := parseDirent(b)
		if err != nil && err != errShort {
			t.Error(err)
		}
		if err == nil && (len(d.path)+len(d.title)+10 > len(b) || d.keep().title == "" && len(d.path) > 0) {
			t.Errorf("%q %q of %d bytes", d.path, d.title, len(b))
		}
	})
}
