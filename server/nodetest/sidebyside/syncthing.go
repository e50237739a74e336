package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"lamplight/server/nodetest/netlab"
)

// A syncthingBox is a syncthing at one end of the road that knows the other's address and nobody else: it announces
// itself nowhere, uses no relay and reports nothing.
type syncthingBox struct {
	at              netlab.Place
	home, folder    string
	id              string
	cmd             *exec.Cmd
	ask             *http.Client
	lab             *netlab.Lab
	problems        strings.Builder
	knownTo         string // id of the other
	addr, otherAddr string
}

const syncthingKey = "sidebyside"

// syncthing lets two of them hold the first edition, makes the one's the second and counts until both rest.
func syncthing(ctx context.Context, lab *netlab.Lab, dir string) (n netlab.Count, err error) {
	if _, err := exec.LookPath("syncthing"); err != nil {
		return n, err
	}
	at := filepath.Join(dir, "syncthing")
	one := &syncthingBox{at: netlab.A, home: filepath.Join(at, "one"), lab: lab, addr: netlab.AddrA, otherAddr: netlab.AddrB}
	two := &syncthingBox{at: netlab.B, home: filepath.Join(at, "two"), lab: lab, addr: netlab.AddrB, otherAddr: netlab.AddrA}
	if err := errors.Join(one.generate(), two.generate()); err != nil {
		return n, err
	}
	one.knownTo, two.knownTo = two.id, one.id
	if err := os.CopyFS(one.folder, os.DirFS(filepath.Join(dir, "v1"))); err != nil {
		return n, err
	}
	for _, s := range []*syncthingBox{one, two} {
		if err := s.start(); err != nil {
			return n, err
		}
		defer s.stop()
	}
	if err := errors.Join(one.agrees(ctx, two), restful(ctx, lab)); err != nil {
		return n, err
	}
	return moved(lab, func() error {
		// What did not change is left alone, as by who edits a folder.
		if err := quietly(exec.Command("rsync", "-rc", "--delete", "--exclude=.stfolder", filepath.Join(dir, "v2")+"/", one.folder+"/")); err != nil {
			return err
		}
		return errors.Join(one.agrees(ctx, two), restful(ctx, lab))
	})
}

// generate makes its key.
func (s *syncthingBox) generate() error {
	s.folder = filepath.Join(s.home, "folder")
	if err := os.MkdirAll(filepath.Join(s.folder, ".stfolder"), 0o755); err != nil {
		return err
	}
	out, err := exec.Command("syncthing", "generate", "--home="+s.home, "--skip-port-probing", "--no-default-folder").CombinedOutput()
	if err != nil {
		return fmt.Errorf("syncthing generate: %w: %.300s", err, out)
	}
	id, err := exec.Command("syncthing", "--device-id", "--home="+s.home).Output()
	s.id = strings.TrimSpace(string(id))
	return err
}

func (s *syncthingBox) config() string {
	device := func(id, addr string) string {
		return fmt.Sprintf(`<device id=%q compression="always"><address>tcp://%s:22000</address></device>`, id, addr)
	}
	return fmt.Sprintf(`<configuration version="36">
<folder id="web" path=%q type="sendreceive" rescanIntervalS="0" fsWatcherEnabled="false"><device id=%q></device><device id=%q></device></folder>
%s%s
<gui enabled="true" tls="false"><address>127.0.0.1:8384</address><apikey>%s</apikey></gui>
<options><listenAddress>tcp://%s:22000</listenAddress><globalAnnounceEnabled>false</globalAnnounceEnabled><localAnnounceEnabled>false</localAnnounceEnabled>
<relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled><startBrowser>false</startBrowser><urAccepted>-1</urAccepted><autoUpgradeIntervalH>0</autoUpgradeIntervalH>
<crashReportingEnabled>false</crashReportingEnabled><setLowPriority>false</setLowPriority><reconnectionIntervalS>1</reconnectionIntervalS><stunServer></stunServer></options>
</configuration>
`, s.folder, s.id, s.knownTo, device(s.id, s.addr), device(s.knownTo, s.otherAddr), syncthingKey, s.addr)
}

func (s *syncthingBox) start() error {
	if err := os.WriteFile(filepath.Join(s.home, "config.xml"), []byte(s.config()), 0o600); err != nil {
		return err
	}
	s.ask = &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
			return dialFrom(s.lab, s.at)(ctx, addr)
		},
	}}
	s.cmd = s.lab.Command(s.at, "syncthing", "serve", "--home="+s.home, "--no-browser", "--no-restart")
	s.cmd.Env = append(os.Environ(), "STNOUPGRADE=1", "HOME="+s.home)
	s.cmd.Stdout, s.cmd.Stderr = &s.problems, &s.problems
	if err := s.cmd.Start(); err != nil {
		return err
	}
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if err = s.rest(http.MethodGet, "system/ping", nil); err == nil {
			return nil
		}
	}
	s.stop()
	return fmt.Errorf("syncthing does not answer: %w: %.300s", err, s.problems.String())
}

func (s *syncthingBox) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt) // it may have ended
	_ = s.cmd.Wait()
}

// rest asks its interface, over its own loopback.
func (s *syncthingBox) rest(method, path string, into any) error {
	r, err := http.NewRequest(method, "http://127.0.0.1:8384/rest/"+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("X-API-Key", syncthingKey)
	a, err := s.ask.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("syncthing: %s: %s", path, a.Status)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(b, into)
	}
	return err
}

// agrees lets it look at its folder and waits until the other has all of it, as the files say.
func (s *syncthingBox) agrees(ctx context.Context, other *syncthingBox) error {
	if err := s.rest(http.MethodPost, "db/scan?folder=web", nil); err != nil {
		return err
	}
	err := errors.New("not asked")
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(500 * time.Millisecond) {
		if err = sameFiles(s.folder, other.folder); err == nil {
			return nil
		}
	}
	return fmt.Errorf("syncthing: both folders are not the same: %w", err)
}
