// Package config is the one settings file: a struct a room, each field with unit and default.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
)

// Config is config.toml in the data folder. A missing file or field means the default; an unknown field is refused by
// name, so that a slip of the pen is not a setting that silently does nothing. Flags of `serve` win over the file.
type Config struct {
	Node    Node    `toml:"node"`
	Web     Web     `toml:"web"`
	Sync    Sync    `toml:"sync"`
	Content Content `toml:"content"`
}

// Node says what this box is.
type Node struct {
	Name string `toml:"name"` // shown to people and peers; default "Lamplight"
	Role string `toml:"role"` // "box" (default) or "district"
}

// Web says where and how pages are served.
type Web struct {
	HTTP           string `toml:"http"`            // listen address of the pages, default ":8080"
	Player         string `toml:"player"`          // listen address of the package origin, default ":8081"
	SharedMinutes  int    `toml:"shared_minutes"`  // on a phone of several a learner's session ends after so long without a request, default 60
	OwnMinutes     int    `toml:"own_minutes"`     // the same on a learner's own phone, default 720
	TeacherMinutes int    `toml:"teacher_minutes"` // the same for teachers and administrators, default 480
	Guests         bool   `toml:"guests"`          // whether the library is open without signing in, default true
}

// Sync says how this box meets others.
type Sync struct {
	Listen string   `toml:"listen"` // memberlist's address, default ":7946"; the exchange listens on the next port
	Join   []string `toml:"join"`   // HOST:PORT of boxes to look for besides those that gossip finds
	// Upstream is the district's HOST:PORT, as its `serve` prints it under "sync" (a leading lamplight:// is allowed); ""
	// none. This box calls it, within hours and budgets; the district never calls.
	Upstream string   `toml:"upstream"`
	MonthMB  int      `toml:"month_mb"`  // MB (10⁶ bytes) that the upstream link may carry in a calendar month, both ways; 0 (default) no limit
	WindowMB int      `toml:"window_mb"` // the same in one window, or in a day where no hours are given; 0 (default) no limit, on a metered link with neither budget 5 MB
	Hours    []string `toml:"hours"`     // when the upstream link may be used, "HH:MM-HH:MM" by local time; none (default) always
	Metered  bool     `toml:"metered"`   // the upstream link is paid by the byte: no file above 256 KiB comes over it; default false
}

// Content says how much content may take.
type Content struct {
	ReserveMiB  int `toml:"reserve_mib"`   // free space that imports leave to learners' work, default 256
	ReaderMiB   int `toml:"reader_mib"`    // memory for decoded ZIM clusters, default 4: two of the usual size
	PageGzipMiB int `toml:"page_gzip_mib"` // memory for compressed pages of packages, default 1: some 370
	// Places are folders on other disks where courses may lie besides the data folder.
	Places []string `toml:"places"`
}

// Default is every default.
func Default() Config {
	return Config{
		Node:    Node{Role: "box"},
		Web:     Web{HTTP: ":8080", Player: ":8081", SharedMinutes: 60, OwnMinutes: 720, TeacherMinutes: 480, Guests: true},
		Sync:    Sync{Listen: ":7946"},
		Content: Content{ReserveMiB: 256, ReaderMiB: 4, PageGzipMiB: 1},
	}
}

// Load reads DIR/config.toml over the defaults.
func Load(dir string) (Config, error) {
	c := Default()
	path := filepath.Join(dir, "config.toml")
	meta, err := toml.DecodeFile(path, &c)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, nil
	case err != nil:
		return c, fmt.Errorf("config: %s: %w", path, errors.Join(err, fs.ErrInvalid))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		names := make([]string, len(unknown))
		for i, k := range unknown {
			names[i] = k.String()
		}
		return c, fmt.Errorf("config: %s: no setting is called %s: %w", path, strings.Join(names, ", "), fs.ErrInvalid)
	}
	return c, c.check(path)
}

func (c Config) check(path string) error {
	switch {
	case c.Node.Role != "box" && c.Node.Role != "district":
		return fmt.Errorf("config: %s: node.role is %q, want box or district: %w", path, c.Node.Role, fs.ErrInvalid)
	case c.Web.SharedMinutes < 1 || c.Web.OwnMinutes < 1 || c.Web.TeacherMinutes < 1:
		return fmt.Errorf("config: %s: sessions must last a minute at least: %w", path, fs.ErrInvalid)
	case c.Sync.MonthMB < 0 || c.Sync.WindowMB < 0:
		return fmt.Errorf("config: %s: the budgets of [sync] must not be negative: %w", path, fs.ErrInvalid)
	case c.Content.ReserveMiB < 0 || c.Content.ReaderMiB < 1 || c.Content.PageGzipMiB < 0:
		return fmt.Errorf("config: %s: the sizes of [content] must not be negative: %w", path, fs.ErrInvalid)
	}
	return nil
}
