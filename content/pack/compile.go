package pack

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/zeebo/blake3"

	"lamplight/content"
	"lamplight/content/marking"
	"lamplight/content/sanitize"
)

// Encoder names what makes our gzip members. Another version of it may give other bytes for the same page.
const Encoder = "klauspost/compress v1.20.3 flate 9"

// A compiled course is a pack ready to be written: all but the files' bytes is in memory.
type compiled struct {
	index   index
	members [][]byte          // of pages and exercises, in order of Nodes
	sources [][]byte          // runs of Markdown, in order of index.Sources
	fsys    fs.FS             // where the files lie
	made    map[string][]byte // files that are stored otherwise than they lie: drawings made inert
	size    int64             // of all members and files
	version byte              // of the pack: the lowest that reads it rightly
}

// compile makes a pack of a course that read found no error in. Errors found on the way are in c.problems.
func (c *course) compile(ctx context.Context) (*compiled, error) {
	out := &compiled{fsys: c.fsys, made: map[string][]byte{}}
	all := c.openable()
	for _, d := range c.nodes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var member []byte
		var err error
		switch d.Kind {
		case content.Page:
			member, err = c.page(d, all)
		case content.Practice:
			member, err = c.practice(d)
		}
		if err != nil {
			return nil, err
		}
		d.Offset, d.Stored = out.size, int64(len(member))
		out.size += d.Stored
		if member != nil {
			out.members = append(out.members, member)
		}
		out.index.Nodes = append(out.index.Nodes, d.node)
	}
	if err := c.files(ctx, out); err != nil {
		return nil, err
	}
	if err := c.keepSources(out); err != nil {
		return nil, err
	}
	out.index.Encoder, out.version = Encoder, c.version
	c.finish(out)
	return out, nil
}

// page renders and compresses a page.
func (c *course) page(d *draft, all []*draft) ([]byte, error) {
	article, err := c.article(d, all)
	if err != nil {
		return nil, err
	}
	if len(article) > maxArticle {
		c.fail(d.Path, 0, "the page becomes %d bytes, more than %d", len(article), maxArticle)
		return nil, nil
	}
	d.Length, d.CRC, d.Hash = uint32(len(article)), crc32.ChecksumIEEE([]byte(article)), hash128([]byte(article))
	return gzipMember([]byte(article))
}

