package kolibri

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"

	"lamplight/content"
)

// choose says which twigs are to be installed, nil all: those of ids, all that stands in them, and the topics they stand
// in. An id may be a node's or a resource's. strict refuses one that the channel does not have.
func (c *channel) choose(ids []string, strict bool) ([]bool, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	wanted := map[key]bool{}
	for _, id := range ids {
		wanted[keyOf(id)] = true
	}
	keep := make([]bool, len(c.twigs))
	known := map[key]bool{}
	for _, i := range c.tree.twigs { // from the top down: what stands in a chosen topic is chosen
		t := &c.twigs[i]
		if wanted[t.id] || wanted[t.content] && !t.topic {
			keep[i], known[t.id], known[t.content] = true, true, true
		}
		keep[i] = keep[i] || t.up >= 0 && keep[t.up]
	}
	for _, id := range ids {
		if strict && !known[keyOf(id)] {
			return nil, fmt.Errorf("there is no topic or resource %q in the channel: %w", line(id, 80), fs.ErrNotExist)
		}
	}
	for _, i := range slices.Backward(c.tree.twigs) {
		if keep[i] && c.twigs[i].up >= 0 {
			keep[c.twigs[i].up] = true // a topic is there for what stands in it
		}
	}
	if slices.Index(keep, true) < 0 {
		return nil, nil
	}
	return keep, nil
}

// cover is the smallest list of node ids that keep is made of, sorted; none when that is all.
func (c *channel) cover(keep []bool) (ids []string) {
	if keep == nil {
		return nil
	}
	whole := slices.Clone(keep)
	for _, i := range slices.Backward(c.tree.twigs) { // from the bottom up
		if up := c.twigs[i].up; up >= 0 && !whole[i] {
			whole[up] = false
		}
	}
	if whole[0] {
		return nil
	}
	for _, i := range c.tree.twigs {
		if whole[i] && !whole[c.twigs[i].up] {
			ids = append(ids, hex.EncodeToString(c.twigs[i].id[:]))
		}
	}
	slices.Sort(ids)
	return ids
}

const maxTopics = 500

// topicSizes says of the topics of the upper two levels what installing each would keep.
func (c *channel) topicSizes(keep []bool) (out []content.TopicSize, at []int32) {
	all := c.tree
	for place := int32(all.first[0]); place < all.first[0]+all.count[0] && len(out) < maxTopics; place++ {
		if !c.twigs[all.twigs[place]].topic {
			continue
		}
		out, at = append(out, c.topicSize(place, 0, keep)), append(at, all.twigs[place])
		for below := all.first[place]; below < all.first[place]+all.count[place] && len(out) < maxTopics; below++ {
			if c.twigs[all.twigs[below]].topic {
				out, at = append(out, c.topicSize(below, 1, keep)), append(at, all.twigs[below])
			}
		}
	}
	return out, at
}

func (c *channel) topicSize(place int32, depth int, keep []bool) content.TopicSize {
	all, twig := c.tree, c.tree.twigs[place]
	size := content.TopicSize{ID: hex.EncodeToString(c.twigs[twig].id[:]), Depth: depth, Chosen: keep == nil || keep[twig]}
	seen := map[string]bool{}
	for todo := []int32{place}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !c.twigs[all.twigs[p]].topic {
			size.Resources++
		}
		for _, f := range c.filesOf(all.twigs[p]) {
			l := &c.locals[f.local]
			if seen[l.name] {
				continue
			}
			seen[l.name] = true
			if size.Bytes += max(l.size, 0); !l.here {
				size.Missing++
			}
		}
		for i := int32(0); i < all.count[p]; i++ {
			todo = append(todo, all.first[p]+i)
		}
	}
	return size
}
