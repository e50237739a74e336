package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// parseArticles reads header, MIME list and dirents of a trusted ZIM held in memory.
func parseArticles(b []byte) (clusters [][]string, err error) {
	defer func() {
		if r := recover(); r != nil { // an offset outside: the file is not the one we know
			err = fmt.Errorf("not a ZIM that can be listed: %v", r)
		}
	}()
	le := binary.LittleEndian
	newNamespaces := le.Uint16(b[6:]) >= 1
	entries, paths := le.Uint32(b[24:]), le.Uint64(b[32:])
	mimes := bytes.Split(b[le.Uint64(b[56:]):][:4096], []byte{0})
	of := map[uint32][]string{}
	for i := range uint64(entries) {
		d := b[le.Uint64(b[paths+8*i:]):]
		mime, ns := le.Uint16(d), d[3]
		if int(mime) >= len(mimes) || !strings.HasPrefix(string(mimes[mime]), "text/html") {
			continue // an image, a redirect
		}
		name, _, _ := bytes.Cut(d[16:], []byte{0})
		path := string(name)
		if !newNamespaces {
			path = string(rune(ns)) + "/" + path
		}
		cluster := le.Uint32(d[8:])
		of[cluster] = append(of[cluster], path)
	}
	for _, c := range slices.Sorted(maps.Keys(of)) {
		clusters = append(clusters, of[c])
	}
	if len(clusters) < 2 {
		return nil, fmt.Errorf("its articles lie in %d clusters, two are needed", len(clusters))
	}
	return clusters, nil
}
