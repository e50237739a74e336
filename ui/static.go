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

//go:embed static/lamplight.css static/lamplight.js static/icons.svg static/takehome.css static/takehome.js static/app.js static/compose.js static/send.js static/conduct.js
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
func Static() map[string]Asset { return assets() }

// AssetURL is the address of a static file by its name in the source, "lamplight.css".
func AssetURL(name string) string { return addresses()[name] }

var assetNames = []string{"lamplight.css", "lamplight.js", "icons.svg", "app.js", "compose.js", "send.js", "conduct.js"}

// addresses are known without compiling and compressing the files, which would hold up a box's first page.
var addresses = sync.OnceValue(func() map[string]string {
	urls := map[string]string{}
	for _, name := range assetNames {
		urls[name] = StaticPath + hashedName(name, source(name))
	}
	return urls
})

var assets = sync.OnceValue(func() map[string]Asset {
	all := map[string]Asset{}
	for _, name := range assetNames {
		a := newAsset(name, source(name))
		all[a.Name] = a
	}
	return all
})

func source(name string) []byte {
	data, err := ownFiles.ReadFile("static/" + name)
	if err != nil {
		panic(err) // the file is embedded above
	}
	return data
}

// compiler counts changes of compileCSS and stripJS that change what comes out of the same source: names follow it.
const compiler = "1"

func hashed(data []byte) string {
	sum := blake3.Sum256(append([]byte(compiler+"\x00"), data...))
	return hex.EncodeToString(sum[:16])
}

func hashedName(name string, data []byte) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + hashed(data)[:8] + ext
}

func newAsset(name string, data []byte) Asset {
	ext := path.Ext(name)
	a := Asset{Name: hashedName(name, data), ETag: hashed(data), Bytes: data}
	switch ext {
	case ".css":
		a.Type, a.Bytes = "text/css; charset=utf-8", []byte(compileCSS(string(data)))
	case ".js":
		a.Type, a.Bytes = "text/javascript; charset=utf-8", []byte(stripJS(string(data)))
	case ".svg":
		a.Type = "image/svg+xml"
	}
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
