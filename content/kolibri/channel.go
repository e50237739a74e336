package kolibri

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// A channel is a database being read into a tree. What it holds is ids and numbers; texts are fetched node by node.
type channel struct {
	d   *database
	id  string // 32 hex digits
	row struct {
		name, description, tagline, author string
		version                            int64
		thumbnail                          []byte
	}
	twigs []twig
	byID  map[key]int32
	tree  layout

	locals    []local
	files     []fileRow // sorted by twig, then as the channel orders them
	names     interned  // presets and languages
	badFiles  map[int32]string
	tags      []link // twig, index into tagNames
	tagNames  []string
	requires  []link          // twig, twig
	questions map[int32]int64 // rowid of a twig's assessment
	storage   func(name string) (path string, size int64, ok bool)
	licences  map[int64]string // of the oldest schema: name and description by id
	warnings  []string
}

// A twig is a node of the channel, as far as the tree needs it.
type twig struct {
	row                 int64 // rowid
	id, content, parent key
	lft                 int64
	sort                float64
	topic               bool
	up                  int32 // parent twig, as mended; −1 of the root
}

// A local is a file of the storage.
type local struct {
	name string
	size int64 // as the channel says, −1 unknown; as it is once it was found
	here bool
	bad  error // what is wrong with the file that is there
	path string
}

// A fileRow is a file of a node.
type fileRow struct {
	twig, local   int32
	preset, lang  int32 // interned
	priority      int32
	thumb, beside bool
}

type link struct{ from, to int32 }

// interned are words that come again and again.
type interned struct {
	words []string
	index map[string]int32
}

func (n *interned) of(s string) int32 {
	if n.index == nil {
		n.index = map[string]int32{}
	}
	i, ok := n.index[s]
	if !ok && len(n.words) < 10_000 {
		i = int32(len(n.words))
		n.words, n.index[s] = append(n.words, s), i
	}
	return i
}

const maxWarnings = 100

func (c *channel) warn(format string, args ...any) {
	if len(c.warnings) < maxWarnings {
		c.warnings = append(c.warnings, fmt.Sprintf(format, args...))
	}
}

// readChannel reads all but the texts of nodes. The caller keeps d open until the tree is written.
func readChannel(ctx context.Context, d *database) (*channel, error) {
	c := &channel{d: d, byID: map[key]int32{}, badFiles: map[int32]string{}, questions: map[int32]int64{}, licences: map[int64]string{}}
	c.names.of("")
	for _, table := range []string{"content_channelmetadata", "content_contentnode"} {
		if !d.has(table) {
			return nil, fmt.Errorf("no table %s: it is no channel of Kolibri, or only half of one: %w", table, fs.ErrInvalid)
		}
	}
	if !d.has("content_contentnode", "id", "kind") {
		return nil, fmt.Errorf("its nodes have no id or kind: %w", fs.ErrInvalid)
	}
	for _, step := range []func(context.Context) error{c.readMeta, c.readTwigs, c.readFiles, c.readTags, c.readRequires, c.readQuestions, c.readLicences} {
		if err := step(ctx); err != nil {
			return nil, broken(err)
		}
	}
	c.tree = c.lay(nil)
	return c, nil
}

var errEnough = errors.New("enough")

func (c *channel) readMeta(ctx context.Context) error {
	var root, id string
	found := false
	err := c.d.each(ctx, "content_channelmetadata", maxRows, []string{
		"id", "name", "description", "tagline", "author", "version", "thumbnail", "root_id root_pk",
	}, func(r *row) error {
		id, root, found = r.text(0), r.text(7), true
		c.row.name, c.row.description, c.row.tagline, c.row.author = line(r.text(1), 500), prose(r.text(2), 8192), line(r.text(3), 500), line(r.text(4), 500)
		c.row.version, c.row.thumbnail = r.int(5), picture(r.text(6))
		return errEnough
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if !found {
		return fmt.Errorf("no channel in content_channelmetadata: %w", fs.ErrInvalid)
	}
	var ok bool
	if c.id, ok = hexID(id); !ok {
		return fmt.Errorf("its channel id %q is not 32 hex digits: %w", line(id, 80), fs.ErrInvalid)
	}
	c.twigs = []twig{{id: keyOf(root), topic: true, up: -1}} // the place of the root, filled when it is met
	return nil
}

// picture decodes a data: address of a picture that every browser shows, nil of anything else.
func picture(address string) []byte {
	head, data, ok := strings.Cut(address, ",")
	if !ok || !strings.HasPrefix(head, "data:image/") || !strings.HasSuffix(head, ";base64") || len(data) > 2<<20 {
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(data))
	if err != nil || pictureType(b) == "" {
		return nil
	}
	return b
}

// pictureType is the type of a picture by its first bytes, "" of what is none we show.
func pictureType(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(b, []byte("GIF8")):
		return "image/gif"
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

func (c *channel) readTwigs(ctx context.Context) error {
	root := c.twigs[0].id
	twice := 0
	err := c.d.each(ctx, "content_contentnode", maxNodes, []string{
		"rowid", "id", "content_id", "parent_id", "kind", "lft", "sort_order",
	}, func(r *row) error {
		t := twig{row: r.c.Rowid(), id: keyOf(r.text(1)), content: keyOf(r.text(2)), parent: keyOf(r.text(3)), topic: strings.EqualFold(r.text(4), "topic"), lft: r.int(5), sort: r.number(6)}
		if _, known := c.byID[t.id]; known || t.id == (key{}) {
			twice++
			return nil
		}
		if t.id == root {
			t.topic, t.up, t.parent = true, -1, key{}
			c.twigs[0], c.byID[t.id] = t, 0
			return nil
		}
		c.byID[t.id] = int32(len(c.twigs))
		c.twigs = append(c.twigs, t)
		return nil
	})
	if err != nil {
		return err
	}
	if twice > 0 {
		c.warn("%d nodes have no id or one that another has; they are left out", twice)
	}
	c.findRoot()
	c.mend()
	return nil
}

// findRoot takes the first topic without a parent for the root where the one that the channel names is not there.
func (c *channel) findRoot() {
	if _, ok := c.byID[c.twigs[0].id]; ok && c.twigs[0].row != 0 {
		return
	}
	best := int32(-1)
	for i, t := range c.twigs[1:] {
		if t.topic && t.parent == (key{}) && (best < 0 || t.lft < c.twigs[best].lft) {
			best = int32(i + 1)
		}
	}
	c.warn("its root topic is missing")
	if best < 0 {
		c.byID[c.twigs[0].id] = 0
		return
	}
	c.twigs[0], c.twigs[best] = c.twigs[best], c.twigs[0]
	c.twigs[0].up = -1
	delete(c.byID, c.twigs[best].id)
	c.byID[c.twigs[0].id] = 0
	c.twigs = slices.Delete(c.twigs, int(best), int(best)+1)
	for i := best; i < int32(len(c.twigs)); i++ {
		c.byID[c.twigs[i].id] = i
	}
}
