package kolibri

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"lamplight/content/arrange"
)

// readFiles reads which files the nodes have. The oldest schemas say of a file in content_file itself what later ones
// have a table for.
func (c *channel) readFiles(ctx context.Context) error {
	stored := map[string]int32{} // by id
	err := c.d.each(ctx, "content_localfile", maxRows, []string{"id", "extension", "file_size_bigint", "file_size"}, func(r *row) error {
		size := int64(-1)
		if !r.null(2) {
			size = r.int(2)
		} else if !r.null(3) {
			size = r.int(3)
		}
		if name := storedName(r.text(0), r.text(1)); name != "" {
			stored[strings.Clone(r.text(0))] = c.local(name, size)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.d.each(ctx, "content_file", maxRows, []string{
		"contentnode_id", "local_file_id checksum", "preset", "supplementary", "thumbnail", "priority", "lang_id", "extension", "file_size",
	}, func(r *row) error {
		twig, ok := c.byID[keyOf(r.text(0))]
		if !ok {
			return nil
		}
		at, ok := stored[r.text(1)]
		if !ok {
			name := storedName(r.text(1), r.text(7))
			if name == "" {
				c.badFiles[twig] = line(r.text(1), 80)
				return nil
			}
			size := int64(-1)
			if !r.null(8) {
				size = r.int(8)
			}
			at = c.local(name, size)
			stored[strings.Clone(r.text(1))] = at
		}
		c.files = append(c.files, fileRow{
			twig: twig, local: at, preset: c.names.of(line(r.text(2), 40)), lang: c.names.of(tag(r.text(6))),
			priority: int32(r.int(5)), thumb: r.int(4) != 0, beside: r.int(3) != 0,
		})
		return nil
	})
	arrange.Stably(c.files, func(a, b fileRow) int {
		return cmp.Or(cmp.Compare(a.twig, b.twig), cmp.Compare(rank(c.names.words[a.preset]), rank(c.names.words[b.preset])), cmp.Compare(a.priority, b.priority))
	})
	if n := len(c.badFiles); n > 0 {
		c.warn("%d nodes name files that cannot be files of a storage; such files are left out", n)
	}
	return err
}

func (c *channel) local(name string, size int64) int32 {
	c.locals = append(c.locals, local{name: name, size: max(size, -1)})
	return int32(len(c.locals) - 1)
}

// rank orders the files of a node among which one is chosen, the best first.
func rank(preset string) int {
	switch preset {
	case "low_res_video":
		return 1
	case "exercise": // where both are, ours are read from QTI
		return 1
	}
	return 0
}

// filesOf are the files of a twig.
func (c *channel) filesOf(twig int32) []fileRow {
	from, _ := slices.BinarySearchFunc(c.files, twig, func(f fileRow, t int32) int { return cmp.Compare(f.twig, t) })
	to := from
	for to < len(c.files) && c.files[to].twig == twig {
		to++
	}
	return c.files[from:to]
}

func (c *channel) readTags(ctx context.Context) error {
	if !c.d.has("content_contentnode_tags", "contentnode_id", "contenttag_id") || !c.d.has("content_contenttag", "id", "tag_name") {
		return nil
	}
	byID := map[string]int32{}
	err := c.d.each(ctx, "content_contenttag", maxRows, []string{"id", "tag_name"}, func(r *row) error {
		byID[strings.Clone(r.text(0))] = int32(len(c.tagNames))
		c.tagNames = append(c.tagNames, strings.Clone(line(r.text(1), 100)))
		return nil
	})
	if err != nil {
		return err
	}
	err = c.d.each(ctx, "content_contentnode_tags", maxRows, []string{"contentnode_id", "contenttag_id"}, func(r *row) error {
		twig, ok1 := c.byID[keyOf(r.text(0))]
		tag, ok2 := byID[r.text(1)]
		if ok1 && ok2 {
			c.tags = append(c.tags, link{twig, tag})
		}
		return nil
	})
	sortLinks(c.tags)
	return err
}

// readRequires reads what is learnt before what: from is the node, to what comes before it.
func (c *channel) readRequires(ctx context.Context) error {
	if !c.d.has("content_contentnode_has_prerequisite", "from_contentnode_id", "to_contentnode_id") {
		return nil
	}
	err := c.d.each(ctx, "content_contentnode_has_prerequisite", maxRows, []string{"from_contentnode_id", "to_contentnode_id"}, func(r *row) error {
		from, ok1 := c.byID[keyOf(r.text(0))]
		to, ok2 := c.byID[keyOf(r.text(1))]
		if ok1 && ok2 && from != to {
			c.requires = append(c.requires, link{from, to})
		}
		return nil
	})
	sortLinks(c.requires)
	return err
}

func sortLinks(l []link) {
	arrange.By(l, func(a, b link) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
}

// linked are the ends of a twig's links.
func linked(l []link, from int32) (to []int32) {
	i, _ := slices.BinarySearchFunc(l, from, func(x link, from int32) int { return cmp.Compare(x.from, from) })
	for ; i < len(l) && l[i].from == from; i++ {
		if n := len(to); n == 0 || to[n-1] != l[i].to {
			to = append(to, l[i].to)
		}
	}
	return to
}

func (c *channel) readQuestions(ctx context.Context) error {
	return c.d.each(ctx, "content_assessmentmetadata", maxRows, []string{"rowid", "contentnode_id"}, func(r *row) error {
		if twig, ok := c.byID[keyOf(r.text(1))]; ok {
			if _, twice := c.questions[twig]; !twice {
				c.questions[twig] = r.c.Rowid()
			}
		}
		return nil
	})
}

func (c *channel) readLicences(ctx context.Context) error {
	return c.d.each(ctx, "content_license", 10_000, []string{"id", "license_name", "license_description"}, func(r *row) error {
		c.licences[r.int(0)] = strings.Clone(line(r.text(1), 200)) + "\x00" + prose(r.text(2), 4096)
		return nil
	})
}
