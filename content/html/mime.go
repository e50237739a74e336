package html

import (
	"path"
	"strings"
)

// types are what files of a package are served as, by extension. Text has no charset: pages and scripts say their own, and
// the player adds it where they do not. (IANA media types; WHATWG MIME Sniffing for what browsers insist on.)
var types = map[string]string{
	".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".cjs": "text/javascript",
	".json": "application/json", ".map": "application/json", ".geojson": "application/geo+json", ".webmanifest": "application/manifest+json", ".wasm": "application/wasm",
	".xml": "application/xml", ".xsl": "application/xml", ".xsd": "application/xml", ".dtd": "application/xml-dtd", ".txt": "text/plain", ".md": "text/plain", ".csv": "text/csv", ".vtt": "text/vtt", ".srt": "text/plain",
	".png": "image/png", ".apng": "image/apng", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml", ".ico": "image/x-icon",
	".cur": "image/x-icon", ".bmp": "image/bmp",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac", ".aac": "audio/aac", ".mid": "audio/midi", ".weba": "audio/webm",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg", ".mov": "video/quicktime",
	".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".eot": "application/vnd.ms-fontobject",
	".pdf": "application/pdf", ".glb": "model/gltf-binary", ".gltf": "model/gltf+json", ".swf": "application/x-shockwave-flash", ".zip": "application/zip", ".gz": "application/gzip",
}

// mimeOf is the type of a file of a package, by its name.
func mimeOf(name string) string {
	if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}
