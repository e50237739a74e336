package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// ranges compares 50 readers of a film that lies inside a pack with nginx's sendfile of the same film as a file.
func (b *bench) ranges(ctx context.Context) error {
	n, err := b.serve(b.data(), "")
	if err != nil {
		return err
	}
	defer n.stop()
	if err := b.signIn(ctx, n, b.people[:1]); err != nil {
		return err
	}
	root := filepath.Join(filepath.Dir(b.data()), "films")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(root)
	if err := writeFilm(filepath.Join(root, "film.mp4"), b.course.filmBytes); err != nil {
		return err
	}
	theirs, err := b.nginx(root)
	if err != nil {
		return err
	}
	defer theirs.stop()
	path := "/file/" + string(b.course.id) + "/" + b.course.film
	ours := &contender{child: n.child, load: load{n.addr, 50, b.count(8000), 206, b.rangeRequests(n.addr, path, b.people[0].cookie)}}
	file := &contender{child: theirs, load: load{theirs.addr, 50, b.count(8000), 206, b.rangeRequests(theirs.addr, "/film.mp4", "")}}
	if err := b.interleave(ctx, ours, file); err != nil {
		return err
	}
	o, t := ours.middle(), file.middle()
	say := func(f figure) string {
		return fmt.Sprintf("%.0f MB/s, %.3f CPU s/GB, p50 %.1f p99 %.1f ms", f.megabytes, f.perGB, f.p50, f.p99)
	}
	b.table.add("ranges of 64 KiB–1 MiB of a film in a pack, 50 readers", say(o), "nginx sendfile: "+say(t),
		times(o.megabytes, t.megabytes)+" MB/s", "≥ 0.9×", o.megabytes >= 0.9*t.megabytes)
	b.table.tell("  the same, CPU a byte", fmt.Sprintf("%.3f CPU s/GB", o.perGB), fmt.Sprintf("nginx: %.3f CPU s/GB", t.perGB), times(o.perGB, t.perGB)+" CPU")
	return nil
}

func (b *bench) rangeRequests(addr, path, cookie string) func(int, *rand.Rand) []byte {
	if cookie != "" {
		cookie = "Cookie: " + cookie
	}
	return func(_ int, rnd *rand.Rand) []byte {
		length := 64<<10 + rnd.Int64N(960<<10+1)
		from := rnd.Int64N(b.course.filmBytes - length)
		return get(addr, path, cookie, fmt.Sprintf("Range: bytes=%d-%d", from, from+length-1))
	}
}
