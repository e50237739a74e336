package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// kolibriRelease is the one we are compared with.
const kolibriRelease = "0.19.5"

// A kolibri is one with a home of its own that speaks on the loopback alone.
type kolibri struct {
	path, home string
}

// kolibri finds one: LAMPLIGHT_KOLIBRI, one on the path, else what pip installs into a folder of this run.
func (b *bench) findKolibri(ctx context.Context) (*kolibri, error) {
	k := &kolibri{path: os.Getenv("LAMPLIGHT_KOLIBRI")}
	var err error
	if k.path == "" {
		k.path, err = exec.LookPath("kolibri")
	}
	if k.path == "" {
		venv := filepath.Join(b.dir, "kolibri")
		if out, errMake := exec.CommandContext(ctx, "python3", "-m", "venv", venv).CombinedOutput(); errMake != nil {
			return nil, fmt.Errorf("no kolibri: %w; %w: %.300s", err, errMake, out)
		}
		if out, errGet := exec.CommandContext(ctx, filepath.Join(venv, "bin", "pip"), "install", "-q", "kolibri=="+kolibriRelease).CombinedOutput(); errGet != nil {
			return nil, fmt.Errorf("no kolibri: %w; pip: %w: %.300s", err, errGet, out)
		}
		k.path = filepath.Join(venv, "bin", "kolibri")
	}
	k.home, err = os.MkdirTemp(b.dir, "kolibri-home")
	return k, err
}

func (k *kolibri) env() []string {
	return []string{"KOLIBRI_HOME=" + k.home, "KOLIBRI_LISTEN_ADDRESS=127.0.0.1", "KOLIBRI_ZEROCONF_ENABLED=False", "KOLIBRI_DISABLE_PING=True", "KOLIBRI_RUN_MODE=dev-ci", "PYTHONWARNINGS=ignore"}
}

// manage runs one of its commands.
func (k *kolibri) manage(ctx context.Context, args ...string) error {
	ctx, stop := context.WithTimeout(ctx, 10*time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, k.path, append([]string{"manage"}, args...)...)
	c.Env, c.Dir = append(os.Environ(), k.env()...), k.home
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("kolibri manage %s: %w: %s", args[0], err, out[max(0, len(out)-400):])
	}
	return nil
}

// prepare makes it a school's, as its first page would.
func (k *kolibri) prepare(ctx context.Context) error {
	return k.manage(ctx, "provisiondevice", "--facility", "School", "--superusername", "admin", "--superuserpassword", "lamplight", "--preset", "informal", "--language_id", "en", "--noinput")
}

func (k *kolibri) take(ctx context.Context, c channel) error {
	return errors.Join(k.manage(ctx, "importchannel", "disk", c.id, c.drive), k.manage(ctx, "importcontent", "disk", c.id, c.drive))
}

func (b *bench) launchKolibri(k *kolibri) (*child, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	zips, err := freeAddr()
	if err != nil {
		return nil, err
	}
	return b.startChild("kolibri", addr, k.env(), k.path, "start", "--foreground", "--port="+port(addr), "--zip-port="+port(zips))
}
