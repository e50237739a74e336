package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// nginx serves root with one worker: ready .gz files as they lie, everything by sendfile.
func (b *bench) nginx(root string) (*child, error) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "nginx")
	if err != nil {
		return nil, err
	}
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;" // what it serves may lie in a folder of root's own
	}
	conf := fmt.Sprintf(`daemon off; master_process on; worker_processes 1; %[4]s
error_log %[1]s/error.log; pid %[1]s/pid;
events { worker_connections 1024; }
http {
	access_log off; sendfile on; tcp_nopush on; etag on; keepalive_requests 1000000;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	types { text/html html; video/mp4 mp4; }
	server { listen %[2]s; root %[3]s; gzip_static on; gzip_vary on; }
}
`, dir, addr, root, user)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		return nil, err
	}
	return b.ready(b.startChild("nginx", addr, nil, path, "-p", dir, "-c", file, "-e", filepath.Join(dir, "error.log")))
}

// kiwix serves ZIMs with its four threads.
func (b *bench) kiwix(env []string, zims ...string) (*child, error) {
	c, err := b.launchKiwix(env, zims...)
	return b.ready(c, err)
}

func (b *bench) launchKiwix(env []string, zims ...string) (*child, error) {
	path, err := exec.LookPath("kiwix-serve")
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return b.startChild("kiwix-serve", addr, env, append([]string{path, "-i", "127.0.0.1", "-p", port}, zims...)...)
}

func (b *bench) ready(c *child, err error) (*child, error) {
	if err != nil {
		return nil, err
	}
	if err := c.wait(); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}
