package kolibri

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"lamplight/content"
)

// Vet looks at a channel that another box made before it is served: its tree is whole, its database is that of the channel
// it says, and every file has the MD5 of its name, for by that name other channels will take it.
func (Format) Vet(ctx context.Context, c content.Course, files content.Files) error {
	if err := vet(ctx, c, files); err != nil {
		return fmt.Errorf("kolibri: %s: %w", c.Title, kinded(err))
	}
	return nil
}

func vet(ctx context.Context, c content.Course, files content.Files) error {
	path, size, err := files.Path(treeName)
	if err != nil {
		return err
	}
	t, err := openTree(path, size)
	if err != nil {
		return err
	}
	r := newReader(c, files, t, index{Channel: t.meta.Channel})
	defer r.Close()
	if err := t.verify(); err != nil {
		return err
	}
	if c.ID != courseID(t.meta.Channel) {
		return fmt.Errorf("its tree is that of another channel: %w", fs.ErrInvalid)
	}
	if path, _, err = files.Path(databaseName); err != nil {
		return err
	}
	if err := vetDatabase(ctx, path, t.meta.Channel); err != nil {
		return err
	}
	names, err := r.stored()
	if err != nil {
		return err
	}
	if all, ok := files.(interface{ Names() []string }); ok { // what the tree does not name is kept too
		names = append(names, all.Names()...)
		slices.Sort(names)
		names = slices.Compact(names)
	}
	for _, name := range names {
		if err := vetFile(ctx, files, name); err != nil {
			return err
		}
	}
	return nil
}

func vetDatabase(ctx context.Context, path, channel string) error {
	d, err := openDatabase(path)
	if err != nil {
		return err
	}
	defer d.close()
	found := ""
	err = d.each(ctx, "content_channelmetadata", maxRows, []string{"id"}, func(r *row) error {
		found, _ = hexID(r.text(0))
		return errEnough
	})
	if err != nil && !errors.Is(err, errEnough) {
		return broken(err)
	}
	if found != channel {
		return fmt.Errorf("its database is that of another channel: %w", fs.ErrInvalid)
	}
	return nil
}

// vetFile compares one file with the MD5 that it is named by; one that is not here is none to compare.
func vetFile(ctx context.Context, files content.Files, name string) error {
	want := plannedFile(local{name: name}).MD5
	path, _, err := files.Path(name)
	if err != nil || want == nil || !storedShape.MatchString(name) {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	stop := context.AfterFunc(ctx, func() { f.Close() }) // ends the reading
	defer stop()
	sum := md5.New()
	if _, err := io.Copy(sum, f); err != nil {
		return errors.Join(ctx.Err(), err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != hex.EncodeToString(want) {
		return fmt.Errorf("%s: its MD5 is %s: %w", name, got, fs.ErrInvalid)
	}
	return nil
}