// gzipMember is RFC 1952 with nothing optional, its deflate ending in a sync flush and the empty final block 03 00.
func gzipMember(page []byte) ([]byte, error) {
	b := bytes.NewBuffer([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff})
	w, err := flate.NewWriter(b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(page)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return nil, fmt.Errorf("pack: compressing: %w", err)
	}
	crc, n := crc32.ChecksumIEEE(page), uint32(len(page))
	b.Write([]byte{3, 0, byte(crc), byte(crc >> 8), byte(crc >> 16), byte(crc >> 24), byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	return b.Bytes(), nil
}

// practice encodes an exercise's items, their references made the pack's own.
func (c *course) practice(d *draft) ([]byte, error) {
	x := exercise{LeftOut: d.leftOut}
	seen := map[content.ItemID]bool{}
	for _, p := range d.items {
		it := p.item
		if seen[it.ID] {
			c.fail(d.Path, p.line, "question id %q is used twice in this exercise", it.ID)
		}
		seen[it.ID] = true
		if it.Skill == "" {
			it.Skill = d.Skill
		}
		if !d.composed && marking.Check(it) == nil {
			c.tryDraws(d, p, buildDraws)
		}
		if !d.composed {
			c.itemReferences(d, p, &it)
		}
		if c.itemFormulas(d, &it, p.line) {
			c.version = max(c.version, secondVersion)
		}
		if newer(&it) {
			c.version = max(c.version, thirdVersion)
		}
		x.Items = append(x.Items, it)
	}
	plain, err := encoder.Marshal(x)
	if err != nil {
		return nil, err
	}
	if len(plain) > maxExercise {
		c.fail(d.Path, 0, "the exercise becomes %d bytes, more than %d", len(plain), maxExercise)
	}
	d.Length, d.Hash = uint32(len(plain)), hash128(plain)
	return zstdFrame(plain), nil
}

var pictureRef = regexp.MustCompile(`(!\[[^\]]*\]\()([^)\s]+)(\))`)

// itemReferences makes an item's sound a path in the pack, and its pictures' addresses those they are served at.
func (c *course) itemReferences(d *draft, from placed, it *content.Item) {
	if it.Sound != "" {
		p, err := c.resolve(d.Path, it.Sound)
		if err != nil {
			c.fail(d.Path, from.where("sound:"), "sound: %v", err)
		} else if kind := mediaKinds[strings.ToLower(path.Ext(p))]; kind.kind != content.Audio {
			c.fail(d.Path, from.where("sound:"), "sound: %s is no sound: mp3, ogg, opus and m4a are", p)
		} else {
			it.Sound = p
			c.used[p] = true
		}
	}
	eachText(it, func(s *string) {
		*s = pictureRef.ReplaceAllStringFunc(*s, func(m string) string {
			parts := pictureRef.FindStringSubmatch(m)
			return parts[1] + c.itemPicture(d, parts[2], from.where("("+parts[2]+")")) + parts[3]
		})
	})
}

var inBraces = regexp.MustCompile(`\{[^}]*\}`)

// itemPicture is the address of a picture in an item. Where its name holds {…}, all files it can mean are kept.
func (c *course) itemPicture(d *draft, ref string, line int) string {
	if !strings.Contains(ref, "{") {
		p, err := c.resolve(d.Path, ref)
		if name, escaped := url.PathUnescape(ref); err != nil && escaped == nil && name != ref {
			p, err = c.resolve(d.Path, name)
		}
		if err != nil {
			c.fail(d.Path, line, "%v", err)
			return ""
		}
		c.keepPicture(d, p, line)
		return fileURL(c.course.ID, p)
	}
	p := path.Join(path.Dir(d.Path), ref)
	parts := inBraces.Split(p, -1)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	form := regexp.MustCompile("^" + strings.Join(parts, "[^/]*") + "$")
	found := false
	for _, other := range sortedKeys(c.sizes) {
		if form.MatchString(other) {
			c.keepPicture(d, other, line)
			found = true
		}
	}
	if !found {
		c.fail(d.Path, line, "no file is called %s, whatever is drawn: put the pictures there, or mend the name", clip(p, 120))
	}
	return "/file/" + string(c.course.ID) + "/" + p
}

func (c *course) keepPicture(d *draft, p string, line int) {
	if kind := mediaKinds[strings.ToLower(path.Ext(p))]; !strings.HasPrefix(kind.mime, "image/") {
		c.fail(d.Path, line, "%s is no picture: svg, png, jpg, gif and webp are", p)
		return
	}
	c.used[p] = true
	d.shown = append(d.shown, p)
}

// files lists what goes into the pack as it is, and reads it once for its hash.
func (c *course) files(ctx context.Context, out *compiled) error {
	for _, p := range sortedKeys(c.used) {
		kind := mediaKinds[strings.ToLower(path.Ext(p))]
		f := file{Path: p, MIME: kind.mime, Offset: out.size}
		if kind.mime == "image/svg+xml" {
			b, err := readBounded(c.fsys, p, sanitize.DefaultMaxBytes)
			if err == nil {
				b, err = sanitize.SVG(b)
			}
			if err != nil {
				c.fail(p, 0, "the drawing cannot be read: %v", err)
				continue
			}
			out.made[p] = b
			f.Size, f.Hash = int64(len(b)), hash128(b)
		} else {
			var err error
			if f.Size, f.Hash, err = c.hashFile(ctx, p); err != nil {
				return fmt.Errorf("pack: %s: %w", p, err)
			}
		}
		out.size += f.Size
		out.index.Files = append(out.index.Files, f)
	}
	return nil
}

func (c *course) hashFile(ctx context.Context, p string) (size int64, hash string, err error) {
	r, err := c.fsys.Open(p)
	if err != nil {
		return 0, "", err
	}
	defer r.Close()
	h := blake3.New()
	size, err = io.Copy(h, content.Stoppable(ctx, r))
	return size, hex.EncodeToString(h.Sum(nil)[:16]), err
}

// finish writes the course's own figures.
func (c *course) finish(out *compiled) {
	h := blake3.New()
	for _, m := range out.members {
		h.Write(m)
	}
	for _, f := range out.index.Files {
		io.WriteString(h, f.Path+"\x00"+f.Hash+"\x00")
	}
	out.index.sumSources(h)
	sum := hex.EncodeToString(h.Sum(nil)[:6])
	if declared := c.course.Edition; declared != "" {
		sum = clip(declared, 60) + "+" + sum
	}
	c.course.Edition = sum
	for _, n := range out.index.Nodes {
		if n.Kind != content.Topic {
			c.course.Resources++
		}
		c.course.Items += n.Items
	}
	out.index.Course = c.course
}

// hash128 is the first 16 bytes of BLAKE3, in hex.
func hash128(b []byte) string {
	h := blake3.Sum256(b)
	return hex.EncodeToString(h[:16])
}
