package kolibri

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"lamplight/content/html"
	"lamplight/content/zips"
)

// entry is the page that an HTML package begins with: the one that the channel names, if it is there, else what the package
// itself says. Where the package is not on the drive it is index.html, as Kolibri has it.
func (c *channel) entry(files []part, named string) (page, reason string) {
	page = "index.html"
	for _, p := range files {
		if p.Role != opened || c.storage == nil {
			continue
		}
		where, size, ok := c.storage(p.Name)
		if !ok {
			continue
		}
		found, err := frontOf(where, size, named)
		if err != nil {
			return page, fmt.Sprintf("its package %s cannot be opened: %v", p.Name, err)
		}
		return found, ""
	}
	return page, ""
}

func frontOf(where string, size int64, named string) (string, error) {
	f, err := os.Open(where)
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := zips.OpenZip(f, size)
	if err != nil {
		return "", err
	}
	named = path.Clean(strings.TrimPrefix(named, "/"))
	for _, page := range []string{named, "index.html"} {
		if e, err := z.Stat(page); fs.ValidPath(page) && page != "." && err == nil {
			return e.Name, nil
		}
	}
	return html.FrontOf(z)
}
