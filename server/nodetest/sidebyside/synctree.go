package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lamplight/content/delta/deltatest"
	"lamplight/server/nodetest/netlab"
)

// syncTree brings the second edition of a web course of 48 MB, of which a hundredth differs, to a box that has the first;
// then rivals do the same with the same folders.
func (b *bench) syncTree(ctx context.Context, lab *netlab.Lab) error {
	if b.tiny {
		return errors.New("left out of the short run")
	}
	dir := filepath.Join(b.dir, "tree")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := errors.Join(deltatest.Tree(dir, 11), dated(dir)); err != nil {
		return err
	}
	words, least := "", int64(0)
	for _, rival := range []struct {
		name string
		run  func(context.Context, *netlab.Lab, string) (netlab.Count, error)
	}{{"rsync -az", rsync}, {"rsync -az, nothing changed", rsyncAgain}, {"casync", casync}, {"zsync", zsync}, {"syncthing", syncthing}} {
		n, err := rival.run(ctx, lab, dir)
		if err != nil {
			b.table.note("sync: %s: not measured: %v", rival.name, err)
			continue
		}
		b.table.tell("  "+rival.name, "", grouped(float64(n.All()))+" bytes", "")
		if rival.name != "rsync -az, nothing changed" && (least == 0 || n.All() < least) {
			least, words = n.All(), fmt.Sprintf("%s %s", rival.name, grouped(float64(n.All())))
		}
	}
	b.table.note("sync: git fetch took 264,054 bytes for the same update when it was measured")
	n, err := b.ourTree(ctx, lab, dir)
	if err != nil {
		return err
	}
	b.table.addBytes("sync: 1 % of a web course of 48 MB, cold", fmt.Sprintf("%d packets", n.PacketsIn+n.PacketsOut), words, float64(n.All()), " bytes", 260_000)
	if least > 0 {
		b.table.add("sync: the same beside the best of the rivals", "", words, times(float64(n.All()), float64(least)), "< 1×", n.All() < least)
	}
	return nil
}

// dated gives both editions' files times of their own, as an editor leaves them: those that differ are an hour younger. With
// the times of the moment rsync passed over what was written in one second, and was cheap by it.
func dated(dir string) error {
	old := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, edition := range []string{"v1", "v2"} {
		if err := filepath.WalkDir(filepath.Join(dir, edition), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			at := old
			if edition == "v2" {
				rel, err := filepath.Rel(filepath.Join(dir, edition), path)
				if err != nil {
					return err
				}
				now, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				if was, err := os.ReadFile(filepath.Join(dir, "v1", rel)); err != nil || !bytes.Equal(was, now) {
					at = old.Add(time.Hour)
				}
			}
			return os.Chtimes(path, at, at)
		}); err != nil {
			return err
		}
	}
	return nil
}

// sameFiles says how two folders differ.
func sameFiles(one, two string) error {
	return quietly(exec.Command("diff", "-rq", "--exclude=.stfolder", one, two))
}

// ourTree lets two boxes of a school hold the first edition, then installs the second at one of them.
func (b *bench) ourTree(ctx context.Context, lab *netlab.Lab, dir string) (n netlab.Count, err error) {
	one, two, err := b.twoBoxes(ctx, lab, dir)
	if err != nil {
		return n, err
	}
	defer one.stop()
	defer two.stop()
	course := filepath.Join(dir, "mixed-tree")
	install := func(edition string) error {
		if err := os.RemoveAll(course); err != nil {
			return err
		}
		if err := os.CopyFS(course, os.DirFS(filepath.Join(dir, edition))); err != nil {
			return err
		}
		var report struct {
			Courses []struct{ ID, Edition string }
			Refused []struct{ Path, Reason string }
		}
		if err := b.command(ctx, filepath.Join(dir, "one"), &report, "import", course); err != nil {
			return err
		}
		if len(report.Courses) != 1 {
			return fmt.Errorf("importing %s: %+v", edition, report)
		}
		return b.sameCourses(ctx, dir, 3*time.Minute)
	}
	if err := install("v1"); err != nil {
		return n, err
	}
	if err := restful(ctx, lab); err != nil {
		return n, err
	}
	return moved(lab, func() error {
		if err := install("v2"); err != nil {
			return err
		}
		return restful(ctx, lab)
	})
}

// twoBoxes pairs two real nodes, one at each end of the road.
func (b *bench) twoBoxes(ctx context.Context, lab *netlab.Lab, dir string) (one, two *child, err error) {
	data := []string{filepath.Join(dir, "one"), filepath.Join(dir, "two")}
	if err := b.command(ctx, data[0], &struct{}{}, "demo", "--learners", "2", "--days", "0"); err != nil {
		return nil, nil, err
	}
	var boxes [2]*child
	for i, at := range []netlab.Place{netlab.A, netlab.B} {
		args := lab.Command(at, b.lamplight, "--data", data[i], "serve", "--http", ":8080", "--player", ":8081", "--sync", ":7946").Args
		if boxes[i], err = b.startChild("lamplight", "", []string{"LAMPLIGHT_LOG=error"}, args...); err != nil {
			boxes[0].stop()
			return nil, nil, err
		}
	}
	var invited struct{ Code string }
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		if err = b.command(ctx, data[0], &invited, "peer", "invite"); err == nil {
			err = b.command(ctx, data[1], &struct{}{}, "peer", "accept", invited.Code, addressAt(netlab.A))
		}
		if err == nil || time.Now().After(end) {
			break
		}
	}
	if err == nil {
		err = errors.Join(b.sameCourses(ctx, dir, time.Minute), restful(ctx, lab))
	}
	if err != nil {
		boxes[0].stop()
		boxes[1].stop()
	}
	return boxes[0], boxes[1], err
}

// sameCourses waits until both boxes list the same editions of the same courses.
func (b *bench) sameCourses(ctx context.Context, dir string, most time.Duration) error {
	var lists [2]string
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		for i, name := range []string{"one", "two"} {
			var l struct {
				Courses []struct {
					ID, Edition string
					Bytes       int64
				}
			}
			if err := b.command(ctx, filepath.Join(dir, name), &l, "library"); err != nil {
				return err
			}
			lists[i] = fmt.Sprint(l.Courses)
		}
		if lists[0] == lists[1] && lists[0] != "[]" {
			return nil
		}
	}
	return fmt.Errorf("after %v one box has %.200s, the other %.200s", most, lists[0], lists[1])
}

// restful waits until nothing went over the road for three seconds.
func restful(ctx context.Context, lab *netlab.Lab) error {
	last, since := int64(-1), time.Now()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		n, err := lab.Count(netlab.A)
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if n.All() != last {
			last, since = n.All(), time.Now()
		}
		if time.Since(since) > 3*time.Second {
			return nil
		}
	}
	return errors.New("the road does not come to rest")
}
