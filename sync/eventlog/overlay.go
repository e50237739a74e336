package eventlog

import (
	"bytes"
	"slices"
	"strings"

	"github.com/google/btree"
)

// An item is one entry that bbolt does not have yet. Its key is bucket ‖ 0 ‖ key, so one tree holds all buckets.
type item struct {
	key   string
	value []byte
	gone  bool
}

// A layer is changes on top of bbolt, or of an older layer.
type layer = btree.BTreeG[item]

func newLayer() *layer {
	return btree.NewG(32, func(a, b item) bool { return a.key < b.key })
}

func itemKey(bucket string, key []byte) string {
	var b strings.Builder
	b.Grow(len(bucket) + 1 + len(key))
	b.WriteString(bucket)
	b.WriteByte(0)
	b.Write(key)
	return b.String()
}

func cutItemKey(k string) (bucket, key string) {
	i := strings.IndexByte(k, 0)
	return k[:i], k[i+1:]
}

// A kv is the folds and the index as they are seen at one moment.
type kv struct {
	write  *layer   // nil: read only
	layers []*layer // newest first
	base   base
}

func (v *kv) Get(bucket string, key []byte) []byte {
	want := item{key: itemKey(bucket, key)}
	for _, l := range v.layers {
		if it, ok := l.Get(want); ok {
			return it.value // nil when gone
		}
	}
	return v.base.get(bucket, key)
}

func (v *kv) Put(bucket string, key, value []byte) {
	v.write.ReplaceOrInsert(item{key: itemKey(bucket, key), value: append(make([]byte, 0, len(value)), value...)})
}

func (v *kv) Delete(bucket string, key []byte) {
	v.write.ReplaceOrInsert(item{key: itemKey(bucket, key), gone: true})
}

func (v *kv) Scan(bucket string, prefix []byte, fn func(k, v []byte) bool) {
	v.ascend(bucket, prefix, prefix, fn)
}

// ascend passes entries whose key has the prefix, from the key from on.
func (v *kv) ascend(bucket string, prefix, from []byte, fn func(k, v []byte) bool) {
	changed := v.changed(bucket, prefix, from)
	next := v.base.from(bucket, from)
	k, val := next()
	for {
		if k != nil && !bytes.HasPrefix(k, prefix) {
			k = nil
		}
		switch {
		case k == nil && len(changed) == 0:
			return
		case k == nil || len(changed) > 0 && changed[0].key <= string(k):
			it := changed[0]
			changed = changed[1:]
			if k != nil && it.key == string(k) {
				k, val = next()
			}
			if !it.gone && !fn([]byte(it.key), it.value) {
				return
			}
		default:
			if !fn(k, val) {
				return
			}
			k, val = next()
		}
	}
}

// changed collects what the layers hold of a range, the newest of each key, ascending; keys without the bucket.
func (v *kv) changed(bucket string, prefix, from []byte) []item {
	var out []item
	for n := len(v.layers) - 1; n >= 0; n-- {
		var here []item
		stop := itemKey(bucket, prefix)
		v.layers[n].AscendGreaterOrEqual(item{key: itemKey(bucket, from)}, func(it item) bool {
			if !strings.HasPrefix(it.key, stop) {
				return false
			}
			it.key = it.key[len(bucket)+1:]
			here = append(here, it)
			return true
		})
		out = overlaid(out, here)
	}
	return out
}

// overlaid merges two ascending lists; of equal keys the newer stays.
func overlaid(old, newer []item) []item {
	if len(old) == 0 {
		return newer
	}
	out := make([]item, 0, len(old)+len(newer))
	for _, it := range newer {
		i, same := slices.BinarySearchFunc(old, it.key, func(a item, k string) int { return strings.Compare(a.key, k) })
		out = append(append(out, old[:i]...), it)
		old = old[i:]
		if same {
			old = old[1:]
		}
	}
	return append(out, old...)
}
