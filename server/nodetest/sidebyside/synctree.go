package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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
	if err := deltatest.Tree(dir, 11); err != nil {
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

func rsync(ctx context.Context, lab *netlab.Lab, dir string) (netlab.Count, error) {
	if err := os.CopyFS(filepath.Join(dir, "rsync"), os.DirFS(filepath.Join(dir, "v1"))); err != nil {
		return netlab.Count{}, err
	}
	return rsyncAgain(ctx, lab, dir)
}

// rsyncAgain makes the folder rsync be as the second edition, whatever it is now.
func rsyncAgain(ctx context.Context, lab *netlab.Lab, dir string) (n netlab.Count, err error) {
	if _, err := exec.LookPath("rsync"); err != nil {
		return n, err
	}
	conf := filepath.Join(dir, "rsyncd.conf")
	text := fmt.Sprintf("uid=root\ngid=root\nuse chroot=no\n[v2]\npath=%s\n", filepath.Join(dir, "v2"))
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return n, err
	}
	daemon := lab.Command(netlab.A, "rsync", "--daemon", "--no-detach", "--address="+netlab.AddrA, "--port=8730", "--config="+conf)
	if err := daemon.Start(); err != nil {
		return n, err
	}
	defer func() { _ = daemon.Process.Kill(); _ = daemon.Wait() }()
	if err := answers(lab, netlab.AddrA+":8730"); err != nil {
		return n, err
	}
	return moved(lab, func() error {
		return quietly(lab.Command(netlab.B, "rsync", "-az", "--delete", "rsync://"+netlab.AddrA+":8730/v2/", filepath.Join(dir, "rsync")+"/"))
	})
}

func quietly(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.300s", cmd.Args[min(4, len(cmd.Args)-1)], err, out)
	}
	return nil
}

// answers waits until somebody at A listens. It asks from A itself, which no counter sees.
func answers(lab *netlab.Lab, addr string) error {
	var err error
	for range 100 {
		if err = lab.Inside(netlab.A, func() error { return reach(addr) }); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func reach(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err == nil {
		err = c.Close()
	}
	return err
}

// serveFiles is a plain web server at A over a folder.
func serveFiles(lab *netlab.Lab, dir, port string) (*http.Server, error) {
	var ln net.Listener
	if err := lab.Inside(netlab.A, func() (err error) { ln, err = net.Listen("tcp", netlab.AddrA+":"+port); return err }); err != nil {
		return nil, err
	}
	s := &http.Server{Handler: http.FileServer(http.Dir(dir)), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(ln) }() // ends with Close
	return s, nil
}

func casync(_ context.Context, lab *netlab.Lab, dir string) (n netlab.Count, err error) {
	if _, err := exec.LookPath("casync"); err != nil {
		return n, err
	}
	at := filepath.Join(dir, "casync")
	if err := os.Mkdir(at, 0o755); err != nil {
		return n, err
	}
	make := exec.Command("casync", "make", "--chunk-size=4096:16384:65536", "--store="+filepath.Join(at, "store"), filepath.Join(at, "v2.caidx"), filepath.Join(dir, "v2"))
	if err := quietly(make); err != nil {
		return n, err
	}
	s, err := serveFiles(lab, at, "8731")
	if err != nil {
		return n, err
	}
	defer s.Close()
	return moved(lab, func() error {
		return quietly(lab.Command(netlab.B, "casync", "extract", "--store=http://"+netlab.AddrA+":8731/store", "--seed="+filepath.Join(dir, "v1"),
			"http://"+netlab.AddrA+":8731/v2.caidx", filepath.Join(dir, "casync-out")))
	})
}

// zsync fetches a tar of the folder from nginx: with the ranges of Go's own server it never came to an end.
func zsync(_ context.Context, lab *netlab.Lab, dir string) (n netlab.Count, err error) {
	for _, tool := range []string{"zsync", "nginx"} {
		if _, err := exec.LookPath(tool); err != nil {
			return n, err
		}
	}
	at := filepath.Join(dir, "zsync")
	if err := os.Mkdir(at, 0o755); err != nil {
		return n, err
	}
	for _, edition := range []string{"v1", "v2"} {
		if err := quietly(exec.Command("tar", "-C", filepath.Join(dir, edition), "--sort=name", "--mtime=@0", "-cf", filepath.Join(at, edition+".tar"), ".")); err != nil {
			return n, err
		}
	}
	url := "http://" + netlab.AddrA + ":8733/v2.tar"
	if err := quietly(exec.Command("zsyncmake", "-u", url, "-o", filepath.Join(at, "v2.tar.zsync"), filepath.Join(at, "v2.tar"))); err != nil {
		return n, err
	}
	conf := filepath.Join(at, "nginx.conf")
	text := fmt.Sprintf("daemon off; user root; worker_processes 1; pid %[1]s/pid; error_log %[1]s/error.log;\nevents {}\nhttp { access_log off; server { listen %[2]s:8733; root %[1]s; } }\n",
		at, netlab.AddrA)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return n, err
	}
	server := lab.Command(netlab.A, "nginx", "-p", at, "-c", conf)
	if err := server.Start(); err != nil {
		return n, err
	}
	defer func() { _ = server.Process.Signal(os.Interrupt); _ = server.Wait() }()
	if err := answers(lab, netlab.AddrA+":8733"); err != nil {
		return n, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	return moved(lab, func() error {
		args := lab.Command(netlab.B, "zsync", "-q", "-i", filepath.Join(at, "v1.tar"), "-o", filepath.Join(at, "out.tar"), url+".zsync").Args
		return quietly(exec.CommandContext(ctx, args[0], args[1:]...))
	})
}
