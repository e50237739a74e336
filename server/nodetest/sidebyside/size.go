package main

import (
	"context"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// most is what the arm64 binary may take: 24 MiB.
const most = 24 << 20

// size builds the arm64 binary as `make build` does, stripped, or takes the one that `make size` left.
func (b *bench) size(ctx context.Context) error {
	path := filepath.Join(filepath.Dir(b.lamplight), "lamplight-arm64")
	if _, err := os.Stat(path); err != nil {
		path = filepath.Join(b.dir, "lamplight-arm64")
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "lamplight")
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("building: %w: %.400s", err, out)
		}
	}
	f, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if f.Machine != elf.EM_AARCH64 || f.Section(".symtab") != nil {
		return fmt.Errorf("%s is %v and not stripped", path, f.Machine)
	}
	b.table.add("binary, arm64, stripped", fmt.Sprintf("%.1f MiB", float64(info.Size())/(1<<20)), "", fmt.Sprintf("%d bytes", info.Size()),
		"≤ 24 MiB", info.Size() <= most)
	return nil
}
