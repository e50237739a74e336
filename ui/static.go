package ui

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/zeebo/blake3"
)

//go:embed static/lamplight.css static/lamplight.js static/icons.svg
var ownFiles embed.FS

//go:embed static/npm
var npmFiles embed.FS

// NPM holds the third-party scripts and fonts that the build fetched; it has only a README when none were.
func NPM() fs.FS {
	sub, err := fs.Sub(npmFiles, "static/npm")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// An Asset is a static file, ready to be sent for ever: its name changes with its content. Its bytes are shared and
// must not be changed.
type Asset struct {
	Name  string // "lamplight-1f0c9a77.css": served at StaticPath + Name
	Type  string // Content-Type
	ETag  string // without quotes
	Bytes []byte
	Gzip  []byte // Bytes as one gzip member
}

// StaticPath is where the server puts Static.
const StaticPath = "/static/"

// CSP is the content security policy that all our pages obey. player is the origin of the player's port, the only place
// a frame from elsewhere may come from; "" allows none.
func CSP(player string) string {
	return strings.TrimSpace("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; frame-src 'self' " + player)
}

// Static is every file our pages ask for, by the name in its address. The map is shared: do not change it.
func Static() map[string]Asset { return assets().byName }

// AssetURL is the address of a static file by its name in the source, "lamplight.css".
func AssetURL(name string) string { return assets().urls[name] }

type assetSet struct {
	byName map[string]Asset
	urls   map[string]string
}

var assets = sync.OnceValue(func() assetSet {
	set := assetSet{map[string]Asset{}, map[string]string{}}
	for _, name := range []string{"lamplight.css", "lamplight.js", "icons.svg"} {
		data, err := ownFiles.ReadFile("static/" + name)
		if err != nil {
			panic(err) // the file is embedded above
		}
		a := newAsset(name, data)
		set.byName[a.Name] = a
		set.urls[name] = StaticPath + a.Name
	}
	return set
})

func newAsset(name string, data []byte) Asset {
	ext := path.Ext(name)
	a := Asset{Bytes: data}
	switch ext {
	case ".css":
		a.Type, a.Bytes = "text/css; charset=utf-8", []byte(compileCSS(string(data)))
	case ".js":
		a.Type, a.Bytes = "text/javascript; charset=utf-8", []byte(stripJS(string(data)))
	case ".svg":
		a.Type = "image/svg+xml"
	}
	sum := blake3.Sum256(a.Bytes)
	a.ETag = hex.EncodeToString(sum[:16])
	a.Name = strings.TrimSuffix(name, ext) + "-" + a.ETag[:8] + ext
	a.Gzip = gzipped(a.Bytes)
	return a
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is right, so there is no error
	w.Write(data)                                         // nor from a bytes.Buffer
	w.Close()
	return b.Bytes()
}
