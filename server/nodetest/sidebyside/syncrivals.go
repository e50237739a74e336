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

	"lamplight/server/nodetest/netlab"
)

func rsync(ctx context.Context, lab *netlab.Lab, dir string) (netlab.Count, error) {
	if err := quietly(exec.Command("cp", "-a", filepath.Join(dir, "v1"), filepath.Join(dir, "rsync"))); err != nil {
		return netlab.Count{}, err
	}
	n, err := rsyncAgain(ctx, lab, dir)
	return n, errors.Join(err, sameFiles(filepath.Join(dir, "v2"), filepath.Join(dir, "rsync")))
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
